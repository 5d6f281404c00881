import type { World } from "../../../world/world";
import type { Bucket, PublicAccessBlock } from "../store/model";

/**
 * Whether a setting of S3 Block Public Access holds for a bucket: its own or its account's, whichever is stricter.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function isBlocked(world: World, bucket: Bucket, setting: keyof PublicAccessBlock): boolean {
  return (
    bucket.publicAccessBlock?.[setting] === true ||
    world.s3.accountPublicAccessBlocks.get(bucket.accountId)?.[setting] === true
  );
}

/** The four settings as they are kept: what a request leaves out is off. */
export function publicAccessBlockOf(given: Partial<PublicAccessBlock>): PublicAccessBlock {
  return {
    BlockPublicAcls: given.BlockPublicAcls ?? false,
    IgnorePublicAcls: given.IgnorePublicAcls ?? false,
    BlockPublicPolicy: given.BlockPublicPolicy ?? false,
    RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
  };
}
