/**
 * Reads what the managed policies of a role say, its boundary included: a comparison by ARN does not see that their text was changed.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
 */

import { GetPolicyCommand, GetPolicyVersionCommand, type IAMClient } from "@aws-sdk/client-iam";
import { ask, orElse } from "../../guard/ask";
import type { Fact } from "../../guard/facts";
import { type ReadStatement, statementsOf } from "../../guard/statement";

/** A policy that has an ARN of its own. */
export interface ManagedPolicy {
  readonly policyArn: string;
  /** Of its default version, which is the one in force. */
  readonly statements: Fact<readonly ReadStatement[]>;
}

/** The codes for "there is none"; the second is the name that the SDK gives to the error. */
const ABSENT = ["NoSuchEntity", "NoSuchEntityException"];

export async function readManagedPolicies(
  policyArns: readonly string[],
  iam: IAMClient,
  abortSignal: AbortSignal,
): Promise<readonly ManagedPolicy[]> {
  const policies: ManagedPolicy[] = [];
  for (const PolicyArn of policyArns) {
    const version = await ask("iam:GetPolicy", ABSENT, async () => {
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }), { abortSignal });
      return Policy?.DefaultVersionId;
    });
    policies.push({
      policyArn: PolicyArn,
      statements:
        "unreadable" in version
          ? version
          : await readVersion(PolicyArn, version.value, iam, abortSignal),
    });
  }
  return policies;
}

async function readVersion(
  PolicyArn: string,
  VersionId: string | undefined,
  iam: IAMClient,
  abortSignal: AbortSignal,
): Promise<Fact<readonly ReadStatement[]>> {
  // Deleted since it was listed.
  if (VersionId === undefined) return { value: [] };
  const statements = await ask("iam:GetPolicyVersion", ABSENT, async () => {
    const command = new GetPolicyVersionCommand({ PolicyArn, VersionId });
    const { PolicyVersion } = await iam.send(command, { abortSignal });
    // IAM gives the document URL-encoded.
    return statementsOf(decodeURIComponent(PolicyVersion?.Document ?? "{}"));
  });
  return orElse(statements, []);
}
