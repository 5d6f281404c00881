import type { Principal } from "../../../authorization/model";
import { AwsError } from "../../../world/aws-error";
import { plainAccessDenied } from "./access";
import { invalidArgument, invalidRequest, methodNotAllowed } from "./request";

/** Any ACL but the bucket owner's full control, where the ownership has no ACLs. */
export function accessControlListNotSupported(): AwsError {
  return new AwsError("AccessControlListNotSupported", 400, "The bucket does not allow ACLs");
}

/** An ACL that grants is wanted, or there, with an ownership that has no ACLs. */
export function invalidBucketAclWithObjectOwnership(): AwsError {
  return new AwsError(
    "InvalidBucketAclWithObjectOwnership",
    400,
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  );
}

/** A public ACL for a bucket whose public access is blocked from the first moment. */
export function invalidAclWithBlockPublicAccess(): AwsError {
  return new AwsError(
    "InvalidBucketAclWithBlockPublicAccessError",
    400,
    "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
  );
}

/**
 * A public ACL that S3 Block Public Access refuses; to other accounts without a reason.
 * Source: S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors", "Block Public Access settings".
 */
export function publicAclBlocked(
  principal: Principal,
  bucketAccountId: string,
  operation: string,
  resource: string,
): AwsError {
  if (principal.accountId !== bucketAccountId) return plainAccessDenied();
  return new AwsError(
    "AccessDenied",
    403,
    `User: ${principal.arn} is not authorized to perform: s3:${operation} on resource: "${resource}" ` +
      "because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.",
  );
}

/** An `AccessControlPolicy` that breaks the schema. */
export function malformedAcl(): AwsError {
  return new AwsError(
    "MalformedACLError",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}

/** A request to set an ACL that brings none. */
export function missingAcl(): AwsError {
  return new AwsError("MissingSecurityHeader", 400, "Your request was missing a required header", {
    MissingHeaderName: "x-amz-acl",
  });
}

export function unknownCannedAcl(acl: string): AwsError {
  return invalidArgument("x-amz-acl", acl, "");
}

export function cannedAclAndGrants(): AwsError {
  return invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
}

/** An ACL in headers and in the body. */
export function unexpectedContent(): AwsError {
  return new AwsError("UnexpectedContent", 400, "This request does not support content");
}

/** @param name where the id was: `id` in a header, `CanonicalUser/ID` in a body */
export function invalidGranteeId(name: string, id: string): AwsError {
  return invalidArgument(name, id, "Invalid id");
}

/** @param name where the URI was: `uri` in a header, `Group/URI` in a body */
export function invalidGroupUri(name: string, uri: string): AwsError {
  return invalidArgument(name, uri, "Invalid group uri");
}

export function unrecognizedGrantee(header: string, value: string): AwsError {
  return invalidArgument(header, value, "Argument format not recognized");
}

/** Since October 2025 S3 takes no grantee by email address. The status is documented, the detail assumed. */
export function emailGranteeNotAllowed(): AwsError {
  return methodNotAllowed("PUT", "ACL");
}
