import { AwsError } from "../../aws-error";
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

export function packedPolicyTooLarge(): AwsError {
  return new AwsError(
    "PackedPolicyTooLarge",
    400,
    "Packed policy consumes more than 100% of allotted space, please use smaller policy.",
  );
}

export function sessionCannotCall(operation: string): AwsError {
  return new AwsError("AccessDenied", 403, `Cannot call ${operation} with session credentials`);
}

/** A variant of an operation that the sandbox does not act on. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", 501, `The sandbox does not implement ${what}.`);
}
