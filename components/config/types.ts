/**
 * The config after it was read and checked: every default filled in, every unit in its name.
 *
 * `schema.ts` makes these values and is the only place that does. One shape serves `pulumi up`,
 * the command line and the library.
 */

import type { AcceptableCode, LockStage, Side, StorageClass } from "./closed-lists";
import type { RegionPricesConfig } from "./prices";
import type { RuleConfig } from "./rule";

export * from "./closed-lists";
export type { RegionPricesConfig } from "./prices";
export type { RuleConfig, RuleFilter } from "./rule";

/** How one account is reached. With neither profile nor role, the environment's credentials are used. */
export interface AccountAccess {
  /** Twelve digits, checked against the credentials before anything is made. */
  accountId: string;
  /** AWS Region of the bucket, as in `eu-west-1`. */
  region: string;
  /** Named profile of the AWS config file. Not together with `assumeRoleArn`. */
  profile?: string;
  /** Role to assume in that account. Not together with `profile`. */
  assumeRoleArn?: string;
}

/** Default retention of a bucket in Object Lock's own words. Whole days; a year counts 365. */
export interface ObjectLockConfig {
  /** GOVERNANCE gives way to whoever has the bypass right, COMPLIANCE to nobody. */
  mode: "GOVERNANCE" | "COMPLIANCE";
  /** Whole days, 1 to 36500. */
  retentionDays: number;
}

/** `create` (a key of our own), `none` (S3's own keys), or the ARN of a key. */
export interface EncryptionConfig {
  /** One of the two words, or an ARN; an alias is refused. */
  kms: "create" | "none" | string;
}

/** The bucket with the data. */
export interface SourceBucketConfig {
  /** As S3 has it. */
  name: string;
  /** True attaches to a bucket that is there; false makes it. */
  existing: boolean;
  /** Default encryption, and an S3 Bucket Key with KMS. Absent for an existing bucket: left as it is. */
  encryption?: EncryptionConfig;
  /** Object Lock with a default retention, also on a bucket that is there. Absent: left as it is. */
  objectLock?: ObjectLockConfig;
}

/** What the roles that are made for a source have in common. */
export interface RolesConfig {
  /** ARN of the managed policy that bounds each of them. */
  permissionsBoundary?: string;
  /** Starts and ends in a slash. Part of the roles' ARNs, which the vaults' policies name: changing it makes the roles again. */
  path?: string;
  /** Beside those of the source. */
  tags?: Record<string, string>;
}

/** A source: its account, its bucket, and what is made there. */
export interface SourceConfig extends AccountAccess {
  /** Name in this config. The one source of `lockstep:source` is called `source`. */
  name: string;
  /** The bucket with the data; with `chainedFrom` that of the vault. */
  bucket: SourceBucketConfig;
  /** Name of the vault that is this source's bucket: the second hop of a chain. */
  chainedFrom?: string;
  /**
   * Keys that versions in the source are under, for the replication role's policy. Empty: any key of the account, through S3
   * and for this bucket only.
   */
  kmsKeyArns: string[];
  /** A role that is there already and replicates this bucket. Absent: a role of our own. */
  replicationRoleArn?: string;
  /** Of what is made in the source's account, roles included. */
  tags?: Record<string, string>;
  /** Absent: no boundary, path `/`, the source's tags. */
  roles?: RolesConfig;
}

/** How a vault locks. A year counts 365 days. */
export interface VaultLockConfig {
  /** What locks, and whom it binds. */
  stage: LockStage;
  /** Whole days, 1 to 36500; 1 with stage `pilot`. */
  retentionDays: number;
  /** With stage `compliance` alone: `complianceAcknowledgement` of bucket and days, said by whoever wrote the config. */
  acknowledgement?: string;
  /** Replicas that come locked for longer are refused. Absent: ten years, or longer where the vault's or a source's retention is. */
  maximumRetentionDays?: number;
  /** Replicas that come locked for less are refused. Absent: they are accepted, and named. */
  minimumRetentionDays?: number;
}

/** A vault: its account, its bucket, how it locks and who may still change it. */
export interface VaultConfig extends AccountAccess {
  /** Name in this config, part of resource names: renaming it makes new resources. */
  name: string;
  /** `existing: true` adopts a bucket that is there: it is given what it lacks, and keeps what it has. */
  bucket: {
    /** As S3 has it. */
    name: string;
    /** True adopts a bucket that is there; false makes it. */
    existing: boolean;
  };
  /** How long replicas are locked, and how hard. */
  lock: VaultLockConfig;
  /**
   * The one role that may still change the vault's policy, lock, versioning, lifecycle, encryption and key, and delete
   * versions whose retention is over. Absent: the vault's configuration is not locked down.
   */
  breakGlassRoleArn?: string;
  /**
   * A role in the vault's account that refusals are tried as too, assumed by who reaches the vault: that of an administrator shows more.
   * Absent: they are tried as whoever reaches the vault alone.
   */
  refusalsRoleArn?: string;
  /** True: the role that `lockstep relock` extends locks with is made. Absent: nobody may bypass GOVERNANCE. */
  relock?: boolean;
  /** Class of the replicas; absent: that of the source version. A rule may say otherwise. */
  storageClass?: StorageClass;
  /** Default encryption of the bucket. A rule may name another key for its replicas. */
  encryption: EncryptionConfig;
  /** Of what is made in the vault's account. An adopted bucket keeps its own. */
  tags?: Record<string, string>;
}

