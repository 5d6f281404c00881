import type { OperationTable } from "../../operation";
import { assumeRole } from "./assume-role";
import { getAccessKeyInfo } from "./get-access-key-info";
import { getCallerIdentity } from "./get-caller-identity";
import { getSessionToken } from "./get-session-token";

/** The operations of STS. What is not here answers `NotImplemented` by name. */
export const operations: OperationTable = {
  GetCallerIdentity: getCallerIdentity,
  AssumeRole: assumeRole,
  GetSessionToken: getSessionToken,
  GetAccessKeyInfo: getAccessKeyInfo,
};
