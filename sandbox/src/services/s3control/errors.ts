import type { AccessNeed, Decision, Principal } from "../../authorization/model";
import { AwsError } from "../../world/aws-error";

/**
 * Every error of S3 Control that the sandbox answers. Codes are those of the service model's error shapes; texts are
 * assumed where no source is given.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting-batch-operations.html
 */

/** The caller may not. Text: recorded from AWS for CreateJob; `job/*` stands for actions without a resource. */
export function accessDenied(
  facts: { readonly principal: Principal; readonly region?: string },
  need: AccessNeed,
  decision: Decision,
): AwsError {
  const { principal, region = "*" } = facts;
  const jobs = `arn:aws:s3:${region}:${principal.accountId ?? "*"}:job/*`;
  const isOnJobs = need.resource === "*" && need.action.includes("Job");
  const resource = isOnJobs ? jobs : need.resource;
  const policyType = decision.policyType ?? "identity-based policy";
  const article = /^[aeiou]/.test(policyType) ? "an" : "a";
  const reason =
    decision.denial === "explicit"
      ? `with an explicit deny in ${article} ${policyType}`
      : `because no ${policyType} allows the ${need.action} action`;
  return new AwsError(
    "AccessDenied",
    403,
    `User: ${principal.arn} is not authorized to perform: ${need.action} on resource: "${resource}" ${reason}`,
  );
}

/** The account id of the request is not the caller's; AWS gives no reason across accounts. */
export function foreignAccount(): AwsError {
  return new AwsError("AccessDenied", 403, "Access Denied");
}

/** Text: S3 User Guide, troubleshooting-batch-operations. */
export function crossAccountRole(): AwsError {
  return new AwsError("AccessDenied", 403, "Cross-account pass role is not allowed.");
}

/** All that is wrong with the members of a request, in the form of AWS's validation messages. */
export function invalidMembers(problems: readonly string[]): AwsError {
  const count =
    problems.length === 1
      ? "1 validation error detected"
      : `${problems.length} validation errors detected`;
  return new AwsError("BadRequestException", 400, `${count}: ${problems.join("; ")}`);
}

/** A request whose members are fine one by one and make no sense together. */
export function badRequest(message: string): AwsError {
  return new AwsError("BadRequestException", 400, message);
}

/** ListJobs's own code for a bad member. */
export function invalidRequest(message: string): AwsError {
  return new AwsError("InvalidRequestException", 400, message);
}

export function invalidNextToken(): AwsError {
  return new AwsError("InvalidNextTokenException", 400, "The next token is not valid");
}

/** The same token came with other parameters before. */
export function idempotencyMismatch(): AwsError {
  return new AwsError(
    "IdempotencyException",
    400,
    "A job with the same client request token and different parameters already exists",
  );
}

/** Text: S3 User Guide, troubleshooting-batch-operations. Also for a job of another account or Region. */
export function noSuchJob(): AwsError {
  return new AwsError("NotFoundException", 404, "The specified job does not exist");
}

export function jobStatusConflict(status: string, requested: string): AwsError {
  return new AwsError(
    "JobStatusException",
    400,
    `The job is in status ${status} and cannot be changed to ${requested}`,
  );
}

export function tooManyTags(limitCount: number): AwsError {
  return new AwsError("TooManyTagsException", 400, `A job can have at most ${limitCount} tags`);
}

/** An operation of S3 Batch Operations that the sandbox does not carry out. */
export function operationNotImplemented(operationName: string): AwsError {
  return new AwsError(
    "NotImplemented",
    501,
    `The sandbox does not carry out the job operation ${operationName}.`,
  );
}

/** Tags of access points, Storage Lens groups, Access Grants and directory buckets. */
export function resourceNotServed(arn: string): AwsError {
  return new AwsError(
    "NotImplemented",
    501,
    `The sandbox keeps tags of general purpose buckets only, not of ${arn}.`,
  );
}

export function malformedXml(): AwsError {
  return new AwsError(
    "MalformedXML",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}

/** The account blocks nothing. Text: as for a bucket. */
export function noSuchPublicAccessBlock(accountId: string): AwsError {
  return new AwsError(
    "NoSuchPublicAccessBlockConfiguration",
    404,
    "The public access block configuration was not found",
    { AccountId: accountId },
  );
}
