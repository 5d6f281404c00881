import type { Principal } from "../authorization/model";
import type { ApiCall } from "../services/cloudtrail/api-call";
import { eventTime } from "./record";

/**
 * Who called, as the account of the caller is told.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function userIdentity(call: ApiCall): object {
  const { accessKeyId, principal } = call;
  const { accountId, arn, userId } = principal;
  const named = { principalId: userId, arn, accountId, accessKeyId };
  switch (principal.kind) {
    case "root":
      return { type: "Root", ...named, ...sessionContext(principal) };
    case "user":
      return {
        type: "IAMUser",
        ...named,
        userName: lastPart(arn),
        ...sessionContext(principal),
      };
    case "role-session":
      return { type: "AssumedRole", ...named, ...sessionContext(principal) };
    case "federated-user":
      return { type: "FederatedUser", ...named, ...sessionContext(principal) };
    case "web-identity":
      return { type: "WebIdentityUser", principalId: userId, identityProvider: arn };
    case "service":
      return { type: "AWSService", invokedBy: arn };
    case "anonymous":
      return { type: "AWSAccount", principalId: "", accountId: "ANONYMOUS_PRINCIPAL" };
  }
}

/** Who called, as another account is told: which one, and the unique id there. */
export function foreignIdentity(call: ApiCall): object {
  const { principal } = call;
  if (principal.accountId === undefined) return userIdentity(call);
  return {
    type: "AWSAccount",
    principalId: principal.userId,
    accountId: principal.accountId,
  };
}

/** Of temporary credentials: who made them, and when. */
function sessionContext(principal: Principal): object {
  const { issuedEpochMs } = principal;
  if (issuedEpochMs === undefined) return {};
  return {
    sessionContext: {
      ...sessionIssuer(principal),
      attributes: { creationDate: eventTime(issuedEpochMs), mfaAuthenticated: "false" },
    },
  };
}

function sessionIssuer(principal: Principal): object {
  const { accountId, issuerId, kind, principalArn, userId } = principal;
  if (kind !== "role-session") {
    return issuerId === undefined
      ? {}
      : { sessionIssuer: { type: "IAMUser", principalId: issuerId } };
  }
  return {
    sessionIssuer: {
      type: "Role",
      principalId: userId.split(":", 1)[0],
      arn: principalArn,
      accountId,
      userName: lastPart(principalArn),
    },
  };
}

/** The name at the end of an ARN, after its path. */
function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
