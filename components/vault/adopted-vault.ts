import * as pulumi from "@pulumi/pulumi";
import type { Provider } from "@pulumi/aws/provider";
import * as kms from "@pulumi/aws/kms";
import * as s3 from "@pulumi/aws/s3";
import { type AccountOptions, childOptions, KEEP_ON_DESTROY } from "../component-options";
import type { ExistingVault } from "./existing-vault";
import type { LockMode } from "../promise/outputs";
import { policyDocument, type PolicyStatement } from "../policy-documents";
import { tagsOf } from "../source/service-role";
import { closeBucket, encryptBucket } from "../source/source-bucket";
import { type GuaranteeProblem, keptAsIs, type Transform, transformed } from "../transform";
import { operationsArgs, policyOf } from "./vault";
import { ArgumentsError } from "../validation";
import { checkVaultArgs, type VaultArgs, type VaultLock, vaultLockOf } from "./vault-args";
import { makeKey, type OwnKey } from "./vault-key";
import { VaultOperations } from "./vault-operations";

/** What `AdoptedVault` is given. */
export interface AdoptedVaultArgs extends VaultArgs {
  /** What the bucket has, as `findExistingVault` reads it. */
  found: ExistingVault;
  /** Changes in the key that is made. @default none */
  transforms?: AdoptedVaultTransforms;
}

/**
 * Changes in the children of an adopted vault before they are declared: of a key that is made, whose policy has to stay. What is
 * attached to the bucket is what guards it, and nothing else.
 */
export interface AdoptedVaultTransforms {
  /** Of a key that is made. Its policy has to stay. */
  key?: Transform<kms.KeyArgs>;
}

/**
 * A bucket that was there before and becomes a vault: it is given what it lacks, and keeps its versions, its tags, its
 * lifecycle rules and its policy's other statements. Needs `@pulumi/aws`, which attaches to what exists.
 *
 * Versions that are in it already get no retention: default retention holds for versions that arrive afterwards.
 * Nothing of what is attached is taken off on destroy.
 */
export class AdoptedVault extends pulumi.ComponentResource {
  /** Type of the component in Pulumi's state. */
  static readonly pulumiType = "lockstep:index:AdoptedVault";

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
  /** Our statements of the bucket's policy, for the guard's outputs. */
  readonly policyStatements: pulumi.Output<PolicyStatement[]>;
  /** The statements of the policy of a key that we made. */
  readonly keyPolicyStatements: pulumi.Output<PolicyStatement[]> | undefined;

  constructor(name: string, args: AdoptedVaultArgs, opts: AccountOptions<Provider>) {
    super(AdoptedVault.pulumiType, name, {}, opts);
    const checked = checkVaultArgs("AdoptedVault", name, args);
    if (args.found.conflicts.length > 0) {
      throw new ArgumentsError(
        `The bucket of ${name} is stricter than what it would become:`,
        args.found.conflicts.map((reason) => ({ path: "lock", reason })),
      );
    }
    const problems = transformProblems(args.transforms ?? {});
    if (problems.length > 0) {
      throw new ArgumentsError(
        `AdoptedVault ${name} takes fewer transforms than a vault:`,
        problems,
      );
    }
    const kept = { ...childOptions(this, opts), ...KEEP_ON_DESTROY };
    this.lock = vaultLockOf(args.lock);
    const key = makeKey(args, checked, (own) => declareKey(name, own, args, kept));
    this.kmsKeyArn = key?.arn;
    this.keyPolicyStatements = key?.statements;
    const bucket = s3.getBucketOutput(
      { bucket: checked.bucketName },
      { parent: this, provider: opts.provider },
    );
    this.bucketArn = bucket.arn;
    const guards = guardBucket(name, bucket.bucket, this.lock, this.kmsKeyArn, kept);
    this.policyStatements = pulumi
      .all([bucket.arn, checked.replicationRoleArns])
      .apply(([bucketArn, roleArns]) => policyOf(bucketArn, roleArns, args).Statement);
    const policy = new s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket: bucket.bucket,
        policy: this.policyStatements.apply((statements) =>
          JSON.stringify(policyDocument(...statements, ...args.found.otherStatements)),
        ),
      },
      // Last: with a break-glass role, nothing before it could be changed any more.
      { ...kept, dependsOn: guards },
    );

    const operations = new VaultOperations(
      `${name}-operations`,
      operationsArgs(args, checked, this.kmsKeyArn),
      {
        isAttached: true,
        foundName: args.found.operationsBucketName,
        parent: this,
        provider: opts.provider,
        dependsOn: opts.dependsOn,
      },
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

function guardBucket(
  name: string,
  bucket: pulumi.Output<string>,
  lock: { mode: LockMode; retentionDays: number },
  kmsKeyArn: pulumi.Output<string> | undefined,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const versioning = new s3.BucketVersioning(
    `${name}-versioning`,
    { bucket, versioningConfiguration: { status: "Enabled" } },
    opts,
  );
  const objectLock = new s3.BucketObjectLockConfiguration(
    `${name}-object-lock`,
    {
      bucket: versioning.bucket,
      objectLockEnabled: "Enabled",
      rule: { defaultRetention: { mode: lock.mode, days: lock.retentionDays } },
    },
    opts,
  );
  return [
    versioning,
    objectLock,
    ...closeBucket(name, bucket, opts),
    // Without a key of ours, its encryption stays as it is.
    ...(kmsKeyArn === undefined ? [] : [encryptBucket(name, bucket, kmsKeyArn, opts)]),
  ];
}

/** Declares a key that the vault encrypts with from now on. @returns its ARN */
function declareKey(
  name: string,
  { aliasName, policy, settings }: OwnKey,
  { tags, transforms }: AdoptedVaultArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const text = policy.apply((document) => JSON.stringify(document));
  const key = new kms.Key(
    `${name}-key`,
    transformed(
      "transforms.key",
      transforms?.key,
      { ...settings, ...tagsOf(tags), policy: text },
      `${name}-key`,
      (changed) => keptAsIs("policy", changed.policy, text),
    ),
    opts,
  );
  new kms.Alias(`${name}-key-alias`, { name: aliasName, targetKeyId: key.keyId }, opts);
  return key.arn;
}

/**
 * A bucket that was there keeps its own settings, and its policy has only the members that we set. Types say so too, but for a
 * caller without them.
 */
function transformProblems(transforms: AdoptedVaultTransforms): GuaranteeProblem[] {
  return Object.keys(transforms)
    .filter((member) => member !== "key")
    .map((member) => ({
      path: `transforms.${member}`,
      reason: "expected none: of an adopted vault, only a key that is made can be changed",
    }));
}
