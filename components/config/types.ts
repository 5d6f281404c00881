/**
 * The config after it was read and checked: every default filled in, every unit in its name.
 *
 * `schema.ts` makes these values and is the only place that does. One shape serves `pulumi up`,
 * the command line and the library.
 */

import type { AcceptableCode, LockStage, Side, StorageClass } from "./closed-lists";
import type { RuleConfig } from "./rule";

export * from "./closed-lists";
export type { RuleConfig, RuleFilter } from "./rule";

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

/** Default retention of a bucket in Object Lock's own words. Whole days; a year counts 365. */
export interface ObjectLockConfig {
  mode: "GOVERNANCE" | "COMPLIANCE";
  retentionDays: number;
}

/** `create` (a key of our own), `none` (S3's own keys), or the ARN of a key. */
export interface EncryptionConfig {
  kms: "create" | "none" | string;
}

/** The bucket with the data. */
export interface SourceBucketConfig {
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
  roles?: RolesConfig;
}

/** How a vault locks. A year counts 365 days. */
export interface VaultLockConfig {
  stage: LockStage;
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
  bucket: { name: string; existing: boolean };
  lock: VaultLockConfig;
  /**
   * The one role that may still change the vault's policy, lock, versioning, lifecycle, encryption and key, and delete
   * versions whose retention is over. Absent: the vault's configuration is not locked down.
   */
  breakGlassRoleArn?: string;
  /** Class of the replicas; absent: that of the source version. A rule may say otherwise. */
  storageClass?: StorageClass;
  encryption: EncryptionConfig;
  /** Of what is made in the vault's account. An adopted bucket keeps its own. */
  tags?: Record<string, string>;
}

/** The one-time job for what is in the source already. */
export interface BackfillConfig {
  /** A plan dearer than this is not started. Absent: no limit. */
  budgetUsd?: number;
  report: "all-tasks" | "failed-tasks-only";
  /** Priority of the job among the account's S3 Batch Operations jobs; larger runs first. */
  priority: number;
}

/** What a verdict may find and be clean all the same. */
export interface VerdictConfig {
  /** With these a verdict is clean all the same; they are counted and named. */
  accept: AcceptableCode[];
}

/** A Slack channel, reached through Amazon Q Developer in chat applications, which the workspace must have authorised. */
export interface SlackChannelConfig {
  workspaceId: string;
  channelId: string;
}

/** A text, or one that is encrypted in the stack file: only the running program has it in the clear. */
export type MaybeSecret = string | { secure: string };

/** Who is told of what. Each limit is an alarm of its own. */
export interface MonitoringConfig {
  /** Who is told. Every subscriber but Slack has to confirm. */
  subscribers: {
    emails: string[];
    /** HTTPS endpoints. Kept secret, since such an address often carries its own password. */
    webhooks: MaybeSecret[];
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
  dashboard: boolean;
}

/** The config of a stack. */
export interface LockstepConfig {
  side: Side;
  /** True when the config has `lockstep:sources`, a list, and not the one `lockstep:source`. */
  isFleet: boolean;
  /** At least one. */
  sources: SourceConfig[];
  /** At least one. */
  vaults: VaultConfig[];
  rules: RuleConfig[];
  /** Name of the stack of the vaults' team, to read the keys of its vaults from. Only with side `source`, or with `sourceStack`. */
  vaultStack?: string;
  /** Name of the stack of the source's team. With it and `vaultStack` this stack declares nothing: it looks into both. */
  sourceStack?: string;
  /** Absent: no alarms, topics or dashboards. */
  monitoring?: MonitoringConfig;
  backfill: BackfillConfig;
  /** Absent: nothing is accepted. */
  verdict?: VerdictConfig;
}

/** What concerns one source: what the driver works with. */
export interface ReplicationConfig {
  source: SourceConfig;
  vaults: VaultConfig[];
  rules: RuleConfig[];
  backfill: BackfillConfig;
  /** Absent: nothing is accepted. */
  verdict?: VerdictConfig;
}
