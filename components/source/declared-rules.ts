/** Turns rules as people write them into the rules of a V2 replication configuration. */

import type * as pulumi from "@pulumi/pulumi";
import type { input } from "@pulumi/aws/types";
import type { RuleConfig, StorageClass } from "../config/types";

type ReplicationRule = input.s3.BucketReplicationConfigRule;

/** Where a rule sends. */
export interface ReplicationDestination {
  /** Of the vault's bucket, without a path. */
  bucketArn: pulumi.Input<string>;
  /** Owner of the bucket. Always sent, so that S3 refuses a bucket that someone else took under this name. */
  accountId: string;
  /** Class of the replicas unless the rule says otherwise. */
  storageClass?: StorageClass;
  /** Key of the replicas unless the rule says otherwise. */
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
  return {
    id: rule.name,
    status: rule.status,
    priority: rule.priority,
    filter: replicationFilter(rule.filter),
    // Said even when disabled: a filter without it is refused by S3.
    deleteMarkerReplication: { status: status(rule.deleteMarkerReplication) },
    ...sourceSelection(rule, destination),
    destination: {
      bucket: destination.bucketArn,
      account: destination.accountId,
      storageClass: rule.storageClass ?? destination.storageClass,
      ...(rule.ownerOverride ? { accessControlTranslation: { owner: "Destination" } } : {}),
      ...encryption(rule, destination),
      ...timing(rule),
    },
  };
}

/** Whether a rule takes versions under SSE-KMS: as it says, else as soon as there is a key for the replicas. */
export function takesKmsObjects(
  rule: Pick<RuleConfig, "sseKmsEncryptedObjects" | "replicaKmsKeyId">,
  hasVaultKey: boolean,
): boolean {
  return rule.sseKmsEncryptedObjects ?? (rule.replicaKmsKeyId !== undefined || hasVaultKey);
}

function sourceSelection(
  rule: RuleConfig,
  { kmsKeyArn }: ReplicationDestination,
): Pick<ReplicationRule, "sourceSelectionCriteria"> {
  const criteria = {
    ...(takesKmsObjects(rule, kmsKeyArn !== undefined)
      ? { sseKmsEncryptedObjects: { status: "Enabled" } }
      : {}),
    ...(rule.replicaModifications ? { replicaModifications: { status: "Enabled" } } : {}),
  };
  return Object.keys(criteria).length === 0 ? {} : { sourceSelectionCriteria: criteria };
}

/** S3 takes a key for the replicas only from a rule that takes versions under SSE-KMS. */
function encryption(
  rule: RuleConfig,
  { kmsKeyArn }: ReplicationDestination,
): Pick<input.s3.BucketReplicationConfigRuleDestination, "encryptionConfiguration"> {
  const replicaKmsKeyId = rule.replicaKmsKeyId ?? kmsKeyArn;
  return replicaKmsKeyId !== undefined && takesKmsObjects(rule, kmsKeyArn !== undefined)
    ? { encryptionConfiguration: { replicaKmsKeyId } }
    : {};
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
