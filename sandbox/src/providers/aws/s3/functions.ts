import {
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  type ReplicationRule,
} from "@aws-sdk/client-s3";
import { send } from "../../send";
import { namesOf } from "./bucket";
import { notificationsFromS3 } from "./bucket-notification-shape";
import { regionOf, told, type AwsFunction } from "../function";

/**
 * Functions that look up a bucket and its configurations. Each comment has the error for "there is none", word for word.
 * @see terraform-provider-aws `internal/service/s3/*_data_source.go` and `internal/create/errors.go`
 */
export const bucketFunctions: Readonly<Record<string, AwsFunction>> = {
  // `reading S3 Bucket (BUCKET): couldn't find resource`.
  "aws:s3/getBucket:getBucket": {
    args: ["bucket", "region"],
    async invoke(args, clients) {
      const bucket = String(args["bucket"]);
      const region = regionOf(args, clients);
      const { BucketRegion: bucketRegion = region } = await told(
        send(await clients.s3(region), new HeadBucketCommand({ Bucket: bucket })),
        (reason) => `reading S3 Bucket (${bucket}): ${reason}`,
        "NotFound",
        "NoSuchBucket",
      );
      return { id: bucket, region, ...namesOf(bucket, bucketRegion) };
    },
  },

  // `reading S3 Bucket (BUCKET) Policy: couldn't find resource`, without a policy and without a bucket.
  "aws:s3/getBucketPolicy:getBucketPolicy": {
    args: ["bucket", "region"],
    async invoke(args, clients) {
      const bucket = String(args["bucket"]);
      const region = regionOf(args, clients);
      const { Policy: policy = "" } = await told(
        send(await clients.s3(region), new GetBucketPolicyCommand({ Bucket: bucket })),
        (reason) => `reading S3 Bucket (${bucket}) Policy: ${reason}`,
        "NoSuchBucket",
        "NoSuchBucketPolicy",
      );
      return { id: bucket, bucket, region, policy };
    },
  },

  // `reading Amazon S3 (Simple Storage) Bucket Replication Configuration Data Source ("BUCKET"): couldn't find resource:
  // couldn't find resource`, without a configuration and without a bucket: the error's summary, then its detail.
  "aws:s3/getBucketReplicationConfiguration:getBucketReplicationConfiguration": {
    args: ["bucket", "region"],
    async invoke(args, clients) {
      const bucket = String(args["bucket"]);
      const region = regionOf(args, clients);
      const { ReplicationConfiguration: found } = await told(
        send(await clients.s3(region), new GetBucketReplicationCommand({ Bucket: bucket })),
        (reason) =>
          `reading Amazon S3 (Simple Storage) Bucket Replication Configuration Data Source ("${bucket}"): ${reason}: ${reason}`,
        "NoSuchBucket",
        "ReplicationConfigurationNotFoundError",
      );
      return { bucket, region, role: found?.Role, rules: (found?.Rules ?? []).map(ruleFromS3) };
    },
  },

  // `reading Amazon S3 (Simple Storage) Bucket Object Lock Configuration Data Source (BUCKET): couldn't find resource:
  // couldn't find resource`, without Object Lock and without a bucket.
  "aws:s3/getBucketObjectLockConfiguration:getBucketObjectLockConfiguration": {
    args: ["bucket", "expectedBucketOwner", "region"],
    async invoke(args, clients) {
      const bucket = String(args["bucket"]);
      const expectedBucketOwner = args["expectedBucketOwner"] as string | undefined;
      const region = regionOf(args, clients);
      const { ObjectLockConfiguration: found } = await told(
        send(
          await clients.s3(region),
          new GetObjectLockConfigurationCommand({
            Bucket: bucket,
            ExpectedBucketOwner: expectedBucketOwner,
          }),
        ),
        (reason) =>
          `reading Amazon S3 (Simple Storage) Bucket Object Lock Configuration Data Source (${bucket}): ${reason}: ${reason}`,
        "NoSuchBucket",
        "ObjectLockConfigurationNotFoundError",
      );
      return {
        bucket,
        expectedBucketOwner,
        region,
        objectLockEnabled: found?.ObjectLockEnabled,
        rules: listOf(found?.Rule, (rule) => ({
          defaultRetentions: listOf(rule.DefaultRetention, (retention) => ({
            days: retention.Days,
            mode: retention.Mode,
            years: retention.Years,
          })),
        })),
      };
    },
  },

  // A bucket without notifications has empty lists. Only a bucket that is not there is an error; its text is assumed
  // from the provider's template: `reading S3 (Simple Storage) Bucket Notification: ID: BUCKET\nCause: couldn't find
  // resource`.
  "aws:s3/getBucketNotification:getBucketNotification": {
    args: ["bucket", "region"],
    async invoke(args, clients) {
      const bucket = String(args["bucket"]);
      const region = regionOf(args, clients);
      const found = await told(
        send(
          await clients.s3(region),
          new GetBucketNotificationConfigurationCommand({ Bucket: bucket }),
        ),
        (reason) =>
          `reading S3 (Simple Storage) Bucket Notification: ID: ${bucket}\nCause: ${reason}`,
        "NoSuchBucket",
      );
      const { eventbridge, ...lists } = notificationsFromS3(found);
      const noFilter = { filterPrefix: "", filterSuffix: "" };
      return {
        bucket,
        region,
        eventbridge,
        topics: (lists.topics ?? []).map((each) => ({ ...noFilter, ...each })),
        queues: (lists.queues ?? []).map((each) => ({ ...noFilter, ...each })),
        lambdaFunctions: (lists.lambdaFunctions ?? []).map((each) => ({ ...noFilter, ...each })),
      };
    },
  },
};

