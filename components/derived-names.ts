/**
 * Names of what we make beside the source bucket, derived from its name alone.
 *
 * They are not random, since the vaults' policies name the replication role before it exists, and since the driver
 * of any desk must find the same operations bucket. One source bucket has one stack.
 */

import { createHash } from "node:crypto";
import type { SourceConfig } from "./config/types";
import { partitionOf } from "./config/values";

const MAX_ROLE_NAME_LENGTH = 64;
const MAX_BUCKET_NAME_LENGTH = 63;
const MAX_CHATBOT_NAME_LENGTH = 128;
const HASH_LENGTH = 8;

/** What is made beside a source bucket, by name. */
export interface DerivedNames {
  /** Of the role that S3 replicates under. At most 64 characters. */
  replicationRoleName: string;
  /** Of the role that a backfill's job runs under. At most 64 characters. */
  batchRoleName: string;
  /** Of the bucket for manifests, reports and the ledger. At most 63 characters. */
  operationsBucketName: string;
}

/** The same name gives the same names, on any desk. One that is too long for AWS ends in a hash of the whole. */
export function derivedNames(sourceBucketName: string): DerivedNames {
  return {
    replicationRoleName: bounded(`lockstep-replication-${sourceBucketName}`, MAX_ROLE_NAME_LENGTH),
    batchRoleName: bounded(`lockstep-batch-${sourceBucketName}`, MAX_ROLE_NAME_LENGTH),
    operationsBucketName: globalBucketName(`lockstep-ops-${sourceBucketName}`),
  };
}

/** The operations bucket beside a vault. One vault has one stack. */
export function vaultOperationsBucketName(vaultBucketName: string): string {
  return globalBucketName(`lockstep-vault-ops-${vaultBucketName}`);
}

/** The role that extends locks in a vault. One vault has one stack. */
export function relockRoleName(vaultBucketName: string): string {
  return bounded(`lockstep-relock-${vaultBucketName}`, MAX_ROLE_NAME_LENGTH);
}

/** The role that reads a source or a vault for checksums. In a chain a bucket is both, and has two. */
export function checksumRoleName(side: "source" | "vault", bucketName: string): string {
  return bounded(`lockstep-checksum-${side}-${bucketName}`, MAX_ROLE_NAME_LENGTH);
}

/** The ARN a role will have, known before it exists. @param path starts and ends in a slash */
export function roleArn(
  owner: { accountId: string; region: string },
  roleName: string,
  path = "/",
): string {
  return `arn:${partitionOf(owner.region)}:iam::${owner.accountId}:role${path}${roleName}`;
}

/**
 * Alias of a vault's key. Aliases take no dots. A vault called "source-records" would have the alias that the key of a source
 * "records" has, be it of another stack: it gets a slash, which no other alias of ours has.
 */
export function vaultKeyAlias(vaultBucketName: string): string {
  const separator = vaultBucketName.startsWith("source-") ? "/" : "-";
  return `alias/lockstep${separator}${withoutDots(vaultBucketName)}`;
}

/** Alias of a source bucket's own key. */
export function sourceKeyAlias(sourceBucketName: string): string {
  return `alias/lockstep-source-${withoutDots(sourceBucketName)}`;
}

/** A dashboard's name is unique in its account, whatever the Region. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html */
export function dashboardName(sourceBucketName: string): string {
  return `lockstep-${withoutDots(sourceBucketName)}`;
}

/** Name of the configuration of a Slack channel, unique in its account. @see https://docs.aws.amazon.com/chatbot/latest/APIReference/API_CreateSlackChannelConfiguration.html */
export function slackConfigurationName(sourceBucketName: string, channelId: string): string {
  const name = `lockstep-${withoutDots(sourceBucketName)}-${channelId}`;
  return bounded(name, MAX_CHATBOT_NAME_LENGTH);
}

/** Bucket names have no underscore, so two of them stay apart. */
function withoutDots(bucketName: string): string {
  return bucketName.replaceAll(".", "_");
}

/** A bucket's name in the global namespace, where none ends in `-an`: that of a source or vault in a regional namespace does. */
function globalBucketName(name: string): string {
  if (name.endsWith("-an")) return marked(name, MAX_BUCKET_NAME_LENGTH);
  return bounded(name, MAX_BUCKET_NAME_LENGTH);
}

/** Cuts a name that is too long. */
function bounded(name: string, maxLength: number): string {
  return name.length <= maxLength ? name : marked(name, maxLength);
}

/** Ends a name in a hash of the whole, so that two that are cut stay apart. */
function marked(name: string, maxLength: number): string {
  const hash = createHash("sha256").update(name).digest("hex").slice(0, HASH_LENGTH);
  const kept = name.slice(0, maxLength - HASH_LENGTH - 1).replace(/[.-]+$/, "");
  return `${kept}-${hash}`;
}

/** The role that replicates a source, as far as its config tells: the one that it names, else our own. */
export function configuredReplicationRole(source: SourceConfig): string {
  return (
    source.replicationRoleArn ??
    roleArn(source, derivedNames(source.bucket.name).replicationRoleName, source.roles?.path)
  );
}
