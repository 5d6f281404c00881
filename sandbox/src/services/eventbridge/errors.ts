import { AwsError } from "../../world/aws-error";
import { denialMessage } from "../../authorization/explain";
import type { AccessNeed, Decision, Principal } from "../../authorization/model";

/** Every error of EventBridge. Codes: the AWS SDK's model. Texts: as quoted in AWS's tools; else assumed. */

export function accessDenied(
  facts: { readonly principal: Principal },
  need: AccessNeed,
  decision: Decision,
): AwsError {
  return new AwsError("AccessDeniedException", 400, denialMessage(facts.principal, need, decision));
}

export function invalidPattern(reason: string): AwsError {
  return new AwsError(
    "InvalidEventPatternException",
    400,
    `Event pattern is not valid. Reason: ${reason}`,
  );
}

export function noSuchRule(name: string): AwsError {
  return new AwsError(
    "ResourceNotFoundException",
    400,
    `Rule ${name} does not exist on EventBus default.`,
  );
}

export function noSuchBus(name: string): AwsError {
  return new AwsError("ResourceNotFoundException", 400, `Event bus ${name} does not exist.`);
}

export function validation(message: string): AwsError {
  return new AwsError("ValidationException", 400, message);
}

export function limitExceeded(message: string): AwsError {
  return new AwsError("LimitExceededException", 400, message);
}

/** A variant of an operation that the sandbox does not act on. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", 501, `The sandbox does not implement ${what}.`);
}
