/**
 * Policy of the operations bucket beside a vault: the vault's own account writes, and what is written there stays.
 *
 * It holds what the vault's side is proven by: the promise's copy, manifests and reports of jobs in the vault, inventories. It has
 * no default retention, since AWS delivers no report into a bucket that has; that versions stay is this policy's work.
 * Allowing is left to the vault account's own identity policies, but for S3 itself, which delivers the vault's inventories.
 *
 * A newer version may hide an older one by the same name. Whoever reads the promise there reads by version.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-create-job.html
 */

import { allowInventories } from "./inventory-delivery";
import { KEEP_VERSIONS } from "./kept-versions";
import {
  denyInsecureTransport,
  denyOnObjects,
  policyDocument,
  type PolicyDocument,
  statementsOf,
  type StatementTable,
} from "./policy-document";
import { exceptRoles } from "./role-principal";
import {
  DIRECT_WRITE_ACTIONS,
  REPLICA_WRITE_ACTIONS,
  vaultConfigurationActions,
} from "./vault-bucket-policy";

/** What `vaultOperationsBucketPolicy` is made of. */
export interface VaultOperationsBucketPolicyArgs {
  /** Of the operations bucket, without a path. */
  bucketArn: string;
  /** The vault's account. */
  accountId: string;
  /** A pilot's versions may go, as those of the vault. */
  isPilot: boolean;
  /** The one role that may change how the bucket is guarded. Undefined: the account's own policies decide. */
  breakGlassRoleArn?: string | undefined;
  /** What S3 delivers inventories of, and where to. Undefined: none. */
  inventory?:
    | {
        /** Of the vault, without a path. */
        bucketArn: string;
        /** Without a slash at either end. */
        prefix: string;
      }
    | undefined;
}

/** What the policy says, by Sid. */
const STATEMENTS = {
  DenyInsecureTransport: ({ bucketArn }) => denyInsecureTransport(bucketArn),
  // Attack: a statement added to this policy, or an access point, lets another account plant a promise or a report. AWS's own
  // services deliver inventories; jobs write their reports as a role of the account.
  DenyWritesOfOthers: ({ accountId, bucketArn }) =>
    denyOnObjects(bucketArn, DIRECT_WRITE_ACTIONS, {
      StringNotEquals: { "aws:PrincipalAccount": accountId },
      Bool: { "aws:PrincipalIsAWSService": "false" },
    }),
  // Attack: the same by way of replication, which takes its version ids and dates along.
  DenyReplicas: ({ bucketArn }) => denyOnObjects(bucketArn, REPLICA_WRITE_ACTIONS),
  // Attack: a delete marker on what proves something, so that it looks as if it had never been there; or the record is deleted
  // before the vault is touched.
  ...KEEP_VERSIONS,
  // Attack: the guard itself is taken away first, as at the vault; or a default retention is set, and no report arrives.
  DenyConfigurationChange: ({ breakGlassRoleArn, bucketArn }) =>
    breakGlassRoleArn === undefined
      ? undefined
      : {
          Effect: "Deny",
          Principal: "*",
          Action: vaultConfigurationActions(false),
          Resource: bucketArn,
          Condition: exceptRoles([breakGlassRoleArn]),
        },
  AllowInventories: ({ accountId, bucketArn, inventory }) =>
    inventory === undefined
      ? undefined
      : allowInventories(bucketArn, inventory.prefix, {
          bucketArn: inventory.bucketArn,
          accountId,
        }),
} as const satisfies StatementTable<VaultOperationsBucketPolicyArgs>;

/** Name of a statement of the policy. */
export type VaultOperationsSid = keyof typeof STATEMENTS;

/** Policy of the bucket beside a vault: the vault's own account writes, and what is written stays. */
export function vaultOperationsBucketPolicy(args: VaultOperationsBucketPolicyArgs): PolicyDocument {
  return policyDocument(...statementsOf(STATEMENTS, args));
}