/** The one-time job for what is in the source already. */
export interface BackfillConfig {
  /** A plan dearer than this is not started. Absent: no limit. */
  budgetUsd?: number;
  /** Which tasks the completion report has rows of. A verdict needs all. */
  report: "all-tasks" | "failed-tasks-only";
  /** Priority of the job among the account's S3 Batch Operations jobs; larger runs first. */
  priority: number;
  /** False: a job may run without one version being tried before. Absent: one is. */
  trial?: boolean;
  /** By Region: prices in place of the list's. Absent: list prices. */
  prices?: Record<string, RegionPricesConfig>;
  /** By the source's name: the Athena of its account, for `lineage --engine athena`. Absent: none. */
  athena?: Record<string, AthenaConfig>;
  /** What Athena charges for the reports of all sources may be so much; with it, no price may be unknown. US dollars. Absent: no limit. */
  athenaBudgetUsd?: number;
}

/**
 * An S3 Inventory of each source and vault that the stack works in, of all versions, delivered to the operations bucket beside it.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html
 */
export interface InventoryConfig {
  /** Of its files. */
  format: "CSV" | "Parquet";
  /** How often S3 makes one. */
  frequency: "Daily" | "Weekly";
}

/** What becomes of bundles of evidence beside the file that they are written into. */
export interface EvidenceConfig {
  /** They are kept in the operations buckets beside the vaults too. */
  keep: boolean;
  /** What is kept is locked as the vault locks its replicas. */
  lock: boolean;
}

/** What a verdict may find and be clean all the same. */
export interface VerdictConfig {
  /** With these a verdict is clean all the same; they are counted and named. */
  accept: AcceptableCode[];
  /** By the vault's name: the Athena of its account, for `verify --engine athena`. Absent: none. */
  athena?: Record<string, AthenaConfig>;
  /** What Athena charges for a look at all sources may be so much; with it, no price may be unknown. US dollars. Absent: no limit. */
  athenaBudgetUsd?: number;
  /** True: the roles that the jobs of `verify --level checksum` read as are made. Absent: no role of ours reads a vault. */
  checksums?: boolean;
}

/** The Athena of a vault's account, or of a source's, in the Region of its bucket. */
export interface AthenaConfig {
  /** Whose limits hold; one that does not override where answers are written. */
  workgroup: string;
  /** Of the Data Catalog of that account, and no link to another's; there already. Tables in it are made for a look and taken away. */
  database: string;
  /** Where what is asked of lies for the time of a look: `s3://bucket/prefix/`, in a bucket without versioning or with a rule for noncurrent versions. */
  location: string;
  /** US dollars for 10^12 bytes. Absent: the list price. */
  usdPerTbScanned?: number;
}

/** A Slack channel, reached through Amazon Q Developer in chat applications, which the workspace must have authorised. */
export interface SlackChannelConfig {
  /** Slack's, as in `T07EA123LEP`. */
  workspaceId: string;
  /** Slack's, as in `C07EZ1ABC23`. */
  channelId: string;
}

/** A text, or one that is encrypted in the stack file: only the running program has it in the clear. */
export type MaybeSecret =
  | string
  | {
      /** The encrypted text, as the stack file has it. */
      secure: string;
    };

/** Who is told of what. Each limit is an alarm of its own. */
export interface MonitoringConfig {
  /** Who is told. Every subscriber but Slack has to confirm. */
  subscribers: {
    /** Addresses; AWS sends each a message to confirm by. */
    emails: string[];
    /** HTTPS endpoints. Kept secret, since such an address often carries its own password. */
    webhooks: MaybeSecret[];
    /** Channels that all alarms and events go to. */
    slack: SlackChannelConfig[];
  };
  /** Alarm as soon as a copy lags this far behind. Seconds. */
  replicationLatencySeconds: number;
  /** Alarm on this much data that waits. */
  bytesPendingReplication: number;
  /** Alarm on this many operations that wait. */
  operationsPendingReplication: number;
  /** Tells when nothing was replicated for so long after something was. Whole hours. Absent: no such alarm. */
  noReplicationHours?: number;
  /** Whether a CloudWatch dashboard is made. */
  dashboard: boolean;
}

/** The config of a stack. */
export interface LockstepConfig {
  /** Which accounts this stack works in. */
  side: Side;
  /** True when the config has `lockstep:sources`, a list, and not the one `lockstep:source`. */
  isFleet: boolean;
  /** At least one. */
  sources: SourceConfig[];
  /** At least one. */
  vaults: VaultConfig[];
  /** At least one. */
  rules: RuleConfig[];
  /** Name of the stack of the vaults' team, to read the keys of its vaults from. Only with side `source`, or with `sourceStack`. */
  vaultStack?: string;
  /** Name of the stack of the source's team. With it and `vaultStack` this stack declares nothing: it looks into both. */
  sourceStack?: string;
  /** Absent: no alarms, topics or dashboards. */
  monitoring?: MonitoringConfig;
  /** Of every source. */
  backfill: BackfillConfig;
  /** Absent: no inventories. */
  inventory?: InventoryConfig;
  /** Absent: bundles of evidence are kept, and not locked. */
  evidence?: EvidenceConfig;
  /** Absent: nothing is accepted. */
  verdict?: VerdictConfig;
}

/** What concerns one source: what the driver works with. */
export interface ReplicationConfig {
  /** The one source. */
  source: SourceConfig;
  /** All of the config; in a fleet those that its rules send to. */
  vaults: VaultConfig[];
  /** Those of this source, in the order of the config. */
  rules: RuleConfig[];
  /** As the config says it for every source. */
  backfill: BackfillConfig;
  /** Absent: nothing is accepted. */
  verdict?: VerdictConfig;
}
