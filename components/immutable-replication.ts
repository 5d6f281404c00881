import * as pulumi from "@pulumi/pulumi";
import type { Provider as SourceProvider } from "@pulumi/aws/provider";
import { AdoptedVault } from "./vault/adopted-vault";
import { isRuleOf } from "./config/schema";
import type { InventoryConfig, RuleConfig } from "./config/types";
import { bucketArn, partitionOf } from "./config/values";
import { declareInventory } from "./inventory/declare-inventory";
import { derivedNames, roleArn } from "./derived-names";
import {
  type ImmutableReplicationArgs,
  inventoryProviderOf,
  type MadeElsewhere,
  type VaultEntryArgs,
} from "./immutable-replication-args";
import { ReplicationMonitoring } from "./monitoring/replication-monitoring";
import type { InventoryOutputs } from "./promise/outputs";
import { checkReplicationArgs } from "./source/replication-args-checks";
import {
  type DestinationArgs,
  ReplicationSource,
  type SourceArgs,
} from "./source/replication-source";
import { completeInventory } from "./config/complete-inventory";
import { completeRules } from "./config/complete-rules";
import { relockLimitsOf } from "./vault/relock-limits";
import { RelockRole } from "./vault/relock-role";
import { ChecksumRole } from "./checksum/checksum-role";
import { Vault } from "./vault/vault";
import { retentionLimitsOf, type VaultArgs } from "./vault/vault-args";

/**
 * Live replication from source buckets into locked vaults in other accounts, ready for a backfill.
 *
 * Order of making, each step after the one before has finished:
 * vaults (lock, versioning, policy, key), source versioning, replication role, replication configuration.
 * Turned around, S3 refuses the rules, or takes them and fails the first objects for good.
 *
 * @example
 * ```ts
 * new ImmutableReplication("records", {
 *   source: { accountId: "111111111111", region: "eu-west-1", bucket: { name: "acme-records", existing: true } },
 *   vaults: [{ name: "primary", accountId: "222222222222", region: "eu-central-1",
 *     bucket: { name: "acme-records-vault" }, lock: { stage: "governance", retentionDays: 30 }, provider: vaultProvider }],
 *   rules: [{ name: "all", vault: "primary", metrics: true }],
 * }, { provider: sourceProvider });
 * ```
 */
export class ImmutableReplication extends pulumi.ComponentResource {
  /** Type of the component in Pulumi's state. */
  static readonly pulumiType = "lockstep:index:ImmutableReplication";

  /** By name; the one of `source` is called `source`. Those of another team's stack are not here. */
  readonly sources: ReadonlyMap<string, ReplicationSource>;
  /** By name. Those of another team's stack are not here. */
  readonly vaults: ReadonlyMap<string, Vault | AdoptedVault>;
  /** By the vault's name, of those whose locks may be extended. */
  readonly relockRoles: ReadonlyMap<string, RelockRole>;
  /** By the vault's name, of those that jobs may read for checksums. */
  readonly checksumRoles: ReadonlyMap<string, ChecksumRole>;
  /** By the vault's name, of those that have one. */
  readonly vaultInventories: ReadonlyMap<string, pulumi.Output<InventoryOutputs>>;
  /** One for each account and Region of sources; none without `monitoring`. */
  readonly monitoring: readonly ReplicationMonitoring[];

