import type {
  BucketLoggingStatus,
  CORSRule,
  GetBucketWebsiteOutput,
  LoggingEnabled,
  RoutingRule,
  WebsiteConfiguration,
} from "@aws-sdk/client-s3";
import type { CfnBucket, CfnRoutingRule } from "./s3-bucket-shapes";

/** CORS, access logs and the website of a bucket: CloudFormation's names as S3's, and back. */

type CfnCors = NonNullable<CfnBucket["CorsConfiguration"]>;
type CfnLogging = NonNullable<CfnBucket["LoggingConfiguration"]>;
type CfnWebsite = NonNullable<CfnBucket["WebsiteConfiguration"]>;

export const corsToS3 = (cors: CfnCors): { CORSRules: CORSRule[] } => ({
  CORSRules: cors.CorsRules.map(({ Id, ExposedHeaders, MaxAge, ...same }) => ({
    ...same,
    ID: Id,
    ExposeHeaders: ExposedHeaders,
    MaxAgeSeconds: MaxAge,
  })),
});

export const corsFromS3 = (rules: readonly CORSRule[]): CfnCors => ({
  CorsRules: rules.map(({ ID, ExposeHeaders, MaxAgeSeconds, ...same }) => ({
    Id: ID,
    AllowedHeaders: same.AllowedHeaders,
    AllowedMethods: same.AllowedMethods ?? [],
    AllowedOrigins: same.AllowedOrigins ?? [],
    ExposedHeaders: ExposeHeaders,
    MaxAge: MaxAgeSeconds,
  })),
});

/** Without a destination a bucket's log goes into the bucket itself (CloudFormation user guide, LoggingConfiguration). */
export const loggingToS3 = (bucket: string, logging: CfnLogging): BucketLoggingStatus => ({
  LoggingEnabled: {
    TargetBucket: logging.DestinationBucketName ?? bucket,
    TargetPrefix: logging.LogFilePrefix ?? "",
    TargetObjectKeyFormat: logging.TargetObjectKeyFormat,
  },
});

export const loggingFromS3 = (logging: LoggingEnabled): CfnLogging => ({
  DestinationBucketName: logging.TargetBucket,
  LogFilePrefix: logging.TargetPrefix === "" ? undefined : logging.TargetPrefix,
  TargetObjectKeyFormat: logging.TargetObjectKeyFormat,
});

export const websiteToS3 = (website: CfnWebsite): WebsiteConfiguration => ({
  IndexDocument:
    website.IndexDocument === undefined ? undefined : { Suffix: website.IndexDocument },
  ErrorDocument: website.ErrorDocument === undefined ? undefined : { Key: website.ErrorDocument },
  RedirectAllRequestsTo: website.RedirectAllRequestsTo,
  RoutingRules: website.RoutingRules?.map((rule) => ({
    Condition: rule.RoutingRuleCondition,
    Redirect: rule.RedirectRule,
  })),
});

export const websiteFromS3 = (website: GetBucketWebsiteOutput): CfnWebsite => ({
  IndexDocument: website.IndexDocument?.Suffix,
  ErrorDocument: website.ErrorDocument?.Key,
  RedirectAllRequestsTo: website.RedirectAllRequestsTo as CfnWebsite["RedirectAllRequestsTo"],
  RoutingRules: website.RoutingRules?.map(routingRuleFromS3),
});

const routingRuleFromS3 = (rule: RoutingRule): CfnRoutingRule => ({
  RoutingRuleCondition: rule.Condition,
  RedirectRule: rule.Redirect ?? {},
});
