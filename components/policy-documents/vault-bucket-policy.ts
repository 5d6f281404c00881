/**
 * The vault's bucket policy: replication may add, nobody may write, hide, delete or bypass, and only the break-glass role may
 * change how the vault is guarded.
 *
 * Object Lock already refuses to delete or shorten what it holds. This policy answers what Object Lock leaves open. Reading
 * is left to the vault account's own identity policies.
 *
 * Not here, on purpose:
 * - `s3:PutObjectRetention` up to the maximum: extending is the owner's right, and Object Lock refuses to shorten without
 *   the bypass, which nobody has here but a relock role, in the narrow limits of `RELOCK_DENIALS`;
 * - the walkthrough's `s3:List*`, `s3:GetBucketVersioning` and `s3:PutBucketVersioning`: across accounts they take effect only if the
 *   role's own policy allows them too, and in AWS's example it does not.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html
 */

import { CHECKSUM_DENIALS } from "./checksum-role-policy";
import { KEEP_VERSIONS } from "./kept-versions";
import {
  denyInsecureTransport,
  denyOnObjects,
  policyDocument,
  type PolicyDocument,
  type PolicyStatement,
  statementsOf,
  type StatementTable,
} from "./policy-document";
import { RELOCK_DENIALS, type RelockLimits } from "./relock-role-policy";
import { exceptRoles, onlyRoles, rolesByAccount, sidOfAccount } from "./role-principal";

/** What `vaultBucketPolicy` is made of. */
export interface VaultBucketPolicyArgs {
  /** Of the vault's bucket, without a path. */
  bucketArn: string;
  /** The replication roles in the source accounts. They need not exist yet. At least one. */
  replicationRoleArns: readonly string[];
  /** Whether any rule to this vault replicates delete markers. */
  deleteMarkers: boolean;
  /** Whether any rule to this vault hands the replicas' ownership over. */
  ownerOverride: boolean;
  /** A pilot's versions may go once their day is over. */
  isPilot: boolean;
  /** Whether the vault is itself the source of a further vault. */
  isChained: boolean;
  /** Versions that come locked for longer are refused, and no lock is extended beyond it. Whole days. */
  maximumRetentionDays: number;
  /** Versions that come locked for less are refused. Whole days. */
  minimumRetentionDays?: number | undefined;
  /** The one role that may change how the vault is guarded. Undefined: the account's own policies decide. */
  breakGlassRoleArn?: string | undefined;
  /** The one role that extends locks by jobs, and may bypass GOVERNANCE where COMPLIANCE is promised. Undefined: nobody may. */
  relock?: RelockLimits | undefined;
  /** The one role that jobs read the vault as for its checksums: it may change nothing. Undefined: there is none. */
  checksumRoleArn?: string | undefined;
}

const ALLOW_REPLICAS = "AllowReplicas";

/**
 * What the policy refuses, by Sid. A statement is ours because it is here.
 *
 * Three of them say which locks replicas may come with. The keys are absent for a version without retention, which gets the vault's
 * default: none of these statements is about it.
 *
 * The maximum is for everybody, the break-glass role and the vault's own administrators too: who has to keep something for
 * longer raises `maximumRetention` and deploys first, which leaves a trace.
 *
 * The user guide says that a destination limits the retention of replicas by `s3:ReplicateObject`; for a direct call the same key
 * comes with `s3:PutObjectRetention`. Assumed, since no page says it: a retention that changes at the source later is
 * judged like a new one, and a day that has begun counts as a whole one.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-retention-limits
 */
const DENIALS = {
  DenyInsecureTransport: ({ bucketArn }) => denyInsecureTransport(bucketArn),
  // Attack: a role of the vault account, or one added to a policy later, plants versions that look like replicas.
  DenyOtherReplicators: ({ bucketArn, replicationRoleArns }) =>
    denyOnObjects(bucketArn, REPLICA_WRITE_ACTIONS, exceptRoles(replicationRoleArns)),
  // Attack: forged or garbage versions on top of the true ones, or versions made public by ACL or relabelled by
  // tag or annotation; or put under a key of the attacker's, which is deleted afterwards. Replication writes are authorized as
  // s3:ReplicateObject and s3:ReplicateTags, so nothing true is refused.
  DenyDirectWrites: ({ bucketArn }) => denyOnObjects(bucketArn, DIRECT_WRITE_ACTIONS),
  ...KEEP_VERSIONS,
  ...RELOCK_DENIALS,
  ...CHECKSUM_DENIALS,
  // Attack: whoever took over the source locks garbage for a century, in COMPLIANCE, and the vault's owner pays for it.
  DenyLongRetention: ({ bucketArn, maximumRetentionDays }) =>
    denyOnObjects(bucketArn, LOCKING_ACTIONS, {
      NumericGreaterThan: {
        "s3:object-lock-remaining-retention-days": String(maximumRetentionDays),
      },
    }),
  // The same by variable retention: its date is computed anew as long as the hold is on, past any limit. Its key is documented
  // for this partition alone, and S3 refuses a whole policy for a key that it does not know.
  DenyLongEventHold: ({ bucketArn, maximumRetentionDays }) =>
    bucketArn.startsWith("arn:aws:")
      ? denyOnObjects(bucketArn, LOCKING_ACTIONS, {
          NumericGreaterThan: {
            "s3:object-lock-event-hold-duration-days": String(maximumRetentionDays),
          },
        })
      : undefined,
  // Asked for by the config alone: what is refused has no copy at all.
  DenyShortRetention: ({ bucketArn, minimumRetentionDays }) =>
    minimumRetentionDays === undefined
      ? undefined
      : denyOnObjects(bucketArn, "s3:ReplicateObject", {
          NumericLessThan: {
            "s3:object-lock-remaining-retention-days": String(minimumRetentionDays),
          },
        }),
  // Attack: the guard itself is taken away first. Each action undoes one protection: this policy; the lock; versioning;
  // deletion by lifecycle; encryption under a key of the attacker's; public access; ACLs; a copy of the data to
  // elsewhere by replication.
  DenyConfigurationChange: ({ breakGlassRoleArn, bucketArn, isChained }) =>
    breakGlassRoleArn === undefined
      ? undefined
      : {
          Effect: "Deny",
          Principal: "*",
          Action: vaultConfigurationActions(isChained),
          Resource: bucketArn,
          Condition: exceptRoles([breakGlassRoleArn]),
        },
} as const satisfies StatementTable<VaultBucketPolicyArgs>;

