import type { ObjectVersion } from "../services/s3/store/model";

/**
 * The replicas that were deleted by version id. S3 remembers them by the name of the bucket, also when the bucket is made
 * anew, and a batch job does not send them again.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html
 */
export class HardDeleted {
  private readonly versionsByBucket = new Map<string, Set<string>>();

  add(bucketName: string, version: Pick<ObjectVersion, "key" | "versionId">): void {
    const versions = this.versionsByBucket.get(bucketName) ?? new Set();
    versions.add(identity(version));
    this.versionsByBucket.set(bucketName, versions);
  }

  has(bucketName: string, version: Pick<ObjectVersion, "key" | "versionId">): boolean {
    return this.versionsByBucket.get(bucketName)?.has(identity(version)) ?? false;
  }
}

function identity({ key, versionId }: Pick<ObjectVersion, "key" | "versionId">): string {
  return `${versionId} ${key}`;
}
