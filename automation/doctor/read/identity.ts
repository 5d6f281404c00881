/**
 * Who the credentials of a place are, and whether its account has enabled its Region: in one that it has not, its keys are
 * unknown, while they are known in a Region that every account has.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
 */

import type { AccountAccess } from "../../../components/config/types";
import { partitionOf } from "../../../components/config/values";
import {
  accountClients,
  type AccountClients,
  type AwsEnvironment,
  callerIdentity,
} from "../../aws/aws-clients";
import { awsFailure, explained, isLockstepError, messageOf } from "../../errors";

export type Identity =
  | {
      readonly is: "known";
      readonly accountId: string;
      readonly arn: string;
      readonly answeredEpochMs: number | undefined;
    }
  | { readonly is: "unknown"; readonly reason: string }
  | { readonly is: "region-off"; readonly code: string };

/** What AWS says to keys in a Region that their account has not enabled. */
const REGION_OFF_CODES = new Set([
  "InvalidClientTokenId",
  "InvalidClientTokenIdException",
  "UnrecognizedClientException",
  "RegionDisabledException",
]);

/** A Region of each partition that no account can disable. */
const ALWAYS_ON: Readonly<Record<string, string>> = {
  aws: "us-east-1",
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
};

/** @throws LockstepError `AwsUnreachable`, `Aborted` */
export async function readIdentity(
  access: AccountAccess,
  clients: AccountClients,
  environment: AwsEnvironment,
  signal: AbortSignal,
): Promise<Identity> {
  try {
    return { is: "known", ...(await callerIdentity(clients, signal)) };
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = explained(error);
    if (isLockstepError(reason) && reason.code === "AwsUnreachable") throw reason;
    const code = awsFailure(isLockstepError(error) ? error.cause : error)?.code ?? "";
    if (REGION_OFF_CODES.has(code) && (await isKnownElsewhere(access, environment, signal))) {
      return { is: "region-off", code };
    }
    return { is: "unknown", reason: messageOf(error) };
  }
}

async function isKnownElsewhere(
  access: AccountAccess,
  environment: AwsEnvironment,
  signal: AbortSignal,
): Promise<boolean> {
  const region = ALWAYS_ON[partitionOf(access.region)];
  if (region === undefined || region === access.region) return false;
  const clients = await accountClients({ ...access, region }, environment);
  try {
    return (await callerIdentity(clients, signal)).accountId === access.accountId;
  } catch (error) {
    const isUnknownThere = isLockstepError(error) && error.code === "CredentialsUnusable";
    if (!isUnknownThere && awsFailure(error) === undefined) throw error;
    return false;
  } finally {
    clients.destroy();
  }
}
