import * as pulumi from "@pulumi/pulumi";
import * as kms from "@pulumi/aws-native/kms";
import type { Provider } from "@pulumi/aws-native/provider";
import * as s3 from "@pulumi/aws-native/s3";
import { type AccountOptions, childOptions, KEEP_ON_DESTROY } from "../component-options";
import { bucketProblems, GUARANTEED_MEMBERS } from "./guarantees";
import type { LockMode } from "../promise/outputs";
import { type PolicyDocument, type PolicyStatement, vaultBucketPolicy } from "../policy-documents";
import { tagListOf } from "../source/service-role";
import { namespaceOf } from "../source/source-bucket";
import { keptAsIs, type Transform, transformed } from "../transform";
import { ArgumentsError } from "../validation";
import {
  type CheckedVault,
  checkVaultArgs,
  retentionLimitsOf,
  type VaultArgs,
  type VaultLock,
  vaultLockOf,
} from "./vault-args";
import { checksumRoleName, roleArn } from "../derived-names";
import { relockLimitsOf } from "./relock-limits";
import { makeKey, type OwnKey } from "./vault-key";
import { VaultOperations, type VaultOperationsArgs } from "./vault-operations";

/** Changes in the children before they are declared. What a vault promises has to stay. */
export interface VaultTransforms {
  /** Object Lock, versioning, public access block and ownership have to stay. */
  bucket?: Transform<s3.BucketArgs>;
  /** The document has to stay. */
  policy?: Transform<s3.BucketPolicyArgs>;
  /** The key's policy has to stay. */
  key?: Transform<kms.KeyArgs>;
}

/**
 * A locked bucket in an account of its own.
 *
 * The bucket is made whole in one request: Object Lock, versioning, encryption, public access block and ownership are
 * there from the first moment. Bucket, policy and key stay when the stack is destroyed.
 */
export class Vault extends pulumi.ComponentResource {
  /** Type of the component in Pulumi's state. */
  static readonly pulumiType = "lockstep:index:Vault";

  /** Known once the bucket is guarded. */
  readonly bucketName: pulumi.Output<string>;
  /** Without a path. */
  readonly bucketArn: pulumi.Output<string>;
  /** Undefined when the vault uses S3's own keys. */
  readonly kmsKeyArn: pulumi.Output<string> | undefined;
  /** What locks replicas, in Object Lock's words, and which locks of their own are let in. */
  readonly lock: VaultLock;
  /** The guarded bucket beside the vault. */
  readonly operationsBucketName: pulumi.Output<string>;
  /** The statements of that bucket's policy, for the guard's outputs. */
  readonly operationsPolicyStatements: pulumi.Output<PolicyStatement[]>;
  /** The statements of the bucket's policy, for the guard's outputs. */
  readonly policyStatements: pulumi.Output<PolicyStatement[]>;
  /** The statements of the policy of a key that we made. */
  readonly keyPolicyStatements: pulumi.Output<PolicyStatement[]> | undefined;

  constructor(
    name: string,
    args: VaultArgs & { transforms?: VaultTransforms },
    opts: AccountOptions<Provider>,
  ) {
    super(Vault.pulumiType, name, {}, opts);
    const checked = checkVaultArgs("Vault", name, args);
    const kept = { ...childOptions(this, opts), ...KEEP_ON_DESTROY };
    this.lock = vaultLockOf(args.lock);
    const key = makeKey(args, checked, (own) => declareKey(name, own, args, kept));
    this.kmsKeyArn = key?.arn;
    this.keyPolicyStatements = key?.statements;
    const bucket = new s3.Bucket(
      `${name}-bucket`,
      transformed(
        "transforms.bucket",
        args.transforms?.bucket,
        bucketArgs(checked.bucketName, this.lock, this.kmsKeyArn, args.tags),
        `${name}-bucket`,
        (changed) => bucketProblems(changed, this.lock),
      ),
      // A refresh finds what others attach to the bucket; without this, `up` would take it off again.
      { ...kept, ...declaredElsewhere(args) },
    );
    watchGuarantees(name, bucket, this.lock);
    this.bucketArn = bucket.arn;
    const policyDocument = pulumi
      .all([bucket.arn, checked.replicationRoleArns])
      .apply(([bucketArn, replicationRoleArns]) => policyOf(bucketArn, replicationRoleArns, args));
    this.policyStatements = policyDocument.apply(({ Statement }) => Statement);
    const policy = new s3.BucketPolicy(
      `${name}-policy`,
      transformed(
        "transforms.policy",
        args.transforms?.policy,
        { bucket: bucket.id, policyDocument },
        `${name}-policy`,
        (changed) => keptAsIs("policyDocument", changed.policyDocument, policyDocument),
      ),
      kept,
    );

    const operations = new VaultOperations(
      `${name}-operations`,
      operationsArgs(args, checked, this.kmsKeyArn),
      { parent: this, provider: opts.provider, dependsOn: opts.dependsOn },
    );
    this.operationsBucketName = operations.bucketName;
    this.operationsPolicyStatements = operations.policyStatements;

    // Through the policy, so that whoever sends to the vault finds it guarded.
    this.bucketName = policy.bucket;
    this.registerOutputs({
      bucketName: this.bucketName,
      bucketArn: this.bucketArn,
      kmsKeyArn: this.kmsKeyArn,
      lock: this.lock,
      operationsBucketName: this.operationsBucketName,
    });
  }
}

