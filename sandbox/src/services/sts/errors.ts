import { AwsError } from "../../world/aws-error";
import { denialMessage } from "../../authorization/explain";
import type { AccessNeed, Decision, Principal } from "../../authorization/model";

/** Every error of STS. Texts: STS API reference and messages quoted by AWS's tools; else assumed. */

/** Denied by policy. STS answers 403 `AccessDenied` and gives a reason only for an explicit deny and for services. */
export function accessDenied(
  facts: { readonly principal: Principal },
  need: AccessNeed,
  decision: Decision,
): AwsError {
  // For AssumeRole AWS does not say which side is missing: the caller may not know of the other account's role.
  const message =
    need.action === "sts:AssumeRole" && decision.denial !== "explicit"
      ? `User: ${facts.principal.arn} is not authorized to perform: ${need.action} on resource: ${need.resource}`
      : denialMessage(facts.principal, need, decision);
  return new AwsError("AccessDenied", 403, message);
}

/** A value that the model's pattern, length or range refuses. */
export function validation(member: string, value: string, constraint: string): AwsError {
  return new AwsError(
    "ValidationError",
    400,
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

export function required(member: string): AwsError {
  return new AwsError(
    "ValidationError",
    400,
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

/** A value outside its length or pattern; AWS does not repeat it. */
export function outOfBounds(member: string, constraint: string): AwsError {
  return new AwsError(
    "ValidationError",
    400,
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

export function duplicateTagKeys(): AwsError {
  return invalidParameter(
    "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
  );
}

/** Text assumed: IAM's for the same. */
export function reservedTagKey(): AwsError {
  return invalidParameter("Tag keys beginning with aws: are reserved for system use.");
}

export function unknownTransitiveTagKey(): AwsError {
  return invalidParameter(
    "The specified transitive tag key must be included in the requested tags.",
  );
}

export function inheritedTagKey(): AwsError {
  return invalidParameter(
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
  );
}

function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterValue", 400, message);
}

/** Code and text assumed; the user guide says only that it cannot be changed. */
export function sourceIdentityIsSet(): AwsError {
  return new AwsError(
    "AccessDenied",
    403,
    "The source identity of the calling session cannot be changed.",
  );
}

export function invalidAuthorizationMessage(): AwsError {
  return new AwsError("InvalidAuthorizationMessageException", 400, "Message is not valid");
}

export function invalidRoleArn(arn: string): AwsError {
  return new AwsError("ValidationError", 400, `${arn} is invalid`);
}

export function durationExceedsRole(): AwsError {
  return new AwsError(
    "ValidationError",
    400,
    "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
  );
}

export function durationExceedsChaining(): AwsError {
  return new AwsError(
    "ValidationError",
    400,
    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
  );
}

export function rootMayNotAssume(): AwsError {
  return new AwsError("AccessDenied", 403, "Roles may not be assumed by root accounts.");
}

export function malformedPolicyDocument(reason: string): AwsError {
  return new AwsError("MalformedPolicyDocument", 400, reason);
}

export function packedPolicyTooLarge(percent = 100): AwsError {
  return new AwsError(
    "PackedPolicyTooLarge",
    400,
    percent > 100
      ? `Packed size consumes ${percent}% of allotted space`
      : "Packed policy consumes more than 100% of allotted space, please use smaller policy.",
  );
}

export function sessionCannotCall(operation: string): AwsError {
  return new AwsError("AccessDenied", 403, `Cannot call ${operation} with session credentials`);
}

/** Text: issue threads of AWS's tools. */
export function notAJsonWebToken(): AwsError {
  return invalidIdentityToken(
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
  );
}

/** Text: issue threads of AWS's tools. */
export function noIdentityProvider(issuer: string): AwsError {
  return invalidIdentityToken(`No OpenIDConnect provider found in your account for ${issuer}`);
}

/** Text: issue threads of AWS's tools. */
export function wrongAudience(): AwsError {
  return invalidIdentityToken("Incorrect token audience");
}

/** Text: issue threads of AWS's tools, with its two blanks. */
export function noVerificationKey(): AwsError {
  return invalidIdentityToken(
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
  );
}

/** Text assumed; the code is not. */
export function wrongTokenSignature(): AwsError {
  return invalidIdentityToken("Invalid token signature");
}

/** Text assumed; the code is not. */
export function missingClaim(name: string): AwsError {
  return invalidIdentityToken(`Missing a required claim: ${name}`);
}

function invalidIdentityToken(message: string): AwsError {
  return new AwsError("InvalidIdentityToken", 400, message);
}

/** Text: issue threads of AWS's tools, without a blank before the second time. */
export function identityTokenExpired(
  nowEpochSeconds: number,
  expiresEpochSeconds: number,
): AwsError {
  return new AwsError(
    "ExpiredTokenException",
    400,
    `Token expired: current date/time ${nowEpochSeconds} must be before the expiration date/time${expiresEpochSeconds}`,
  );
}

/** AWS names neither the role nor who asks. Text: issue threads of AWS's tools. */
export function webIdentityDenied(): AwsError {
  return new AwsError(
    "AccessDenied",
    403,
    "Not authorized to perform sts:AssumeRoleWithWebIdentity",
  );
}

/** A variant of an operation that the sandbox does not act on. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", 501, `The sandbox does not implement ${what}.`);
}
