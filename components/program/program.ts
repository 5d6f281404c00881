/** The Pulumi program: config in, one component, outputs out. */

import * as pulumi from "@pulumi/pulumi";
import type { LockstepConfig, MonitoringConfig, SourceConfig, VaultConfig } from "../config/types";
import { configWarnings } from "../config/warnings";
import { type Discovery, type DiscoverOptions, discover, replicationRoleOf } from "./discover";
import { ImmutableReplication } from "../immutable-replication";
import type { SourceEntryArgs, VaultEntryArgs } from "../immutable-replication-args";
import { requirePlacesStay } from "./required-places";
import type { MonitoringArgs } from "../config/complete-monitoring";
import { type LockstepProgramOutputs, outputsOf } from "./program-outputs";
import { createProviders, type LockstepProviders } from "./providers";

export type { LockstepProgramOutputs } from "./program-outputs";

/** Where a program hangs, and what time it is. */
export interface ProgramOptions extends DiscoverOptions {
  /** Of the top component; when given, the names of all resources start with it. @default "lockstep" */
  readonly name?: string;
  /** The component that it is a part of. @default none */
  readonly parent?: pulumi.Resource;
  /** What time it is for AWS, in ISO 8601. @default this machine's */
  readonly deployedAt?: () => string | undefined;
}

/** Name of the top component, part of every URN. */
const COMPONENT_NAME = "lockstep";

/**
 * Declares everything for a config.
 *
 * @param config as `parseConfig` gives it.
 * @param opts where it hangs when the program is a component of another: `name`, with which the names of all resources
 * then start, and `parent`; `detached` leaves what is shared with others to them, before the stack is taken down;
 * `readRules` reads replication rules of others whole (`replicationRulesReader` of the driver): without it, those that may say
 * more than the provider shows are refused;
 * `deployedAt` says in ISO 8601 what time it is for AWS (default: for this machine), from which on locks are promised
 * @returns the outputs of the stack.
 * @throws pulumi.RunError when an existing bucket is not there, or not to be read
 */
export async function lockstepProgram(
  config: LockstepConfig,
  opts: ProgramOptions = {},
): Promise<LockstepProgramOutputs> {
  if (config.sourceStack !== undefined) {
    throw new pulumi.RunError(
      `sourceStack: this stack declares nothing: it looks into ${config.sourceStack} and ${config.vaultStack}, for ` +
        "`lockstep backfill` and `lockstep verify`. Deploy with side source and side vaults, in those two, or leave sourceStack and vaultStack out.",
    );
  }
  const parent = opts.parent === undefined ? {} : { parent: opts.parent };
  const namePrefix = opts.name === undefined ? "" : `${opts.name}-`;
  const providers = createProviders(config, parent, namePrefix);
  // A program of somebody else's has outputs of its own.
  if (opts.parent === undefined) await requirePlacesStay(config);
  const discovery = await discover(config, providers, opts);
  await warn(config, discovery);
  const sources = config.sources.map((source) => ({
    ...sourceEntry(source, providers, discovery),
    ...(config.verdict?.checksums === true ? { checksums: true } : {}),
  }));
  const [only] = sources;
  const isOne = !config.isFleet && config.side !== "vaults" && only !== undefined;
  const stack = new ImmutableReplication(
    opts.name ?? COMPONENT_NAME,
    {
      ...(isOne && !("vault" in only.bucket)
        ? { source: { ...only, bucket: only.bucket } }
        : { sources }),
      vaults: config.vaults.map((vault) => vaultEntry(vault, providers, discovery)),
      rules: config.rules,
      detached: opts.detached,
      ...(config.inventory === undefined ? {} : { inventory: config.inventory }),
      ...(config.monitoring === undefined ? {} : { monitoring: inTheClear(config.monitoring) }),
    },
    {
      ...parent,
      ...(isOne && "provider" in only ? { provider: only.provider } : {}),
    },
  );
  const deployedAt = opts.deployedAt?.() ?? new Date().toISOString();
  return outputsOf(config, stack, discovery, deployedAt);
}

function sourceEntry(
  source: SourceConfig,
  providers: LockstepProviders,
  discovery: Discovery,
): SourceEntryArgs {
  const { accountId, bucket, chainedFrom, kmsKeyArns, name, region, roles, tags } = source;
  const found = discovery.sources.get(name);
  const provider = providers.sources.get(name);
  const role = replicationRoleOf(source, found);
  const isOurs =
    role === replicationRoleOf({ ...source, replicationRoleArn: undefined }, undefined);
  return {
    name,
    accountId,
    region,
    bucket: chainedFrom === undefined ? bucket : { vault: chainedFrom },
    kmsKeyArns,
    tags,
    roles,
    ...(isOurs ? {} : { replicationRoleArn: role }),
    ...(found === undefined ? {} : { found }),
    ...(provider === undefined ? { madeElsewhere: true as const } : { provider }),
  };
}