/** Name of a statement of a vault's policy; those that name an account have it behind the name. */
export type VaultSid = typeof ALLOW_REPLICAS | keyof typeof DENIALS;

/** Sids of the statements that a vault's policy may have, but for those that name an account. */
export const OUR_VAULT_SIDS: readonly string[] = [ALLOW_REPLICAS, ...Object.keys(DENIALS)];

/**
 * Policy of a vault's bucket: replication may add; nobody may write, hide, delete or bypass; only the break-glass role, where
 * there is one, may change how the vault is guarded.
 */
export function vaultBucketPolicy(args: VaultBucketPolicyArgs): PolicyDocument {
  return policyDocument(...allowReplicas(args), ...statementsOf(DENIALS, args));
}

function allowReplicas(args: VaultBucketPolicyArgs): PolicyStatement[] {
  return rolesByAccount(args.replicationRoleArns).map(
    ({ accountId, principalArn, roleArns }, _, accounts) => ({
      Sid: sidOfAccount(ALLOW_REPLICAS, accountId, accounts),
      Effect: "Allow" as const,
      Principal: { AWS: principalArn },
      Action: [
        "s3:ReplicateObject",
        "s3:ReplicateTags",
        ...(args.deleteMarkers ? ["s3:ReplicateDelete"] : []),
        ...(args.ownerOverride ? ["s3:ObjectOwnerOverrideToBucketOwner"] : []),
      ],
      Resource: `${args.bucketArn}/*`,
      Condition: onlyRoles(roleArns),
    }),
  );
}

/** Whether a statement of an adopted bucket's policy is ours. */
export function isOurVaultSid(sid: string | undefined): boolean {
  return sid !== undefined && (OUR_VAULT_SIDS.includes(sid) || /^AllowReplicasOf\d{12}$/.test(sid));
}

/** What replication writes with. */
export const REPLICA_WRITE_ACTIONS = [
  "s3:ReplicateObject",
  "s3:ReplicateDelete",
  "s3:ReplicateTags",
  "s3:ReplicateObjectAnnotation",
] as const;

/** What brings a lock along, or sets one. */
const LOCKING_ACTIONS = ["s3:ReplicateObject", "s3:PutObjectRetention"] as const;

/** What makes or changes versions otherwise. */
export const DIRECT_WRITE_ACTIONS = [
  "s3:PutObject",
  "s3:PutObjectAcl",
  "s3:PutObjectVersionAcl",
  "s3:PutObjectTagging",
  "s3:PutObjectVersionTagging",
  "s3:DeleteObjectTagging",
  "s3:DeleteObjectVersionTagging",
  "s3:UpdateObjectEncryption",
  "s3:PutObjectAnnotation",
  "s3:PutObjectVersionAnnotation",
  "s3:DeleteObjectAnnotation",
  "s3:DeleteObjectVersionAnnotation",
] as const;

/** What changes how a bucket is guarded. @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
export function vaultConfigurationActions(isChained: boolean): string[] {
  return [
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketVersioning",
    "s3:PutLifecycleConfiguration",
    "s3:PutEncryptionConfiguration",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketAcl",
    "s3:DeleteBucket",
    // Replication into a bucket of another account stops where the requester has to pay.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting-replication.html
    "s3:PutBucketRequestPayment",
    // Replicas in INTELLIGENT_TIERING would go to its archive tiers, where they cannot be read.
    "s3:PutIntelligentTieringConfiguration",
    // The next hop of a chain is deployed like any other source.
    ...(isChained ? [] : ["s3:PutReplicationConfiguration"]),
  ];
}
