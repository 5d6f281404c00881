import * as pulumi from "@pulumi/pulumi";
import type * as iam from "@pulumi/aws/iam";
import type * as s3 from "@pulumi/aws/s3";
import type { Provider } from "@pulumi/aws/provider";
import { BatchOperations } from "./batch-operations";
import { ChecksumRole } from "../checksum/checksum-role";
import type { AccountOptions } from "../component-options";
import type {
  EncryptionConfig,
  InventoryConfig,
  ObjectLockConfig,
  RuleConfig,
  StorageClass,
} from "../config/types";
import { derivedNames } from "../derived-names";
import { declareInventory } from "../inventory/declare-inventory";
import type { ExistingSource } from "./existing-source";
import type { InventoryOutputs, RolesOutputs } from "../promise/outputs";
import { ReplicationConfiguration } from "./replication-configuration";
import { replicationTargets } from "./replication-targets";
import { ReplicationRole } from "./replication-role";
import { type ReplicationDestination, takesKmsObjects } from "./declared-rules";
import { type DeclaredRule, withFreePriorities } from "./rules-of-others";
import type { RoleSettings } from "./service-role";
import { SourceBucket } from "./source-bucket";
import type { Transform } from "../transform";

/** The bucket of a source. */
export interface SourceBucketEntryArgs {
  /** As S3 has it. Changing it replaces nothing at AWS: the old bucket is kept. */
  name: pulumi.Input<string>;
  /** @default false */
  existing?: boolean;
  /** @default S3's own keys for a bucket that is made; an existing one stays as it is */
  encryption?: EncryptionConfig;
  /** @default none for a bucket that is made; an existing one stays as it is */
  objectLock?: ObjectLockConfig;
}

/** A source as components take it. */
export interface SourceArgs extends RoleSettings {
  /** Twelve digits. Owner of the bucket. */
  accountId: string;
  /** AWS Region of the bucket, as in `eu-west-1`. */
  region: string;
  /** The bucket with the data. */
  bucket: SourceBucketEntryArgs;
  /** Keys that versions in the bucket are under. @default any key of the account, through S3 and for this bucket only */
  kmsKeyArns?: string[];
  /** A role that replicates the bucket already. @default a role of our own */
  replicationRoleArn?: string;
  /**
   * What an existing bucket has already, as `findExistingSource` reads it. Without it, replication rules and notifications of
   * others are removed.
   */
  found?: ExistingSource;
  /**
   * Makes the role that jobs read the bucket as for checksums.
   * @default false: no role of ours reads it but for replication
   */
  checksums?: boolean;
}

/** A vault as its source sees it: facts that may come from another team's stack. */
export interface DestinationArgs {
  /** What rules call it. */
  name: string;
  /** Twelve digits. Owner of the bucket. */
  accountId: string;
  /** AWS Region of the bucket, as in `eu-central-1`. */
  region: string;
  /** As S3 has it. */
  bucketName: pulumi.Input<string>;
  /** Without a path. */
  bucketArn: pulumi.Input<string>;
  /** Key of the replicas; absent when the vault uses S3's own. */
  kmsKeyArn?: pulumi.Input<string>;
  /** Class of the replicas unless the rule says otherwise. @default that of the source version */
  storageClass?: StorageClass;
  /** Another team's vault that is not there yet: rules to it wait. @default false */
  isAbsent?: boolean;
}

/** Changes in the children before they are declared. What is promised has to stay. */
export interface SourceTransforms {
  /** Of a source bucket that is made. It takes no `forceDestroy`. */
  bucket?: Transform<s3.BucketArgs>;
  /** Its name has to stay, and it takes no `forceDestroy`. */
  operationsBucket?: Transform<s3.BucketArgs>;
  /** Description, tags, boundary and the like; not name, path and trust. */
  replicationRole?: Transform<iam.RoleArgs>;
  /** As for the replication role. */
  batchRole?: Transform<iam.RoleArgs>;
  /** Our rules have to stay as they are. */
  replicationConfiguration?: Transform<s3.BucketReplicationConfigArgs>;
}

