import type {
  GetBucketVersioningOutput,
  GetBucketVersioningRequest,
  PutBucketVersioningRequest,
} from "@aws-sdk/client-s3";
import { bucketOperation } from "./bucket-operation";
import {
  illegalVersioningConfiguration,
  invalidBucketState,
  malformedXml,
  notImplemented,
} from "../errors";
import type { Bucket } from "../store/model";

const MFA_DELETE = "mfa-delete";

/**
 * GetBucketVersioning: no status at all for a bucket that never had versioning, and MFA delete only where a put has
 * named it (S3 API reference; that `Disabled` counts is as the tests of the Terraform provider have it).
 */
export const getBucketVersioning = bucketOperation<
  GetBucketVersioningRequest,
  GetBucketVersioningOutput
>({
  action: "s3:GetBucketVersioning",
  handle: (bucket) => ({
    ...(bucket.versioning === undefined ? {} : { Status: bucket.versioning }),
    ...(bucket.stored.get(MFA_DELETE) === "Disabled" ? { MFADelete: "Disabled" } : {}),
  }),
});

/** PutBucketVersioning. Object Lock and a replication configuration keep versioning on. */
export const putBucketVersioning = bucketOperation<PutBucketVersioningRequest, object>({
  action: "s3:PutBucketVersioning",
  handle(bucket, input) {
    const configuration = input.VersioningConfiguration;
    if (configuration?.MFADelete === "Enabled") throw notImplemented("MFA delete", "x-amz-mfa");
    const status: string | undefined = configuration?.Status;
    if (status === undefined) throw illegalVersioningConfiguration();
    if (status !== "Enabled" && status !== "Suspended") throw malformedXml();
    if (status === "Suspended") refuseSuspension(bucket);
    if (configuration?.MFADelete === "Disabled") bucket.stored.set(MFA_DELETE, "Disabled");
    bucket.versioning = status;
    return {};
  },
});

function refuseSuspension(bucket: Bucket): void {
  if (bucket.objectLock !== undefined) {
    throw invalidBucketState(
      "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
    );
  }
  // The code is documented; the text is assumed from that of Object Lock.
  if (bucket.replication !== undefined) {
    throw invalidBucketState(
      "A replication configuration is present on this bucket, so the versioning state cannot be changed.",
    );
  }
}
