import type * as Sts from "@aws-sdk/client-sts";
import type { OperationTable } from "../../world/operation";
import type { OperationsOf } from "../../world/operations-of";
import { assumeRole } from "./assume-role";
import { assumeRoleWithWebIdentity } from "./assume-role-with-web-identity";
import { decodeAuthorizationMessage } from "./decode-authorization-message";
import { getAccessKeyInfo } from "./get-access-key-info";
import { getCallerIdentity } from "./get-caller-identity";
import { getFederationToken } from "./get-federation-token";
import { getSessionToken } from "./get-session-token";

/** The operations of STS. What is not here answers `NotImplemented` by name. */
export const operations: OperationTable = {
  GetCallerIdentity: getCallerIdentity,
  AssumeRole: assumeRole,
  AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
  GetSessionToken: getSessionToken,
  GetFederationToken: getFederationToken,
  DecodeAuthorizationMessage: decodeAuthorizationMessage,
  GetAccessKeyInfo: getAccessKeyInfo,
} satisfies OperationsOf<typeof Sts>;
