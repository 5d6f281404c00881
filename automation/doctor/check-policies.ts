/** Reads the policies that others wrote, of buckets that are there and of keys that are given, for what leaves our roles out. */

import { GetBucketPolicyCommand } from "@aws-sdk/client-s3";
import type { LockstepConfig } from "../../components/config/types";
import { bucketArn, partitionOf } from "../../components/config/values";
import { ask, orElse } from "../guard/ask";
import type { Fact } from "../guard/facts";
import { type ReadStatement, statementsOf } from "../guard/statement";
import type { Problem } from "../errors";
import type { Session } from "../events";
import type { Place } from "../stack/names-taken";
import type { RoleNeed } from "./deny";
import { leftOut, perimeterTexts } from "./perimeter";
import { roleNeeds } from "./role-needs";
import type * as ReadKey from "../guard/read-key";

interface PlacedPolicy {
  readonly path: string;
  /** In words: `bucket records`, or a key's ARN. */
  readonly of: string;
  readonly arn: string;
  readonly statements: Fact<readonly ReadStatement[]>;
}

/**
 * What the policies at a place refuse to the roles of this configuration. What depends on what cannot be seen, and a policy that
 * may not be read, is a warning.
 * @returns a mistake for each statement that certainly refuses something
 */
export async function checkPolicies(
  place: Place,
  config: LockstepConfig,
  session: Session,
): Promise<readonly Problem[]> {
  const needs = roleNeeds(config);
  const problems: Problem[] = [];
  const warn = (message: string): void =>
    session.emit({ type: "warning", code: "PolicyRefuses", message });
  for (const { arn, of, path, statements } of await policiesAt(place, needs, session.signal)) {
    if ("unreadable" in statements) {
      warn(
        `${path}: whether the policy of ${of} leaves out Lockstep's roles cannot be looked at (${statements.action} is refused).`,
      );
      continue;
    }
    const concerned = needs.filter(({ resource }) => isOf(resource, arn));
    const found = leftOut(statements.value, concerned);
    const isSure = (position: number): boolean =>
      found.some((one) => one.position === position && one.isCertain);
    const certain = found.filter(({ position }) => isSure(position));
    const others = found.filter(({ position }) => !isSure(position));
    problems.push(...perimeterTexts(of, certain).map((message) => ({ path, message })));
    for (const text of perimeterTexts(of, others)) warn(`${path}: ${text}`);
  }
  return problems;
}

/** Whether a need is at a bucket or key: at itself, or at a bucket's objects. */
function isOf(resource: string, arn: string): boolean {
  return resource === arn || resource.startsWith(`${arn}/`);
}

async function policiesAt(
  { access, clients, path, source, vault }: Place,
  needs: readonly RoleNeed[],
  signal: AbortSignal,
): Promise<readonly PlacedPolicy[]> {
  const found: PlacedPolicy[] = [];
  const bucket = source?.bucket ?? vault?.bucket;
  if (bucket?.existing === true) {
    const policy = await ask("s3:GetBucketPolicy", "NoSuchBucketPolicy", async () => {
      const input = { Bucket: bucket.name, ExpectedBucketOwner: access.accountId };
      const command = new GetBucketPolicyCommand(input);
      const { Policy } = await clients.s3.send(command, { abortSignal: signal });
      return statementsOf(Policy ?? "{}");
    });
    const arn = bucketArn(partitionOf(access.region), bucket.name);
    const of = `bucket ${bucket.name}`;
    found.push({ path: `${path}.bucket`, of, arn, statements: orElse(policy, []) });
  }
  const keyArns = new Set(needs.map(({ resource }) => resource));
  for (const arn of keyArns) {
    const [, , service, region, accountId] = arn.split(":");
    if (service !== "kms" || arn.endsWith("*")) continue;
    if (accountId !== access.accountId || region !== access.region) continue;
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` would go past the loader of a clone
    const { readKey } = require("../guard/read-key") as typeof ReadKey;
    const { policy } = await readKey(arn, clients.kms, signal);
    found.push({ path, of: arn, arn, statements: policy });
  }
  return found;
}
