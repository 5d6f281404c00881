import { AwsError } from "../../world/aws-error";
import { denialMessage } from "../../authorization/explain";
import type { AccessNeed, Decision, Principal } from "../../authorization/model";

/**
 * Every error of CloudWatch, by the name of its shape; the protocols know the older codes. Texts: CloudWatch API
 * reference and messages quoted by AWS's tools; else assumed.
 */

/** Denied by policy: 403 `AccessDenied`, as from the days of the query protocol. */
export function accessDenied(
  facts: { readonly principal: Principal },
  need: AccessNeed,
  decision: Decision,
): AwsError {
  return new AwsError("AccessDenied", 403, denialMessage(facts.principal, need, decision));
}

export function missingParameter(message: string): AwsError {
  return new AwsError("MissingRequiredParameterException", 400, message);
}

export function required(member: string): AwsError {
  return missingParameter(`The parameter ${member} is required.`);
}

export function invalidValue(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", 400, message);
}

export function invalidCombination(message: string): AwsError {
  return new AwsError("InvalidParameterCombinationException", 400, message);
}

/** A value that the model's length, range or enumeration refuses. */
export function constraint(member: string, value: string, rule: string): AwsError {
  return new AwsError(
    "ValidationException",
    400,
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`,
  );
}

export function invalidNextToken(): AwsError {
  return new AwsError("InvalidNextToken", 400, "The next token is invalid.");
}

/** SetAlarmState of an alarm that is not there. */
export function noSuchAlarm(name: string): AwsError {
  return new AwsError("ResourceNotFound", 404, `Unknown alarm: ${name}`);
}

/** A tag operation on an ARN that stands for nothing. */
export function noSuchResource(arn: string): AwsError {
  return new AwsError("ResourceNotFoundException", 404, `Resource not found: ${arn}`);
}

export function noSuchDashboard(name: string): AwsError {
  return new AwsError("DashboardNotFoundError", 404, `Dashboard ${name} does not exist`);
}

export function invalidDashboard(message: string): AwsError {
  return new AwsError("DashboardInvalidInputError", 400, message);
}

export function invalidFormat(message: string): AwsError {
  return new AwsError("InvalidFormatFault", 400, message);
}

/** A variant of an operation that the sandbox does not act on. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", 501, `The sandbox does not implement ${what}.`);
}
