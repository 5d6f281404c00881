import type { AccountAccess, LockstepConfig } from "../../components/config/types";
import {
  accountClients,
  callerIdentity,
  type AccountClients,
  type AwsEnvironment,
} from "../aws/aws-clients";
import { checkPolicies, warnOf } from "../doctor/check-policies";
import { roleNeeds } from "../doctor/role-needs";
import { explained, isLockstepError, LockstepError, messageOf, type Problem } from "../errors";
import type { Session } from "../events";
import type { StateResource } from "./kept-resources";
import { bucketPresence, HOW_NAMES_ARE_TAKEN, type Place, takenNames } from "./names-taken";
import { placesOf } from "./places";

/**
 * Looks before anything is made: each credential belongs to the account that the config says; existing buckets are
 * there, ours and in their Region; no policy of others refuses our roles what they need; and no name that is to be made is
 * taken. Every mistake is told at once. Accounts of another team are not looked at. A refusal stops what is not deployed yet, and is a
 * warning afterwards: whoever takes over the source could otherwise keep `up` from restoring the vaults' guard.
 * @param inState what the stack's state knows; absent when nothing is going to be made: names and policies are not looked at
 * @returns what time it is for AWS, in ISO 8601
 * @throws LockstepError `PreflightFailed` with the path of each mistake
 */
export async function preflight(
  config: LockstepConfig,
  environment: AwsEnvironment,
  session: Session,
  inState?: readonly StateResource[],
): Promise<string | undefined> {
  const problems: Problem[] = [];
  let isNameTaken = false;
  let answeredEpochMs: number | undefined;
  const accounts: { path: string; accountId: string; arn: string }[] = [];
  for (const { access, bucket, path, ...what } of placesOf(config)) {
    const clients = await accountClients(access, environment);
    try {
      const found = await checkIdentity(path, access, clients, session.signal);
      if ("message" in found) {
        problems.push(found);
        continue;
      }
      answeredEpochMs = found.answeredEpochMs;
      accounts.push({ path, accountId: found.accountId, arn: found.arn });
      const place: Place = { path, access, clients, ...what };
      const wrong =
        bucket.existing && !bucket.isMadeHere
          ? await checkExisting(path, bucket.name, access, clients, session.signal)
          : [];
      problems.push(...wrong);
      if (inState === undefined) continue;
      if (wrong.length === 0) {
        const refusals = await checkPolicies(place, roleNeeds(config), session);
        if (isDeployed(inState)) warnOf(refusals, session);
        else problems.push(...refusals);
      }
      const taken = await takenNames(place, inState, session.signal);
      isNameTaken ||= taken.length > 0;
      problems.push(...taken);
    } finally {
      clients.destroy();
    }
  }
  if (problems.length > 0) {
    throw new LockstepError("PreflightFailed", "The accounts are not as the config says.", {
      problems,
      hint: isNameTaken
        ? `Nothing was made or changed. ${HOW_NAMES_ARE_TAKEN}`
        : "Nothing was made or changed.",
    });
  }
  session.emit({ type: "preflight-passed", accounts });
  return answeredEpochMs === undefined ? undefined : new Date(answeredEpochMs).toISOString();
}

/** Whether the state knows anything that a provider made. */
function isDeployed(inState: readonly StateResource[]): boolean {
  return inState.some(({ id, type }) => id !== undefined && !type.startsWith("pulumi:"));
}

async function checkIdentity(
  path: string,
  access: AccountAccess,
  clients: Awaited<ReturnType<typeof accountClients>>,
  signal: AbortSignal,
): Promise<Problem | Awaited<ReturnType<typeof callerIdentity>>> {
  try {
    const identity = await callerIdentity(clients, signal);
    if (identity.accountId === access.accountId) return identity;
    return {
      path: `${path}.accountId`,
      message: `the credentials belong to account ${identity.accountId} (${identity.arn}), not to ${access.accountId}`,
    };
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = explained(error);
    if (isLockstepError(reason) && reason.code === "AwsUnreachable") throw reason;
    const way =
      access.assumeRoleArn !== undefined
        ? `the role ${access.assumeRoleArn}`
        : access.profile !== undefined
          ? `the profile ${access.profile}`
          : "the environment";
    return {
      path: `${path}.${access.assumeRoleArn !== undefined ? "assumeRoleArn" : "profile"}`,
      message: `no usable credentials from ${way}: ${messageOf(error)}`,
    };
  }
}

/** Replication rules and notifications of others that the bucket has are kept by the program, which says what it found. */
async function checkExisting(
  place: string,
  bucket: string,
  access: AccountAccess,
  clients: AccountClients,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const path = `${place}.bucket.name`;
  const presence = await bucketPresence(bucket, access, clients, signal);
  switch (presence.is) {
    case "free":
      return [{ path, message: `there is no bucket ${bucket}; set existing: false to make it` }];
    case "not-ours":
      return [
        {
          path,
          message: `${bucket} belongs to another account than ${access.accountId}, or the credentials may not see it`,
        },
      ];
    case "in-another-region": {
      const message = `${bucket} is in ${presence.region}, not in ${access.region}`;
      return [{ path: `${place}.region`, message }];
    }
    case "ours":
      return [];
  }
}
