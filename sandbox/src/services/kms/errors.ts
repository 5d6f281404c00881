import { AwsError } from "../../world/aws-error";
import { denialMessage } from "../../authorization/explain";
import type { AccessNeed, Decision, Principal } from "../../authorization/model";

/**
 * Every error of KMS, in its own words. S3 passes them on with the prefix `KMS.`, see {@link asS3Shows}.
 * Texts: KMS API reference and messages quoted in AWS's tools and issue threads; else assumed.
 */

/** Denied by policy. KMS answers 400 `AccessDeniedException`. */
export function accessDenied(
  facts: { readonly principal: Principal },
  need: AccessNeed,
  decision: Decision,
): AwsError {
  return new AwsError("AccessDeniedException", 400, denialMessage(facts.principal, need, decision));
}

/** The same denial as S3 shows it for a key it uses: 403 `AccessDenied`. */
export function accessDeniedThroughS3(
  principal: Principal,
  need: AccessNeed,
  decision: Decision,
): AwsError {
  return new AwsError("AccessDenied", 403, denialMessage(principal, need, decision));
}

/** A KMS error as S3 answers it: `KMS.NotFoundException` with KMS's text. */
export function asS3Shows(error: AwsError): AwsError {
  return new AwsError(`KMS.${error.code}`, 400, error.message);
}

export function noSuchKey(arn: string): AwsError {
  return new AwsError("NotFoundException", 400, `Key '${arn}' does not exist`);
}

export function noSuchAlias(arn: string): AwsError {
  return new AwsError("NotFoundException", 400, `Alias ${arn} is not found.`);
}

export function invalidKeyId(keyId: string): AwsError {
  return new AwsError("NotFoundException", 400, `Invalid keyId '${keyId}'`);
}

/** An ARN of another Region. */
export function wrongRegion(region: string): AwsError {
  return new AwsError("NotFoundException", 400, `Invalid arn ${region}`);
}

export function invalidArn(arn: string): AwsError {
  return new AwsError("InvalidArnException", 400, `Invalid arn ${arn}`);
}

export function disabled(arn: string): AwsError {
  return new AwsError("DisabledException", 400, `${arn} is disabled.`);
}

export function pendingDeletion(arn: string): AwsError {
  return new AwsError("KMSInvalidStateException", 400, `${arn} is pending deletion.`);
}

export function notPendingDeletion(arn: string): AwsError {
  return new AwsError("KMSInvalidStateException", 400, `${arn} is not pending deletion.`);
}

export function aliasExists(arn: string): AwsError {
  return new AwsError(
    "AlreadyExistsException",
    400,
    `An alias with the name ${arn} already exists`,
  );
}

export function invalidAliasName(message: string): AwsError {
  return new AwsError("InvalidAliasNameException", 400, message);
}

export function reservedAlias(): AwsError {
  return new AwsError("NotAuthorizedException", 400, "");
}

export function malformedPolicy(reason: string): AwsError {
  return new AwsError("MalformedPolicyDocumentException", 400, reason);
}

export function lockout(): AwsError {
  return malformedPolicy(
    "The new key policy will not allow you to update the key policy in the future.",
  );
}

export function invalidPrincipals(): AwsError {
  return malformedPolicy("Policy contains a statement with one or more invalid principals.");
}

export function noSuchPolicy(name: string): AwsError {
  return new AwsError("NotFoundException", 400, `No such policy exists: ${name}`);
}

export function noSuchGrant(grantId: string): AwsError {
  return new AwsError("NotFoundException", 400, `Grant ID ${grantId} not found`);
}

/** Text assumed; the code is not. */
export function invalidGrantToken(): AwsError {
  return new AwsError("InvalidGrantTokenException", 400, "The grant token is not valid.");
}

/** A key of another usage than the operation's. Text: recorded from AWS for Encrypt. */
export function wrongUsage(
  { arn, usage }: { readonly arn: string; readonly usage: string },
  operation: string,
): AwsError {
  return new AwsError(
    "InvalidKeyUsageException",
    400,
    `${arn} key usage is ${usage} which is not valid for ${operation}.`,
  );
}

/** Text: recorded from AWS for Encrypt. */
export function incompatibleAlgorithm(algorithm: string, spec: string): AwsError {
  return new AwsError(
    "InvalidKeyUsageException",
    400,
    `Algorithm ${algorithm} is incompatible with key spec ${spec}.`,
  );
}

export function wrongDigestLength(algorithm: string): AwsError {
  return validation(`Digest is invalid length for algorithm ${algorithm}.`);
}

/** Text assumed. */
export function incompatibleMessageType(type: string, algorithm: string): AwsError {
  return validation(`Message type ${type} is incompatible with algorithm ${algorithm}.`);
}

/** KMS says no more of it. */
export function invalidSignature(): AwsError {
  return new AwsError("KMSInvalidSignatureException", 400, "");
}

/** Text assumed; the code is not. */
export function noPublicKey(arn: string): AwsError {
  return new AwsError(
    "UnsupportedOperationException",
    400,
    `${arn} is a symmetric key, which has no public key.`,
  );
}

/** Text assumed; the code is not. */
export function rotationNotSupported(arn: string): AwsError {
  return new AwsError(
    "UnsupportedOperationException",
    400,
    `${arn} is not a symmetric encryption key, which alone are rotated.`,
  );
}

export function usageRequired(): AwsError {
  return validation(
    "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
  );
}

export function incompatibleUsage(usage: string, spec: string): AwsError {
  return validation(`KeyUsage ${usage} is not compatible with KeySpec ${spec}`);
}

export function twoKeySpecs(): AwsError {
  return validation(
    "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
  );
}

export function invalidCiphertext(): AwsError {
  return new AwsError("InvalidCiphertextException", 400, "");
}

export function incorrectKey(): AwsError {
  return new AwsError(
    "IncorrectKeyException",
    400,
    "The key ID in the request does not identify a CMK that can perform this operation.",
  );
}

export function validation(message: string): AwsError {
  return new AwsError("ValidationException", 400, message);
}

export function constraint(member: string, value: string, rule: string): AwsError {
  return validation(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`,
  );
}

export function invalidMarker(): AwsError {
  return new AwsError("InvalidMarkerException", 400, "Invalid marker");
}

export function required(member: string): AwsError {
  return validation(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

export function limitExceeded(message: string): AwsError {
  return new AwsError("LimitExceededException", 400, message);
}

export function tagError(message: string): AwsError {
  return new AwsError("TagException", 400, message);
}

/** Decrypt with a key that the ciphertext names and the caller cannot know of. */
export function unknownCiphertextKey(): AwsError {
  return new AwsError(
    "AccessDeniedException",
    400,
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
  );
}

/** `DryRun` of an operation that would have succeeded. */
export function dryRun(): AwsError {
  return new AwsError(
    "DryRunOperationException",
    400,
    "The request would have succeeded, but the DryRun option is set.",
  );
}

/** A variant of an operation that the sandbox does not act on. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", 501, `The sandbox does not implement ${what}.`);
}
