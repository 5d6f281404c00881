import * as pulumi from "@pulumi/pulumi";
import type { Provider as VaultProvider } from "@pulumi/aws-native/provider";
import * as native from "@pulumi/aws-native/s3";
import type { Provider as AttachProvider } from "@pulumi/aws/provider";
import * as s3 from "@pulumi/aws/s3";
import { type AccountOptions, childOptions, KEEP_ON_DESTROY } from "../component-options";
import { besideArn } from "../beside-arn";
import { vaultOperationsBucketName } from "../derived-names";
import { INVENTORY_PREFIX } from "../inventory/inventory-settings";
import { closedBucketProblems, GUARANTEED_MEMBERS } from "./guarantees";
import {
  type PolicyDocument,
  type PolicyStatement,
  vaultOperationsBucketPolicy,
} from "../policy-documents";
import { tagListOf, tagsOf } from "../source/service-role";
import { closeBucket, encryptBucket } from "../source/source-bucket";
import { ArgumentsError } from "../validation";

/** What `VaultOperations` is given. */
export interface VaultOperationsArgs {
  /** The account that owns the vault, which the provider works in. */
  accountId: string;
  /** Name of the vault's bucket, which this one's is derived from. */
  vaultBucketName: pulumi.Input<string>;
  /** The vault's key. Undefined: S3's own keys. */
  kmsKeyArn?: pulumi.Input<string> | undefined;
  /** A pilot's versions may go. */
  isPilot: boolean;
  /** The one role that may still change how the bucket is guarded. */
  breakGlassRoleArn?: string | undefined;
  /** Whether S3 may deliver inventories of the vault. @default false */
  inventory?: boolean | undefined;
  /** Of the bucket. @default none */
  tags?: Record<string, string> | undefined;
}

/** Which of the two providers makes the bucket: that of a vault that is made, or of one that is attached to. */
export type VaultOperationsOptions =
  | ({
      /** Left out for a vault that is made. */
      isAttached?: false;
    } & AccountOptions<VaultProvider>)
  | ({
      /** For a vault that is adopted. */
      isAttached: true;
      /** Name of the bucket when it is there already: it becomes this stack's. */
      foundName: string | undefined;
    } & AccountOptions<AttachProvider>);

/**
 * The guarded operations bucket beside a vault, in its account and Region.
 *
 * Versions can be locked in it, and nothing is by default: AWS delivers no report into a bucket with default retention. Its
 * policy is what keeps them. It stays when the stack is destroyed.
 */
export class VaultOperations extends pulumi.ComponentResource {
  /** Type of the component in Pulumi's state. */
  static readonly pulumiType = "lockstep:index:VaultOperations";

  /** Known once the bucket is guarded. */
  readonly bucketName: pulumi.Output<string>;
  /** The statements of the bucket's policy, for the guard's outputs. */
  readonly policyStatements: pulumi.Output<PolicyStatement[]>;

