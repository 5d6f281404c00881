import type {
  AnalyticsConfiguration,
  DeleteBucketAnalyticsConfigurationRequest,
  DeleteBucketIntelligentTieringConfigurationRequest,
  DeleteBucketMetricsConfigurationRequest,
  GetBucketAnalyticsConfigurationOutput,
  GetBucketAnalyticsConfigurationRequest,
  GetBucketIntelligentTieringConfigurationOutput,
  GetBucketIntelligentTieringConfigurationRequest,
  GetBucketMetricsConfigurationOutput,
  GetBucketMetricsConfigurationRequest,
  IntelligentTieringConfiguration,
  ListBucketAnalyticsConfigurationsOutput,
  ListBucketAnalyticsConfigurationsRequest,
  ListBucketIntelligentTieringConfigurationsOutput,
  ListBucketIntelligentTieringConfigurationsRequest,
  ListBucketMetricsConfigurationsOutput,
  ListBucketMetricsConfigurationsRequest,
  MetricsConfiguration,
  PutBucketAnalyticsConfigurationRequest,
  PutBucketIntelligentTieringConfigurationRequest,
  PutBucketMetricsConfigurationRequest,
} from "@aws-sdk/client-s3";
import { bucketOperation } from "./bucket-operation";
import {
  invalidArgument,
  malformedXml,
  noSuchConfiguration,
  notImplemented,
  tooManyConfigurations,
} from "../errors";
import type { Bucket } from "../store/model";

/**
 * Configurations of which a bucket has many, each with an id. Analytics, metrics and Intelligent-Tiering are kept and
 * given back; the sandbox exports no analysis, publishes no request metrics and moves nothing between tiers.
 */

const MAX_CONFIGURATIONS_COUNT = 1000;
const PAGE_SIZE = 100;

/** A configuration of which a bucket has many. */
export interface Identified {
  readonly Id: string | undefined;
}

/** All of a noun, by id. */
function listOf<T extends Identified>(bucket: Bucket, noun: string): readonly T[] {
  return (bucket.stored.get(noun) as readonly T[] | undefined) ?? [];
}

/** @throws AwsError `NoSuchConfiguration` */
export function found<T extends Identified>(
  bucket: Bucket,
  noun: string,
  id: string | undefined,
): T {
  const configuration = listOf<T>(bucket, noun).find((one) => one.Id === id);
  if (configuration === undefined) throw noSuchConfiguration();
  return configuration;
}

/** Puts a configuration in the place of the one of the same id. @throws AwsError `MalformedXML`, `TooManyConfigurations` */
export function keep<T extends Identified>(
  bucket: Bucket,
  noun: string,
  id: string | undefined,
  configuration: T | undefined,
): object {
  if (configuration === undefined || !id || configuration.Id !== id) throw malformedXml();
  const others = listOf<T>(bucket, noun).filter((one) => one.Id !== id);
  if (others.length >= MAX_CONFIGURATIONS_COUNT) throw tooManyConfigurations();
  const all = [...others, configuration].sort((one, other) =>
    (one.Id ?? "") < (other.Id ?? "") ? -1 : 1,
  );
  bucket.stored.set(noun, all);
  return {};
}

/** @throws AwsError `NoSuchConfiguration` */
export function drop(bucket: Bucket, noun: string, id: string | undefined): object {
  found(bucket, noun, id);
  const others = listOf(bucket, noun).filter((one) => one.Id !== id);
  bucket.stored.set(noun, others);
  return {};
}

/** What the answers with many of them have in common. */
interface ConfigurationPage<T> {
  readonly IsTruncated: boolean;
  readonly ContinuationToken: string | undefined;
  readonly NextContinuationToken: string | undefined;
  /** An empty list is left out of the answer, as S3 does. */
  readonly list: T[] | undefined;
}

/**
 * A page of 100, in the order of ids. The token is the last id, encoded: its form is assumed.
 * @throws AwsError InvalidArgument
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketMetricsConfigurations.html
 */
export function pageOf<T extends Identified>(
  bucket: Bucket,
  noun: string,
  token: string | undefined,
): ConfigurationPage<T> {
  const lastId = token === undefined ? "" : lastIdOf(token);
  const rest = listOf<T>(bucket, noun).filter(({ Id = "" }) => Id > lastId);
  const page = rest.slice(0, PAGE_SIZE);
  const isTruncated = rest.length > page.length;
  return {
    IsTruncated: isTruncated,
    ContinuationToken: token,
    NextContinuationToken: isTruncated ? tokenOf(page.at(-1)?.Id ?? "") : undefined,
    list: page.length === 0 ? undefined : page,
  };
}

function tokenOf(id: string): string {
  return Buffer.from(id).toString("base64url");
}

/** @throws AwsError InvalidArgument */
function lastIdOf(token: string): string {
  const id = Buffer.from(token, "base64url").toString();
  if (id !== "" && tokenOf(id) === token) return id;
  throw invalidArgument(
    "continuation-token",
    token,
    "The continuation token provided is incorrect",
  );
}

