/** The whole stack as a function of its config: what `index.ts` runs, and what the driver runs inline. */

import * as s3 from "@pulumi/aws/s3";
import type { Provider as SourceProvider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { OPERATIONS_PREFIXES } from "./batch-operations";
import type { LockstepConfig, SourceConfig, VaultConfig } from "./config/types";
import { ImmutableReplication } from "./immutable-replication";
import type { LockstepOutputs, RuleOutputs, VaultOutputs } from "./outputs";
import { createProviders } from "./providers";
import { bucketRegionProblem } from "./source-bucket";
import type { Vault } from "./vault";

/** Name of the top component, part of every URN. */
const COMPONENT_NAME = "lockstep";

/** The stack's outputs while the program runs: the same members, each known later. */
export type LockstepProgramOutputs = {
  [Member in keyof LockstepOutputs]: pulumi.Output<LockstepOutputs[Member]>;
};

/**
 * Declares everything for a config.
 *
 * @param config as `parseConfig` gives it.
 * @returns the outputs of the stack.
 * @throws pulumi.RunError when an existing source bucket is not there, or not to be read
 */
export async function lockstepProgram(config: LockstepConfig): Promise<LockstepProgramOutputs> {
  const providers = createProviders(config);
  if (config.source.bucket.existing) await mustExist(config.source, providers.source);
  for (const { name, accountId } of config.vaults) {
    if (accountId !== config.source.accountId) continue;
    await pulumi.log.warn(
      `vault "${name}" is in the account of the source: who takes over that account reaches the copy's policy and key as well. ` +
        "An account of its own is safer.",
    );
  }
  const stack = new ImmutableReplication(
    COMPONENT_NAME,
    {
      source: config.source,
      vaults: config.vaults.map((vault) => ({
        ...vault,
        provider: found(providers.vaults, vault.name),
      })),
      rules: config.rules,
    },
    { provider: providers.source },
  );
  const { accountId, region, bucket } = config.source;
  return {
    source: pulumi.output({
      accountId,
      region,
      bucketName: stack.source.bucketName,
      bucketArn: stack.source.bucketArn,
      existing: bucket.existing,
      replicationRoleArn: stack.replicationRoleArn,
    }),
    vaults: pulumi.all(
      config.vaults.map((vault) => vaultOutputs(vault, found(stack.vaults, vault.name))),
    ),
    rules: pulumi.output(config.rules.map(ruleOutputs)),
    operations: pulumi.output({
      bucketName: stack.batch.operationsBucketName,
      bucketArn: stack.batch.operationsBucketArn,
      ...OPERATIONS_PREFIXES,
    }),
    batchRoleArn: stack.batch.roleArn,
  };
}

/**
 * Looks for the source bucket before anything is declared. The component looks too, but there a failure shows only
 * when other resources are on their way, and resources that wait for a failed one keep an inline program waiting.
 */
async function mustExist(source: SourceConfig, provider: SourceProvider): Promise<void> {
  const { accountId, region, bucket } = source;
  let found: s3.GetBucketResult;
  try {
    found = await s3.getBucket({ bucket: bucket.name }, { provider });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new pulumi.RunError(
      `source.bucket.name: expected a bucket "${bucket.name}" that is there (existing: true) and that account ${accountId} may read in ${region}; ` +
        `correct the name, or write existing: false to make it. ${cause}`,
    );
  }
  const problem = bucketRegionProblem(found, region);
  if (problem !== undefined) throw new pulumi.RunError(`source.region: ${problem}`);
}

function vaultOutputs(config: VaultConfig, vault: Vault): pulumi.Output<VaultOutputs> {
  const { name, accountId, region, storageClass } = config;
  return pulumi
    .all([vault.bucketName, vault.bucketArn, vault.kmsKeyArn])
    .apply(([bucketName, bucketArn, kmsKeyArn]) => ({
      name,
      accountId,
      region,
      bucketName,
      bucketArn,
      // Absent members stay absent: outputs are compared as JSON, and some readers tell null from absent.
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
      lock: vault.lock,
      ...(storageClass === undefined ? {} : { storageClass }),
    }));
}

function ruleOutputs(rule: LockstepConfig["rules"][number]): RuleOutputs {
  const { name, status, priority, filter, vault } = rule;
  return { name, status, priority, ...filter, vault };
}

function found<Value>(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`nothing was made for vault "${name}"`);
  return value;
}
