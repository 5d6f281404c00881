import * as pulumi from "@pulumi/pulumi";
import * as kms from "@pulumi/aws/kms";
import * as s3 from "@pulumi/aws/s3";
import type { Provider } from "@pulumi/aws/provider";
import { type AccountOptions, childOptions, KEEP_ON_DESTROY } from "../component-options";
import {
  bucketNameProblem,
  isAccountId,
  isRegion,
  MAX_RETENTION_DAYS,
  regionalNamespaceOf,
} from "../config/values";
import { sourceKeyAlias } from "../derived-names";
import { sourceKeyPolicy } from "../policy-documents";
import { tagsOf } from "./service-role";
import { type GuaranteeProblem, type Transform, transformed } from "../transform";
import { ArgumentProblems } from "../validation";

/** What `SourceBucket` is given. */
export interface SourceBucketArgs {
  /**
   * Name of the bucket with the data. Changing it replaces nothing at AWS: the old bucket is kept.
   */
  bucketName: pulumi.Input<string>;
  /** Region of the bucket. An existing bucket in another Region is refused. */
  region: string;
  /**
   * True attaches to a bucket that is there already: only its versioning is turned on. False makes the bucket:
   * encrypted, closed to the public, without ACLs.
   * @default false
   */
  existing?: boolean;
  /** Owner of the bucket: of the key that is made for it. Needed with `encryption: { kms: "create" }`. */
  accountId?: string;
  /**
   * Default encryption: `create` (a key of its own), `none` (S3's own keys), or the ARN of a key. With KMS, S3 Bucket Keys are on.
   * Holds for versions that are written afterwards.
   * @default `none` for a bucket that is made; an existing one stays as it is
   */
  encryption?: {
    /** One of the two words, or an ARN. */
    kms: "create" | "none" | string;
  };
  /**
   * Object Lock with a default retention, for versions that are written afterwards. On an existing bucket too, without
   * replacement. Never comes off again.
   * @default none for a bucket that is made; an existing one stays as it is
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html
   */
  objectLock?: {
    /** GOVERNANCE gives way to whoever has the bypass right, COMPLIANCE to nobody. */
    mode: "GOVERNANCE" | "COMPLIANCE";
    /** Whole days, 1 to 36500. */
    retentionDays: number;
  };
  /** Of the bucket and the key that are made. @default none */
  tags?: Record<string, string>;
  /** Changes the bucket before it is made. */
  transform?: Transform<s3.BucketArgs>;
}

/**
 * The bucket with the data, versioned.
 *
 * Nothing of it is removed on destroy: neither the bucket nor its versioning, whoever made them. Suspending versioning
 * would let the next write overwrite for good.
 */
export class SourceBucket extends pulumi.ComponentResource {
  /** Type of the component in Pulumi's state. */
  static readonly pulumiType = "lockstep:index:SourceBucket";

  /** Known once the bucket is versioned, and locked where it is to be. */
  readonly bucketName: pulumi.Output<string>;
  /** Without a path. */
  readonly bucketArn: pulumi.Output<string>;
  /** Key of the bucket's default encryption, as far as we set it. */
  readonly kmsKeyArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: SourceBucketArgs, opts: AccountOptions<Provider>) {
    super(SourceBucket.pulumiType, name, {}, opts);
    const bucketName = checkArgs(name, args);
    const kept = { ...childOptions(this, opts), ...KEEP_ON_DESTROY };
    this.kmsKeyArn = makeKey(name, args, bucketName, kept);
    const { id, arn } =
      args.existing === true
        ? lookUp(this, name, bucketName, args.region, opts.provider)
        : makeBucket(name, args, bucketName, kept);
    if (args.existing !== true) closeBucket(name, id, kept);
    if (args.existing !== true || args.encryption !== undefined) {
      encryptBucket(name, id, this.kmsKeyArn, kept);
    }
    const versioning = new s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: id, versioningConfiguration: { status: "Enabled" } },
      kept,
    );

    // Through the versioning, so that whoever uses the name uses a bucket that is versioned.
    this.bucketName =
      args.objectLock === undefined
        ? versioning.bucket
        : lockBucket(name, versioning.bucket, args.objectLock, kept);
    this.bucketArn = arn;
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }
}

/** @returns what is wrong when a bucket that was found is not in the Region it is said to be in. */
export function bucketRegionProblem(
  found: { bucket: string; bucketRegion: string },
  region: string,
): string | undefined {
  if (found.bucketRegion === region) return undefined;
  return `expected the Region of bucket "${found.bucket}", which is ${found.bucketRegion}, got ${region}`;
}