const ANALYTICS = "analytics";
const METRICS = "metrics";
const TIERING = "intelligent-tiering";

export const getBucketAnalyticsConfiguration = bucketOperation<
  GetBucketAnalyticsConfigurationRequest,
  GetBucketAnalyticsConfigurationOutput
>({
  action: "s3:GetAnalyticsConfiguration",
  handle: (bucket, { Id }) => ({
    AnalyticsConfiguration: found<AnalyticsConfiguration>(bucket, ANALYTICS, Id),
  }),
});

export const putBucketAnalyticsConfiguration = bucketOperation<
  PutBucketAnalyticsConfigurationRequest,
  object
>({
  action: "s3:PutAnalyticsConfiguration",
  handle(bucket, { Id, AnalyticsConfiguration: configuration }) {
    if (configuration?.StorageClassAnalysis?.DataExport !== undefined) {
      throw notImplemented("the export of storage class analysis");
    }
    return keep(bucket, ANALYTICS, Id, configuration);
  },
});

export const deleteBucketAnalyticsConfiguration = bucketOperation<
  DeleteBucketAnalyticsConfigurationRequest,
  object
>({
  action: "s3:PutAnalyticsConfiguration",
  handle: (bucket, { Id }) => drop(bucket, ANALYTICS, Id),
});

export const listBucketAnalyticsConfigurations = bucketOperation<
  ListBucketAnalyticsConfigurationsRequest,
  ListBucketAnalyticsConfigurationsOutput
>({
  action: "s3:GetAnalyticsConfiguration",
  handle(bucket, { ContinuationToken: token }) {
    const { list, ...page } = pageOf<AnalyticsConfiguration>(bucket, ANALYTICS, token);
    return { ...page, AnalyticsConfigurationList: list };
  },
});

export const getBucketMetricsConfiguration = bucketOperation<
  GetBucketMetricsConfigurationRequest,
  GetBucketMetricsConfigurationOutput
>({
  action: "s3:GetMetricsConfiguration",
  handle: (bucket, { Id }) => ({
    MetricsConfiguration: found<MetricsConfiguration>(bucket, METRICS, Id),
  }),
});

export const putBucketMetricsConfiguration = bucketOperation<
  PutBucketMetricsConfigurationRequest,
  object
>({
  action: "s3:PutMetricsConfiguration",
  handle: (bucket, { Id, MetricsConfiguration: configuration }) =>
    keep(bucket, METRICS, Id, configuration),
});

export const deleteBucketMetricsConfiguration = bucketOperation<
  DeleteBucketMetricsConfigurationRequest,
  object
>({
  action: "s3:PutMetricsConfiguration",
  handle: (bucket, { Id }) => drop(bucket, METRICS, Id),
});

export const listBucketMetricsConfigurations = bucketOperation<
  ListBucketMetricsConfigurationsRequest,
  ListBucketMetricsConfigurationsOutput
>({
  action: "s3:GetMetricsConfiguration",
  handle(bucket, { ContinuationToken: token }) {
    const { list, ...page } = pageOf<MetricsConfiguration>(bucket, METRICS, token);
    return { ...page, MetricsConfigurationList: list };
  },
});

export const getBucketIntelligentTieringConfiguration = bucketOperation<
  GetBucketIntelligentTieringConfigurationRequest,
  GetBucketIntelligentTieringConfigurationOutput
>({
  action: "s3:GetIntelligentTieringConfiguration",
  handle: (bucket, { Id }) => ({
    IntelligentTieringConfiguration: found<IntelligentTieringConfiguration>(bucket, TIERING, Id),
  }),
});

export const putBucketIntelligentTieringConfiguration = bucketOperation<
  PutBucketIntelligentTieringConfigurationRequest,
  object
>({
  action: "s3:PutIntelligentTieringConfiguration",
  handle: (bucket, { Id, IntelligentTieringConfiguration: configuration }) =>
    keep(bucket, TIERING, Id, configuration),
});

export const deleteBucketIntelligentTieringConfiguration = bucketOperation<
  DeleteBucketIntelligentTieringConfigurationRequest,
  object
>({
  action: "s3:PutIntelligentTieringConfiguration",
  handle: (bucket, { Id }) => drop(bucket, TIERING, Id),
});

export const listBucketIntelligentTieringConfigurations = bucketOperation<
  ListBucketIntelligentTieringConfigurationsRequest,
  ListBucketIntelligentTieringConfigurationsOutput
>({
  action: "s3:GetIntelligentTieringConfiguration",
  handle(bucket, { ContinuationToken: token }) {
    const { list, ...page } = pageOf<IntelligentTieringConfiguration>(bucket, TIERING, token);
    return { ...page, IntelligentTieringConfigurationList: list };
  },
});
