import { AwsError } from "../../../world/aws-error";
import { invalidArgument, invalidArgumentText, invalidRequest } from "./request";

/** Deleting, shortening or weakening what a retention or a legal hold protects. */
export function protectedByObjectLock(): AwsError {
  return new AwsError(
    "AccessDenied",
    403,
    "Access Denied because object protected by object lock.",
  );
}

export function noSuchObjectLockConfiguration(): AwsError {
  return new AwsError(
    "NoSuchObjectLockConfiguration",
    404,
    "The specified object does not have a ObjectLock configuration",
  );
}

/** Retention or a legal hold of a version asked for, or set, in a bucket without Object Lock. */
export function missingObjectLockConfiguration(): AwsError {
  return invalidRequest("Bucket is missing Object Lock Configuration");
}

/** The same for an upload with Object Lock headers, in AWS's other spelling (versitygw's and MinIO's tests agree). */
export function uploadNeedsObjectLock(): AwsError {
  return invalidRequest("Bucket is missing ObjectLockConfiguration");
}

export function bypassNeedsObjectLock(): AwsError {
  return invalidArgument(
    "x-amz-bypass-governance-retention",
    undefined,
    "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
  );
}

/** @param argumentName `RetainUntilDate` in a body, `x-amz-object-lock-retain-until-date` as a header */
export function retainUntilDateInPast(argumentName: string, value?: string): AwsError {
  return invalidArgument(argumentName, value, "The retain until date must be in the future!");
}

/** @param missingHeader the one of the two headers that was not sent */
export function lockModeAndDateTogether(missingHeader: string): AwsError {
  return invalidArgument(
    missingHeader,
    undefined,
    "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
  );
}

export function unknownWormMode(value: string): AwsError {
  return invalidArgument("x-amz-object-lock-mode", value, "Unknown wormMode directive.");
}

/** The text is assumed (seen in other emulators only). */
export function nonPositiveDefaultRetention(): AwsError {
  return invalidArgumentText("Default retention period must be a positive integer value");
}

/** The text as versitygw's tests have it, which follow AWS. */
export function defaultRetentionTooLarge(): AwsError {
  return invalidArgumentText("Default retention period too large.");
}

/**
 * Text as AWS answers it: https://github.com/versity/versitygw/issues/1776 (Put Object),
 * https://github.com/s3tools/s3cmd/issues/1436 (Put Part). A default retention of the bucket asks for it as well.
 */
export function lockNeedsChecksum(request: "Put Object" | "Put Part"): AwsError {
  return invalidRequest(
    `Content-MD5 OR x-amz-checksum- HTTP header is required for ${request} requests with Object Lock parameters`,
  );
}
