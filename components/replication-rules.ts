/** Turns rules as people write them into the rules of a V2 replication configuration. */

import type * as pulumi from "@pulumi/pulumi";
import type { input } from "@pulumi/aws/types";
import type { RuleConfig, StorageClass } from "./config/types";

type ReplicationRule = input.s3.BucketReplicationConfigRule;

/** Where a rule sends. */
export interface ReplicationDestination {
  bucketArn: pulumi.Input<string>;
  /** Owner of the bucket. Always sent, so that S3 refuses a bucket that someone else took under this name. */
  accountId: string;
  /** Class of the replicas unless the rule says otherwise. */
  storageClass?: StorageClass;
  /** Key of the replicas; with it, versions under KMS are replicated too. */
  kmsKeyArn?: pulumi.Input<string>;
}

/** Replication Time Control's only value. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationTimeValue.html */
const REPLICATION_TIME_MINUTES = 15;

const status = (enabled: boolean): "Enabled" | "Disabled" => (enabled ? "Enabled" : "Disabled");

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html */
export function replicationRule(
  rule: RuleConfig,
  destination: ReplicationDestination,
): ReplicationRule {
  const { kmsKeyArn } = destination;
  return {
    id: rule.name,
    status: rule.status,
    priority: rule.priority,
    filter: replicationFilter(rule.filter),
    // Said even when disabled: a filter without it is refused by S3.
    deleteMarkerReplication: { status: status(rule.deleteMarkers) },
    ...(kmsKeyArn === undefined
      ? {}
      : { sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } } }),
    destination: {
      bucket: destination.bucketArn,
      account: destination.accountId,
      storageClass: rule.storageClass ?? destination.storageClass,
      ...(kmsKeyArn === undefined
        ? {}
        : { encryptionConfiguration: { replicaKmsKeyId: kmsKeyArn } }),
      ...timing(rule),
    },
  };
}

/** With Replication Time Control, metrics carry its threshold; without, S3 takes metrics with a status alone. */
function timing(
  rule: RuleConfig,
): Pick<input.s3.BucketReplicationConfigRuleDestination, "metrics" | "replicationTime"> {
  const minutes = REPLICATION_TIME_MINUTES;
  if (rule.replicationTimeControl) {
    return {
      replicationTime: { status: "Enabled", time: { minutes } },
      metrics: { status: "Enabled", eventThreshold: { minutes } },
    };
  }
  return rule.metrics ? { metrics: { status: "Enabled" } } : {};
}

/** A filter has exactly one of prefix, tag or `and`; an empty prefix is the whole bucket. */
export function replicationFilter(
  filter: RuleConfig["filter"],
): input.s3.BucketReplicationConfigRuleFilter {
  const { prefix, tags = {} } = filter;
  const [first, ...others] = Object.entries(tags);
  if (first === undefined) return { prefix: prefix ?? "" };
  if (prefix === undefined && others.length === 0)
    return { tag: { key: first[0], value: first[1] } };
  return { and: { ...(prefix === undefined ? {} : { prefix }), tags } };
}
