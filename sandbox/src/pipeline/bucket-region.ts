import type { World } from "../world/world";

/** Undefined where the request names no bucket, or one that is not there. */
export function bucketRegion(world: World, bucketName: string | undefined): string | undefined {
  return bucketName === undefined ? undefined : world.s3.findBucket(bucketName)?.region;
}
