/**
 * Arguments of the package's component: the shape of the config, as Pulumi schemas know it.
 *
 * These types and their comments become the schema, and with it the SDK of every language. They describe only: what may be
 * written is judged by the config's own checks, and a test holds the keys of both equal.
 */

import type { Input } from "@pulumi/pulumi";
import type { Rule } from "./rule";
import type {
  Integer,
  InventoryFormat,
  InventoryFrequency,
  LockMode,
  LockStage,
  Side,
  StorageClass,
} from "./values";

/** Live replication from source buckets into locked vaults. Every value has to be known in a preview. */
export interface ImmutableCopiesArgs {
  /** Which accounts this stack works in. Default: both. */
  side?: Input<Side>;
  /** The one source. Either this or `sources`. */
  source?: Input<Source>;
  /** Several sources: a fleet, or the hops of a chain. Either this or `source`. */
  sources?: Input<Input<FleetSource>[]>;
  /** The locked copies. At least one. */
  vaults: Input<Input<Vault>[]>;
  /** What is replicated, and where to. At least one. */
  rules: Input<Input<Rule>[]>;
  /** Whole name of the stack of the vaults' team, `organization/project/stack`, to read the keys of its vaults from. Only with side `source`. */
  vaultStack?: Input<string>;
  /** Alarms, events and a dashboard. Default: none; an empty object for all defaults. */
  monitoring?: Input<Monitoring>;
  /** An S3 Inventory of each source and vault that this stack works in, delivered to the operations bucket beside it. Default: none; an empty object for all defaults. */
  inventory?: Input<Inventory>;
  /** How much a verdict may read. What it accepts belongs to the stack's config. Default: jobs read neither sources nor vaults. */
  verdict?: Input<Verdict>;
}

/** How much a verdict may read. */
export interface Verdict {
  /** Whether jobs may read source and vaults to compare their content (`lockstep verify --level checksum`): makes the roles that read, one for each source and each vault. Default: false. */
  checksums?: Input<boolean>;
}

/** S3 Inventories, of all versions. */
export interface Inventory {
  /** Of their files. Default: Parquet. */
  format?: Input<InventoryFormat>;
  /** How often S3 makes them. Default: Daily. */
  frequency?: Input<InventoryFrequency>;
}

/** The account and bucket with the data. */
export interface Source {
  /** Twelve digits. The credentials have to be of this account. */
  accountId: Input<string>;
  /** Region of the bucket; the operations bucket and the jobs are made there too. */
  region: Input<string>;
  /** Profile of the AWS config file that reaches the account. Not together with `assumeRoleArn`. Default: the credentials of the environment. */
  profile?: Input<string>;
  /** Role to assume in the account. Not together with `profile`. */
  assumeRoleArn?: Input<string>;
  /** The bucket with the data. */
  bucket: Input<SourceBucket>;
  /** Keys that versions in the bucket are under. Default: any key of the account, through S3 and for this bucket only. */
  kmsKeyArns?: Input<Input<string>[]>;
  /** A role that is there already and replicates this bucket. Default: a role of our own. */
  replicationRoleArn?: Input<string>;
  /** Tags of what is made in the account for this source. Default: none. */
  tags?: Input<{ [key: string]: Input<string> }>;
  /** What the roles that are made in the account for this source have. Default: nothing. */
  roles?: Input<Roles>;
}

/** The bucket with the data. */
export interface SourceBucket {
  /** Name of the bucket. */
  name: Input<string>;
  /** True attaches to a bucket that is there and changes only its versioning and replication; false makes it. Default: false. */
  existing?: Input<boolean>;
  /** Default encryption, with an S3 Bucket Key for KMS. Default for an existing bucket: left as it is. */
  encryption?: Input<Encryption>;
  /** Object Lock with a default retention, also on a bucket that is there. Default: left as it is. */
  objectLock?: Input<ObjectLock>;
}

/** One of several sources. */
export interface FleetSource {
  /** 1 to 32 lower-case letters, digits and hyphens. Part of resource names: a renamed source is a new one. */
  name: Input<string>;
  /** Twelve digits. Required, unless the bucket is a vault. */
  accountId?: Input<string>;
  /** Region of the bucket. Required, unless the bucket is a vault. */
  region?: Input<string>;
  /** Profile of the AWS config file that reaches the account. Not together with `assumeRoleArn`. Default: the credentials of the environment. */
  profile?: Input<string>;
  /** Role to assume in the account. Not together with `profile`. */
  assumeRoleArn?: Input<string>;
  /** The bucket with the data, or the vault that is this source's bucket. */
  bucket: Input<FleetSourceBucket>;
  /** Keys that versions in the bucket are under. Default: any key of the account, through S3 and for this bucket only. */
  kmsKeyArns?: Input<Input<string>[]>;
  /** A role that is there already and replicates this bucket. Default: a role of our own. */
  replicationRoleArn?: Input<string>;
  /** Tags of what is made in the account for this source. Default: none. */
  tags?: Input<{ [key: string]: Input<string> }>;
  /** What the roles that are made in the account for this source have. Default: nothing. */
  roles?: Input<Roles>;
}

/** What the roles that are made in a source's account have. */
export interface Roles {
  /** ARN of the managed policy that bounds each of them. Default: none. */
  permissionsBoundary?: Input<string>;
  /** Path, as in `/lockstep/`: part of the roles' ARNs, which the vaults' policies name. Default: `/`. */
  path?: Input<string>;
  /** Tags beside those of the source. Default: none. */
  tags?: Input<{ [key: string]: Input<string> }>;
}