  constructor(name: string, args: ImmutableReplicationArgs, opts: AccountOptionsOf) {
    super(ImmutableReplication.pulumiType, name, {}, opts);
    checkReplicationArgs(name, args);
    const rules = completeRules(args.rules, args.monitoring !== undefined);
    const sources = entriesOf(args, opts.provider);
    this.vaults = makeVaults(this, name, args, sources, rules);
    this.relockRoles = makeRelockRoles(this, name, args, this.vaults);
    this.checksumRoles = makeChecksumRoles(this, name, args, this.vaults);
    const inventory = args.inventory && completeInventory(args.inventory);
    this.vaultInventories =
      inventory === undefined
        ? new Map()
        : makeInventories(this, name, args, this.vaults, inventory);
    this.sources = new Map(
      sources.flatMap((source) =>
        source.provider === undefined
          ? []
          : [[source.name, this.#makeSource(name, source, source.provider, args, rules)] as const],
      ),
    );
    this.monitoring = this.#watch(name, args, sources, rules);
    this.registerOutputs({
      sources: Object.fromEntries(
        [...this.sources].map(([sourceName, made]) => [
          sourceName,
          {
            bucketName: made.bucketName,
            replicationRoleArn: made.replicationRoleArn,
            batchRoleArn: made.batch.roleArn,
            operationsBucketName: made.batch.operationsBucketName,
          },
        ]),
      ),
      vaults: Object.fromEntries(
        [...this.vaults].map(([vaultName, made]) => [
          vaultName,
          {
            bucketName: made.bucketName,
            kmsKeyArn: made.kmsKeyArn,
            operationsBucketName: made.operationsBucketName,
          },
        ]),
      ),
    });
  }

  /** One for each account and Region, since topics are made there, and batch jobs are watched there. */
  #watch(
    name: string,
    { detached, monitoring, vaults }: ImmutableReplicationArgs,
    sources: readonly Entry[],
    rules: readonly RuleConfig[],
  ): ReplicationMonitoring[] {
    if (monitoring === undefined) return [];
    const made = sources.filter((source) => this.sources.has(source.name));
    const places = new Map<string, Entry[]>();
    for (const source of made) {
      const place = `${source.args.accountId} ${source.args.region}`;
      places.set(place, [...(places.get(place) ?? []), source]);
    }
    return [...places.values()].flatMap((here, index) => {
      const [first] = here;
      if (first?.provider === undefined) return [];
      const { accountId, region, roles, tags } = first.args;
      return new ReplicationMonitoring(
        index === 0 ? `${name}-monitoring` : `${name}-monitoring-${first.name}`,
        {
          ...monitoring,
          detached,
          accountId,
          region,
          tags,
          roles,
          sources: here.map((source) => ({
            name: source.name,
            bucketName: this.sources.get(source.name)?.bucketName ?? source.bucket.name,
            otherNotifications: source.args.found?.notifications,
            rules: watchedRules(rulesOf(source, rules), vaults),
          })),
        },
        { parent: this, provider: first.provider },
      );
    });
  }

  #makeSource(
    name: string,
    source: Entry,
    provider: SourceProvider,
    args: ImmutableReplicationArgs,
    rules: readonly RuleConfig[],
  ): ReplicationSource {
    const ours = rulesOf(source, rules);
    const targets = args.vaults.filter((vault) => ours.some((rule) => rule.vault === vault.name));
    const waitFor = targets.flatMap((vault) => this.vaults.get(vault.name) ?? []);
    const chained = source.vault === undefined ? undefined : this.vaults.get(source.vault);
    const { checksums, found, kmsKeyArns, replicationRoleArn, roles, tags } = source.args;
    return new ReplicationSource(
      args.sources === undefined ? name : `${name}-${source.name}`,
      {
        source: {
          accountId: source.args.accountId,
          region: source.args.region,
          bucket: source.bucket,
          kmsKeyArns,
          replicationRoleArn,
          found,
          tags,
          roles,
          ...(checksums === undefined ? {} : { checksums }),
        },
        ...(chained === undefined
          ? {}
          : { chainedBucket: { name: chained.bucketName, arn: chained.bucketArn } }),
        vaults: targets.map((vault) => destinationOf(vault, this.vaults.get(vault.name))),
        rules: ours,
        inventory: args.inventory && completeInventory(args.inventory),
        transforms: args.transforms?.source,
        detached: args.detached,
      },
      { parent: this, provider, dependsOn: [...waitFor, ...(chained ? [chained] : [])] },
    );
  }
}

type AccountOptionsOf = Omit<pulumi.ComponentResourceOptions, "provider" | "providers"> & {
  /** Provider of the one source's account. Not needed with `sources`, where each has its own. */
  provider?: SourceProvider;
};

/** A source in one form, however it was given. */
interface Entry {
  name: string;
  args: Omit<SourceArgs, "bucket">;
  bucket: SourceArgs["bucket"];
  /** The vault that is this source's bucket. */
  vault: string | undefined;
  /** Undefined: another team's. */
  provider: SourceProvider | undefined;
}

function entriesOf(
  args: ImmutableReplicationArgs,
  provider: SourceProvider | undefined,
): readonly Entry[] {
  const { source, sources = [] } = args;
  if (source !== undefined) {
    return [{ name: "source", args: source, bucket: source.bucket, vault: undefined, provider }];
  }
  return sources.map((entry) => {
    const vault = "vault" in entry.bucket ? entry.bucket.vault : undefined;
    const bucket = "vault" in entry.bucket ? bucketOfVault(args, entry.bucket.vault) : entry.bucket;
    const own = "provider" in entry ? entry.provider : undefined;
    return { name: entry.name, args: entry, bucket, vault, provider: own };
  });
}

