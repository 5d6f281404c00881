import type { ServiceSession } from "../../s3/access/service-session";
import { JobFailed, objectLockForbidden, objectLockNotEnabled } from "../job-failures";

/**
 * "Batch Operations verifies that Object Lock is enabled on your bucket before processing any keys", for which the job's role
 * needs `s3:GetBucketObjectLockConfiguration` on the bucket. That the whole job fails is inferred.
 * @throws JobFailed
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-retention-date.html
 */
export function verifyObjectLock(session: ServiceSession, bucketName: string): void {
  const bucket = session.world.s3.findBucket(bucketName);
  if (bucket === undefined) throw new JobFailed(objectLockNotEnabled(bucketName));
  if (!session.allows({ action: "s3:GetBucketObjectLockConfiguration", bucket })) {
    throw new JobFailed(objectLockForbidden(bucketName));
  }
  if (bucket.objectLock === undefined) throw new JobFailed(objectLockNotEnabled(bucketName));
}
