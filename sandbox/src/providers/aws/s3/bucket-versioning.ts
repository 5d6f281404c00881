import {
  GetBucketVersioningCommand,
  PutBucketVersioningCommand,
  type BucketVersioningStatus,
  type S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { ApiError, hasCode, send, unlessAbsent } from "../../send";
import { bucketConfiguration } from "./bucket-configuration";

/** `aws.s3.BucketVersioning`. Deleting it suspends versioning, as far as Object Lock lets it. */
export const bucketVersioning = bucketConfiguration({
  token: "aws:s3/bucketVersioning:BucketVersioning",
  noun: "S3 Bucket Versioning",
  inputs: z.strictObject({
    bucket: z.string(),
    region: z.string().optional(),
    versioningConfiguration: z.strictObject({
      status: z.enum(["Enabled", "Suspended", "Disabled"]),
    }),
  }),

  async put({ bucket, versioningConfiguration: { status } }, s3) {
    // `Disabled` is the state of a bucket that never had versioning; S3 has no call for it.
    if (status === "Disabled") return requireNeverVersioned(bucket, s3);
    return setStatus(bucket, status, s3);
  },

  async read(bucket, s3) {
    const versioning = await unlessAbsent(
      send(s3, new GetBucketVersioningCommand({ Bucket: bucket })),
      "NoSuchBucket",
    );
    if (versioning === undefined) return undefined;
    return { versioningConfiguration: { status: versioning.Status ?? "Disabled" } };
  },

  async remove({ bucket, versioningConfiguration: { status } }, s3) {
    if (status === "Disabled") return;
    try {
      await setStatus(bucket, "Suspended", s3);
    } catch (error) {
      if (hasCode(error, "NoSuchBucket") || isHeldByObjectLock(error)) return;
      throw error;
    }
  },
});

async function requireNeverVersioned(bucket: string, s3: S3Client): Promise<void> {
  const { Status: status } = await send(s3, new GetBucketVersioningCommand({ Bucket: bucket }));
  if (status !== undefined) {
    throw new Error(
      `versioning_configuration.status cannot be updated from '${status}' to 'Disabled'`,
    );
  }
}

function setStatus(bucket: string, status: BucketVersioningStatus, s3: S3Client): Promise<unknown> {
  return send(
    s3,
    new PutBucketVersioningCommand({
      Bucket: bucket,
      VersioningConfiguration: { Status: status },
    }),
  );
}

/** The provider leaves versioning on where Object Lock needs it. */
function isHeldByObjectLock(error: unknown): boolean {
  return (
    hasCode(error, "InvalidBucketState") &&
    error instanceof ApiError &&
    error.message.includes("Object Lock")
  );
}
