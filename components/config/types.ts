/**
 * The config after it was read and checked: every default filled in, every unit in its name.
 *
 * `schema.ts` makes these values and is the only place that does. One shape serves `pulumi up`,
 * the command line and the library.
 */

/**
 * Storage classes that a replica may be put in, in AWS's names.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Destination.html
 */
export const STORAGE_CLASSES = [
  "STANDARD",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
  "REDUCED_REDUNDANCY",
] as const;
export type StorageClass = (typeof STORAGE_CLASSES)[number];

/**
 * How far locking has gone.
 * - `pilot`: GOVERNANCE for one day, to try everything and be rid of it tomorrow.
 * - `governance`: GOVERNANCE for the period given; someone with the bypass right could still undo it.
 * - `compliance`: COMPLIANCE for the period given. Nobody can undo it, not even the account's root.
 */
export const LOCK_STAGES = ["pilot", "governance", "compliance"] as const;
export type LockStage = (typeof LOCK_STAGES)[number];

/** How one account is reached. With neither profile nor role, the environment's credentials are used. */
export interface AccountAccess {
  /** Twelve digits, checked against the credentials before anything is made. */
  accountId: string;
  region: string;
  /** Named profile of the AWS config file. Not together with `assumeRoleArn`. */
  profile?: string;
  /** Role to assume in that account. Not together with `profile`. */
  assumeRoleArn?: string;
}

export interface SourceConfig extends AccountAccess {
  /** `existing: true` attaches to a bucket that is there; `false` makes it. */
  bucket: { name: string; existing: boolean };
}

export interface VaultConfig extends AccountAccess {
  /** Name in this config, part of resource names: renaming it makes new resources. */
  name: string;
  bucket: { name: string };
  /** A year counts 365 days. */
  lock: { stage: LockStage; retentionDays: number };
  /** Class of the replicas; absent: that of the source version. A rule may say otherwise. */
  storageClass?: StorageClass;
  encryption: {
    /** `create` (a key of our own), `none` (S3's own keys), or the ARN of a key in the vault's account and Region. */
    kms: "create" | "none" | string;
  };
}

export interface RuleConfig {
  /** The rule's ID in S3. */
  name: string;
  status: "Enabled" | "Disabled";
  /** Larger wins among the rules that send the same version to the same vault. */
  priority: number;
  /** Neither prefix nor tags: the whole bucket. Both: both must match. All tags must match. */
  filter: { prefix?: string; tags?: Record<string, string> };
  /** Name of a vault of this config. */
  vault: string;
  storageClass?: StorageClass;
  /** Whether a delete marker made at the source is replicated. Never reaches a version. */
  deleteMarkers: boolean;
  /** S3 Replication Time Control: 15 minutes, at a price. Needs `metrics`. */
  replicationTimeControl: boolean;
  metrics: boolean;
}

export interface BackfillConfig {
  /** A plan dearer than this is not started. Absent: no limit. */
  budgetUsd?: number;
  report: "all-tasks" | "failed-tasks-only";
  /** Priority of the job among the account's S3 Batch Operations jobs; larger runs first. */
  priority: number;
}

export interface LockstepConfig {
  source: SourceConfig;
  vaults: VaultConfig[];
  rules: RuleConfig[];
  backfill: BackfillConfig;
}
