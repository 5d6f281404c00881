import { AwsError } from "../../../world/aws-error";

function notFound(code: string, message: string, bucketName: string): AwsError {
  return new AwsError(code, 404, message, { BucketName: bucketName });
}

export function noSuchTagSet(bucketName: string): AwsError {
  return notFound("NoSuchTagSet", "The TagSet does not exist", bucketName);
}

export function noSuchBucketPolicy(bucketName: string): AwsError {
  return notFound("NoSuchBucketPolicy", "The bucket policy does not exist", bucketName);
}

export function noSuchLifecycleConfiguration(bucketName: string): AwsError {
  return notFound(
    "NoSuchLifecycleConfiguration",
    "The lifecycle configuration does not exist",
    bucketName,
  );
}

export function noSuchPublicAccessBlockConfiguration(bucketName: string): AwsError {
  return notFound(
    "NoSuchPublicAccessBlockConfiguration",
    "The public access block configuration was not found",
    bucketName,
  );
}

export function ownershipControlsNotFound(bucketName: string): AwsError {
  return notFound(
    "OwnershipControlsNotFoundError",
    "The bucket ownership controls were not found",
    bucketName,
  );
}

export function noSuchWebsiteConfiguration(bucketName: string): AwsError {
  return notFound(
    "NoSuchWebsiteConfiguration",
    "The specified bucket does not have a website configuration",
    bucketName,
  );
}

export function noSuchCorsConfiguration(bucketName: string): AwsError {
  return notFound("NoSuchCORSConfiguration", "The CORS configuration does not exist", bucketName);
}

export function replicationConfigurationNotFound(bucketName: string): AwsError {
  return notFound(
    "ReplicationConfigurationNotFoundError",
    "The replication configuration was not found",
    bucketName,
  );
}

export function objectLockConfigurationNotFound(bucketName: string): AwsError {
  return notFound(
    "ObjectLockConfigurationNotFoundError",
    "Object Lock configuration does not exist for this bucket",
    bucketName,
  );
}

/**
 * An analytics, metrics, inventory or Intelligent-Tiering configuration of that id. The bucket is not named (recorded of
 * metrics and inventory).
 */
export function noSuchConfiguration(): AwsError {
  return new AwsError("NoSuchConfiguration", 404, "The specified configuration does not exist.");
}

/** The code is in the error list of the API; the text is assumed. */
export function metadataConfigurationNotFound(bucketName: string): AwsError {
  return notFound(
    "MetadataConfigurationNotFound",
    "The metadata configuration was not found",
    bucketName,
  );
}

/** Any mistake of form in a bucket policy; the text says which. */
export function malformedPolicy(message: string, detail?: string): AwsError {
  return new AwsError(
    "MalformedPolicy",
    400,
    message,
    detail === undefined ? {} : { Detail: detail },
  );
}

export function illegalVersioningConfiguration(): AwsError {
  return new AwsError(
    "IllegalVersioningConfigurationException",
    400,
    "The Versioning element must be specified",
  );
}

/** The text is assumed from that of object tags. */
export function tooManyBucketTags(maximumCount: number): AwsError {
  return new AwsError("BadRequest", 400, `Bucket tag count cannot be greater than ${maximumCount}`);
}

export function accelerationNeedsPlainName(): AwsError {
  return new AwsError(
    "InvalidRequest",
    400,
    "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names",
  );
}

export function tooManyConfigurations(): AwsError {
  return new AwsError(
    "TooManyConfigurations",
    400,
    "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.",
  );
}
