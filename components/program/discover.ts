/**
 * What has to be known before anything is declared: whether existing buckets are there, what they have already, and what
 * another team's stack says. The components look at some of it too, but there a failure shows only when other resources are on
 * their way, and resources that wait for a failed one keep an inline program waiting.
 */

import * as pulumi from "@pulumi/pulumi";
import type { Provider as SourceProvider } from "@pulumi/aws/provider";
import * as s3 from "@pulumi/aws/s3";
import { replicationOf } from "../config/schema";
import type { LockstepConfig, SourceConfig, VaultConfig } from "../config/types";
import { bucketArn, partitionOf } from "../config/values";
import { configuredReplicationRole } from "../derived-names";
import {
  type ExistingSource,
  findExistingSource,
  isAbsent,
  type OurRules,
  type ReadReplicationRules,
} from "../source/existing-source";
import { type ExistingVault, findExistingVault } from "../vault/existing-vault";
import type { VaultOutputs } from "../promise/outputs";
import type { LockstepProviders } from "./providers";
import { requireAccounts } from "./required-accounts";
import { bucketRegionProblem } from "../source/source-bucket";
import { readStackOutputs } from "./stack-outputs";
import { policyOf } from "../vault/vault";
import { lockOf } from "../vault/lock-of";
import type { GuaranteeProblem } from "../transform";
import { ArgumentsError } from "../validation";

/** All by name; a source or vault without an entry has nothing to say. */
export interface Discovery {
  sources: ReadonlyMap<string, ExistingSource>;
  vaults: ReadonlyMap<string, ExistingVault>;
  /** Names of other team's vaults that are not there yet: S3 would refuse rules to them. */
  absentVaults: ReadonlySet<string>;
  /** Keys of the vaults of another team's stack. */
  vaultKeyArns: ReadonlyMap<string, string>;
  /** What the last deployment said of each vault; for the vaults of another team, what that team's stack says. */
  previousVaults: readonly VaultOutputs[];
}

/** How a program looks, and what for. */
export interface DiscoverOptions {
  /** Reads rules of others whole. Default: those that may say more than the provider shows are refused. */
  readRules?: ((source: SourceConfig) => ReturnType<ReadReplicationRules>) | undefined;
  /** Our rules are about to be taken out: it does not matter that rules of others have their names. */
  detached?: boolean | undefined;
}

/**
 * @throws ArgumentsError when credentials belong to another account than the config says, or an existing bucket is not there,
 * not to be read, or has what cannot stay beside ours
 */
export async function discover(
  config: LockstepConfig,
  providers: LockstepProviders,
  options: DiscoverOptions = {},
): Promise<Discovery> {
  await requireAccounts(config, providers);
  const previous = await ownOutputs();
  const sources = await findSources(config, providers, deployedSources(previous), options);
  const vaults = new Map<string, ExistingVault>();
  for (const vault of config.vaults) {
    const attach = providers.attach.get(vault.name);
    const native = providers.vaults.get(vault.name);
    if (attach === undefined || native === undefined) continue;
    vaults.set(vault.name, await findVault(config, vault, { attach, vault: native }));
  }
  const others = await findOthersVaults(config);
  return {
    sources,
    vaults,
    absentVaults: await findAbsentVaults(config, providers),
    vaultKeyArns: vaultKeys(others),
    previousVaults: config.side === "source" ? others : vaultsOf(previous),
  };
}

/**
 * Looks at every source bucket that may have rules or notifications of others: one that was there before us, and any that was
 * deployed already, since others may have come since.
 */
async function findSources(
  config: LockstepConfig,
  providers: LockstepProviders,
  deployed: readonly DeployedSource[],
  options: DiscoverOptions,
): Promise<Map<string, ExistingSource>> {
  const sources = new Map<string, ExistingSource>();
  const problems: GuaranteeProblem[] = [];
  for (const source of config.sources) {
    const provider = providers.sources.get(source.name);
    if (provider === undefined) continue;
    const before = deployed.find(({ bucketName }) => bucketName === source.bucket.name);
    // The bucket of a chained source is a vault: there before us only when the vault is adopted.
    const vault = config.vaults.find(({ name }) => name === source.chainedFrom);
    const { existing } = vault?.bucket ?? source.bucket;
    if (!existing && before === undefined) continue;
    if (source.bucket.existing && vault === undefined) {
      await mustExist(source, pathOf(config, source), provider);
    }
    const found = await findSource(config, source, before?.rules ?? [], provider, options);
    problems.push(...conflictsOf(config, found, options));
    sources.set(source.name, found);
  }
  if (problems.length > 0) throw new ArgumentsError(MISFIT, problems);
  return sources;
}

