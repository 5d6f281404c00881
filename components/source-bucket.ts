import * as pulumi from "@pulumi/pulumi";
import * as s3 from "@pulumi/aws/s3";
import type { Provider } from "@pulumi/aws/provider";
import { type AccountOptions, childOptions, KEEP_ON_DESTROY } from "./component-options";
import { bucketNameProblem, isRegion } from "./config/values";
import { ArgumentProblems } from "./validation";

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
}

/**
 * The bucket with the data, versioned.
 *
 * Nothing of it is removed on destroy: neither the bucket nor its versioning, whoever made them. Suspending versioning
 * would let the next write overwrite for good.
 */
export class SourceBucket extends pulumi.ComponentResource {
  static readonly pulumiType = "lockstep:index:SourceBucket";

  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;

  constructor(name: string, args: SourceBucketArgs, opts: AccountOptions<Provider>) {
    super(SourceBucket.pulumiType, name, {}, opts);
    const problems = new ArgumentProblems();
    const bucketName = problems.judge("bucketName", args.bucketName, bucketNameProblem);
    if (!isRegion(args.region)) problems.add("region", `expected a Region, got "${args.region}"`);
    problems.throwIfAny("SourceBucket");

    const kept = { ...childOptions(this, opts), ...KEEP_ON_DESTROY };
    const { id, arn } =
      args.existing === true
        ? lookUp(this, bucketName, args.region, opts.provider)
        : makeBucket(name, bucketName, kept);
    const versioning = new s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: id, versioningConfiguration: { status: "Enabled" } },
      kept,
    );

    // Through the versioning, so that whoever uses the name uses a bucket that is versioned.
    this.bucketName = versioning.bucket;
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
  bucket: pulumi.Input<string>,
  region: string,
  provider: Provider,
): { id: pulumi.Output<string>; arn: pulumi.Output<string> } {
  const found = s3.getBucketOutput({ bucket }, { parent, provider }).apply((result) => {
    const reason = bucketRegionProblem(result, region);
    if (reason !== undefined)
      throw new pulumi.InputPropertyError({ propertyPath: "region", reason });
    return result;
  });
  return { id: found.bucket, arn: found.arn };
}

function makeBucket(
  name: string,
  bucketName: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): { id: pulumi.Output<string>; arn: pulumi.Output<string> } {
  const bucket = new s3.Bucket(`${name}-bucket`, { bucket: bucketName }, opts);
  closeBucket(name, bucket.id, opts);
  return { id: bucket.id, arn: bucket.arn };
}

/** What every bucket of ours has in the source account: no public access, no ACLs, S3's own encryption. */
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
    new s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      opts,
    ),
  ];
}
