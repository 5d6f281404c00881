/** The stack's outputs, made of what was declared. */

import * as pulumi from "@pulumi/pulumi";
import type { AdoptedVault } from "../vault/adopted-vault";
import { OPERATIONS_PREFIXES } from "../operations-prefixes";
import type { LockstepConfig, SourceConfig, VaultConfig } from "../config/types";
import { bucketArn as arnOfBucket, givenKeyArn, partitionOf } from "../config/values";
import { type Discovery, replicationRoleOf } from "./discover";
import type { ImmutableReplication } from "../immutable-replication";
import type { ReplicationMonitoring } from "../monitoring/replication-monitoring";
import { deployedLifecycleRules, type PreviousGuard } from "../vault/lifecycle-rules";
import { lockSince, type PreviousLock } from "../vault/lock-since";
import { organizationPoliciesOf } from "../organization-policies";
import type {
  FleetSourceOutputs,
  MonitoringOutputs,
  RelockOutputs,
  RoleOutputs,
  VaultGuardOutputs,
  VaultLockOutputs,
  VaultOutputs,
} from "../promise/outputs";
import { promiseDigest } from "../promise/promise";
import type { ReplicationSource } from "../source/replication-source";
import { ruleOutputs } from "../source/rule-outputs";
import { relockFloorDays, relockLimitsOf } from "../vault/relock-limits";
import type { Vault } from "../vault/vault";
import { lockOf } from "../vault/lock-of";

/** Each known later. What there is depends on the side, and on whether the config has one source or several. */
export type LockstepProgramOutputs = Record<string, pulumi.Output<unknown>>;

/** @param deployedAt ISO 8601: what time it is */
export function outputsOf(
  config: LockstepConfig,
  stack: ImmutableReplication,
  discovery: Discovery,
  deployedAt: string,
): LockstepProgramOutputs {
  const vaults = pulumi.all(
    config.vaults.map((vault) =>
      vaultOutputs(vault, isChained(config, vault), stack, { ...discovery, deployedAt }),
    ),
  );
  const organization = organizationOutputs(config, discovery);
  if (config.side === "vaults") return { vaults, ...organization };
  const sources = config.sources.flatMap((source) => {
    const made = stack.sources.get(source.name);
    return made === undefined ? [] : [sourceOutputs(config, source, made, vaults)];
  });
  const [only] = sources;
  const monitoring: LockstepProgramOutputs =
    stack.monitoring.length === 0 ? {} : { monitoring: monitoringOutputs(stack.monitoring) };
  if (config.isFleet || only === undefined) {
    return { sources: pulumi.all(sources), vaults, ...monitoring, ...organization };
  }
  const { batchRoleArn, operations, rules, source } = only;
  const promise = only.apply(({ promise: named }) => named);
  const roles = only.apply(({ roles: deployed }) => deployed);
  const parts = { source, vaults, rules, operations, batchRoleArn, roles, promise };
  return { ...parts, ...monitoring, ...organization };
}

/** Who does not make the vaults has nothing to say of them to an organization. */
function organizationOutputs(config: LockstepConfig, discovery: Discovery): LockstepProgramOutputs {
  if (config.side === "source") return {};
  const policies = organizationPoliciesOf(config, (source) =>
    replicationRoleOf(source, discovery.sources.get(source.name)),
  );
  return { organizationPolicies: pulumi.output(policies) };
}

/** The topics, to subscribe others to. */
function monitoringOutputs(
  monitoring: readonly ReplicationMonitoring[],
): pulumi.Output<MonitoringOutputs> {
  const topicArns = monitoring.flatMap((one) => Object.values(one.topicArns));
  return pulumi.all(topicArns).apply((arns) => ({ topicArns: arns }));
}

function sourceOutputs(
  config: LockstepConfig,
  source: SourceConfig,
  made: ReplicationSource,
  vaults: pulumi.Output<VaultOutputs[]>,
): pulumi.Output<FleetSourceOutputs> {
  const { accountId, bucket, chainedFrom, name, region } = source;
  return pulumi
    .all([
      made.bucketName,
      made.bucketArn,
      made.replicationRoleArn,
      made.batch.operationsBucketName,
      made.batch.operationsBucketArn,
      made.batch.roleArn,
      made.roles,
      // Eight is as many as the types of `all` can tell apart.
      pulumi.all([vaults, made.inventory]),
    ])
    .apply(
      ([
        bucketName,
        bucketArn,
        replicationRoleArn,
        opsName,
        opsArn,
        batchRoleArn,
        roles,
        [deployed, inventory],
      ]) => {
        const parts = {
          source: {
            accountId,
            region,
            bucketName,
            bucketArn,
            existing: bucket.existing,
            ...(chainedFrom === undefined ? {} : { chainedFrom }),
            replicationRoleArn,
            ...(inventory === undefined ? {} : { inventory }),
          },
          rules: made.rules.map((rule) => ruleOutputs(rule, config.vaults)),
          batchRoleArn,
          roles,
        };
        return {
          name,
          ...parts,
          operations: { bucketName: opsName, bucketArn: opsArn, ...OPERATIONS_PREFIXES },
          promise: { version: 1 as const, digest: promiseDigest({ ...parts, vaults: deployed }) },
        };
      },
    );
}

