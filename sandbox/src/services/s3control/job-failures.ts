import type { JobFailure } from "@aws-sdk/client-s3-control";

/** A failure of the whole job. */
export class JobFailed extends Error {
  constructor(readonly failure: JobFailure) {
    super(failure.FailureReason);
    this.name = "JobFailed";
  }
}

/**
 * Why a job as a whole fails. The sentences are AWS's where a source is given; the codes are assumed, but for
 * `InvalidManifestContent`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-troubleshoot.html
 */
export const jobFailures = {
  /** AWS's sentence. */
  noKeys: failure(
    "ManifestGenerationFailed",
    "Manifest generation found no keys matching the filter criteria.",
  ),
  /** AWS's sentence. */
  manifestNotWritten: failure(
    "ManifestGenerationFailed",
    "Error occurred when preparing manifest: Failed to write manifest",
  ),
  /** AWS's sentence. */
  manifestForbidden: failure(
    "ManifestForbidden",
    "Reading the manifest is forbidden: AccessDenied",
  ),
  manifestNotFound: failure(
    "ManifestNotFound",
    "Reading the manifest failed: the object does not exist or its ETag does not match",
  ),
  /** AWS's sentence. */
  reportNotWritten: failure(
    "JobReportFailed",
    "The job report could not be written to your report bucket. Please check your permissions.",
  ),
  replicationConfigMissing: failure(
    "SrcBucketReplicationConfigMissing",
    "Error occurred when preparing manifest: The source bucket has no replication configuration",
  ),
  sourceBucketNotFound: failure(
    "SrcBucketNotFound",
    "Error occurred when preparing manifest: The source bucket does not exist",
  ),
  sourceBucketInvalidRegion: failure(
    "SrcBucketInvalidRegion",
    "Error occurred when preparing manifest: The source bucket is not in the Region of the job",
  ),
  bucketOwnerMismatch: failure(
    "BucketOwnerMismatch",
    "Error occurred when preparing manifest: The bucket does not belong to the expected owner",
  ),
  assumeRoleNotPermitted: failure(
    "AssumeRoleNotPermitted",
    "S3 Batch Operations is not able to assume the role of the job",
  ),
  failureRateExceeded: failure(
    "FailureRateExceeded",
    "The failure rate of the job's tasks exceeded 50 percent",
  ),
  notConfirmed: failure("JobExpired", "The job was not confirmed within 30 days"),
} as const;

/** The job's role lacks a right that the generator needs (assumed text). */
export function generatorForbidden(action: string): JobFailure {
  return failure(
    "ManifestGenerationFailed",
    `Error occurred when preparing manifest: Access denied (${action})`,
  );
}

/** An operation that takes objects of one bucket only (assumed text). */
export const severalBuckets = invalidManifestContent(
  "All objects in the manifest must be in the same bucket",
);

/** The objects of a job on Object Lock are in a bucket without it (assumed code and text). */
export function objectLockNotEnabled(bucketName: string): JobFailure {
  return failure("ObjectLockNotEnabled", `Object Lock is not enabled on the bucket ${bucketName}`);
}

/** The job's role may not look whether a bucket has Object Lock (assumed code and text). */
export function objectLockForbidden(bucketName: string): JobFailure {
  return failure(
    "ObjectLockForbidden",
    `Access denied (s3:GetBucketObjectLockConfiguration) on the bucket ${bucketName}`,
  );
}

/** Reasons: S3 User Guide, troubleshooting-batch-operations. */
export function invalidManifestContent(reason: string): JobFailure {
  return failure("InvalidManifestContent", reason);
}

function failure(code: string, reason: string): JobFailure {
  return { FailureCode: code, FailureReason: reason };
}