/** What `ReplicationSource` is given. */
export interface ReplicationSourceArgs {
  /** Its account, its bucket, and what is made there. */
  source: SourceArgs;
  /** Name and ARN of a vault that is this source's bucket, versioned and locked by its own component. */
  chainedBucket?: {
    /** As S3 has it. */
    name: pulumi.Input<string>;
    /** Without a path. */
    arn: pulumi.Input<string>;
  };
  /** At least one. */
  vaults: DestinationArgs[];
  /** At least one; each names a vault. */
  rules: RuleConfig[];
  /** An S3 Inventory of the bucket, delivered to the operations bucket. @default none */
  inventory?: InventoryConfig | undefined;
  /** Changes in the children. @default none */
  transforms?: SourceTransforms;
  /** Takes our rules out of a configuration that is shared with others, before the stack is taken down. @default false */
  detached?: boolean;
}

/**
 * The source side of one bucket: versioning, replication role and rules, and what a backfill needs. Works in the source's
 * account alone; the vaults may be another team's.
 *
 * Order of making: source versioning, replication role, replication configuration. Turned around, S3 refuses the rules, or
 * takes them and fails the first objects for good.
 */
export class ReplicationSource extends pulumi.ComponentResource {
  /** Type of the component in Pulumi's state. */
  static readonly pulumiType = "lockstep:index:ReplicationSource";

  /** Of the source bucket, made or found. */
  readonly bucketName: pulumi.Output<string>;
  /** Without a path. */
  readonly bucketArn: pulumi.Output<string>;
  /** What a backfill needs. */
  readonly batch: BatchOperations;
  /** The role that S3 assumes to replicate: ours, or the one that was there. */
  readonly replicationRoleArn: pulumi.Output<string>;
  /** Its roles, as what the live ones are held against. */
  readonly roles: pulumi.Output<RolesOutputs>;
  /** The inventory of the bucket. Undefined without one. */
  readonly inventory: pulumi.Output<InventoryOutputs> | undefined;
  /** With the priorities that they are declared with. */
  readonly rules: readonly RuleConfig[];

  constructor(name: string, args: ReplicationSourceArgs, opts: AccountOptions<Provider>) {
    super(ReplicationSource.pulumiType, name, {}, opts);
    const { source } = args;
    const { deployedPriorities, replication } = source.found ?? {};
    const rules = withFreePriorities(
      args.rules,
      prioritiesOf(replication?.otherRules ?? []),
      deployedPriorities,
    );
    this.rules = rules;
    // Until version 0.1 the children hung on the top component itself: without the alias they would all be replaced.
    const child = {
      parent: this,
      provider: opts.provider,
      aliases: opts.parent === undefined ? [] : [{ parent: opts.parent }],
    };
    const bucket = makeBucket(name, args, { ...child, dependsOn: opts.dependsOn });
    this.bucketName = bucket.name;
    this.bucketArn = bucket.arn;
    const names = pulumi.output(source.bucket.name).apply(derivedNames);
    const hasOtherRules = (replication?.otherRules.length ?? 0) > 0;
    const role = new ReplicationRole(
      `${name}-replication`,
      {
        roleName: names.replicationRoleName,
        roles: source.roles,
        tags: source.tags,
        transform: args.transforms?.replicationRole,
        existingRoleArn: source.replicationRoleArn,
        keepPolicy: hasOtherRules,
        source: {
          bucketName: bucket.name,
          region: source.region,
          accountId: source.accountId,
          sseKmsEncryptedObjects: rules.some((rule) =>
            takesKmsObjects(rule, hasKey(args.vaults, rule.vault)),
          ),
          kmsKeyArns: sourceKeys(source, bucket.kmsKeyArn),
        },
        targets: replicationTargets(args.vaults, rules),
      },
      { ...child, dependsOn: bucket.waitFor },
    );
    this.replicationRoleArn = role.roleArn;
    const present = args.vaults.filter(({ isAbsent }) => isAbsent !== true);
    const rulesNow = rules.filter(({ vault }) => present.some((entry) => entry.name === vault));
    // S3 refuses a whole configuration for one vault that is not there, and one without rules.
    if (rulesNow.length > 0) {
      new ReplicationConfiguration(
        `${name}-replication`,
        {
          bucketName: bucket.name,
          roleArn: role.roleArn,
          destinations: destinationsOf(present),
          rules: rulesNow,
          otherRules: replication?.otherRules,
          conflicts: replication?.conflicts,
          detached: hasOtherRules && args.detached === true,
          transform: args.transforms?.replicationConfiguration,
        },
        { ...child, dependsOn: [...bucket.waitFor, role] },
      );
    }
    this.batch = new BatchOperations(
      `${name}-batch`,
      {
        sourceBucketArn: bucket.arn,
        operationsBucketName: names.operationsBucketName,
        roleName: names.batchRoleName,
        roles: source.roles,
        tags: source.tags,
        inventoryOfAccountId: args.inventory === undefined ? undefined : source.accountId,
        transforms: {
          role: args.transforms?.batchRole,
          bucket: args.transforms?.operationsBucket,
        },
      },
      child,
    );
    this.inventory =
      args.inventory &&
      declareInventory(
        `${name}-inventory`,
        {
          side: "source",
          accountId: source.accountId,
          bucketName: bucket.name,
          bucketArn: bucket.arn,
          operationsBucketName: this.batch.operationsBucketName,
        },
        args.inventory,
        // S3 delivers nothing before the policy lets it.
        { parent: this, provider: opts.provider, dependsOn: [...bucket.waitFor, this.batch] },
      );
    const checksum =
      source.checksums === true
        ? new ChecksumRole(
            `${name}-checksum`,
            {
              side: "source",
              accountId: source.accountId,
              region: source.region,
              bucketName: bucket.name,
              operationsBucketName: this.batch.operationsBucketName,
              roles: source.roles,
              tags: source.tags,
            },
            { parent: this, provider: opts.provider },
          )
        : undefined;
    this.roles = pulumi
      .all([role.deployed, this.batch.deployedRole, checksum?.deployedRole])
      .apply(([replication, batch, reading]) => ({
        replication,
        batch,
        ...(reading === undefined ? {} : { checksum: reading }),
      }));
    this.registerOutputs({
      bucketName: this.bucketName,
      bucketArn: this.bucketArn,
      replicationRoleArn: this.replicationRoleArn,
      batchRoleArn: this.batch.roleArn,
      operationsBucketName: this.batch.operationsBucketName,
    });
  }
}