/** A look-up and not a `get`, which would put the bucket under our state. A bucket that is not there fails the preview. */
function lookUp(
  parent: pulumi.Resource,
  name: string,
  bucket: pulumi.Input<string>,
  region: string,
  provider: Provider,
): { id: pulumi.Output<string>; arn: pulumi.Output<string> } {
  const found = s3.getBucketOutput({ bucket }, { parent, provider }).apply((result) => {
    const reason = bucketRegionProblem(result, region);
    if (reason !== undefined) {
      const problems = new ArgumentProblems("SourceBucket", name);
      problems.add("region", reason);
      problems.throwIfAny();
    }
    return result;
  });
  return { id: found.bucket, arn: found.arn };
}

function makeBucket(
  name: string,
  args: SourceBucketArgs,
  bucketName: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): { id: pulumi.Output<string>; arn: pulumi.Output<string> } {
  const bucket = new s3.Bucket(
    `${name}-bucket`,
    transformed(
      "transform",
      args.transform,
      { bucket: bucketName, bucketNamespace: namespaceOf(bucketName), ...tagsOf(args.tags) },
      `${name}-bucket`,
      forceDestroyProblems,
    ),
    opts,
  );
  return { id: bucket.id, arn: bucket.arn };
}

/** What a transform must not bring: a bucket that goes with everything in it. */
export function forceDestroyProblems({ forceDestroy }: s3.BucketArgs): GuaranteeProblem[] {
  if (forceDestroy === undefined || forceDestroy === false) return [];
  return [{ path: "forceDestroy", reason: "expected false: it would delete every version" }];
}

/**
 * S3 makes a name in an account's regional namespace only when it is asked for that namespace.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export function namespaceOf(
  bucketName: pulumi.Output<string>,
): pulumi.Output<"account-regional" | undefined> {
  return bucketName.apply((name) =>
    regionalNamespaceOf(name) === undefined ? undefined : "account-regional",
  );
}

/** @returns the ARN of the key that the bucket encrypts with from now on, or undefined. */
function makeKey(
  name: string,
  args: SourceBucketArgs,
  bucketName: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> | undefined {
  const { accountId, encryption, region } = args;
  const choice = encryption?.kms ?? "none";
  if (choice === "none") return undefined;
  if (choice !== "create") return pulumi.output(choice);
  if (accountId === undefined) throw new Error("a key was asked for without an account");
  const key = new kms.Key(
    `${name}-key`,
    {
      description: pulumi.interpolate`Lockstep: versions in ${bucketName}`,
      enableKeyRotation: true,
      policy: JSON.stringify(sourceKeyPolicy({ accountId, region })),
      ...tagsOf(args.tags),
    },
    opts,
  );
  new kms.Alias(
    `${name}-key-alias`,
    { name: bucketName.apply(sourceKeyAlias), targetKeyId: key.keyId },
    opts,
  );
  return key.arn;
}

/** Object Lock needs versioning, so it comes after it. @returns the bucket's name, once it is locked. */
function lockBucket(
  name: string,
  bucket: pulumi.Input<string>,
  { mode, retentionDays }: NonNullable<SourceBucketArgs["objectLock"]>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  return new s3.BucketObjectLockConfiguration(
    `${name}-object-lock`,
    {
      bucket,
      objectLockEnabled: "Enabled",
      rule: { defaultRetention: { mode, days: retentionDays } },
    },
    opts,
  ).bucket;
}

/** @throws ArgumentsError with everything that is wrong. */
function checkArgs(name: string, args: SourceBucketArgs): pulumi.Output<string> {
  const problems = new ArgumentProblems("SourceBucket", name);
  const bucketName = problems.judge("bucketName", args.bucketName, bucketNameProblem);
  if (!isRegion(args.region)) problems.add("region", `expected a Region, got "${args.region}"`);
  if (args.encryption?.kms === "create" && !isAccountId(args.accountId ?? "")) {
    problems.add(
      "accountId",
      `expected twelve digits with encryption.kms "create", got ${args.accountId ?? "nothing"}`,
    );
  }
  const days = args.objectLock?.retentionDays;
  if (days !== undefined && (!Number.isInteger(days) || days < 1 || days > MAX_RETENTION_DAYS)) {
    problems.add(
      "objectLock.retentionDays",
      `expected whole days from 1 to ${MAX_RETENTION_DAYS}, got ${days}`,
    );
  }
  problems.throwIfAny();
  return bucketName;
}

/** What every bucket of ours has in the source account: no public access, no ACLs. */
export function closeBucket(
  name: string,
  bucket: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  return [
    new s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      opts,
    ),
    new s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      opts,
    ),
  ];
}

/** Default encryption: S3's own keys, or a KMS key through an S3 Bucket Key. */
export function encryptBucket(
  name: string,
  bucket: pulumi.Input<string>,
  kmsKeyArn: pulumi.Input<string> | undefined,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const rule =
    kmsKeyArn === undefined
      ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
      : {
          bucketKeyEnabled: true,
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: kmsKeyArn,
          },
        };
  return new s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { bucket, rules: [rule] },
    opts,
  );
}
