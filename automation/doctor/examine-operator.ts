/** Whether the credentials of a place may do what a first `up` does there, its last steps too. */

import { bucketArn, partitionOf } from "../../components/config/values";
import { derivedNames, vaultOperationsBucketName } from "../../components/derived-names";
import { firstUpNeeds } from "../permissions/first-up";
import type { StateResource } from "../stack/kept-resources";
import { judgeOperator, judgeUnknownOperator } from "./checks/operator";
import type { ExaminedPlace } from "./examined-place";
import type { FindingFields, FoundAt } from "./finding";
import { principalArn } from "./read/caller";
import { readOperatorRefusals } from "./read/operator";

/** Nothing once the place is deployed, or where nothing is made: a preview has no such rights. */
export async function examineOperator(
  { callerArn, clients, config, place, purpose, signal }: ExaminedPlace,
  inState: readonly StateResource[],
): Promise<readonly FindingFields[]> {
  if (purpose === "preview" || purpose === "backfill") return [];
  const { access, bucket, source } = place;
  const beside =
    source === undefined
      ? vaultOperationsBucketName(bucket.name)
      : derivedNames(bucket.name).operationsBucketName;
  if (inState.some(({ id }) => id === beside)) return [];
  const at: FoundAt = { account: access.accountId, resource: callerArn };
  if (callerArn.endsWith(":root")) {
    return [judgeUnknownOperator("it is an account's root user", at)];
  }
  if (callerArn.includes(":federated-user/")) {
    return [
      judgeUnknownOperator("it is a federated user, whose session has policies of its own", at),
    ];
  }
  const principal = await principalArn(callerArn, clients.iam, signal);
  if ("unreadable" in principal) return judgeOperator(principal, at);
  const { value: arn = callerArn } = principal;
  const side = source === undefined ? "vault" : "source";
  const needs = firstUpNeeds(
    config,
    side,
    bucketArn(partitionOf(access.region), bucket.name),
    access.region,
  );
  const request = {
    principalArn: arn,
    needs,
    region: access.region,
    permissionsBoundary: source?.roles?.permissionsBoundary,
  };
  const refusals = await readOperatorRefusals(request, clients.iam, signal);
  return judgeOperator(refusals, { ...at, resource: arn });
}
