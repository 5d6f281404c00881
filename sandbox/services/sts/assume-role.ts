import type { AssumeRoleRequest, AssumeRoleResponse } from "@aws-sdk/client-sts";
import { compilePolicy, MalformedPolicy } from "../../authorization/compile";
import type { CompiledPolicy, ConditionKeys } from "../../authorization/model";
import type { Operation, RequestContext } from "../../operation";
import * as errors from "./errors";

const SESSION_POLICY_CHARACTERS = 2048;
const MINIMUM_SECONDS = 900;
const CHAINED_MAXIMUM_SECONDS = 3600;

/**
 * The role's trust policy decides, with the caller's identity policy where the trust only delegates or the role is in
 * another account. A role that does not exist answers as one that does not let the caller in.
 */
export const assumeRole: Operation<AssumeRoleRequest, AssumeRoleResponse> = {
  access(input, context) {
    const roleArn = checkRoleArn(input.RoleArn);
    const sessionName = checkSessionName(input.RoleSessionName);
    if (context.principal.kind === "root") throw errors.rootMayNotAssume();
    const role = context.world.iam.roleByArn(roleArn);
    const conditionKeys: ConditionKeys = {
      "sts:rolesessionname": sessionName,
      "sts:externalid": input.ExternalId,
    };
    return [
      {
        action: "sts:AssumeRole",
        resource: roleArn,
        resourceAccountId: roleArn.split(":")[4],
        resourcePolicy: role && context.world.iam.trustOf(role),
        resourcePolicyMode: "required",
        conditionKeys,
      },
    ];
  },
  handle(input, context) {
    refuseUnsupported(input);
    const roleArn = checkRoleArn(input.RoleArn);
    const role = context.world.iam.roleByArn(roleArn);
    if (role === undefined) throw errors.invalidRoleArn(roleArn);
    const durationSeconds = checkDuration(
      input.DurationSeconds,
      context,
      role.maxSessionDurationSeconds,
    );
    const policies = sessionPolicies(input, context);
    const name = checkSessionName(input.RoleSessionName);
    const session = context.world.iam.createSession(role, { name, durationSeconds, policies });
    role.lastUsed = { epochMs: context.nowEpochMs, region: context.region };
    return {
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: new Date(session.expiresEpochMs),
      },
      AssumedRoleUser: { AssumedRoleId: session.principal.userId, Arn: session.principal.arn },
      PackedPolicySize:
        input.Policy === undefined
          ? undefined
          : Math.ceil((input.Policy.length / SESSION_POLICY_CHARACTERS) * 100),
    };
  },
};

/** What the sandbox would have to ignore is refused instead. */
function refuseUnsupported(input: AssumeRoleRequest): void {
  if ((input.Tags ?? []).length > 0) throw errors.notImplemented("Tags of AssumeRole");
  if ((input.TransitiveTagKeys ?? []).length > 0) {
    throw errors.notImplemented("TransitiveTagKeys of AssumeRole");
  }
  if (input.SourceIdentity !== undefined) {
    throw errors.notImplemented("SourceIdentity of AssumeRole");
  }
  if (input.SerialNumber !== undefined || input.TokenCode !== undefined) {
    throw errors.notImplemented("MFA devices of AssumeRole");
  }
  if ((input.ProvidedContexts ?? []).length > 0) {
    throw errors.notImplemented("ProvidedContexts of AssumeRole");
  }
}

function checkRoleArn(arn: string | undefined): string {
  if (arn === undefined) throw errors.required("roleArn");
  if (arn.length < 20) {
    throw errors.validation("roleArn", arn, "Member must have length greater than or equal to 20");
  }
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(arn)) throw errors.invalidRoleArn(arn);
  return arn;
}

function checkSessionName(name: string | undefined): string {
  if (name === undefined) throw errors.required("roleSessionName");
  if (name.length < 2 || name.length > 64) {
    throw errors.validation(
      "roleSessionName",
      name,
      name.length < 2
        ? "Member must have length greater than or equal to 2"
        : "Member must have length less than or equal to 64",
    );
  }
  if (!/^[\w+=,.@-]+$/.test(name)) {
    throw errors.validation(
      "roleSessionName",
      name,
      "Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    );
  }
  return name;
}

function checkDuration(
  requested: number | undefined,
  context: RequestContext,
  roleMaximumSeconds: number,
): number {
  const seconds = requested ?? CHAINED_MAXIMUM_SECONDS;
  if (seconds < MINIMUM_SECONDS) {
    throw errors.validation(
      "durationSeconds",
      String(seconds),
      `Member must have value greater than or equal to ${MINIMUM_SECONDS}`,
    );
  }
  if (context.principal.kind === "role-session" && seconds > CHAINED_MAXIMUM_SECONDS) {
    throw errors.durationExceedsChaining();
  }
  if (seconds > roleMaximumSeconds) throw errors.durationExceedsRole();
  return seconds;
}

/** Undefined without any: the session then has all that the role has. */
function sessionPolicies(
  input: AssumeRoleRequest,
  context: RequestContext,
): readonly CompiledPolicy[] | undefined {
  const policies: CompiledPolicy[] = [];
  if (input.Policy !== undefined) {
    if (input.Policy.length > SESSION_POLICY_CHARACTERS) throw errors.packedPolicyTooLarge();
    try {
      policies.push(compilePolicy(input.Policy, "identity"));
    } catch (error) {
      if (error instanceof MalformedPolicy) throw errors.malformedPolicyDocument(error.message);
      throw error;
    }
  }
  for (const { arn } of input.PolicyArns ?? []) {
    const policy = context.world.iam.managedPolicy(arn ?? "");
    const version = policy?.versions.find((one) => one.versionId === policy.defaultVersionId);
    if (version === undefined) {
      throw errors.malformedPolicyDocument(
        `The policy ${arn} does not exist or is not attachable.`,
      );
    }
    policies.push(version.policy);
  }
  return policies.length === 0 ? undefined : policies;
}