const MISFIT = "The config does not fit what is there:";

/** What of a source keeps us from deploying, each by its path in the config. */
function conflictsOf(
  config: LockstepConfig,
  { replication }: ExistingSource,
  { detached }: DiscoverOptions,
): GuaranteeProblem[] {
  return (replication?.conflicts ?? []).flatMap(({ ours, reason }) => {
    if (ours === undefined) return [{ path: "rules", reason }];
    if (detached === true) return [];
    const index = config.rules.findIndex(({ name }) => name === ours.name);
    return [{ path: `rules[${index}].${ours.member}`, reason }];
  });
}

/** Where a source stands in the config, for messages. */
function pathOf(config: LockstepConfig, source: SourceConfig): string {
  return config.isFleet ? `sources[${config.sources.indexOf(source)}]` : "source";
}

/** The error of an existing bucket that cannot be read. */
function notThere(
  path: string,
  { accountId, bucket, region }: SourceConfig | VaultConfig,
  error: unknown,
): ArgumentsError {
  const cause = error instanceof Error ? error.message : String(error);
  const reason =
    `expected a bucket "${bucket.name}" that is there (existing: true) and that account ${accountId} may read in ${region}; ` +
    `correct the name, or write existing: false to make it. ${cause}`;
  return new ArgumentsError(MISFIT, [{ path: `${path}.bucket.name`, reason }]);
}

async function mustExist(
  source: SourceConfig,
  path: string,
  provider: SourceProvider,
): Promise<void> {
  let found: s3.GetBucketResult;
  try {
    found = await s3.getBucket({ bucket: source.bucket.name }, { provider });
  } catch (error) {
    throw notThere(path, source, error);
  }
  const problem = bucketRegionProblem(found, source.region);
  if (problem === undefined) return;
  throw new ArgumentsError(MISFIT, [{ path: `${path}.region`, reason: problem }]);
}

/** Reads what a source has, and says what was found. */
async function findSource(
  config: LockstepConfig,
  source: SourceConfig,
  deployed: OurRules["deployed"],
  provider: SourceProvider,
  { readRules }: DiscoverOptions,
): Promise<ExistingSource> {
  const found = await findExistingSource(
    source.bucket.name,
    { deployed, wanted: wantedRules(config, source) },
    provider,
    readRules && (() => readRules(source)),
  );
  const { replication } = found;
  if (replication === undefined || replication.otherRules.length === 0) return found;
  const named = replication.otherRules.map(
    ({ destination, id }) =>
      `"${String(id)}" to ${String((destination as { bucket: unknown }).bucket)}`,
  );
  await pulumi.log.info(
    `${source.bucket.name} has replication rules that are not of this config: ${named.join(", ")}. They stay, and ours are ` +
      `added to them, under the role that S3 uses for all rules of the bucket: ${replicationRoleOf(source, found)}.`,
  );
  return found;
}

/** Our rules of a source, and where each sends, as far as it is known before anything is deployed. */
function wantedRules(config: LockstepConfig, source: SourceConfig): OurRules["wanted"] {
  const { rules, vaults } = replicationOf(config, source.name);
  return rules.flatMap((rule) => {
    const vault = vaults.find(({ name }) => name === rule.vault);
    if (vault === undefined) return [];
    const { accountId, bucket, encryption, region, storageClass } = vault;
    const destination = {
      bucketArn: bucketArn(partitionOf(region), bucket.name),
      accountId,
      ...(storageClass === undefined ? {} : { storageClass }),
      // Which key is known once it is made; whether there is one decides what the rule says.
      ...(encryption.kms === "none" ? {} : { kmsKeyArn: encryption.kms }),
    };
    return [{ rule, destination }];
  });
}

/**
 * The role of all rules of a bucket. S3 knows one for a bucket: where others have rules, theirs stays, since their
 * destinations trust it, and gets one more policy.
 */
