/**
 * The role that jobs extend locks as, in a vault's account: what it may do, and how its reach is narrowed down.
 *
 * An identity policy gives, and whoever runs the account's IAM may give more. So what the role may not do is said three times by
 * others: in the policy of the vault, and in the two policies of the organization, out of `RELOCK_DENIALS`.
 */

import type { ObjectLockConfig } from "../config/types";
import { denyOnObjects, policyDocument, type PolicyDocument } from "./policy-document";
import type { StatementTable } from "./policy-document";
import { onlyRoles } from "./role-principal";

/** The relock role of a vault, and within which limits it extends. */
export interface RelockLimits {
  /** With its path. The role need not exist yet. */
  readonly roleArn: string;
  /** Modes that it may lock in. COMPLIANCE alone where it may bypass. */
  readonly modes: readonly ObjectLockConfig["mode"][];
  /** Whether a GOVERNANCE lock may give way to its COMPLIANCE: where the vault promises COMPLIANCE, and nowhere else. */
  readonly mayBypass: boolean;
  /** Locks of less are refused, as the policies say it. Whole days. */
  readonly minimumDays: number;
}

/** What `relockRolePolicy` is made of. */
export interface RelockRolePolicyArgs {
  /** Of the vault's bucket, without a path. */
  vaultBucketArn: string;
  /** Of the bucket beside it, without a path. */
  operationsBucketArn: string;
  /** Prefixes in the operations bucket, without a slash at either end. */
  manifestPrefix: string;
  /** Where reports go. */
  reportPrefix: string;
  /** Key that the operations bucket is under. Undefined: S3's own keys. */
  kmsKeyArn?: string | undefined;
  /** Whether it may bypass GOVERNANCE. */
  mayBypass: boolean;
}

/**
 * Identity policy of the relock role.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-retention-date.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-iam-role-policies.html
 */
export function relockRolePolicy(args: RelockRolePolicyArgs): PolicyDocument {
  const { kmsKeyArn, mayBypass, operationsBucketArn, vaultBucketArn } = args;
  return policyDocument(
    {
      // Batch Operations looks whether the bucket has Object Lock before it processes any key.
      Sid: "LookAtLock",
      Effect: "Allow",
      Action: "s3:GetBucketObjectLockConfiguration",
      Resource: vaultBucketArn,
    },
    {
      Sid: "ExtendLocks",
      Effect: "Allow",
      Action: mayBypass
        ? ["s3:PutObjectRetention", "s3:BypassGovernanceRetention"]
        : "s3:PutObjectRetention",
      Resource: `${vaultBucketArn}/*`,
    },
    {
      Sid: "ReadManifest",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: `${operationsBucketArn}/${args.manifestPrefix}/*`,
    },
    {
      Sid: "WriteReport",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: `${operationsBucketArn}/${args.reportPrefix}/*`,
    },
    kmsKeyArn === undefined
      ? undefined
      : {
          Sid: "UseKeyOfReports",
          Effect: "Allow",
          Action: ["kms:GenerateDataKey", "kms:Decrypt"],
          Resource: kmsKeyArn,
        },
  );
}

/** What a policy of a bucket has to know of the relock role. */
export interface Relocked {
  readonly bucketArn: string;
  readonly relock?: RelockLimits | undefined;
}

/** What undoes a copy or its guard: none of it is a lock that is extended. Patterns, so that they fit into an organization's policy. */
export const NOT_RELOCKING_ACTIONS = [
  "s3:Delete*",
  "s3:PutBucket*",
  "s3:PutLifecycleConfiguration",
  "s3:PutObjectLegalHold",
  "s3:PutReplicationConfiguration",
] as const;

/**
 * What the relock role is refused at its vault, by Sid. `PutObjectRetention` has the keys `s3:object-lock-mode` and
 * `s3:object-lock-remaining-retention-days`. A retention that is taken away has neither: a negated operator holds where its key is
 * absent, a numeric one does not, and so absence has a statement of its own.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-retention-limits
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null
 */
export const RELOCK_DENIALS = {
  // Attack: whoever hands the role to a job of their own deletes with it, or takes the guard away.
  DenyRelockDeletion: ({ bucketArn, relock }) =>
    relock && {
      ...denyOnObjects(bucketArn, NOT_RELOCKING_ACTIONS, onlyRoles([relock.roleArn])),
      Resource: [bucketArn, `${bucketArn}/*`],
    },
  // Attack: a lock in a mode that gives way, in place of the one that is there.
  DenyRelockMode: ({ bucketArn, relock }) =>
    relock &&
    denyOnObjects(bucketArn, "s3:PutObjectRetention", {
      ...onlyRoles([relock.roleArn]),
      StringNotEquals: { "s3:object-lock-mode": modesOf(relock) },
    }),
  // Attack: a GOVERNANCE lock is shortened by way of a COMPLIANCE one that is over tomorrow.
  DenyRelockShort: ({ bucketArn, relock }) =>
    relock &&
    denyOnObjects(bucketArn, "s3:PutObjectRetention", {
      ...onlyRoles([relock.roleArn]),
      NumericLessThan: { "s3:object-lock-remaining-retention-days": String(relock.minimumDays) },
    }),
  // Attack: a retention that is taken away says neither mode nor date.
  DenyRelockRemoval: ({ bucketArn, relock }) =>
    relock &&
    denyOnObjects(bucketArn, "s3:PutObjectRetention", {
      ...onlyRoles([relock.roleArn]),
      Null: { "s3:object-lock-remaining-retention-days": "true" },
    }),
} as const satisfies StatementTable<Relocked>;

/** One as a text, as AWS gives it back. */
export function modesOf({ modes }: Pick<RelockLimits, "modes">): string | string[] {
  const [only, ...others] = modes;
  return only !== undefined && others.length === 0 ? only : [...modes];
}
