import {
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

/** Takes a bucket away with all that is in it, its policy first: what an administrator may where nothing is locked. */
export async function takeBucketAway(s3: S3Client, Bucket: string): Promise<void> {
  await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  const { DeleteMarkers = [], Versions = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket }),
  );
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
    const BypassGovernanceRetention = true;
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket }));
}