export function replicationRoleOf(source: SourceConfig, found: ExistingSource | undefined): string {
  const hasOtherRules = (found?.replication?.otherRules.length ?? 0) > 0;
  const theirs = hasOtherRules ? found?.replication?.roleArn : undefined;
  return source.replicationRoleArn ?? theirs ?? configuredReplicationRole(source);
}

async function findVault(
  config: LockstepConfig,
  vault: VaultConfig,
  providers: { attach: SourceProvider; vault: Parameters<typeof findExistingVault>[2]["vault"] },
): Promise<ExistingVault> {
  const path = `vaults[${config.vaults.indexOf(vault)}]`;
  const arn = bucketArn(partitionOf(vault.region), vault.bucket.name);
  const roles = config.sources.map((source) => replicationRoleOf(source, undefined));
  const policy = policyOf(arn, roles, {
    ...vault,
    bucketName: vault.bucket.name,
    replicationRoleArns: roles,
    isChained: config.sources.some(({ chainedFrom }) => chainedFrom === vault.name),
  });
  let found: ExistingVault;
  try {
    found = await findExistingVault(
      vault.bucket.name,
      { lock: lockOf(vault.lock), policy },
      providers,
    );
  } catch (error) {
    throw notThere(path, vault, error);
  }
  if (found.conflicts.length > 0) {
    throw new ArgumentsError(
      MISFIT,
      found.conflicts.map((conflict) => ({
        path: `${path}.lock`,
        reason: `${vault.bucket.name}: ${conflict}`,
      })),
    );
  }
  if (found.missing.length > 0) {
    await pulumi.log.warn(
      `vault "${vault.name}": ${vault.bucket.name} lacks protections and is given them:\n` +
        found.missing.map((line) => `  ${line}`).join("\n"),
    );
  }
  return found;
}

/**
 * Asks for the other team's buckets: S3 tells everybody whether a name is taken. A bucket that we may not look at is there.
 */
async function findAbsentVaults(
  config: LockstepConfig,
  providers: LockstepProviders,
): Promise<ReadonlySet<string>> {
  const absent = new Set<string>();
  const [provider] = [...providers.sources.values()];
  if (config.side !== "source" || provider === undefined) return absent;
  for (const { bucket, name, region } of config.vaults) {
    try {
      await s3.getBucket({ bucket: bucket.name, region }, { provider });
    } catch (error) {
      if (isAbsent(error)) absent.add(name);
    }
  }
  return absent;
}

/** The vaults of another team's stack. */
async function findOthersVaults(config: LockstepConfig): Promise<readonly VaultOutputs[]> {
  if (config.vaultStack === undefined) return [];
  const outputs = await readStackOutputs(config.vaultStack);
  if (outputs === undefined) {
    await pulumi.log.warn(
      `the stack ${config.vaultStack} of the vaults is not deployed yet: run this one again once it is.`,
    );
    return [];
  }
  return vaultsOf(outputs);
}

function vaultsOf(outputs: Readonly<Record<string, unknown>>): readonly VaultOutputs[] {
  return (outputs["vaults"] ?? []) as VaultOutputs[];
}

function vaultKeys(vaults: readonly VaultOutputs[]): ReadonlyMap<string, string> {
  return new Map(
    vaults.flatMap(({ kmsKeyArn, name }) => (kmsKeyArn === undefined ? [] : [[name, kmsKeyArn]])),
  );
}

/** What this stack's last deployment told. */
async function ownOutputs(): Promise<Readonly<Record<string, unknown>>> {
  const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  return (await readStackOutputs(stack)) ?? {};
}

/** What this stack has declared before: a rule that left the config is still ours to take away. */
interface DeployedSource {
  bucketName: string;
  rules: { name: string; priority: number }[];
}

function deployedSources(outputs: Readonly<Record<string, unknown>>): readonly DeployedSource[] {
  const fleet = (outputs["sources"] ?? []) as Record<string, unknown>[];
  return [outputs, ...fleet].flatMap(({ rules, source }) => {
    const { bucketName } = (source ?? {}) as { bucketName?: string };
    if (bucketName === undefined) return [];
    return [{ bucketName, rules: (rules ?? []) as DeployedSource["rules"] }];
  });
}