/** The bucket of one of several sources: `name` and what belongs to it, or `vault` alone. */
export interface FleetSourceBucket {
  /** Name of the bucket. */
  name?: Input<string>;
  /** Name of the vault that is this source's bucket: the next hop of a chain. */
  vault?: Input<string>;
  /** True attaches to a bucket that is there and changes only its versioning and replication; false makes it. Default: false. */
  existing?: Input<boolean>;
  /** Default encryption, with an S3 Bucket Key for KMS. Default for an existing bucket: left as it is. */
  encryption?: Input<Encryption>;
  /** Object Lock with a default retention, also on a bucket that is there. Default: left as it is. */
  objectLock?: Input<ObjectLock>;
}

/** Default encryption of a bucket. */
export interface Encryption {
  /** `create` (a KMS key of our own), `none` (S3's own keys), or the ARN of a KMS key in the bucket's account and Region. Default: none. */
  kms?: Input<string>;
}

/** Object Lock of a source bucket. */
export interface ObjectLock {
  /** Mode of the default retention. */
  mode: Input<LockMode>;
  /** `N days` or `N years` of 365 days, as in `30 days`. */
  retention: Input<string>;
}

/** A locked bucket, best in an account of its own. */
export interface Vault {
  /** 1 to 32 lower-case letters, digits and hyphens. Part of resource names: a renamed vault is a new one. */
  name: Input<string>;
  /** Twelve digits. The credentials have to be of this account. */
  accountId: Input<string>;
  /** Region of the vault; may differ from the source's, in the same partition. */
  region: Input<string>;
  /** Profile of the AWS config file that reaches the account. Not together with `assumeRoleArn`. Default: the credentials of the environment. */
  profile?: Input<string>;
  /** Role to assume in the account. Not together with `profile`. */
  assumeRoleArn?: Input<string>;
  /** The locked bucket. */
  bucket: Input<VaultBucket>;
  /** How long versions are locked. Default: stage `pilot`. */
  lock?: Input<VaultLock>;
  /** The one role that may still change the vault's policy, lock, versioning, lifecycle, encryption and key. Default: none; the configuration is not locked down. */
  breakGlassRoleArn?: Input<string>;
  /** Whether locks may be extended by jobs (`lockstep relock`): makes the one role that may. Default: false; nobody may bypass GOVERNANCE. */
  relock?: Input<boolean>;
  /** Class of the replicas; a rule may say otherwise. Default: that of the source version. */
  storageClass?: Input<StorageClass>;
  /** Encryption of the replicas. Default: S3's own keys. */
  encryption?: Input<Encryption>;
  /** Tags of what is made in the account for this vault. An adopted bucket keeps its own. Default: none. */
  tags?: Input<{ [key: string]: Input<string> }>;
}

/** The locked bucket. */
export interface VaultBucket {
  /** Name of the bucket. */
  name: Input<string>;
  /** True adopts a bucket that is there: it is given what it lacks, and keeps what it has. Default: false, which makes it. */
  existing?: Input<boolean>;
}

/** How long versions in a vault are locked. */
export interface VaultLock {
  /** How far locking has gone. Default: pilot. */
  stage?: Input<LockStage>;
  /** `N days` or `N years` of 365 days, as in `30 days`. Default: 1 day for stage `pilot`, 30 days for `governance`, none for `compliance`: it has to be said. */
  retention?: Input<string>;
  /** Replicas that come locked for longer are refused. `N days` or `N years`. Default: 10 years, or longer where the vault's or a source's retention is. */
  maximumRetention?: Input<string>;
  /** Replicas that come locked for less are refused, and have no copy at all. `N days` or `N years`. Default: none; they are accepted, and named. */
  minimumRetention?: Input<string>;
  /** Stage `compliance` only, which cannot be undone: the sentence that its check asks for. */
  acknowledgement?: Input<string>;
}

/** Alarms, events and a dashboard. */
export interface Monitoring {
  /** Who is told. Every subscriber but Slack has to confirm. Default: nobody; the topics are made. */
  subscribers?: Input<Subscribers>;
  /** Alarm as soon as a copy lags this far behind. Whole seconds. Default: 900. */
  replicationLatencySeconds?: Input<Integer>;
  /** Alarm on this much data that waits. Whole bytes. Default: 10 GiB. */
  bytesPendingReplication?: Input<Integer>;
  /** Alarm on this many operations that wait. Default: 10000. */
  operationsPendingReplication?: Input<Integer>;
  /** Tells when nothing was replicated for so long after something was. Whole hours, at most 168. Default: no such alarm. */
  noReplicationHours?: Input<Integer>;
  /** Whether a CloudWatch dashboard is made. Default: true. */
  dashboard?: Input<boolean>;
}

/** Who is told. */
export interface Subscribers {
  /** E-mail addresses. */
  emails?: Input<Input<string>[]>;
  /** HTTPS addresses. Kept secret, since such an address often carries its own password. */
  webhooks?: Input<Input<string>[]>;
  /** Slack channels, reached through Amazon Q Developer in chat applications, which the workspace must have authorised. */
  slack?: Input<Input<SlackChannel>[]>;
}

/** A Slack channel. */
export interface SlackChannel {
  /** Id of the workspace, as in `T07EA123LEP`. */
  workspaceId: Input<string>;
  /** Id of the channel, as in `C07EZ1ABC23`. */
  channelId: Input<string>;
}
