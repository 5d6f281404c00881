import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type BucketVersioningStatus,
  type LifecycleRule,
  type PutObjectCommandInput,
  type S3Client,
  type TransitionDefaultMinimumObjectSize,
} from "@aws-sdk/client-s3";

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

/** From the smallest size that lifecycle moves by default. */
export const MOVABLE = Buffer.alloc(128 * 1024, "m");

/** A bucket and the few things that lifecycle tests do with it. */
export class LifecycleBucket {
  private constructor(
    readonly s3: S3Client,
    readonly Bucket: string,
  ) {}

  static async create(
    s3: S3Client,
    Bucket: string,
    options: { versioning?: BucketVersioningStatus; lock?: boolean } = {},
  ): Promise<LifecycleBucket> {
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        ObjectLockEnabledForBucket: options.lock,
      }),
    );
    const bucket = new LifecycleBucket(s3, Bucket);
    if (options.versioning !== undefined) await bucket.setVersioning(options.versioning);
    return bucket;
  }

  async setVersioning(Status: BucketVersioningStatus): Promise<void> {
    const { s3, Bucket } = this;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  }

  /** Rules for everything unless they have a filter. */
  async rules(
    rules: readonly Partial<LifecycleRule>[],
    TransitionDefaultMinimumObjectSize?: TransitionDefaultMinimumObjectSize,
  ): Promise<void> {
    const { s3, Bucket } = this;
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        TransitionDefaultMinimumObjectSize,
        LifecycleConfiguration: {
          Rules: rules.map((rule, index) => ({
            ID: `rule-${index + 1}`,
            Status: "Enabled",
            Filter: {},
            ...rule,
          })),
        },
      }),
    );
  }

  put(Key: string, more: Partial<PutObjectCommandInput> = {}) {
    const { s3, Bucket } = this;
    return s3.send(new PutObjectCommand({ Bucket, Key, Body: "body", ...more }));
  }

  /** `KEY=CLASS`, `KEY=marker`; noncurrent ones with `-` before. Newest first, in the order of a listing. */
  async contents(): Promise<string[]> {
    const { s3, Bucket } = this;
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const entries = [
      ...(listed.Versions ?? []).map((one) => ({ ...one, what: one.StorageClass ?? "" })),
      ...(listed.DeleteMarkers ?? []).map((one) => ({ ...one, what: "marker" })),
    ];
    const age = (one: { LastModified?: Date }) => one.LastModified?.getTime() ?? 0;
    entries.sort((a, b) => (a.Key ?? "").localeCompare(b.Key ?? "") || age(b) - age(a));
    return entries.map((one) => `${one.IsLatest === true ? "" : "-"}${one.Key}=${one.what}`);
  }
}
