import { denialReason } from "../../../authorization/explain";
import type { AccessNeed, Decision, Principal } from "../../../authorization/model";
import { AwsError } from "../../../world/aws-error";

/** The plain refusal: across accounts and to anonymous callers AWS gives no reason. */
export function plainAccessDenied(): AwsError {
  return new AwsError("AccessDenied", 403, "Access Denied");
}

/**
 * The refusal of a decision. Within one account S3 names principal, action, resource and the type of policy; to others
 * it says nothing (S3 User Guide, "Access denied (403 Forbidden) errors").
 */
export function accessDenied(
  facts: { readonly principal: Principal },
  need: AccessNeed,
  decision: Decision,
): AwsError {
  const { principal } = facts;
  const isSameAccount =
    principal.accountId !== undefined &&
    principal.accountId === (need.ownerAccountId ?? need.resourceAccountId ?? principal.accountId);
  if (!isSameAccount) return plainAccessDenied();
  return new AwsError("AccessDenied", 403, detailedText(principal, need, decision));
}

function detailedText(principal: Principal, need: AccessNeed, decision: Decision): string {
  const resource = need.resource === "*" ? "" : ` on resource: "${need.resource}"`;
  const reason = denialReason(need.action, decision);
  return `User: ${principal.arn} is not authorized to perform: ${need.action}${resource} ${reason}`;
}

/** A bucket policy that S3 Block Public Access refuses. */
export function publicPolicyBlocked(principal: Principal, bucketArn: string): AwsError {
  return new AwsError(
    "AccessDenied",
    403,
    `User: ${principal.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "${bucketArn}" ` +
      "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
  );
}

/**
 * A write under a customer's key to a bucket that blocks them; to other accounts without a reason.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
export function customerKeysBlocked(
  { operation, principal }: { readonly operation: string; readonly principal: Principal },
  bucketAccountId: string,
  objectArn: string,
): AwsError {
  if (principal.accountId !== bucketAccountId) return plainAccessDenied();
  return new AwsError(
    "AccessDenied",
    403,
    `User: ${principal.arn} is not authorized to perform: s3:${operation} on resource: "${objectArn}" because this bucket ` +
      "has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). " +
      "Please specify a different server-side encryption type",
  );
}

/** `x-amz-expected-bucket-owner` that is no account id. */
export function invalidExpectedBucketOwner(value: string): AwsError {
  return new AwsError(
    "InvalidBucketOwnerAWSAccountID",
    400,
    `The value of the expected bucket owner parameter must be an AWS Account ID... [${value}]`,
  );
}

/** @param message AWS's words, which differ by operation */
export function anonymousNotAllowed(message: string): AwsError {
  return new AwsError("AccessDenied", 403, message);
}
