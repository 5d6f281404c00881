import type { AssumeRoleRequest, AssumeRoleResponse } from "@aws-sdk/client-sts";
import type { AccessNeed, ConditionKeys } from "../../authorization/model";
import type { Operation, RequestContext } from "../../world/operation";
import { resourceTagKeys } from "../iam/tags";
import * as errors from "./errors";
import {
  checkExternalId,
  checkName,
  checkRoleArn,
  checkSeconds,
  checkSourceIdentity,
} from "./input-checks";
import { packedPolicySize, sessionPolicies } from "./session-policies";
import { checkTags, sessionTagKeys, tagsOfSession } from "./session-tags";
import { sessionCredentials } from "./session-credentials";

const MINIMUM_SECONDS = 900;
const MAXIMUM_SECONDS = 43_200;
const CHAINED_MAXIMUM_SECONDS = 3600;

/**
 * The role's trust policy decides, with the caller's identity policy where the trust only delegates or the role is in
 * another account; in the same way of `sts:TagSession` and `sts:SetSourceIdentity` when the request passes tags, or
 * the new session has a source identity. A role that does not exist answers as one that does not let the caller in.
 */
export const assumeRole: Operation<AssumeRoleRequest, AssumeRoleResponse> = {
  access(input, context) {
    const roleArn = checkRoleArn(input.RoleArn);
    const sessionName = checkName(input.RoleSessionName, "roleSessionName");
    checkExternalId(input.ExternalId);
    checkSourceIdentity(input.SourceIdentity);
    checkTags(input);
    if (context.principal.kind === "root") throw errors.rootMayNotAssume();
    if (context.principal.kind === "federated-user") throw errors.sessionCannotCall("AssumeRole");
    const role = context.world.iam.roleByArn(roleArn);
    const sourceIdentity = input.SourceIdentity ?? context.principal.sourceIdentity;
    const conditionKeys: ConditionKeys = {
      ...(role && resourceTagKeys(role.tags)),
      ...sessionTagKeys(input),
      "sts:rolesessionname": sessionName,
      "sts:externalid": input.ExternalId,
      "sts:sourceidentity": sourceIdentity,
    };
    const needOf = (action: string): AccessNeed => ({
      action,
      resource: roleArn,
      resourceAccountId: roleArn.split(":")[4],
      resourcePolicy: role && context.world.iam.trustOf(role),
      resourcePolicyMode: "required",
      conditionKeys,
    });
    const needs = [needOf("sts:AssumeRole")];
    if ((input.Tags ?? []).length > 0) needs.push(needOf("sts:TagSession"));
    if (sourceIdentity !== undefined) needs.push(needOf("sts:SetSourceIdentity"));
    return needs;
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
    const session = context.world.iam.createSession(role, {
      name: checkName(input.RoleSessionName, "roleSessionName"),
      durationSeconds,
      policies: sessionPolicies(input, context),
      sourceIdentity: sourceIdentityOf(input, context),
      ...tagsOfSession(input, context.principal),
    });
    const PackedPolicySize = packedPolicySize(input);
    role.lastUsed = { epochMs: context.nowEpochMs, region: context.region };
    return {
      Credentials: sessionCredentials(session),
      AssumedRoleUser: { AssumedRoleId: session.principal.userId, Arn: session.principal.arn },
      PackedPolicySize,
      SourceIdentity: session.principal.sourceIdentity,
    };
  },
};

/** What the sandbox would have to ignore is refused instead. */
function refuseUnsupported(input: AssumeRoleRequest): void {
  if (input.SerialNumber !== undefined || input.TokenCode !== undefined) {
    throw errors.notImplemented("MFA devices of AssumeRole");
  }
  if ((input.ProvidedContexts ?? []).length > 0) {
    throw errors.notImplemented("ProvidedContexts of AssumeRole");
  }
}

/** Once set it stays through a chain of roles. */
function sourceIdentityOf(input: AssumeRoleRequest, context: RequestContext): string | undefined {
  const inherited = context.principal.sourceIdentity;
  const wanted = input.SourceIdentity ?? inherited;
  if (inherited !== undefined && wanted !== inherited) throw errors.sourceIdentityIsSet();
  return wanted;
}

function checkDuration(
  requested: number | undefined,
  context: RequestContext,
  roleMaximumSeconds: number,
): number {
  const seconds = checkSeconds(
    requested ?? CHAINED_MAXIMUM_SECONDS,
    MINIMUM_SECONDS,
    MAXIMUM_SECONDS,
  );
  if (context.principal.kind === "role-session" && seconds > CHAINED_MAXIMUM_SECONDS) {
    throw errors.durationExceedsChaining();
  }
  if (seconds > roleMaximumSeconds) throw errors.durationExceedsRole();
  return seconds;
}
