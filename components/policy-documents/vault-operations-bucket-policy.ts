/**
 * Policy of the operations bucket beside a vault: the vault's own account writes, and what is written there stays.
 *
 * It holds what the vault's side is proven by: the promise's copy, manifests and reports of jobs in the vault, inventories. It has
 * no default retention, since AWS delivers no report into a bucket that has; that versions stay is this policy's work.
 * Allowing is left to the vault account's own identity policies.
 *
 * A newer version may hide an older one by the same name. Whoever reads the promise there reads by version.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-create-job.html
 */

import {
  denyInsecureTransport,
  policyDocument,
  type PolicyDocument,
  type PolicyStatement,
} from "./policy-document";
import { exceptRoles } from "./role-principal";
import {
  DIRECT_WRITE_ACTIONS,
  REPLICA_WRITE_ACTIONS,
  vaultConfigurationActions,
} from "./vault-bucket-policy";

export interface VaultOperationsBucketPolicyArgs {
  bucketArn: string;
  /** The vault's account. */
  accountId: string;
  /** A pilot's versions may go, as those of the vault. */
  isPilot: boolean;
  /** The one role that may change how the bucket is guarded. Undefined: the account's own policies decide. */
  breakGlassRoleArn?: string | undefined;
}

export function vaultOperationsBucketPolicy(args: VaultOperationsBucketPolicyArgs): PolicyDocument {
  const { accountId, breakGlassRoleArn, bucketArn, isPilot } = args;
  const deny = (
    Sid: string,
    Action: readonly string[] | string,
    Condition?: PolicyStatement["Condition"],
  ): PolicyStatement => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action: typeof Action === "string" ? Action : [...Action],
    Resource: `${bucketArn}/*`,
    ...(Condition && { Condition }),
  });
  const notBreakGlass = breakGlassRoleArn === undefined ? {} : exceptRoles([breakGlassRoleArn]);
  return policyDocument(
    denyInsecureTransport(bucketArn),
    // Attack: a statement added to this policy, or an access point, lets another account plant a promise or a report. AWS's own
    // services deliver inventories; jobs write their reports as a role of the account.
    deny("DenyWritesOfOthers", DIRECT_WRITE_ACTIONS, {
      StringNotEquals: { "aws:PrincipalAccount": accountId },
      Bool: { "aws:PrincipalIsAWSService": "false" },
    }),
    // Attack: the same by way of replication, which takes its version ids and dates along.
    deny("DenyReplicas", REPLICA_WRITE_ACTIONS),
    // Attack: a delete marker on what proves something, so that it looks as if it had never been there.
    deny("DenyHidingVersions", "s3:DeleteObject"),
    // Attack: evidence that was locked is deleted with the bypass header.
    deny("DenyGovernanceBypass", "s3:BypassGovernanceRetention"),
    // Attack: the record is deleted before the vault is touched.
    isPilot && breakGlassRoleArn === undefined
      ? undefined
      : deny(
          "DenyVersionDeletion",
          "s3:DeleteObjectVersion",
          breakGlassRoleArn === undefined ? undefined : notBreakGlass,
        ),
    deny("DenyLegalHoldRemoval", "s3:PutObjectLegalHold", {
      ...notBreakGlass,
      StringEquals: { "s3:object-lock-legal-hold": "OFF" },
    }),
    breakGlassRoleArn === undefined
      ? undefined
      : {
          // Attack: the guard itself is taken away first, as at the vault; or a default retention is set, and no report arrives.
          Sid: "DenyConfigurationChange",
          Effect: "Deny",
          Principal: "*",
          Action: vaultConfigurationActions(false),
          Resource: bucketArn,
          Condition: notBreakGlass,
        },
  );
}
