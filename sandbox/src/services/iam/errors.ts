import { AwsError } from "../../world/aws-error";
import { denialMessage } from "../../authorization/explain";
import type { PolicyKind } from "../../authorization/compile";
import type { MalformedPolicy } from "../../authorization/malformed-policy";
import type { AccessNeed, Decision, Principal } from "../../authorization/model";

/**
 * Every error of IAM, with its code and words on the wire. Texts: IAM API reference and messages that AWS's tools and
 * issue threads quote; where none was found the text is assumed, the code is not.
 */

/** Denied by policy. IAM answers 403 `AccessDenied`. */
export function accessDenied(
  facts: { readonly principal: Principal },
  need: AccessNeed,
  decision: Decision,
): AwsError {
  return new AwsError("AccessDenied", 403, denialMessage(facts.principal, need, decision));
}

type Kind = "role" | "user" | "group";

export function noSuchIdentity(kind: Kind, name: string): AwsError {
  return noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
}

export function noSuchInlinePolicy(kind: Kind, name: string): AwsError {
  return noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`);
}

/** Text assumed; the code is not. */
export function notInGroup(userName: string, groupName: string): AwsError {
  return noSuchEntity(`User ${userName} is not in group ${groupName}.`);
}

export function noSuchPolicy(arn: string): AwsError {
  return noSuchEntity(`Policy ${arn} was not found.`);
}

export function notAttachable(arn: string): AwsError {
  return noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
}

export function noSuchPolicyVersion(arn: string, versionId: string): AwsError {
  return noSuchEntity(`Policy ${arn} version ${versionId} does not exist or is not attachable.`);
}

export function noSuchAccessKey(accessKeyId: string): AwsError {
  return noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found`);
}

/** Text assumed. */
export function noSuchLoginProfile(userName: string): AwsError {
  return noSuchEntity(`Login Profile for User ${userName} cannot be found.`);
}

export function noSuchAlias(alias: string): AwsError {
  return noSuchEntity(`The account alias ${alias} does not exist.`);
}

export function noSuchBoundary(kind: "role" | "user", name: string): AwsError {
  return noSuchEntity(`The ${kind} ${name} does not have a permissions boundary.`);
}

export function noSuchSimulationSource(arn: string): AwsError {
  return noSuchEntity(`The entity ${arn} cannot be found.`);
}

/** Text: recorded by AWS's tools. */
export function noSuchIdentityProvider(arn: string): AwsError {
  return noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
}

function noSuchEntity(message: string): AwsError {
  return new AwsError("NoSuchEntity", 404, message);
}

export function roleExists(name: string): AwsError {
  return alreadyExists(`Role with name ${name} already exists.`);
}

export function userExists(name: string): AwsError {
  return alreadyExists(`User with name ${name} already exists.`);
}

export function groupExists(name: string): AwsError {
  return alreadyExists(`Group with name ${name} already exists.`);
}

export function policyExists(name: string): AwsError {
  return alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
}

export function aliasExists(alias: string): AwsError {
  return alreadyExists(`The account alias ${alias} already exists.`);
}

/** Text: issue threads of AWS's tools. */
export function identityProviderExists(url: string): AwsError {
  return alreadyExists(`Provider with url ${url} already exists.`);
}

function alreadyExists(message: string): AwsError {
  return new AwsError("EntityAlreadyExists", 409, message);
}

export function mustDetachPolicies(): AwsError {
  return deleteConflict("Cannot delete entity, must detach all policies first.");
}

export function mustDeletePolicies(): AwsError {
  return deleteConflict("Cannot delete entity, must delete policies first.");
}

export function mustDeleteAccessKeys(): AwsError {
  return deleteConflict("Cannot delete entity, must delete access keys first.");
}

export function mustRemoveUsers(): AwsError {
  return deleteConflict("Cannot delete entity, must remove users from group first.");
}

/** Text assumed; the code is not. */
export function mustLeaveGroups(): AwsError {
  return deleteConflict("Cannot delete entity, must remove user from groups first.");
}

export function policyIsAttached(): AwsError {
  return deleteConflict("Cannot delete a policy attached to entities.");
}

export function policyHasVersions(): AwsError {
  return deleteConflict(
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
  );
}

export function cannotDeleteDefaultVersion(): AwsError {
  return deleteConflict("Cannot delete the default version of a policy.");
}

