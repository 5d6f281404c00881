import type {
  CORSConfiguration,
  CORSRule,
  DeleteBucketCorsRequest,
  DeleteBucketWebsiteRequest,
  GetBucketAbacOutput,
  GetBucketAbacRequest,
  GetBucketAccelerateConfigurationOutput,
  GetBucketAccelerateConfigurationRequest,
  GetBucketCorsOutput,
  GetBucketCorsRequest,
  GetBucketLoggingOutput,
  GetBucketLoggingRequest,
  GetBucketMetadataConfigurationOutput,
  GetBucketMetadataConfigurationRequest,
  GetBucketMetadataTableConfigurationOutput,
  GetBucketMetadataTableConfigurationRequest,
  GetBucketRequestPaymentOutput,
  GetBucketRequestPaymentRequest,
  GetBucketWebsiteOutput,
  GetBucketWebsiteRequest,
  PutBucketAbacRequest,
  PutBucketAccelerateConfigurationRequest,
  PutBucketCorsRequest,
  PutBucketLoggingRequest,
  PutBucketRequestPaymentRequest,
} from "@aws-sdk/client-s3";
import { bucketOperation } from "./bucket-operation";
import {
  accelerationNeedsPlainName,
  invalidRequest,
  malformedXml,
  metadataConfigurationNotFound,
  noSuchCorsConfiguration,
  noSuchWebsiteConfiguration,
  notImplemented,
} from "./errors";

/**
 * Configurations that tools read when they refresh a bucket. What the sandbox does not act on and could be missed
 * is refused; CORS and acceleration change nothing that an SDK sees, so they are kept and given back.
 */

const ACCELERATE = "accelerate";
const CORS = "cors";
const MAX_CORS_RULES_COUNT = 100;
const CORS_METHODS: readonly string[] = ["GET", "PUT", "POST", "DELETE", "HEAD"];
/** Characters of a header's name (RFC 9110, "Tokens"); an allowed one may have a wildcard as well. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** @throws AwsError InvalidRequest */
function checkCorsRule(rule: CORSRule): void {
  for (const origin of rule.AllowedOrigins ?? []) {
    if (origin.split("*").length > 2) {
      throw invalidRequest(`AllowedOrigin "${origin}" can not have more than one wildcard.`);
    }
  }
  for (const header of rule.AllowedHeaders ?? []) {
    if (header.split("*").length > 2) {
      throw invalidRequest(`AllowedHeader "${header}" can not have more than one wildcard.`);
    }
  }
  for (const header of [...(rule.AllowedHeaders ?? []), ...(rule.ExposeHeaders ?? [])]) {
    if (!HEADER_NAME.test(header)) {
      throw invalidRequest(`AllowedHeader "${header}" contains invalid character.`);
    }
  }
}

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

export const getBucketRequestPayment = bucketOperation<
  GetBucketRequestPaymentRequest,
  GetBucketRequestPaymentOutput
>({
  action: "s3:GetBucketRequestPayment",
  handle: () => ({ Payer: "BucketOwner" }),
});

export const putBucketRequestPayment = bucketOperation<PutBucketRequestPaymentRequest, object>({
  action: "s3:PutBucketRequestPayment",
  handle(_bucket, input) {
    const payer: string | undefined = input.RequestPaymentConfiguration?.Payer;
    if (payer === "Requester") throw notImplemented("Requester Pays buckets");
    if (payer !== "BucketOwner") throw malformedXml();
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

export const getBucketWebsite = bucketOperation<GetBucketWebsiteRequest, GetBucketWebsiteOutput>({
  action: "s3:GetBucketWebsite",
  handle(bucket) {
    throw noSuchWebsiteConfiguration(bucket.name);
  },
});

export const deleteBucketWebsite = bucketOperation<DeleteBucketWebsiteRequest, object>({
  action: "s3:DeleteBucketWebsite",
  handle: () => ({}),
});

export const getBucketCors = bucketOperation<GetBucketCorsRequest, GetBucketCorsOutput>({
  action: "s3:GetBucketCORS",
  handle(bucket) {
    const configuration = bucket.stored.get(CORS) as CORSConfiguration | undefined;
    if (configuration === undefined) throw noSuchCorsConfiguration(bucket.name);
    return { CORSRules: configuration.CORSRules };
  },
});

export const putBucketCors = bucketOperation<PutBucketCorsRequest, object>({
  action: "s3:PutBucketCORS",
  handle(bucket, input) {
    const rules = input.CORSConfiguration?.CORSRules ?? [];
    if (rules.length === 0 || rules.length > MAX_CORS_RULES_COUNT) throw malformedXml();
    for (const rule of rules) {
      if (!rule.AllowedMethods?.length || !rule.AllowedOrigins?.length) throw malformedXml();
      checkCorsRule(rule);
      for (const method of rule.AllowedMethods) {
        if (CORS_METHODS.includes(method)) continue;
        throw invalidRequest(
          `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`,
        );
      }
    }
    bucket.stored.set(CORS, { CORSRules: rules } satisfies CORSConfiguration);
    return {};
  },
});

/** DeleteBucketCors needs the right to put; there is no action to delete. */
export const deleteBucketCors = bucketOperation<DeleteBucketCorsRequest, object>({
  action: "s3:PutBucketCORS",
  handle(bucket) {
    bucket.stored.delete(CORS);
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