function bucketOfVault(args: ImmutableReplicationArgs, name: string): SourceArgs["bucket"] {
  const vault = args.vaults.find((entry) => entry.name === name);
  if (vault === undefined) throw new Error(`a chain passed its check without vault "${name}"`);
  return { name: vault.bucket.name, existing: true };
}

function rulesOf({ name, vault }: Entry, rules: readonly RuleConfig[]): RuleConfig[] {
  return rules.filter((rule) => isRuleOf(rule, { name, chainedFrom: vault }));
}

/** The rules that S3 publishes metrics of. */
function watchedRules(rules: readonly RuleConfig[], vaults: readonly VaultEntryArgs[]) {
  return rules
    .filter(({ metrics, status }) => metrics && status === "Enabled")
    .flatMap(({ name, vault }) => {
      const entry = vaults.find((candidate) => candidate.name === vault);
      if (entry === undefined) return [];
      const { bucket, region } = entry;
      return { ruleId: name, destinationBucketName: bucket.name, destinationRegion: region };
    });
}

function makeVaults(
  parent: pulumi.Resource,
  name: string,
  args: ImmutableReplicationArgs,
  sources: readonly Entry[],
  rules: readonly RuleConfig[],
): Map<string, Vault | AdoptedVault> {
  const vaults = new Map<string, Vault | AdoptedVault>();
  for (const entry of args.vaults) {
    if ("madeElsewhere" in entry) continue;
    const vaultArgs = vaultArgsOf(entry, args, sources, rules);
    const vaultName = `${name}-vault-${entry.name}`;
    vaults.set(
      entry.name,
      "provider" in entry
        ? new Vault(
            vaultName,
            { ...vaultArgs, transforms: args.transforms?.vault },
            { parent, provider: entry.provider },
          )
        : new AdoptedVault(
            vaultName,
            {
              ...vaultArgs,
              found: entry.found,
              transforms: args.transforms?.adoptedVault,
            },
            { parent, provider: entry.attachProvider },
          ),
    );
  }
  return vaults;
}

/** After their vaults, whose policies narrow down what they may do. */
function makeRelockRoles(
  parent: pulumi.Resource,
  name: string,
  { vaults }: ImmutableReplicationArgs,
  made: ReadonlyMap<string, Vault | AdoptedVault>,
): Map<string, RelockRole> {
  const roles = new Map<string, RelockRole>();
  for (const entry of vaults) {
    const vault = made.get(entry.name);
    if ("madeElsewhere" in entry || entry.relock === undefined || vault === undefined) continue;
    const role = new RelockRole(
      `${name}-vault-${entry.name}-relock`,
      {
        vaultBucketName: vault.bucketName,
        vaultBucketArn: vault.bucketArn,
        operationsBucketName: vault.operationsBucketName,
        kmsKeyArn: vault.kmsKeyArn,
        mayBypass: relockLimitsOf(entry, "any", entry.lock).mayBypass,
        tags: entry.tags,
      },
      { parent, provider: entry.relock.provider, dependsOn: [vault] },
    );
    roles.set(entry.name, role);
  }
  return roles;
}

/** After their vaults, whose policies let them change nothing. */
function makeChecksumRoles(
  parent: pulumi.Resource,
  name: string,
  { vaults }: ImmutableReplicationArgs,
  made: ReadonlyMap<string, Vault | AdoptedVault>,
): Map<string, ChecksumRole> {
  const roles = new Map<string, ChecksumRole>();
  for (const entry of vaults) {
    const vault = made.get(entry.name);
    if ("madeElsewhere" in entry || entry.checksums === undefined || vault === undefined) continue;
    const role = new ChecksumRole(
      `${name}-vault-${entry.name}-checksum`,
      {
        side: "vault",
        accountId: entry.accountId,
        region: entry.region,
        bucketName: vault.bucketName,
        operationsBucketName: vault.operationsBucketName,
        operationsKmsKeyArn: vault.kmsKeyArn,
        tags: entry.tags,
      },
      { parent, provider: entry.checksums.provider, dependsOn: [vault] },
    );
    roles.set(entry.name, role);
  }
  return roles;
}

