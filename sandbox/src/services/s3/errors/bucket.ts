import { AwsError } from "../../../world/aws-error";

export function noSuchBucket(bucketName: string): AwsError {
  return new AwsError("NoSuchBucket", 404, "The specified bucket does not exist", {
    BucketName: bucketName,
  });
}

/** Another account has the name. */
export function bucketAlreadyExists(bucketName: string): AwsError {
  return new AwsError(
    "BucketAlreadyExists",
    409,
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. " +
      "Please select a different name and try again.",
    { BucketName: bucketName },
  );
}

export function bucketAlreadyOwnedByYou(bucketName: string): AwsError {
  return new AwsError(
    "BucketAlreadyOwnedByYou",
    409,
    "Your previous request to create the named bucket succeeded and you already own it.",
    { BucketName: bucketName },
  );
}

/** A bucket that was ever versioned gets the longer text. */
export function bucketNotEmpty(bucketName: string, wasVersioned: boolean): AwsError {
  return new AwsError(
    "BucketNotEmpty",
    409,
    wasVersioned
      ? "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
      : "The bucket you tried to delete is not empty",
    { BucketName: bucketName },
  );
}

export function invalidBucketName(bucketName: string): AwsError {
  return new AwsError("InvalidBucketName", 400, "The specified bucket is not valid.", {
    BucketName: bucketName,
  });
}

export function invalidLocationConstraint(locationConstraint: string): AwsError {
  return new AwsError(
    "InvalidLocationConstraint",
    400,
    "The specified location-constraint is not valid",
    { LocationConstraint: locationConstraint },
  );
}

/** @param locationConstraint `unspecified` when the request had none */
export function illegalLocationConstraint(locationConstraint: string): AwsError {
  return new AwsError(
    "IllegalLocationConstraintException",
    400,
    `The ${locationConstraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

/** The state of the bucket forbids the change. */
export function invalidBucketState(message: string): AwsError {
  return new AwsError("InvalidBucketState", 409, message);
}
