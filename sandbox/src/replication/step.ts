import type { Bucket, ObjectVersion } from "../services/s3/store/model";
import type { World } from "../world/world";
import type { Road } from "../services/s3/replication/eligibility";
import type { FailureCode } from "../services/s3/replication/failure-codes";

/** One version, or a change of its metadata, on its way to one destination. */
export interface ReplicationStep {
  readonly source: Bucket;
  readonly version: ObjectVersion;
  readonly destinationArn: string;
  /** The rule that began it; at the time of the copy another may be in force. */
  readonly ruleId: string;
  readonly road: Road;
  /** When it was asked for: by the write or the change, or by the task of a job. */
  readonly requestEpochMs: number;
}

/** False when the version, or its bucket, was deleted meanwhile. */
export function isStillThere(
  world: World,
  { source, version }: Pick<ReplicationStep, "source" | "version">,
): boolean {
  return (
    world.s3.findBucket(source.name) === source &&
    source.objects.version(version.key, version.versionId) === version
  );
}

/**
 * The code for a version that is not there any more. The page of the codes says of these that the source may have been
 * deleted before replication was complete.
 */
export function goneFailure(
  world: World,
  { source, version }: Pick<ReplicationStep, "source" | "version">,
): FailureCode {
  if (world.s3.findBucket(source.name) !== source) return "SrcBucketNotFound";
  const isKeyThere = source.objects.current(version.key) !== undefined;
  return isKeyThere ? "SrcVersionNotFound" : "SrcKeyNotFound";
}
