import { GetBucketReplicationCommand, type S3Client } from "@aws-sdk/client-s3";
import type { AccountAccess, LockstepConfig } from "../components/config/types";
import { derivedNames, roleArn } from "../components/derived-names";
import {
  accountClients,
  callerIdentity,
  type AccountClients,
  type AwsEnvironment,
} from "./aws-clients";
import {
  awsFailure,
  explained,
  isLockstepError,
  LockstepError,
  messageOf,
  type Problem,
} from "./errors";
import type { Session } from "./events";
import type { StateResource } from "./kept-resources";
import { bucketPresence, HOW_NAMES_ARE_TAKEN, takenNames } from "./names-taken";

/**
 * Looks before anything is made: each credential belongs to the account that the config says; an existing source
 * bucket is there, ours, in its Region and free of other people's replication rules; and no name that is to be made is
 * taken. Every mistake is told at once.
 * @param inState what the stack's state knows; absent when nothing is going to be made
 * @throws LockstepError `PreflightFailed` with the path of each mistake
 */
export async function preflight(
  config: LockstepConfig,
  environment: AwsEnvironment,
  session: Session,
  inState?: readonly StateResource[],
): Promise<void> {
  const knownIds = inState && new Set(inState.flatMap(({ id }) => (id === undefined ? [] : [id])));
  const problems: Problem[] = [];
  let isNameTaken = false;
  const accounts: { path: string; accountId: string; arn: string }[] = [];
  const places: readonly (readonly [string, AccountAccess])[] = [
    ["source", config.source],
    ...config.vaults.map((vault, index) => [`vaults[${index}]`, vault] as const),
  ];
  for (const [path, access] of places) {
    const clients = await accountClients(access, environment);
    try {
      const found = await checkIdentity(path, access, clients, session.signal);
      if ("message" in found) {
        problems.push(found);
        continue;
      }
      accounts.push({ path, ...found });
      if (path === "source" && config.source.bucket.existing) {
        problems.push(...(await checkExistingSource(config, clients, session.signal)));
      }
      if (knownIds === undefined) continue;
      const taken = await takenNames(config, { path, access, clients }, knownIds, session.signal);
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
}

async function checkIdentity(
  path: string,
  access: AccountAccess,
  clients: Awaited<ReturnType<typeof accountClients>>,
  signal: AbortSignal,
): Promise<Problem | { accountId: string; arn: string }> {
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

async function checkExistingSource(
  config: LockstepConfig,
  clients: AccountClients,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const { accountId, bucket, region } = config.source;
  const path = "source.bucket.name";
  const presence = await bucketPresence(bucket.name, config.source, clients, signal);
  if (presence.is === "free") {
    return [{ path, message: `there is no bucket ${bucket.name}; set existing: false to make it` }];
  }
  if (presence.is === "not-ours") {
    return [
      {
        path,
        message: `${bucket.name} belongs to another account than ${accountId}, or the credentials may not see it`,
      },
    ];
  }
  if (presence.is === "in-another-region") {
    const message = `${bucket.name} is in ${presence.region}, not in ${region}`;
    return [{ path: "source.region", message }];
  }
  return checkForeignRules(config, clients.s3, signal);
}

/** PutBucketReplication replaces all rules, so rules that we did not declare would be lost without a word. */
async function checkForeignRules(
  config: LockstepConfig,
  s3: S3Client,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  try {
    const output = await s3.send(
      new GetBucketReplicationCommand({ Bucket: config.source.bucket.name }),
      { abortSignal: signal },
    );
    const { replicationRoleName } = derivedNames(config.source.bucket.name);
    if (output.ReplicationConfiguration?.Role === roleArn(config.source, replicationRoleName)) {
      // Written by an earlier `up` of this source: whatever is in it is ours to change.
      return [];
    }
    const vaultBuckets = new Set(config.vaults.map((vault) => vault.bucket.name));
    return (output.ReplicationConfiguration?.Rules ?? [])
      .filter((rule) => !vaultBuckets.has(rule.Destination?.Bucket?.split(":::")[1] ?? ""))
      .map((rule) => ({
        path: "source.bucket.name",
        message:
          `the bucket has a replication rule ${rule.ID ?? "(no id)"} to ` +
          `${rule.Destination?.Bucket ?? "(nowhere)"} that is not in this config and would be overwritten`,
      }));
  } catch (error) {
    if (awsFailure(error)?.code === "ReplicationConfigurationNotFoundError") return [];
    throw error;
  }
}