/** Whether a vault is the source of a further one. */
function isChained({ sources }: LockstepConfig, { name }: VaultConfig): boolean {
  return sources.some(({ chainedFrom }) => chainedFrom === name);
}

function vaultOutputs(
  config: VaultConfig,
  chained: boolean,
  stack: ImmutableReplication,
  known: Pick<Discovery, "previousVaults" | "vaultKeyArns" | "vaults"> & { deployedAt: string },
): pulumi.Output<VaultOutputs> {
  const { accountId, bucket, encryption, name, region, storageClass } = config;
  const made = stack.vaults.get(name);
  const statedKey = givenKeyArn(encryption);
  return pulumi
    .all([
      made?.bucketName ?? bucket.name,
      made?.bucketArn ?? arnOfBucket(partitionOf(region), bucket.name),
      made === undefined ? (statedKey ?? known.vaultKeyArns.get(name)) : made.kmsKeyArn,
      made && guardOutputs(config, chained, made, known, stack),
      made?.operationsBucketName,
      stack.vaultInventories.get(name),
    ])
    .apply(([bucketName, bucketArn, kmsKeyArn, guard, operationsBucketName, inventory]) => ({
      name,
      accountId,
      region,
      bucketName,
      bucketArn,
      // Absent members stay absent: outputs are compared as JSON, and some readers tell null from absent.
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
      // What another team's vault lets in, its stack says.
      lock: lockOutputs(
        { name, bucketName, lock: made?.lock ?? lockOf(config.lock) },
        known.previousVaults,
        made === undefined ? undefined : known.deployedAt,
      ),
      ...(storageClass === undefined ? {} : { storageClass }),
      ...(guard === undefined ? {} : { guard }),
      ...(operationsBucketName === undefined ? {} : { operationsBucketName }),
      ...(inventory === undefined ? {} : { inventory }),
    }));
}

function lockOutputs(
  vault: Omit<PreviousLock, "lock"> & { readonly lock: VaultLockOutputs },
  previous: readonly PreviousLock[],
  now: string | undefined,
): VaultLockOutputs {
  const since = lockSince(vault, previous, now);
  return { ...vault.lock, ...(since === undefined ? {} : { since }) };
}

/** What guards a vault of ours: the live protections are held against it. */
function guardOutputs(
  config: VaultConfig,
  chained: boolean,
  made: Vault | AdoptedVault,
  known: { readonly previousVaults: readonly PreviousGuard[] } & Pick<Discovery, "vaults">,
  stack: ImmutableReplication,
): pulumi.Output<VaultGuardOutputs> {
  const { breakGlassRoleArn, bucket, lock, name } = config;
  const found = known.vaults.get(name);
  return pulumi
    .all([
      made.policyStatements,
      made.keyPolicyStatements,
      made.operationsPolicyStatements,
      stack.relockRoles.get(name)?.deployedRole,
      stack.checksumRoles.get(name)?.deployedRole,
    ])
    .apply(
      ([policyStatements, keyPolicyStatements, operationsPolicyStatements, role, reading]) => ({
        stage: lock.stage,
        existing: bucket.existing,
        ...(found === undefined
          ? {}
          : {
              lifecycleRules: deployedLifecycleRules(
                { name, bucketName: bucket.name },
                known.previousVaults,
                found.lifecycleRules,
              ),
            }),
        isChained: chained,
        ...(breakGlassRoleArn === undefined ? {} : { breakGlassRoleArn }),
        policyStatements,
        ...(keyPolicyStatements === undefined ? {} : { keyPolicyStatements }),
        operationsPolicyStatements,
        ...(role === undefined ? {} : { relock: relockOutputs(config, role) }),
        ...(reading === undefined ? {} : { checksumRole: reading }),
      }),
    );
}

function relockOutputs(config: VaultConfig, role: RoleOutputs): RelockOutputs {
  const { mayBypass, modes } = relockLimitsOf(config, config.bucket.name, config.lock);
  return { role, modes: [...modes], mayBypass, floorDays: relockFloorDays(config.lock) };
}