  constructor(name: string, args: VaultOperationsArgs, options: VaultOperationsOptions) {
    const { isAttached, foundName, ...opts } = { foundName: undefined, ...options };
    super(VaultOperations.pulumiType, name, {}, opts);
    const kept = { ...childOptions(this, opts), ...KEEP_ON_DESTROY };
    const bucketName = pulumi.output(args.vaultBucketName).apply(vaultOperationsBucketName);
    const guarded =
      isAttached === true
        ? attached(name, bucketName, args, foundName, kept)
        : made(name, bucketName, args, kept);
    this.bucketName = guarded.bucketName;
    this.policyStatements = guarded.policyStatements;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

interface GuardedBucket {
  /** Known once the bucket is guarded. */
  bucketName: pulumi.Output<string>;
  policyStatements: pulumi.Output<PolicyStatement[]>;
}

function made(
  name: string,
  bucketName: pulumi.Output<string>,
  args: VaultOperationsArgs,
  opts: pulumi.CustomResourceOptions,
): GuardedBucket {
  const { kmsKeyArn } = args;
  const bucket = new native.Bucket(
    `${name}-bucket`,
    {
      bucketName,
      ...tagListOf(args.tags),
      objectLockEnabled: true,
      versioningConfiguration: { status: "Enabled" },
      bucketEncryption: {
        serverSideEncryptionConfiguration: [
          kmsKeyArn === undefined
            ? { serverSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
            : {
                bucketKeyEnabled: true,
                serverSideEncryptionByDefault: {
                  sseAlgorithm: "aws:kms",
                  kmsMasterKeyId: kmsKeyArn,
                },
              },
        ],
      },
      publicAccessBlockConfiguration: {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      ownershipControls: { rules: [{ objectOwnership: "BucketOwnerEnforced" }] },
    },
    opts,
  );
  watchGuarantees(name, bucket);
  const policyDocument = policyOf(bucket.arn, args);
  const policy = new native.BucketPolicy(
    `${name}-policy`,
    { bucket: bucket.id, policyDocument },
    opts,
  );
  return { bucketName: policy.bucket, policyStatements: statementsOf(policyDocument) };
}

/** The same with the provider that a vault is attached to by. */
function attached(
  name: string,
  bucketName: pulumi.Output<string>,
  args: VaultOperationsArgs,
  foundName: string | undefined,
  opts: pulumi.CustomResourceOptions,
): GuardedBucket {
  const bucket = new s3.Bucket(
    `${name}-bucket`,
    { bucket: bucketName, objectLockEnabled: true, ...tagsOf(args.tags) },
    { ...opts, ...takeOver(foundName) },
  );
  const guards = [
    new s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      opts,
    ),
    ...closeBucket(name, bucket.id, opts),
    encryptBucket(name, bucket.id, args.kmsKeyArn, opts),
  ];
  const policyDocument = policyOf(bucket.arn, args);
  const policy = new s3.BucketPolicy(
    `${name}-policy`,
    { bucket: bucket.id, policy: policyDocument.apply((document) => JSON.stringify(document)) },
    // Last: with a break-glass role, nothing before it could be changed any more.
    { ...opts, dependsOn: guards },
  );
  return { bucketName: policy.bucket, policyStatements: statementsOf(policyDocument) };
}

function statementsOf(document: pulumi.Output<PolicyDocument>): pulumi.Output<PolicyStatement[]> {
  return document.apply(({ Statement }) => Statement);
}

/**
 * Brings a bucket that is there into the state. Once it is in it, the engine does nothing of the kind again. What it has for
 * tags, which a bucket that is taken over must agree in, stays.
 */
function takeOver(foundName: string | undefined): pulumi.CustomResourceOptions {
  return foundName === undefined ? {} : { import: foundName, ignoreChanges: ["tags", "tagsAll"] };
}

function policyOf(
  bucketArn: pulumi.Output<string>,
  { accountId, breakGlassRoleArn, inventory, isPilot, vaultBucketName }: VaultOperationsArgs,
): pulumi.Output<PolicyDocument> {
  return pulumi.all([bucketArn, vaultBucketName]).apply(([arn, vaultName]) =>
    vaultOperationsBucketPolicy({
      bucketArn: arn,
      accountId,
      isPilot,
      breakGlassRoleArn,
      ...(inventory === true
        ? { inventory: { bucketArn: besideArn(arn, vaultName), prefix: INVENTORY_PREFIX } }
        : {}),
    }),
  );
}

/** Judges the bucket as it comes out: transforms of Pulumi's run in the engine, after what is written here. */
function watchGuarantees(name: string, bucket: native.Bucket): void {
  const facts = Object.fromEntries(GUARANTEED_MEMBERS.map((member) => [member, bucket[member]]));
  pulumi.output(facts).apply((resolved) => {
    const problems = closedBucketProblems(resolved);
    const { objectLockConfiguration: lock } = resolved as {
      objectLockConfiguration?: { rule?: unknown };
    };
    if (lock?.rule !== undefined) {
      problems.push({
        path: "objectLockConfiguration.rule",
        reason: "expected none: AWS delivers no report into a bucket with default retention",
      });
    }
    if (problems.length === 0) return;
    throw new ArgumentsError(`The bucket of ${name} is less than a vault promises:`, problems);
  });
}
