import { createHash } from "node:crypto";
import type { Account } from "../world/foundation";
import type { S3Event } from "./model";

/**
 * One record of an S3 notification message.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function notificationRecord(
  event: S3Event,
  owner: Account | undefined,
  configurationId: string,
): object {
  const { bucket, version } = event;
  return {
    eventVersion: recordVersion(event.name),
    eventSource: "aws:s3",
    awsRegion: bucket.region,
    eventTime: new Date(event.atEpochMs).toISOString(),
    eventName: event.name,
    userIdentity: { principalId: event.principalId },
    requestParameters: { sourceIPAddress: event.sourceIpAddress },
    responseElements: {
      "x-amz-request-id": event.requestId,
      "x-amz-id-2": createHash("sha256").update(event.requestId).digest("base64"),
    },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: ownerPrincipal(owner) },
        arn: bucket.arn,
      },
      object: {
        key: encodedKey(version.key),
        ...contentOf(event),
        ...(bucket.versioning === undefined ? {} : { versionId: version.versionId }),
        ...(/^(ObjectCreated|ObjectRemoved|LifecycleExpiration|Replication):/.test(event.name)
          ? { sequencer: sequencer(event.sequence) }
          : {}),
      },
    },
    ...restoreData(event),
    ...transitionData(event),
    ...replicationData(event),
  };
}

/**
 * Size and ETag. What is gone has neither; of changes of tags and ACLs the size is not told (recorded of removals and ACLs).
 */
function contentOf({ name, version }: S3Event): { size?: number; eTag?: string } {
  const isTags = name.startsWith("ObjectTagging:");
  if (version.isDeleteMarker || (name.endsWith(":Delete") && !isTags)) return {};
  const { etag: eTag, sizeBytes: size } = version;
  return isTags || name.startsWith("ObjectAcl:") ? { eTag } : { size, eTag };
}

/** 2.1, but 2.2 for replication and 2.3 for lifecycle, ACL, tagging and the end of a restored copy. */
function recordVersion(name: string): string {
  if (name.startsWith("Replication:")) return "2.2";
  return /^(Lifecycle|ObjectAcl|ObjectTagging|ObjectRestore:Delete)/.test(name) ? "2.3" : "2.1";
}

function restoreData({ restore }: S3Event): object {
  if (restore === undefined) return {};
  return {
    glacierEventData: {
      restoreEventData: {
        lifecycleRestorationExpiryTime: new Date(restore.expiresEpochMs).toISOString(),
        lifecycleRestoreStorageClass: restore.storageClass,
      },
    },
  };
}

function transitionData({ name, version }: S3Event): object {
  if (name !== "LifecycleTransition") return {};
  return {
    lifecycleEventData: {
      transitionEventData: { destinationStorageClass: version.storageClass },
    },
  };
}

/**
 * AWS's example shows a failure. `threshold` and `replicationTime` are names of its SDK for Java, which has both as text;
 * that one is in minutes and the other a time is assumed.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics-events.html
 */
function replicationData({ replication }: S3Event): object {
  if (replication === undefined) return {};
  const { ruleId, destinationBucketArn, requestEpochMs } = replication;
  const { failureReason, thresholdMinutes, replicatedEpochMs } = replication;
  return {
    replicationEventData: {
      replicationRuleId: ruleId,
      destinationBucket: destinationBucketArn,
      s3Operation: "OBJECT_PUT",
      requestTime: new Date(requestEpochMs).toISOString(),
      ...(failureReason === undefined ? {} : { failureReason }),
      ...(thresholdMinutes === undefined ? {} : { threshold: String(thresholdMinutes) }),
      ...(replicatedEpochMs === undefined
        ? {}
        : { replicationTime: new Date(replicatedEpochMs).toISOString() }),
    },
  };
}

/** The form of a customer's id in notifications; which one it is has no place to be looked up. */
function ownerPrincipal(owner: Account | undefined): string {
  return `A${(owner?.canonicalUserId ?? "").slice(0, 13).toUpperCase()}`;
}

/** Orders events of one key, as text of equal length. */
export function sequencer(sequence: number): string {
  return sequence.toString(16).toUpperCase().padStart(18, "0");
}

/** As a form encodes text: a space is `+`; the slashes stay. */
function encodedKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/%2F/g, "/")
    .replace(/%20/g, "+")
    .replace(/[!'()~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}
