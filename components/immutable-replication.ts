import * as pulumi from "@pulumi/pulumi";
import type { Provider as SourceProvider } from "@pulumi/aws/provider";
import type { Provider as VaultProvider } from "@pulumi/aws-native/provider";
import { BatchOperations } from "./batch-operations";
import type { AccountOptions } from "./component-options";
import { crossChecks } from "./config/cross-checks";
import type { RuleConfig, StorageClass } from "./config/types";
import { derivedNames, roleArn } from "./derived-names";
import { ReplicationConfiguration } from "./replication-configuration";
import { ReplicationRole } from "./replication-role";
import type { ReplicationDestination } from "./replication-rules";
import { SourceBucket } from "./source-bucket";
import { ArgumentProblems } from "./validation";
import { Vault, type VaultLockArgs } from "./vault";

export interface SourceArgs {
  accountId: string;
  region: string;
  bucket: {
    name: pulumi.Input<string>;
    /** @default false */
    existing?: boolean;
  };
}

export interface VaultEntryArgs {
  /** Part of resource names: renaming a vault makes new resources and keeps the old ones. */
  name: string;
  accountId: string;
  region: string;
  bucket: { name: pulumi.Input<string> };
  lock: VaultLockArgs;
  /**
   * Class of the replicas.
   * @default that of the source version
   */
  storageClass?: StorageClass;
  /** @default { kms: "none" } */
  encryption?: { kms: "create" | "none" | string };
  /** Provider of the vault's account. Two vaults never share one unless account and Region are the same. */
  provider: VaultProvider;
}

export interface ImmutableReplicationArgs {
  source: SourceArgs;
  /** At least one. */
  vaults: VaultEntryArgs[];
  /** At least one; each names a vault. */
  rules: RuleConfig[];
}

/**
 * Live replication from one source bucket into locked vaults in other accounts, ready for a backfill.
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
 *   rules: [{ name: "all", status: "Enabled", priority: 1, filter: {}, vault: "primary",
 *     deleteMarkers: false, replicationTimeControl: false, metrics: true }],
 * }, { provider: sourceProvider });
 * ```
 */
export class ImmutableReplication extends pulumi.ComponentResource {
  static readonly pulumiType = "lockstep:index:ImmutableReplication";

  readonly source: SourceBucket;
  /** By the vault's name. */
  readonly vaults: ReadonlyMap<string, Vault>;
  readonly batch: BatchOperations;
  readonly replicationRoleArn: pulumi.Output<string>;

  constructor(name: string, args: ImmutableReplicationArgs, opts: AccountOptions<SourceProvider>) {
    super(ImmutableReplication.pulumiType, name, {}, opts);
    checkArgs(args);
    const { source, rules } = args;
    const { provider } = opts;
    const names = pulumi.output(source.bucket.name).apply(derivedNames);

    this.vaults = this.#makeVaults(
      name,
      args,
      names.replicationRoleName.apply((roleName) => roleArn(source, roleName)),
    );
    const vaults = [...this.vaults.values()];
    this.source = new SourceBucket(
      `${name}-source`,
      { bucketName: source.bucket.name, region: source.region, existing: source.bucket.existing },
      { parent: this, provider, dependsOn: vaults },
    );
    const role = new ReplicationRole(
      `${name}-replication`,
      {
        roleName: names.replicationRoleName,
        source: { ...source, bucketName: this.source.bucketName },
        targets: args.vaults.map((vault) => ({
          bucketName: vault.bucket.name,
          region: vault.region,
          kmsKeyArn: this.vaults.get(vault.name)?.kmsKeyArn,
          deleteMarkers: replicatesDeleteMarkers(rules, vault.name),
        })),
      },
      { parent: this, provider, dependsOn: [this.source] },
    );
    this.replicationRoleArn = role.roleArn;
    new ReplicationConfiguration(
      `${name}-replication`,
      {
        bucketName: this.source.bucketName,
        roleArn: role.roleArn,
        destinations: destinationsOf(args.vaults, this.vaults),
        rules,
      },
      { parent: this, provider, dependsOn: [...vaults, this.source, role] },
    );
    this.batch = new BatchOperations(
      `${name}-batch`,
      {
        sourceBucketArn: this.source.bucketArn,
        operationsBucketName: names.operationsBucketName,
        roleName: names.batchRoleName,
      },
      { parent: this, provider },
    );
    this.registerOutputs({
      sourceBucketName: this.source.bucketName,
      replicationRoleArn: this.replicationRoleArn,
      batchRoleArn: this.batch.roleArn,
      operationsBucketName: this.batch.operationsBucketName,
    });
  }

  #makeVaults(
    name: string,
    args: ImmutableReplicationArgs,
    replicationRoleArn: pulumi.Output<string>,
  ): Map<string, Vault> {
    const vaults = new Map<string, Vault>();
    for (const vault of args.vaults) {
      const component = new Vault(
        `${name}-vault-${vault.name}`,
        {
          accountId: vault.accountId,
          region: vault.region,
          bucketName: vault.bucket.name,
          lock: vault.lock,
          kms: vault.encryption?.kms,
          replicationRoleArn,
          deleteMarkers: replicatesDeleteMarkers(args.rules, vault.name),
        },
        { parent: this, provider: vault.provider },
      );
      vaults.set(vault.name, component);
    }
    return vaults;
  }
}

/** A disabled rule counts too: enabling it later should not need the vault's account. */
function replicatesDeleteMarkers(rules: readonly RuleConfig[], vaultName: string): boolean {
  return rules.some(({ vault, deleteMarkers }) => vault === vaultName && deleteMarkers);
}

function destinationsOf(
  entries: readonly VaultEntryArgs[],
  vaults: ReadonlyMap<string, Vault>,
): Record<string, ReplicationDestination> {
  const destinations: Record<string, ReplicationDestination> = {};
  for (const { name, accountId, storageClass } of entries) {
    const vault = vaults.get(name);
    if (vault === undefined) throw new Error(`vault "${name}" was not made`);
    destinations[name] = {
      bucketArn: vault.bucketArn,
      accountId,
      storageClass,
      kmsKeyArn: vault.kmsKeyArn,
    };
  }
  return destinations;
}

/**
 * What the parts cannot see by themselves: names used twice, rules without a vault, accounts that are one. The same checks
 * as for a config, on the values that are plain.
 * @throws pulumi.InputPropertiesError with everything that is wrong.
 */
function checkArgs(args: ImmutableReplicationArgs): void {
  const problems = new ArgumentProblems();
  if (args.vaults.length === 0) problems.add("vaults", "expected at least one vault");
  if (args.rules.length === 0) problems.add("rules", "expected at least one rule");
  const plain = {
    source: args.source,
    // The lock is judged by the vault itself: its retention is a number here and a text in a config.
    vaults: args.vaults.map(({ name, accountId, region, bucket, encryption }) => ({
      name,
      accountId,
      region,
      bucket,
      encryption,
    })),
    rules: args.rules,
  };
  for (const { path, message } of crossChecks(plain)) problems.add(path, message);
  problems.throwIfAny("ImmutableReplication");
}
