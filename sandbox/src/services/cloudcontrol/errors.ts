import { AwsError } from "../../world/aws-error";
import type { AccessNeed, Decision, Principal } from "../../authorization/model";

const badRequest = (code: string, message: string): AwsError => new AwsError(code, 400, message);

export const unsupportedAction = (typeName: string, action: string): AwsError =>
  badRequest(
    "UnsupportedActionException",
    `Resource type ${typeName} does not support ${action} action`,
  );

export const typeNotFound = (typeName: string): AwsError =>
  badRequest("TypeNotFoundException", `The type '${typeName}' cannot be found.`);

/** A request that Cloud Control refuses before it asks the type's handler. */
export const validation = (message: string): AwsError => badRequest("ValidationException", message);

export const invalidRequest = (message: string): AwsError =>
  badRequest("InvalidRequestException", message);

export const notUpdatable = (pointers: readonly string[]): AwsError =>
  badRequest(
    "NotUpdatableException",
    `Invalid patch update: createOnlyProperties [${pointers.join(", ")}] cannot be updated`,
  );

/** As recorded: the read that a patch is laid on shows no write-only properties. */
export const writeOnlyNotAdded = (paths: readonly string[]): AwsError =>
  validation(
    `Invalid patch update: writeOnlyProperties [${paths.join(", ")}] can only be updated using 'add' operation`,
  );

export const requestTokenNotFound = (requestToken: string): AwsError =>
  badRequest("RequestTokenNotFoundException", `Request with token ${requestToken} was not found`);

export const clientTokenConflict = (clientToken: string): AwsError =>
  badRequest(
    "ClientTokenConflictException",
    `Request for clientToken ${clientToken} already exists with different parameters`,
  );

export const concurrentOperation = (requestToken: string): AwsError =>
  badRequest(
    "ConcurrentOperationException",
    `Another resource operation is currently being performed on this resource, with request token ${requestToken}`,
  );

/** Source of the code: Cloud Control API reference, CancelResourceRequest. The text is assumed. */
export const notCancellable = (requestToken: string, status: string): AwsError =>
  new AwsError(
    "ConcurrentModificationException",
    500,
    `Request with token ${requestToken} is in status ${status}; only PENDING and IN_PROGRESS requests can be cancelled`,
  );

export const invalidNextToken = (): AwsError =>
  badRequest("InvalidRequestException", "Invalid NextToken");

/** A member of the API that the sandbox does not carry out. */
export const notImplemented = (what: string): AwsError =>
  new AwsError("NotImplemented", 501, `${what} is not implemented by the sandbox.`);

/** The exception of a synchronous action for what a type's handler answered; faults of the service are its own. */
export const handlerFailure = (exception: string, message: string): AwsError =>
  new AwsError(exception, SERVER_FAULTS.has(exception) ? 500 : 400, message);

/** Source: which errors the API's model calls server faults. */
const SERVER_FAULTS: ReadonlySet<string> = new Set([
  "HandlerFailureException",
  "HandlerInternalFailureException",
  "NetworkFailureException",
  "ServiceInternalErrorException",
]);

/** In the words of IAM's standard message. */
export function accessDenied(principal: Principal, need: AccessNeed, decision: Decision): AwsError {
  const because =
    decision.denial === "explicit"
      ? ` with an explicit deny in ${article(decision.policyType ?? "identity-based policy")}`
      : ` because no ${decision.policyType ?? "identity-based policy"} allows the ${need.action} action`;
  return badRequest(
    "AccessDeniedException",
    `User: ${principal.arn} is not authorized to perform: ${need.action} on resource: ${need.resource}${because}`,
  );
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
