/**
 * What a deployed stack tells the world: plain JSON, read by the driver and by `pulumi stack output`.
 *
 * The driver and `pulumi up` share one state through these outputs, so a change here is a change
 * of a contract: members are added, never renamed.
 */

import type { RuleConfig, RuleFilter } from "../config/rule";
import type { LockStage, StorageClass } from "../config/types";
import type { OrganizationPolicies } from "../organization-policies";
import type { PolicyStatement } from "../policy-documents/policy-document";
import type { InventoryOutputs } from "./inventory-outputs";

export type { InventoryOutputs } from "./inventory-outputs";

/** Object Lock's own word for a retention mode. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html */
export type LockMode = "GOVERNANCE" | "COMPLIANCE";

/** The source bucket and the role that replicates out of it. */
export interface SourceOutputs {
  /** Twelve digits. Owner of the bucket. */
  accountId: string;
  /** AWS Region of the bucket. */
  region: string;
  /** As S3 has it. */
  bucketName: string;
  /** Of the bucket itself, without a path. */
  bucketArn: string;
  /** True when the bucket was there before us: we never change what we did not make, and never delete it. */
  existing: boolean;
  /** Name of the vault that is this source's bucket: the next hop of a chain. Absent otherwise. */
  chainedFrom?: string;
  /** The role that S3 assumes to replicate: ours, or the one that was there. */
  replicationRoleArn: string;
  /** Absent without `lockstep:inventory`, and in the outputs of earlier versions. */
  inventory?: InventoryOutputs;
}

/** An inline policy of a role. */
export interface RolePolicyOutputs {
  /** As IAM has it, unique in its role. */
  name: string;
  /** As they were deployed. */
  statements: PolicyStatement[];
}

/** A role that S3 assumes, as it was deployed: what the live one is held against. */
export interface RoleOutputs {
  /** With its path. */
  roleArn: string;
  /** True when the role was there before us: its trust, its boundary and its other policies are its own. */
  existing: boolean;
  /** Who may assume it. Absent with an existing role. */
  trustStatements?: PolicyStatement[];
  /** Our inline policies of it. */
  policies: RolePolicyOutputs[];
  /** ARNs of managed policies that are attached to it. */
  managedPolicyArns: string[];
  /** ARN. Absent without one, and with an existing role. */
  permissionsBoundary?: string;
}

/** The roles of a source that S3 works as. */
export interface RolesOutputs {
  /** The role that S3 replicates under. */
  replication: RoleOutputs;
  /** The role that S3 Batch Operations runs a backfill under. */
  batch: RoleOutputs;
  /** The role that S3 Batch Operations reads the source under for checksums. Absent without `lockstep:verdict` `checksums`. */
  checksum?: RoleOutputs;
}

/** What a vault promises of the lock of each replica. */
export interface VaultLockOutputs {
  /** Of the bucket's default retention. */
  mode: LockMode;
  /** Whole days; a year counts 365. */
  retentionDays: number;
  /** ISO 8601: since when mode and period are deployed. Absent in the outputs of earlier versions. */
  since?: string;
  /** Replicas that come locked for longer are refused. Whole days. Absent in the outputs of earlier versions. */
  maximumRetentionDays?: number;
  /** Replicas that come locked for less are refused. Whole days. Absent: they are accepted, and named. */
  minimumRetentionDays?: number;
}

/**
 * A lifecycle rule that takes versions away: expires, hides or moves them. In the words of S3's API, its filter spread out.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html
 */
export interface LifecycleRuleOutputs {
  /** Start of the keys. Absent: any. */
  prefix?: string;
  /** All have to match. Absent: any. */
  tags?: Record<string, string>;
  /** For objects of more bytes than this. Absent: of any size. */
  objectSizeGreaterThan?: number;
  /** For objects of fewer bytes than this. Absent: of any size. */
  objectSizeLessThan?: number;
  /** Puts a delete marker on a current version, or takes away one that is the last of its key. Absent: neither. */
  expiration?: LifecycleActionOutputs;
  /** When a noncurrent version is deleted for good. Absent: never. */
  noncurrentVersionExpiration?: LifecycleActionOutputs;
  /** When a current version moves to which class. Absent: never. */
  transitions?: LifecycleActionOutputs[];
  /** When a noncurrent version moves to which class. Absent: never. */
  noncurrentVersionTransitions?: LifecycleActionOutputs[];
}

/** What a lifecycle rule does, and when. */
export interface LifecycleActionOutputs {
  /** Whole days after the version was made, or became noncurrent. */
  days?: number;
  /** ISO 8601. */
  date?: string;
  /** So many noncurrent versions of a key are spared, the newest. Absent: none. */
  newerNoncurrentVersions?: number;
  /** Removes a delete marker that is the last of its key. Absent: it stays. */
  expiredObjectDeleteMarker?: boolean;
  /** S3's name of the class that a transition moves to. */
  storageClass?: string;
}

/** The role that locks are extended with, as it was deployed, and within which limits. */
export interface RelockOutputs {
  /** What the live role is held against. */
  role: RoleOutputs;
  /** Modes that it may lock in. */
  modes: LockMode[];
  /** Whether a GOVERNANCE lock may give way to COMPLIANCE. */
  mayBypass: boolean;
  /** A job locks no version for less than this, from the day of its plan on. Whole days. */
  floorDays: number;
}