function deleteConflict(message: string): AwsError {
  return new AwsError("DeleteConflict", 409, message);
}

export function quotaExceeded(quota: string, limit: number): AwsError {
  return new AwsError("LimitExceeded", 409, `Cannot exceed quota for ${quota}: ${limit}`);
}

export function inlinePoliciesTooLarge(kind: Kind, name: string, limit: number): AwsError {
  return new AwsError(
    "LimitExceeded",
    409,
    `Maximum policy size of ${limit} bytes exceeded for ${kind} ${name}`,
  );
}

export function tooManyPolicyVersions(): AwsError {
  return new AwsError(
    "LimitExceeded",
    409,
    "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
  );
}

/** A value that the model's pattern, length or range refuses. */
export function validation(member: string, value: string, constraint: string): AwsError {
  return new AwsError(
    "ValidationError",
    400,
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** A value outside its length, range or pattern; AWS does not repeat it. */
export function outOfBounds(member: string, constraint: string): AwsError {
  return new AwsError(
    "ValidationError",
    400,
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** A value with characters that IAM does not take. @param rule `It must contain only ...` */
export function invalidValue(member: string, rule: string): AwsError {
  return new AwsError(
    "ValidationError",
    400,
    `The specified value for ${member} is invalid. ${rule}`,
  );
}

export function tagLimitExceeded(): AwsError {
  return new AwsError("LimitExceeded", 409, "The number of tags has reached the maximum limit.");
}

export function required(member: string): AwsError {
  return new AwsError(
    "ValidationError",
    400,
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

/** A call that means the caller itself, made by somebody who is no user. */
export function userNameNeeded(): AwsError {
  return new AwsError(
    "ValidationError",
    400,
    "Must specify userName when calling with non-User credentials",
  );
}

/** Temporary credentials of a kind that IAM does not take. */
export function sessionNotTaken(): AwsError {
  return new AwsError(
    "InvalidClientTokenId",
    403,
    "The security token included in the request is invalid",
  );
}

export function invalidInput(message: string): AwsError {
  return new AwsError("InvalidInput", 400, message);
}

/** `problem` in IAM's words. */
export function malformedPolicyDocument(problem: MalformedPolicy, kind: PolicyKind): AwsError {
  const message = kind === "trust" ? trustText(problem) : malformedText(problem);
  return new AwsError("MalformedPolicyDocument", 400, message);
}

/** Of a role's trust policy IAM speaks otherwise than of a permissions policy, mostly as S3 does of a bucket's. */
function trustText(malformed: MalformedPolicy): string {
  const { problem, subject, message } = malformed;
  switch (problem) {
    case "prohibited-field":
    case "invalid-version":
    case "invalid-effect":
    case "invalid-json":
      return message;
    case "missing-field":
      return subject === "Statement" ? "Could not parse the policy: Statement is empty!" : message;
    case "duplicate-sid":
      return "The Statement Ids in the policy are not unique";
    default:
      return malformedText(malformed);
  }
}

function malformedText({ problem, subject, message }: MalformedPolicy): string {
  switch (problem) {
    case "prohibited-field":
      return subject === "Principal"
        ? "Policy document should not specify a principal."
        : `Has prohibited field ${subject}`;
    case "missing-field":
      if (subject === "Action") return "Policy statement must contain actions.";
      if (subject === "Resource") return "Policy statement must contain resources.";
      return subject === "Principal"
        ? "Missing required field Principal"
        : "Syntax errors in policy.";
    case "invalid-action":
      return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
    case "invalid-resource":
      if (subject === "") return "Policy statement must contain resources.";
      return `Resource ${subject} must be in ARN format or "*".`;
    case "invalid-principal":
      return `Invalid principal in policy: ${subject}`;
    case "invalid-version":
    case "unknown-field":
    case "both-fields":
    case "invalid-effect":
      return "Syntax errors in policy.";
    case "invalid-json":
      return "Syntax errors in policy.";
    case "foreign-partition":
    case "invalid-condition":
    case "duplicate-sid":
    case "invalid-sid":
      return message;
  }
}

/** A role's trust policy with actions of other services. */
export function trustNeedsStsActions(): AwsError {
  return new AwsError(
    "MalformedPolicyDocument",
    400,
    "AssumeRole policy may only specify STS AssumeRole actions.",
  );
}

/** An operation's variant that the sandbox does not act on. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", 501, `The sandbox does not implement ${what}.`);
}
