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
} from "./errors";
import type { Bucket } from "./model";

/** GetBucketVersioning: no status at all for a bucket that never had versioning. */
export const getBucketVersioning = bucketOperation<
  GetBucketVersioningRequest,
  GetBucketVersioningOutput
>({
  action: "s3:GetBucketVersioning",
  handle: (bucket) => (bucket.versioning === undefined ? {} : { Status: bucket.versioning }),
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
