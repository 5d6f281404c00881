import type {
  CORSConfiguration,
  CORSRule,
  DeleteBucketCorsRequest,
  GetBucketCorsOutput,
  GetBucketCorsRequest,
  PutBucketCorsRequest,
} from "@aws-sdk/client-s3";
import { bucketOperation } from "./bucket-operation";
import { invalidRequest, malformedXml, noSuchCorsConfiguration } from "../errors";
import type { Bucket } from "../store/model";

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

/** The rules of a bucket; none without a configuration. */
export function corsRulesOf(bucket: Bucket): readonly CORSRule[] {
  const configuration = bucket.stored.get(CORS) as CORSConfiguration | undefined;
  return configuration?.CORSRules ?? [];
}

export const getBucketCors = bucketOperation<GetBucketCorsRequest, GetBucketCorsOutput>({
  action: "s3:GetBucketCORS",
  handle(bucket) {
    const rules = corsRulesOf(bucket);
    // A configuration has a rule at least.
    if (rules.length === 0) throw noSuchCorsConfiguration(bucket.name);
    return { CORSRules: [...rules] };
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