/** The vault's own protections as they were deployed: what the live ones are held against. */
export interface VaultGuardOutputs {
  /** As the config said it. */
  stage: LockStage;
  /** True when the bucket was there before us: statements of others in its policy are its own. */
  existing: boolean;
  /**
   * Rules of an adopted bucket that take versions away, as they were when it was adopted. Absent for a vault that we made, which
   * has none, and in the outputs of earlier versions.
   */
  lifecycleRules?: LifecycleRuleOutputs[];
  /** Whether the vault is the source of a further vault. */
  isChained: boolean;
  /** The one role that may change what is listed here. Absent: the account's own policies decide. */
  breakGlassRoleArn?: string;
  /** Our statements of the bucket's policy. */
  policyStatements: PolicyStatement[];
  /** Our statements of the policy of a key that we made. Absent with S3's own keys and with a key of others. */
  keyPolicyStatements?: PolicyStatement[];
  /** The statements of the policy of the operations bucket beside the vault. Absent in the outputs of earlier versions. */
  operationsPolicyStatements?: PolicyStatement[];
  /** Absent: nobody extends locks by jobs, and nobody may bypass. */
  relock?: RelockOutputs;
  /** The role that S3 Batch Operations reads the vault under for checksums. Absent without `lockstep:verdict` `checksums`. */
  checksumRole?: RoleOutputs;
}

/** One locked bucket in its own account. */
export interface VaultOutputs {
  /** The vault's name in the config, not the bucket's. */
  name: string;
  /** Twelve digits. Owner of the bucket. */
  accountId: string;
  /** AWS Region of the bucket. */
  region: string;
  /** As S3 has it. */
  bucketName: string;
  /** Of the bucket itself, without a path. */
  bucketArn: string;
  /** Absent when the vault encrypts with S3's own keys (`kms: none`). */
  kmsKeyArn?: string;
  /** What the vault promises of each replica. */
  lock: VaultLockOutputs;
  /** Absent when a replica keeps the class of its source version. */
  storageClass?: StorageClass;
  /** Absent for another team's vault, and in the outputs of earlier versions. */
  guard?: VaultGuardOutputs;
  /** The guarded bucket beside the vault. Absent for another team's vault, and in the outputs of earlier versions. */
  operationsBucketName?: string;
  /** Absent without `lockstep:inventory`, for another team's vault, and in the outputs of earlier versions. */
  inventory?: InventoryOutputs;
}

/** What outputs of earlier versions do not say of a rule. */
type LaterRuleMembers =
  | "sseKmsEncryptedObjects"
  | "ownerOverride"
  | "deleteMarkerReplication"
  | "replicaModifications"
  | "replicationTimeControl"
  | "metrics";

/** One replication rule as it was declared: with its filter spread out, for its one source, every default said. */
export interface RuleOutputs
  extends
    Pick<RuleConfig, "name" | "status" | "priority" | "vault" | "storageClass" | "replicaKmsKeyId">,
    RuleFilter,
    Partial<Pick<RuleConfig, LaterRuleMembers>> {}

/**
 * What names a promise: source, roles, rules and the vaults that they fill, as deployed. The digest is the SHA-256 of
 * their canonical JSON (`promise.ts`).
 */
export interface PromiseOutputs {
  /** Of the form that the digest is taken of. */
  version: 1;
  /** SHA-256, 64 hex characters. */
  digest: string;
}

/** The bucket in the source account that holds manifests, reports, the ledger and evidence. */
export interface OperationsOutputs {
  /** As S3 has it. */
  bucketName: string;
  /** Of the bucket itself, without a path. */
  bucketArn: string;
  /** Without a slash at either end, as S3 Batch Operations takes it. */
  manifestPrefix: string;
  /** Without a slash at either end, as S3 Batch Operations takes it. */
  reportPrefix: string;
  /** Without a slash at either end. */
  ledgerPrefix: string;
}

/** What tells people; absent without `lockstep:monitoring`. */
export interface MonitoringOutputs {
  /** One topic for each Region that publishes metrics of a rule, in the source's account. */
  topicArns: string[];
}

/** What a stack with one source tells, and what the driver works with: for a fleet, one source's part of its outputs. */
export interface LockstepOutputs {
  /** The one source. */
  source: SourceOutputs;
  /** In the order of the config. */
  vaults: VaultOutputs[];
  /** In the order of the config. */
  rules: RuleOutputs[];
  /** Where the record of every job lies. */
  operations: OperationsOutputs;
  /** The role that S3 Batch Operations assumes to run a backfill. */
  batchRoleArn: string;
  /** Absent in the outputs of earlier versions. */
  roles?: RolesOutputs;
  /** Absent in the outputs of earlier versions. */
  promise?: PromiseOutputs;
  /** Absent without `lockstep:monitoring`. */
  monitoring?: MonitoringOutputs;
  /** Absent on side `source`. */
  organizationPolicies?: OrganizationPolicies;
}

/** One source of a fleet. */
export interface FleetSourceOutputs extends Omit<
  LockstepOutputs,
  "vaults" | "monitoring" | "organizationPolicies"
> {
  /** The source's name in the config, not the bucket's. */
  name: string;
}

/** What a stack with several sources tells. A stack of side `vaults` tells no sources. */
export interface FleetOutputs {
  /** In the order of the config. */
  sources: FleetSourceOutputs[];
  /** In the order of the config. */
  vaults: VaultOutputs[];
  /** Absent without `lockstep:monitoring`. */
  monitoring?: MonitoringOutputs;
  /** Absent on side `source`. */
  organizationPolicies?: OrganizationPolicies;
}