/** After their vaults, whose operations buckets let S3 deliver. */
function makeInventories(
  parent: pulumi.Resource,
  name: string,
  { vaults }: ImmutableReplicationArgs,
  made: ReadonlyMap<string, Vault | AdoptedVault>,
  settings: InventoryConfig,
): Map<string, pulumi.Output<InventoryOutputs>> {
  const inventories = new Map<string, pulumi.Output<InventoryOutputs>>();
  for (const entry of vaults) {
    const vault = made.get(entry.name);
    if ("madeElsewhere" in entry || vault === undefined) continue;
    const provider = inventoryProviderOf(entry);
    if (provider === undefined) throw new Error(`vault ${entry.name} passed its check without one`);
    const { bucketArn, bucketName, kmsKeyArn, operationsBucketName } = vault;
    const inventory = declareInventory(
      `${name}-vault-${entry.name}-inventory`,
      {
        side: "vault",
        accountId: entry.accountId,
        bucketName,
        bucketArn,
        operationsBucketName,
        kmsKeyArn,
      },
      settings,
      { parent, provider, dependsOn: [vault] },
    );
    inventories.set(entry.name, inventory);
  }
  return inventories;
}

function vaultArgsOf(
  entry: Exclude<VaultEntryArgs, MadeElsewhere>,
  args: ImmutableReplicationArgs,
  sources: readonly Entry[],
  rules: readonly RuleConfig[],
): VaultArgs {
  const senders = sources.filter((source) =>
    rulesOf(source, rules).some(({ vault }) => vault === entry.name),
  );
  // A vault that no rule fills yet lets in the sources that could.
  const allowed = senders.length > 0 ? senders : sources;
  const concerned = rules.filter(({ vault }) => vault === entry.name);
  return {
    accountId: entry.accountId,
    region: entry.region,
    bucketName: entry.bucket.name,
    lock: {
      ...entry.lock,
      ...retentionLimitsOf(entry.lock, retentionOf(allowed, sources, args)),
    },
    kms: entry.encryption?.kms,
    tags: entry.tags,
    breakGlassRoleArn: entry.breakGlassRoleArn,
    relock: entry.relock !== undefined,
    checksums: entry.checksums !== undefined,
    inventory: args.inventory !== undefined,
    replicationRoleArns: allowed.map(replicationRoleArnOf),
    // A disabled rule counts too: enabling it later should not need the vault's account.
    deleteMarkers: concerned.some(({ deleteMarkerReplication }) => deleteMarkerReplication),
    ownerOverride: concerned.some(({ ownerOverride }) => ownerOverride),
    isChained: sources.some(({ vault }) => vault === entry.name),
  };
}

/** What the sources lock for by themselves: a bucket its default, a vault whatever it lets in. */
function retentionOf(
  senders: readonly Entry[],
  sources: readonly Entry[],
  { vaults }: ImmutableReplicationArgs,
): number[] {
  const ofBuckets = (entries: readonly Entry[]) =>
    entries.flatMap(({ bucket, vault }) =>
      vault === undefined ? (bucket.objectLock?.retentionDays ?? []) : [],
    );
  const ofVaults = senders.flatMap(({ vault }) => {
    const entry = vaults.find(({ name }) => name === vault);
    return entry !== undefined && "lock" in entry
      ? retentionLimitsOf(entry.lock, ofBuckets(sources)).maximumRetentionDays
      : [];
  });
  return [...ofBuckets(senders), ...ofVaults];
}

/** The ARN that a source's replication role has or will have: either team knows it without the other. */
function replicationRoleArnOf({ args, bucket }: Entry): pulumi.Input<string> {
  return (
    args.replicationRoleArn ??
    pulumi
      .output(bucket.name)
      .apply((bucketName) =>
        roleArn(args, derivedNames(bucketName).replicationRoleName, args.roles?.path),
      )
  );
}

function destinationOf(
  entry: VaultEntryArgs,
  made: Vault | AdoptedVault | undefined,
): DestinationArgs {
  const { accountId, name, region, storageClass } = entry;
  const facts = { name, accountId, region, storageClass };
  if (made !== undefined) {
    const { bucketArn, kmsKeyArn } = made;
    return { ...facts, bucketName: entry.bucket.name, bucketArn, kmsKeyArn };
  }
  return {
    ...facts,
    bucketName: entry.bucket.name,
    bucketArn: pulumi
      .output(entry.bucket.name)
      .apply((bucketName) => bucketArn(partitionOf(region), bucketName)),
    ...("madeElsewhere" in entry ? { kmsKeyArn: entry.kmsKeyArn, isAbsent: entry.isAbsent } : {}),
  };
}
