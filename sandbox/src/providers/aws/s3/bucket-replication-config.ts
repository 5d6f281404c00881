import {
  DeleteBucketReplicationCommand,
  GetBucketReplicationCommand,
  PutBucketReplicationCommand,
  type ReplicationRule,
  type ReplicationRuleFilter,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import { bucketConfiguration } from "./bucket-configuration";
import { tagMap, tagSet } from "../tags";

const status = z.strictObject({ status: z.enum(["Enabled", "Disabled"]) });
const minutes = z.strictObject({ minutes: z.number().int() });

const rule = z.strictObject({
  id: z.string().optional(),
  priority: z.number().int().optional(),
  status: z.enum(["Enabled", "Disabled"]),
  prefix: z.string().optional(),
  filter: z
    .strictObject({
      prefix: z.string().optional(),
      tag: z.strictObject({ key: z.string(), value: z.string() }).optional(),
      and: z
        .strictObject({
          prefix: z.string().optional(),
          tags: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
    })
    .optional(),
  deleteMarkerReplication: status.optional(),
  existingObjectReplication: status.optional(),
  sourceSelectionCriteria: z
    .strictObject({
      replicaModifications: status.optional(),
      sseKmsEncryptedObjects: status.optional(),
    })
    .optional(),
  destination: z.strictObject({
    bucket: z.string(),
    account: z.string().optional(),
    storageClass: z.string().optional(),
    accessControlTranslation: z.strictObject({ owner: z.literal("Destination") }).optional(),
    encryptionConfiguration: z.strictObject({ replicaKmsKeyId: z.string() }).optional(),
    metrics: status.extend({ eventThreshold: minutes.optional() }).optional(),
    replicationTime: status.extend({ time: minutes }).optional(),
  }),
});

type Rule = z.infer<typeof rule>;

/** `aws.s3.BucketReplicationConfig`. */
export const bucketReplicationConfig = bucketConfiguration({
  token: "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  noun: "S3 Bucket Replication Configuration",
  inputs: z.strictObject({
    bucket: z.string(),
    region: z.string().optional(),
    role: z.string(),
    rules: z.array(rule).min(1),
    token: z.string().optional(),
  }),
  inputOnly: ["token"],

  put: ({ bucket, role, rules, token }, s3) =>
    send(
      s3,
      new PutBucketReplicationCommand({
        Bucket: bucket,
        Token: token,
        ReplicationConfiguration: { Role: role, Rules: rules.map(ruleToS3) },
      }),
    ),

  async read(bucket, s3) {
    const answer = await unlessAbsent(
      send(s3, new GetBucketReplicationCommand({ Bucket: bucket })),
      "NoSuchBucket",
      "ReplicationConfigurationNotFoundError",
    );
    const configuration = answer?.ReplicationConfiguration;
    if (configuration === undefined) return undefined;
    return { role: configuration.Role, rules: (configuration.Rules ?? []).map(ruleFromS3) };
  },

  remove: ({ bucket }, s3) =>
    unlessAbsent(
      send(s3, new DeleteBucketReplicationCommand({ Bucket: bucket })),
      "NoSuchBucket",
      "ReplicationConfigurationNotFoundError",
    ),
});

function ruleToS3(rule: Rule): ReplicationRule {
  const { destination, sourceSelectionCriteria: selection } = rule;
  return {
    ID: rule.id,
    Priority: rule.priority,
    Status: rule.status,
    Prefix: rule.prefix,
    Filter: rule.filter === undefined ? undefined : filterToS3(rule.filter),
    DeleteMarkerReplication: statusToS3(rule.deleteMarkerReplication),
    ExistingObjectReplication: statusToS3(rule.existingObjectReplication),
    SourceSelectionCriteria:
      selection === undefined
        ? undefined
        : {
            ReplicaModifications: statusToS3(selection.replicaModifications),
            SseKmsEncryptedObjects: statusToS3(selection.sseKmsEncryptedObjects),
          },
    Destination: {
      Bucket: destination.bucket,
      Account: destination.account,
      StorageClass: destination.storageClass as NonNullable<
        ReplicationRule["Destination"]
      >["StorageClass"],
      AccessControlTranslation:
        destination.accessControlTranslation === undefined
          ? undefined
          : { Owner: destination.accessControlTranslation.owner },
      EncryptionConfiguration:
        destination.encryptionConfiguration === undefined
          ? undefined
          : { ReplicaKmsKeyID: destination.encryptionConfiguration.replicaKmsKeyId },
      Metrics:
        destination.metrics === undefined
          ? undefined
          : {
              Status: destination.metrics.status,
              EventThreshold: minutesToS3(destination.metrics.eventThreshold),
            },
      ReplicationTime:
        destination.replicationTime === undefined
          ? undefined
          : {
              Status: destination.replicationTime.status,
              Time: minutesToS3(destination.replicationTime.time),
            },
    },
  };
}

const statusToS3 = (
  value: z.infer<typeof status> | undefined,
): { Status: "Enabled" | "Disabled" } | undefined =>
  value === undefined ? undefined : { Status: value.status };

const minutesToS3 = (value: { minutes: number } | undefined): { Minutes: number } | undefined =>
  value === undefined ? undefined : { Minutes: value.minutes };

function filterToS3(filter: NonNullable<Rule["filter"]>): ReplicationRuleFilter {
  if (filter.and !== undefined) {
    return { And: { Prefix: filter.and.prefix, Tags: tagSet(filter.and.tags ?? {}) } };
  }
  if (filter.tag !== undefined) return { Tag: { Key: filter.tag.key, Value: filter.tag.value } };
  // An empty filter stands for every object.
  return { Prefix: filter.prefix ?? "" };
}

function ruleFromS3(rule: ReplicationRule): object {
  const { Destination: destination, SourceSelectionCriteria: selection } = rule;
  return {
    id: rule.ID,
    priority: rule.Priority,
    status: rule.Status,
    prefix: rule.Prefix,
    filter: filterFromS3(rule.Filter),
    deleteMarkerReplication: statusFromS3(rule.DeleteMarkerReplication),
    existingObjectReplication: statusFromS3(rule.ExistingObjectReplication),
    sourceSelectionCriteria:
      selection === undefined
        ? undefined
        : {
            replicaModifications: statusFromS3(selection.ReplicaModifications),
            sseKmsEncryptedObjects: statusFromS3(selection.SseKmsEncryptedObjects),
          },
    destination: {
      bucket: destination?.Bucket,
      account: destination?.Account,
      storageClass: destination?.StorageClass,
      accessControlTranslation:
        destination?.AccessControlTranslation === undefined
          ? undefined
          : { owner: destination.AccessControlTranslation.Owner },
      encryptionConfiguration:
        destination?.EncryptionConfiguration === undefined
          ? undefined
          : { replicaKmsKeyId: destination.EncryptionConfiguration.ReplicaKmsKeyID },
      metrics:
        destination?.Metrics === undefined
          ? undefined
          : {
              ...statusFromS3(destination.Metrics),
              eventThreshold: minutesFromS3(destination.Metrics.EventThreshold),
            },
      replicationTime:
        destination?.ReplicationTime === undefined
          ? undefined
          : {
              ...statusFromS3(destination.ReplicationTime),
              time: minutesFromS3(destination.ReplicationTime.Time),
            },
    },
  };
}

const statusFromS3 = (value: { Status?: string } | undefined): { status?: string } | undefined =>
  value === undefined ? undefined : { status: value.Status };

const minutesFromS3 = (
  value: { Minutes?: number } | undefined,
): { minutes?: number } | undefined =>
  value === undefined ? undefined : { minutes: value.Minutes };

function filterFromS3(filter: ReplicationRuleFilter | undefined): object | undefined {
  if (filter === undefined) return undefined;
  return {
    prefix: filter.Prefix,
    tag: filter.Tag === undefined ? undefined : { key: filter.Tag.Key, value: filter.Tag.Value },
    and:
      filter.And === undefined
        ? undefined
        : { prefix: filter.And.Prefix, tags: tagMap(filter.And.Tags) },
  };
}
