import {
  DeleteBucketReplicationCommand,
  GetBucketReplicationCommand,
  PutBucketReplicationCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

/** Runs `work` while a source bucket has no replication rules: nothing that it writes is replicated. */
export async function withoutReplication(
  s3: S3Client,
  bucket: string,
  work: () => Promise<void>,
): Promise<void> {
  const Bucket = bucket;
  const { ReplicationConfiguration } = await s3.send(new GetBucketReplicationCommand({ Bucket }));
  await s3.send(new DeleteBucketReplicationCommand({ Bucket }));
  await work();
  await s3.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));
}
