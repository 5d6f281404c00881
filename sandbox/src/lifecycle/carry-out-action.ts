import type { Bucket, ObjectVersion } from "../services/s3/store/model";
import { NULL_VERSION_ID } from "../services/s3/store/store-version";
import { deleteMarkerRecord } from "../services/s3/store/version-record";
import type { World } from "../world/world";
import type { LifecycleAction } from "./plan-lifecycle";
import { wholeSecond } from "../services/s3/store/whole-second";

/**
 * Does what was planned. Subscribers learn of it with the cause `lifecycle`, by which replication knows that it stays in
 * this bucket. S3 acts by itself here: no policy is asked.
 */
export function carryOutAction(world: World, bucket: Bucket, action: LifecycleAction): void {
  const { version } = action;
  switch (action.kind) {
    case "expire":
      expire(world, bucket, version);
      return;
    case "remove-marker":
    case "remove-version":
      remove(world, bucket, version);
      return;
    case "transition":
      version.storageClass = action.storageClass;
      // A restored copy belongs to the archive that the version has left.
      version.restore = undefined;
      world.s3.changes.publish({ kind: "transitioned", bucket, version, cause: "lifecycle" });
      return;
  }
}

/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
 */
function expire(world: World, bucket: Bucket, version: ObjectVersion): void {
  if (bucket.versioning === undefined) {
    remove(world, bucket, version);
    return;
  }
  const { key } = version;
  const isSuspended = bucket.versioning === "Suspended";
  if (isSuspended) {
    const replaced = bucket.objects.version(key, NULL_VERSION_ID);
    if (replaced !== undefined) remove(world, bucket, replaced);
  }
  const marker = deleteMarkerRecord({
    key,
    versionId: isSuspended ? NULL_VERSION_ID : world.s3.nextVersionId(),
    lastModifiedEpochMs: wholeSecond(world.clock.nowEpochMs()),
    sequence: world.s3.nextSequence(),
    ownerAccountId: bucket.accountId,
  });
  bucket.objects.insert(marker);
  world.s3.changes.publish({ kind: "delete-marker", bucket, version: marker, cause: "lifecycle" });
}

function remove(world: World, bucket: Bucket, version: ObjectVersion): void {
  bucket.objects.remove(version.key, version.versionId);
  world.s3.changes.publish({ kind: "removed", bucket, version, cause: "lifecycle" });
}