function vaultEntry(
  vault: VaultConfig,
  providers: LockstepProviders,
  discovery: Discovery,
): VaultEntryArgs {
  const {
    accountId,
    breakGlassRoleArn,
    bucket,
    encryption,
    lock,
    name,
    region,
    storageClass,
    tags,
  } = vault;
  const facts = {
    name,
    accountId,
    region,
    bucket,
    tags,
    ...(storageClass === undefined ? {} : { storageClass }),
  };
  const provider = providers.vaults.get(name);
  if (provider === undefined) {
    const kmsKeyArn = otherTeamsKey(vault, discovery);
    return {
      ...facts,
      madeElsewhere: true,
      isAbsent: isAbsent(vault, discovery),
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    };
  }
  const relockProvider = providers.relock.get(name);
  const checksumProvider = providers.checksums.get(name);
  const inventoryProvider = providers.inventory.get(name);
  const made = {
    ...facts,
    lock,
    encryption,
    ...(breakGlassRoleArn === undefined ? {} : { breakGlassRoleArn }),
    ...(relockProvider === undefined ? {} : { relock: { provider: relockProvider } }),
    ...(checksumProvider === undefined ? {} : { checksums: { provider: checksumProvider } }),
    ...(inventoryProvider === undefined ? {} : { inventoryProvider }),
  };
  const attachProvider = providers.attach.get(name);
  const found = discovery.vaults.get(name);
  return attachProvider !== undefined && found !== undefined
    ? { ...made, attachProvider, found }
    : { ...made, provider };
}

/** Key of a vault that another team makes: as the config says, else as that team's stack does. */
function otherTeamsKey(
  { encryption: { kms }, name }: VaultConfig,
  discovery: Discovery,
): string | undefined {
  if (kms === "none") return undefined;
  return kms === "create" ? discovery.vaultKeyArns.get(name) : kms;
}

/** Another team's vault that is not there, or is there with a key that its stack has yet to tell. */
function isAbsent({ encryption, name }: VaultConfig, discovery: Discovery): boolean {
  return (
    discovery.absentVaults.has(name) ||
    (encryption.kms === "create" && !discovery.vaultKeyArns.has(name))
  );
}

/** @throws Error when a secret is still encrypted: the program was given a stack file's text in place of Pulumi's config */
function inTheClear({ subscribers, ...monitoring }: MonitoringConfig): MonitoringArgs {
  const webhooks = subscribers.webhooks.map((webhook) => {
    if (typeof webhook === "string") return pulumi.secret(webhook);
    throw new Error("monitoring.subscribers.webhooks: a secret was not decrypted");
  });
  return { ...monitoring, subscribers: { ...subscribers, webhooks } };
}

async function warn(config: LockstepConfig, discovery: Discovery): Promise<void> {
  for (const { message, path } of configWarnings(config)) {
    await pulumi.log.warn(`${path}: ${message}`);
  }
  if (config.side === "source") {
    for (const vault of config.vaults) {
      if (!isAbsent(vault, discovery)) continue;
      await pulumi.log.warn(
        `rules to vault "${vault.name}" wait: its team has not deployed it yet. Run this again once it is there.`,
      );
    }
    return;
  }
  for (const { accountId, breakGlassRoleArn, lock, name } of config.vaults) {
    if (config.sources.some((source) => source.accountId === accountId && !source.chainedFrom)) {
      await pulumi.log.warn(
        `vault "${name}" is in the account of the source: who takes over that account reaches the copy's policy and key as well. ` +
          "An account of its own is safer.",
      );
    }
    if (lock.minimumRetentionDays !== undefined) {
      const days = lock.minimumRetentionDays === 1 ? "1 day" : `${lock.minimumRetentionDays} days`;
      await pulumi.log.warn(
        `vault "${name}" refuses versions that come locked for less than ${days} (lock.minimumRetention): a refused version has no copy ` +
          "at all. Whoever takes over the source brings that about by a short lock, and so does a lock that has been running for a " +
          "while when a backfill comes. Without minimumRetention such versions are copied, and verify names them.",
      );
    }
    if (breakGlassRoleArn === undefined && lock.stage !== "pilot") {
      await pulumi.log.warn(
        `vault "${name}" has no breakGlassRoleArn: every administrator of account ${accountId} may change its policy, lock and key. ` +
          "Name the one role that may.",
      );
    }
  }
}
