import { AwsError } from "../../../world/aws-error";

/** The id in the document is another than that of the request. Seen on AWS. */
export function idMismatch(): AwsError {
  return new AwsError(
    "IdMismatch",
    400,
    "Document ID does not match the specified configuration ID.",
  );
}

/** The text is assumed. */
export function invalidConfigurationId(): AwsError {
  return new AwsError(
    "InvalidConfigurationId",
    400,
    "The specified configuration id is invalid. Configuration id may contain only alphanumeric or special " +
      'characters "-", "_" and ".", and be at most 64 characters long.',
  );
}

/** `reason` as seen on AWS: `Invalid bucket ARN.`, `Bucket ARN should not specify a namespace.` */
export function invalidS3DestinationBucket(reason: string): AwsError {
  return new AwsError("InvalidS3DestinationBucket", 400, reason);
}
