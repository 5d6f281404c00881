import type { World } from "../../../world/world";
import type { AclGrant, Bucket, ObjectEncryption, ObjectVersion, Retention } from "../store/model";
import { retentionOrDefault } from "../store/new-version";
import { retentionInForce, stricterRetention } from "../lock/object-lock";
import { deleteMarkerRecord, factsOf, versionRecord } from "../store/version-record";

/**
 * What the replication engine does to a destination bucket. Rights, keys and rules are the engine's business; here is
 * only how a replica comes to be.
 */

/** Where a replica differs from its source. */
export interface ReplicaOverrides {
  /** Default: the source's. */
  readonly storageClass?: string;
  readonly encryption: ObjectEncryption;
  readonly ownerAccountId: string;
  /** Absent: the owner's full control. */
  readonly acl?: readonly AclGrant[];
  /** Default: the source's; without one the destination's default, counted from now. */
  readonly retention?: Retention;
  readonly legalHold?: boolean;
  /** Default: the source's. */
  readonly tags?: ReadonlyMap<string, string>;
}

/**
 * Makes the replica of a version: same id, dates, ETag, checksums and parts; status REPLICA.
 *
 * The destination's default retention counts from the moment that the replica is made. AWS does not say from when;
 * assumed, as the later date loses no data.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export function insertReplica(
  world: World,
  bucket: Bucket,
  source: ObjectVersion,
  overrides: ReplicaOverrides,
): ObjectVersion {
  const nowEpochMs = world.clock.nowEpochMs();
  // A retention that has run out at the source is none: the destination's default takes its place (assumed).
  const ofSource = retentionInForce(source.retention, nowEpochMs);
  const wanted =
    bucket.objectLock === undefined
      ? undefined
      : retentionOrDefault(bucket, overrides.retention ?? ofSource, nowEpochMs);
  // A replica that is there already is made anew only as strictly as it was locked.
  const existing = bucket.objects.version(source.key, source.versionId);
  const replica = versionRecord({
    ...factsOf(source),
    storageClass: overrides.storageClass ?? source.storageClass,
    encryption: overrides.encryption,
    ownerAccountId: overrides.ownerAccountId,
    tags: overrides.tags ?? source.tags,
    // They come apart, under a right of their own.
    annotations: undefined,
    retention: stricterRetention(retentionInForce(existing?.retention, nowEpochMs), wanted),
    legalHold:
      bucket.objectLock === undefined
        ? undefined
        : existing?.legalHold === true || (overrides.legalHold ?? source.legalHold),
    restore: undefined,
    acl: overrides.acl,
    replicationStatus: "REPLICA",
    replicationByDestination: undefined,
  });
  bucket.objects.insert(replica);
  world.s3.changes.publish({ kind: "created", bucket, version: replica, cause: "replication" });
  return replica;
}

/** Makes the replica of a delete marker: same id and date. */
export function insertReplicaDeleteMarker(
  world: World,
  bucket: Bucket,
  source: ObjectVersion,
  overrides: { ownerAccountId: string },
): ObjectVersion {
  const marker = deleteMarkerRecord({
    key: source.key,
    versionId: source.versionId,
    lastModifiedEpochMs: source.lastModifiedEpochMs,
    sequence: source.sequence,
    ownerAccountId: overrides.ownerAccountId,
    replicationStatus: "REPLICA",
  });
  bucket.objects.insert(marker);
  world.s3.changes.publish({
    kind: "delete-marker",
    bucket,
    version: marker,
    cause: "replication",
  });
  return marker;
}

/** What changed on the source. A member that is absent is left alone; `undefined` takes it away. */
export interface ReplicaMetadata {
  readonly tags?: ReadonlyMap<string, string> | undefined;
  readonly retention?: Retention | undefined;
  readonly legalHold?: boolean | undefined;
  readonly acl?: readonly AclGrant[] | undefined;
}

/**
 * Carries a later change of tags, ACL, retention or hold over to the replica. A COMPLIANCE retention is never weakened: of
 * two the stricter stays, and a GOVERNANCE one follows its source only where that does not touch COMPLIANCE.
 * What AWS does here is not documented; assumed.
 */
export function applyReplicaMetadata(
  world: World,
  bucket: Bucket,
  replica: ObjectVersion,
  changes: ReplicaMetadata,
): void {
  const emit = (kind: "tagging" | "retention" | "legal-hold" | "acl"): void =>
    world.s3.changes.publish({ kind, bucket, version: replica, cause: "replication" });
  if ("tags" in changes) {
    replica.tags =
      changes.tags !== undefined && changes.tags.size > 0 ? new Map(changes.tags) : undefined;
    emit("tagging");
  }
  if ("acl" in changes) {
    replica.acl = changes.acl;
    emit("acl");
  }
  if (bucket.objectLock === undefined) return;
  if ("retention" in changes) {
    replica.retention = followedRetention(
      replica.retention,
      changes.retention,
      world.clock.nowEpochMs(),
    );
    emit("retention");
  }
  if ("legalHold" in changes) {
    replica.legalHold = changes.legalHold;
    emit("legal-hold");
  }
}

function followedRetention(
  current: Retention | undefined,
  wanted: Retention | undefined,
  nowEpochMs: number,
): Retention | undefined {
  const inForce = retentionInForce(current, nowEpochMs);
  return inForce?.mode === "COMPLIANCE" ? stricterRetention(inForce, wanted) : wanted;
}
