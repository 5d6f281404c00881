import type {
  GetBucketAbacOutput,
  GetBucketAbacRequest,
  GetBucketAccelerateConfigurationOutput,
  GetBucketAccelerateConfigurationRequest,
  GetBucketLoggingOutput,
  GetBucketLoggingRequest,
  GetBucketMetadataConfigurationOutput,
  GetBucketMetadataConfigurationRequest,
  GetBucketMetadataTableConfigurationOutput,
  GetBucketMetadataTableConfigurationRequest,
  PutBucketAbacRequest,
  PutBucketAccelerateConfigurationRequest,
  PutBucketLoggingRequest,
} from "@aws-sdk/client-s3";
import { bucketOperation } from "./bucket-operation";
import {
  accelerationNeedsPlainName,
  malformedXml,
  metadataConfigurationNotFound,
  notImplemented,
} from "../errors";

/**
 * Configurations that tools read when they refresh a bucket. What the sandbox does not act on and could be missed
 * is refused; acceleration changes nothing that an SDK sees, so it is kept and given back.
 */

const ACCELERATE = "accelerate";
export const getBucketAccelerateConfiguration = bucketOperation<
  GetBucketAccelerateConfigurationRequest,
  GetBucketAccelerateConfigurationOutput
>({
  action: "s3:GetAccelerateConfiguration",
  handle(bucket) {
    const status = bucket.stored.get(ACCELERATE);
    return status === "Enabled" || status === "Suspended" ? { Status: status } : {};
  },
});

export const putBucketAccelerateConfiguration = bucketOperation<
  PutBucketAccelerateConfigurationRequest,
  object
>({
  action: "s3:PutAccelerateConfiguration",
  handle(bucket, input) {
    const status: string | undefined = input.AccelerateConfiguration?.Status;
    if (bucket.name.includes(".")) throw accelerationNeedsPlainName();
    if (status !== "Enabled" && status !== "Suspended") throw malformedXml();
    // Suspending what was never on changes nothing.
    if (status === "Enabled" || bucket.stored.has(ACCELERATE)) {
      bucket.stored.set(ACCELERATE, status);
    }
    return {};
  },
});

export const getBucketLogging = bucketOperation<GetBucketLoggingRequest, GetBucketLoggingOutput>({
  action: "s3:GetBucketLogging",
  handle: () => ({}),
});

export const putBucketLogging = bucketOperation<PutBucketLoggingRequest, object>({
  action: "s3:PutBucketLogging",
  handle(_bucket, input) {
    if (input.BucketLoggingStatus?.LoggingEnabled !== undefined) {
      throw notImplemented("server access logging");
    }
    return {};
  },
});

/** Attribute-based access by bucket tags is off unless asked for. */
export const getBucketAbac = bucketOperation<GetBucketAbacRequest, GetBucketAbacOutput>({
  action: "s3:GetBucketAbac",
  handle: () => ({ AbacStatus: { Status: "Disabled" } }),
});

export const putBucketAbac = bucketOperation<PutBucketAbacRequest, object>({
  action: "s3:PutBucketAbac",
  handle(_bucket, input) {
    const status: string | undefined = input.AbacStatus?.Status;
    if (status === "Enabled") throw notImplemented("attribute-based access control of buckets");
    if (status !== "Disabled") throw malformedXml();
    return {};
  },
});

export const getBucketMetadataConfiguration = bucketOperation<
  GetBucketMetadataConfigurationRequest,
  GetBucketMetadataConfigurationOutput
>({
  action: "s3:GetBucketMetadataTableConfiguration",
  handle(bucket) {
    throw metadataConfigurationNotFound(bucket.name);
  },
});

export const getBucketMetadataTableConfiguration = bucketOperation<
  GetBucketMetadataTableConfigurationRequest,
  GetBucketMetadataTableConfigurationOutput
>({
  action: "s3:GetBucketMetadataTableConfiguration",
  handle(bucket) {
    throw metadataConfigurationNotFound(bucket.name);
  },
});