/** What the operations bucket beside a vault is told, be the vault made or adopted. */
export function operationsArgs(
  { accountId, breakGlassRoleArn, inventory, lock, tags }: VaultArgs,
  { bucketName }: CheckedVault,
  kmsKeyArn: pulumi.Output<string> | undefined,
): VaultOperationsArgs {
  const isPilot = lock.stage === "pilot";
  const of = {
    accountId,
    vaultBucketName: bucketName,
    kmsKeyArn,
    isPilot,
    breakGlassRoleArn,
    tags,
  };
  return inventory === true ? { ...of, inventory } : of;
}

/** Settings of a chained vault's bucket that the source of the next hop declares. */
const OF_THE_NEXT_HOP = ["replicationConfiguration", "notificationConfiguration"] as const;
/** What an inventory is on the bucket that it lists: a resource of its own. */
const OF_INVENTORIES = "inventoryConfigurations";

function declaredElsewhere({ inventory, isChained }: VaultArgs): pulumi.CustomResourceOptions {
  if (isChained === true) return { ignoreChanges: [...OF_THE_NEXT_HOP, OF_INVENTORIES] };
  return inventory === true ? { ignoreChanges: [OF_INVENTORIES] } : {};
}

/** The policy of a vault's bucket, made or adopted. */
export function policyOf(
  bucketArn: string,
  replicationRoleArns: readonly string[],
  args: VaultArgs,
): PolicyDocument {
  const bucketName = bucketArn.slice(bucketArn.lastIndexOf(":") + 1);
  return vaultBucketPolicy({
    bucketArn,
    replicationRoleArns,
    deleteMarkers: args.deleteMarkers === true,
    ownerOverride: args.ownerOverride === true,
    isPilot: args.lock.stage === "pilot",
    isChained: args.isChained === true,
    ...retentionLimitsOf(args.lock),
    breakGlassRoleArn: args.breakGlassRoleArn,
    ...(args.relock === true ? { relock: relockLimitsOf(args, bucketName, args.lock) } : {}),
    ...(args.checksums === true
      ? { checksumRoleArn: roleArn(args, checksumRoleName("vault", bucketName)) }
      : {}),
  });
}

function bucketArgs(
  bucketName: pulumi.Output<string>,
  lock: { mode: LockMode; retentionDays: number },
  kmsKeyArn: pulumi.Output<string> | undefined,
  tags: Record<string, string> | undefined,
): s3.BucketArgs {
  return {
    bucketName,
    bucketNamespace: namespaceOf(bucketName),
    ...tagListOf(tags),
    objectLockEnabled: true,
    objectLockConfiguration: {
      objectLockEnabled: "Enabled",
      rule: { defaultRetention: { mode: lock.mode, days: lock.retentionDays } },
    },
    versioningConfiguration: { status: "Enabled" },
    bucketEncryption: {
      serverSideEncryptionConfiguration: [
        kmsKeyArn === undefined
          ? { serverSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : {
              // One key call per bucket and time span instead of one per object: a backfill would run into KMS quotas.
              bucketKeyEnabled: true,
              serverSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
            },
      ],
    },
    publicAccessBlockConfiguration: {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    // Replicas belong to the vault's account, without an owner override in the rules.
    ownershipControls: { rules: [{ objectOwnership: "BucketOwnerEnforced" }] },
  };
}

/**
 * Judges the bucket as it comes out, which a preview shows already: transforms of Pulumi's run in the engine, after ours. The
 * output hangs loose on purpose. A resource that waited for it would keep the program waiting for ever.
 */
function watchGuarantees(
  name: string,
  bucket: s3.Bucket,
  lock: { mode: LockMode; retentionDays: number },
): void {
  const facts = Object.fromEntries(GUARANTEED_MEMBERS.map((member) => [member, bucket[member]]));
  pulumi.output(facts).apply((resolved) => {
    const problems = bucketProblems(resolved, lock);
    if (problems.length === 0) return;
    throw new ArgumentsError(`The bucket of ${name} is less than a vault promises:`, problems);
  });
}

/** Declares a key of the vault's own. @returns its ARN */
function declareKey(
  name: string,
  { aliasName, policy, settings }: OwnKey,
  { tags, transforms }: VaultArgs & { transforms?: VaultTransforms },
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const key = new kms.Key(
    `${name}-key`,
    transformed(
      "transforms.key",
      transforms?.key,
      { ...settings, keyPolicy: policy, ...tagListOf(tags) },
      `${name}-key`,
      (changed) => keptAsIs("keyPolicy", changed.keyPolicy, policy),
    ),
    opts,
  );
  new kms.Alias(`${name}-key-alias`, { aliasName, targetKeyId: key.keyId }, opts);
  return key.arn;
}
