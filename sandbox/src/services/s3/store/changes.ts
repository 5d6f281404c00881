import type { ConditionKeys, Principal } from "../../../authorization/model";
import type { CheckedInventory } from "../bucket/inventory-rules";
import type { Bucket, ObjectVersion } from "./model";

/**
 * All that S3 tells of, on `world.s3.changes`. S3 publishes and knows nobody who listens; the engines for replication,
 * lifecycle, inventory and notifications subscribe when the world is made, and publish here what they change in a bucket.
 * Subscribers run in the order of `create-world.ts`, before the request is answered.
 */
export type S3Change =
  | VersionChange
  | RestoreStarted
  | Transitioned
  | Replicated
  | ReplicationEvent
  | UploadStarted
  | ConfigurationPut
  | ConfigurationRemoved;

/** What made a change: a request of a caller, the replication engine, or lifecycle. */
export type ChangeCause = "request" | "replication" | "lifecycle";

/** The request behind a change, as notifications tell of it. */
export interface ChangeRequest {
  /** The AWS name of the operation. */
  readonly operation: string;
  readonly principal: Principal;
  readonly requestId: string;
  readonly globalConditionKeys: ConditionKeys;
}

interface BucketChange {
  readonly bucket: Bucket;
  readonly cause: ChangeCause;
}

/** A version or delete marker was stored, changed or removed. */
export interface VersionChange extends BucketChange {
  readonly kind:
    | "created"
    | "delete-marker"
    | "tagging"
    | "annotation"
    | "retention"
    | "legal-hold"
    | "acl"
    | "removed";
  readonly version: ObjectVersion;
  /** Who asked, where a request made it. */
  readonly request?: ChangeRequest;
}

/** A copy of an archived version was asked for: `version.restore` says from when to when it is there. */
export interface RestoreStarted extends BucketChange {
  readonly kind: "restore-started";
  readonly version: ObjectVersion;
  readonly cause: "request";
  readonly request: ChangeRequest;
}

/** A version is in another storage class than before. */
export interface Transitioned extends BucketChange {
  readonly kind: "transitioned";
  readonly version: ObjectVersion;
  readonly cause: "lifecycle";
}

/** A version, or a change of its metadata, has arrived at one of its destinations. The bucket is the source. */
export interface Replicated extends BucketChange {
  readonly kind: "replicated";
  readonly version: ObjectVersion;
  readonly cause: "replication";
}

/** One of S3's events of replication, under a rule that has them. The bucket is the source. */
export interface ReplicationEvent extends BucketChange {
  readonly kind: "replication-event";
  readonly event:
    | "OperationFailedReplication"
    | "OperationNotTracked"
    | "OperationMissedThreshold"
    | "OperationReplicatedAfterThreshold";
  readonly version: ObjectVersion;
  readonly cause: "replication";
  readonly replication: ReplicationEventData;
}

export interface ReplicationEventData {
  readonly ruleId: string;
  readonly destinationBucketArn: string;
  /** When the copy was asked for. */
  readonly requestEpochMs: number;
  /** Of a failure: one of the codes of replication. */
  readonly failureReason?: string;
  /** Of one that is late, in minutes. */
  readonly thresholdMinutes?: number;
  /** Of one that arrived late: when. */
  readonly replicatedEpochMs?: number;
}

/** A multipart upload was begun. Its version is told of when it is completed. */
export interface UploadStarted extends BucketChange {
  readonly kind: "upload-started";
  readonly key: string;
  readonly uploadId: string;
  readonly cause: "request";
}

/** A configuration that an engine carries out was put: where there is one for a bucket, it is in the bucket. */
export type ConfigurationPut = BucketChange & {
  readonly kind: "configuration-put";
  readonly cause: "request";
} & (
    | { readonly configuration: "lifecycle" | "notification" | "replication" }
    | { readonly configuration: "inventory"; readonly inventory: CheckedInventory }
  );

export type ConfigurationRemoved = BucketChange & {
  readonly kind: "configuration-removed";
  readonly cause: "request";
} & (
    | { readonly configuration: "lifecycle" | "notification" | "replication" }
    | { readonly configuration: "inventory"; readonly inventoryId: string }
  );