interface MadeBucket {
  name: pulumi.Output<string>;
  arn: pulumi.Output<string>;
  kmsKeyArn?: pulumi.Output<string> | undefined;
  /** What has to be there before anything replicates. */
  waitFor: pulumi.Resource[];
}

function makeBucket(
  name: string,
  { chainedBucket, source, transforms }: ReplicationSourceArgs,
  opts: AccountOptions<Provider>,
): MadeBucket {
  if (chainedBucket !== undefined) {
    return {
      name: pulumi.output(chainedBucket.name),
      arn: pulumi.output(chainedBucket.arn),
      waitFor: [],
    };
  }
  const { accountId, bucket, region } = source;
  const made = new SourceBucket(
    `${name}-source`,
    {
      accountId,
      region,
      bucketName: bucket.name,
      existing: bucket.existing,
      encryption: bucket.encryption,
      objectLock: bucket.objectLock,
      tags: source.tags,
      transform: transforms?.bucket,
    },
    opts,
  );
  return {
    name: made.bucketName,
    arn: made.bucketArn,
    kmsKeyArn: made.kmsKeyArn,
    waitFor: [made],
  };
}

/** With a list of keys, the bucket's own has to be in it. Without one, any key of the account may be used for this bucket. */
function sourceKeys(
  { bucket, kmsKeyArns = [] }: SourceArgs,
  bucketKeyArn: pulumi.Output<string> | undefined,
): pulumi.Input<string>[] {
  const mayHaveOthers = bucket.existing === true && kmsKeyArns.length === 0;
  if (mayHaveOthers || bucketKeyArn === undefined) return kmsKeyArns;
  return [...kmsKeyArns, bucketKeyArn];
}

/** Rules of others are read before anything is declared: their priorities are plain. */
function prioritiesOf(rules: readonly DeclaredRule[]): number[] {
  return rules.flatMap(({ priority }) => (typeof priority === "number" ? [priority] : []));
}

function hasKey(vaults: readonly DestinationArgs[], name: string): boolean {
  return vaults.find((vault) => vault.name === name)?.kmsKeyArn !== undefined;
}

function destinationsOf(
  vaults: readonly DestinationArgs[],
): Record<string, ReplicationDestination> {
  return Object.fromEntries(
    vaults.map(({ accountId, bucketArn, kmsKeyArn, name, storageClass }) => [
      name,
      { bucketArn, accountId, kmsKeyArn, storageClass },
    ]),
  );
}
