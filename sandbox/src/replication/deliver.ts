import type { Bucket, ObjectVersion } from "../services/s3/store/model";
import { mayDeleteVersion } from "../services/s3/lock/object-lock";
import { insertReplica, insertReplicaDeleteMarker } from "../services/s3/object/replica";
import type { World } from "../world/world";
import type { Copy } from "./copy";
import type { CopyPlan } from "./copy-plan";
import type { FailureCode } from "../services/s3/replication/failure-codes";
import { replicaAcl } from "./replica-acl";

/**
 * Writes the replica. One that is there already counts as delivered and is not sent again.
 * Undefined: delivered.
 */
export function deliver(world: World, copy: Copy, plan: CopyPlan): FailureCode | undefined {
  const { version } = copy;
  const { destination, encryption, withTags } = plan;
  const nowEpochMs = world.clock.nowEpochMs();
  const existing = destination.objects.version(version.key, version.versionId);
  if (existing !== undefined) {
    if (isSameVersion(existing, version)) return undefined;
    // Only null versions can meet under one id. A locked one cannot be replaced.
    if (!mayDeleteVersion(existing, { nowEpochMs, bypassGovernance: false })) {
      return "DstPutObjectNotPermitted";
    }
  }
  const owned = replicaAcl(destination, copy);
  if (version.isDeleteMarker) {
    insertReplicaDeleteMarker(world, destination, version, owned);
    return undefined;
  }
  insertReplica(world, destination, version, {
    storageClass: copy.prepared.destination.StorageClass,
    encryption,
    ...owned,
    tags: withTags === true ? version.tags : NO_TAGS,
  });
  return undefined;
}

/** True when the destination has the version, so that nothing is to be sent. */
export function isDelivered(destination: Bucket, version: ObjectVersion): boolean {
  const existing = destination.objects.version(version.key, version.versionId);
  return existing !== undefined && isSameVersion(existing, version);
}

const NO_TAGS: ReadonlyMap<string, string> = new Map();

/** A version and its replica share the place in the order of their world. */
function isSameVersion(existing: ObjectVersion, version: ObjectVersion): boolean {
  return existing.sequence === version.sequence;
}
