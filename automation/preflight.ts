import { GetBucketReplicationCommand, HeadBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import type { AccountAccess, LockstepConfig } from "../components/config/types";
import { derivedNames, roleArn } from "../components/derived-names";
import { accountClients, callerIdentity, type AwsEnvironment } from "./aws-clients";
import { awsFailure, LockstepError, messageOf, type Problem } from "./errors";
import type { Session } from "./events";

/**
 * Looks before anything is made: each credential belongs to the account that the config says, and an existing source
 * bucket is there, ours, in its Region and free of other people's replication rules. Every mistake is told at once.
 * @throws LockstepError `PreflightFailed` with the path of each mistake
 */
export async function preflight(
  config: LockstepConfig,
  environment: AwsEnvironment,
  session: Session,
): Promise<void> {
  const problems: Problem[] = [];
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
        problems.push(...(await checkExistingSource(config, clients.s3, session.signal)));
      }
    } finally {
      clients.destroy();
    }
  }
  if (problems.length > 0) {
    throw new LockstepError("PreflightFailed", "The accounts are not as the config says.", {
      problems,
      hint: "Nothing was made or changed.",
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
  s3: S3Client,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const { accountId, bucket, region } = config.source;
  const path = "source.bucket.name";
  try {
    const head = await s3.send(
      new HeadBucketCommand({ Bucket: bucket.name, ExpectedBucketOwner: accountId }),
      { abortSignal: signal },
    );
    if (head.BucketRegion !== undefined && head.BucketRegion !== region) {
      return [
        { path: "source.region", message: wrongRegion(bucket.name, head.BucketRegion, region) },
      ];
    }
  } catch (error) {
    const failure = awsFailure(error);
    if (failure === undefined || signal.aborted) throw error;
    if (failure.httpStatus === 404) {
      return [
        { path, message: `there is no bucket ${bucket.name}; set existing: false to make it` },
      ];
    }
    if (failure.httpStatus === 403) {
      return [
        {
          path,
          message: `${bucket.name} belongs to another account than ${accountId}, or the credentials may not see it`,
        },
      ];
    }
    if (failure.httpStatus === 301) {
      return [
        { path: "source.region", message: wrongRegion(bucket.name, "another Region", region) },
      ];
    }
    throw error;
  }
  return checkForeignRules(config, s3, signal);
}

function wrongRegion(bucket: string, actual: string, configured: string): string {
  return `${bucket} is in ${actual}, not in ${configured}`;
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