/** A data source has a block that there is at most one of as a list. */
function listOf<Value>(value: Value | undefined, map: (value: Value) => object): object[] {
  return value === undefined ? [] : [map(value)];
}

const statusList = (value: { Status?: string } | undefined): object[] =>
  listOf(value, ({ Status: status }) => ({ status }));

const minutesList = (value: { Minutes?: number } | undefined): object[] =>
  listOf(value, ({ Minutes: minutes }) => ({ minutes }));

const tagFromS3 = (tag: { Key?: string; Value?: string }): object => ({
  key: tag.Key,
  value: tag.Value,
});

function ruleFromS3(rule: ReplicationRule): object {
  return {
    id: rule.ID,
    priority: rule.Priority,
    status: rule.Status,
    prefix: rule.Prefix,
    deleteMarkerReplications: statusList(rule.DeleteMarkerReplication),
    existingObjectReplications: statusList(rule.ExistingObjectReplication),
    filters: listOf(rule.Filter, (filter) => ({
      prefix: filter.Prefix,
      tags: listOf(filter.Tag, tagFromS3),
      ands: listOf(filter.And, (and) => ({
        prefix: and.Prefix,
        tags: (and.Tags ?? []).map(tagFromS3),
      })),
    })),
    sourceSelectionCriterias: listOf(rule.SourceSelectionCriteria, (criteria) => ({
      replicaModifications: statusList(criteria.ReplicaModifications),
      sseKmsEncryptedObjects: statusList(criteria.SseKmsEncryptedObjects),
    })),
    destinations: listOf(rule.Destination, (destination) => ({
      account: destination.Account,
      bucket: destination.Bucket,
      storageClass: destination.StorageClass,
      accessControlTranslations: listOf(
        destination.AccessControlTranslation,
        ({ Owner: owner }) => ({ owner }),
      ),
      encryptionConfigurations: listOf(
        destination.EncryptionConfiguration,
        ({ ReplicaKmsKeyID: replicaKmsKeyId }) => ({ replicaKmsKeyId }),
      ),
      metrics: listOf(destination.Metrics, (metrics) => ({
        status: metrics.Status,
        eventThresholds: minutesList(metrics.EventThreshold),
      })),
      replicationTimes: listOf(destination.ReplicationTime, (time) => ({
        status: time.Status,
        times: minutesList(time.Time),
      })),
    })),
  };
}
