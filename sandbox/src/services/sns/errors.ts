import { AwsError } from "../../world/aws-error";
import { denialMessage } from "../../authorization/explain";
import type { AccessNeed, Decision, Principal } from "../../authorization/model";

/** Every error of SNS. Codes: the AWS SDK's model. Texts: as quoted in AWS's tools and issue threads; else assumed. */

/** Denied by policy: 403 `AuthorizationError`. */
export function accessDenied(
  facts: { readonly principal: Principal },
  need: AccessNeed,
  decision: Decision,
): AwsError {
  return new AwsError("AuthorizationError", 403, denialMessage(facts.principal, need, decision));
}

export function invalidParameter(text: string): AwsError {
  return new AwsError("InvalidParameter", 400, `Invalid parameter: ${text}`);
}

export function noSuchTopic(): AwsError {
  return new AwsError("NotFound", 404, "Topic does not exist");
}

/** The tag operations say it in another way than the others. */
export function noSuchResource(): AwsError {
  return new AwsError("ResourceNotFound", 404, "Resource does not exist");
}

export function noSuchSubscription(): AwsError {
  return new AwsError("NotFound", 404, "Subscription does not exist");
}

export function tooManyTags(): AwsError {
  return new AwsError(
    "TagLimitExceeded",
    400,
    "Could not complete request: tag quota of per resource exceeded",
  );
}

/**
 * A KMS error of an encrypted topic in the words of SNS: `KMSAccessDenied`, `KMSDisabled`, `KMSNotFound`,
 * `KMSInvalidState`.
 */
export function kms(error: AwsError): AwsError {
  const code = KMS_CODES[error.code];
  if (code === undefined) return error;
  return new AwsError(code, 400, error.message);
}

const KMS_CODES: Readonly<Record<string, string>> = {
  AccessDenied: "KMSAccessDenied",
  "KMS.NotFoundException": "KMSNotFound",
  "KMS.InvalidArnException": "KMSNotFound",
  "KMS.DisabledException": "KMSDisabled",
  "KMS.KMSInvalidStateException": "KMSInvalidState",
};

/** The AWS managed key lets only callers of its account in, never AWS services (SNS Developer Guide, key management). */
export function managedKeyRefuses(principal: Principal): AwsError {
  return new AwsError(
    "KMSAccessDenied",
    400,
    `${principal.arn} is not authorized to perform: kms:GenerateDataKey on the key alias/aws/sns because no resource-based policy allows the kms:GenerateDataKey action`,
  );
}

export function emptyBatch(): AwsError {
  return new AwsError("EmptyBatchRequest", 400, "The batch request doesn't contain any entries.");
}

export function tooManyEntries(count: number): AwsError {
  return new AwsError(
    "TooManyEntriesInBatchRequest",
    400,
    `The batch request contains more entries than permissible: ${count}.`,
  );
}

export function entryIdsNotDistinct(): AwsError {
  return new AwsError(
    "BatchEntryIdsNotDistinct",
    400,
    "Two or more batch entries in the request have the same Id.",
  );
}

/** A variant of an operation that the sandbox does not act on. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", 501, `The sandbox does not implement ${what}.`);
}
