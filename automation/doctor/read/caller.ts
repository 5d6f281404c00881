/**
 * What of a backfill the source's own credentials may not do, as IAM's policy simulator says it. `iam:PassedToService` is left
 * out of the request, since S3 Batch Operations does not fill it in: a grant that asks for it is none.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-iam-role-policies.html
 */

import {
  GetRoleCommand,
  type IAMClient,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { parseRoleArn } from "../../../components/config/values";
import { sessionRoleArn } from "../../aws/session-role";
import { ask, orElse } from "../../guard/ask";
import type { Fact } from "../../guard/facts";
import { simulationContext } from "../simulate-roles";

export interface CallerRefusal {
  readonly action: string;
  readonly resource: string;
  /** Condition keys that a statement asks for and the request has not. */
  readonly missingKeys: readonly string[];
}

/** What `backfill` asks of S3 Control: of the account, and of a job, which may be any. */
const ACCOUNT_ACTIONS = ["s3:CreateJob", "s3:ListJobs"];
const JOB_ACTIONS = ["s3:DescribeJob", "s3:UpdateJobStatus"];
const ANY_JOB_ID = "00000000-0000-0000-0000-000000000000";

/** Nothing of the root user, to whom no identity policy applies. */
export async function readCallerRefusals(
  callerArn: string,
  batchRoleArn: string,
  region: string,
  client: IAMClient,
  abortSignal: AbortSignal,
): Promise<Fact<readonly CallerRefusal[]>> {
  const principal = await principalArn(callerArn, client, abortSignal);
  if ("unreadable" in principal) return principal;
  const { value: PolicySourceArn } = principal;
  if (PolicySourceArn === undefined) return { value: [] };
  const refusals: CallerRefusal[] = [];
  const asked = [
    { actions: ["iam:PassRole"], resource: batchRoleArn },
    { actions: ACCOUNT_ACTIONS, resource: "*" },
    { actions: JOB_ACTIONS, resource: jobArn(batchRoleArn, region) },
  ];
  for (const { actions, resource } of asked) {
    const found = await ask("iam:SimulatePrincipalPolicy", undefined, async () => {
      const command = new SimulatePrincipalPolicyCommand({
        PolicySourceArn,
        ActionNames: actions,
        ResourceArns: [resource],
        ContextEntries: simulationContext(region, resource),
      });
      return (await client.send(command, { abortSignal })).EvaluationResults ?? [];
    });
    const results = orElse(found, []);
    if ("unreadable" in results) return results;
    for (const { EvalActionName = "", EvalDecision, MissingContextValues } of results.value) {
      if (EvalDecision === "allowed") continue;
      refusals.push({ action: EvalActionName, resource, missingKeys: MissingContextValues ?? [] });
    }
  }
  return { value: refusals };
}

/** A grant may name jobs, whose ids nobody knows before. */
function jobArn(batchRoleArn: string, region: string): string {
  const [, partition = "", , , accountId = ""] = batchRoleArn.split(":");
  return `arn:${partition}:s3:${region}:${accountId}:job/${ANY_JOB_ID}`;
}

/** The user or role behind a caller; STS does not tell a role's path, which the simulator wants. */
export async function principalArn(
  callerArn: string,
  client: IAMClient,
  abortSignal: AbortSignal,
): Promise<Fact<string | undefined>> {
  if (callerArn.endsWith(":root")) return { value: undefined };
  const RoleName = parseRoleArn(sessionRoleArn(callerArn) ?? "")?.name;
  if (RoleName === undefined) return { value: callerArn };
  return ask("iam:GetRole", undefined, async () => {
    return (await client.send(new GetRoleCommand({ RoleName }), { abortSignal })).Role?.Arn;
  });
}
