import { denialMessage } from "../../authorization/explain";
import type { AccessNeed, Decision, Principal } from "../../authorization/model";
import { AwsError } from "../../world/aws-error";

/**
 * Every error of CloudTrail. Codes: the AWS SDK's model; HTTP 400 for each (API reference). Texts: as AWS's tools and issue
 * threads quote them; else assumed.
 */

function refusal(code: string, message: string): AwsError {
  return new AwsError(code, 400, message);
}

export function accessDenied(
  facts: { readonly principal: Principal },
  need: AccessNeed,
  decision: Decision,
): AwsError {
  return refusal("AccessDeniedException", denialMessage(facts.principal, need, decision));
}

export function noSuchTrail(trail: string, accountId: string): AwsError {
  return refusal("TrailNotFoundException", `Unknown trail: ${trail} for the user: ${accountId}`);
}

export function trailExists(name: string, accountId: string): AwsError {
  return refusal(
    "TrailAlreadyExistsException",
    `Trail ${name} already exists for customer: ${accountId}`,
  );
}

export function tooManyTrails(accountId: string, count: number, region: string): AwsError {
  return refusal(
    "MaximumNumberOfTrailsExceededException",
    `User: ${accountId} already has ${count} trails in ${region}.`,
  );
}

export function invalidTrailName(reason: string): AwsError {
  return refusal("InvalidTrailNameException", reason);
}

export function invalidTrailArn(arn: string): AwsError {
  return refusal("CloudTrailARNInvalidException", `The trail ARN ${arn} is not valid.`);
}

export function invalidHomeRegion(arn: string, region: string): AwsError {
  return refusal(
    "InvalidHomeRegionException",
    `The home region of trail ${arn} is not ${region}: change it in its home region.`,
  );
}

export function invalidBucketName(name: string): AwsError {
  return refusal("InvalidS3BucketNameException", `Bucket name is not valid: ${name}`);
}

export function noSuchBucket(name: string): AwsError {
  return refusal("S3BucketDoesNotExistException", `S3 bucket ${name} does not exist!`);
}

export function invalidPrefix(): AwsError {
  return refusal("InvalidS3PrefixException", "The S3 prefix must be 200 characters at most.");
}

export function insufficientBucketPolicy(bucket: string): AwsError {
  return refusal(
    "InsufficientS3BucketPolicyException",
    `Incorrect S3 bucket policy is detected for bucket: ${bucket}`,
  );
}

export function insufficientEncryptionPolicy(bucket: string, key: string): AwsError {
  return refusal(
    "InsufficientEncryptionPolicyException",
    `Insufficient permissions to access S3 bucket ${bucket} or KMS key ${key}.`,
  );
}

export function invalidKey(key: string): AwsError {
  return refusal("InvalidKmsKeyIdException", `Invalid KMS key id: ${key}`);
}

export function noSuchKey(key: string): AwsError {
  return refusal("KmsKeyNotFoundException", `The KMS key ${key} was not found.`);
}

export function keyIsDisabled(key: string): AwsError {
  return refusal("KmsException", `The KMS key ${key} is not enabled.`);
}

export function invalidSelectors(reason: string): AwsError {
  return refusal("InvalidEventSelectorsException", reason);
}

export function invalidParameters(message: string): AwsError {
  return refusal("InvalidParameterCombinationException", message);
}

export function invalidTimeRange(): AwsError {
  return refusal("InvalidTimeRangeException", "The start time is after the end time.");
}

export function invalidToken(): AwsError {
  return refusal("InvalidTokenException", "The token is not valid.");
}

export function invalidTag(message: string): AwsError {
  return refusal("InvalidTagParameterException", message);
}

export function tooManyTags(count: number): AwsError {
  return refusal("TagsLimitExceededException", `A trail has at most ${count} tags.`);
}

export function noSuchResource(arn: string): AwsError {
  return refusal("ResourceNotFoundException", `The resource ${arn} was not found.`);
}

/** A variant of an operation that the sandbox does not act on. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", 501, `The sandbox does not implement ${what}.`);
}
