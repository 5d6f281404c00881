import type {
  GetBucketAccelerateConfigurationOutput,
  GetBucketCorsOutput,
  GetBucketEncryptionOutput,
  GetBucketLifecycleConfigurationOutput,
  GetBucketLoggingOutput,
  GetBucketOwnershipControlsOutput,
  GetBucketReplicationOutput,
  GetBucketTaggingOutput,
  GetBucketVersioningOutput,
  GetBucketWebsiteOutput,
  GetObjectLockConfigurationOutput,
  GetPublicAccessBlockOutput,
  HeadBucketOutput,
  NotificationConfiguration,
} from "@aws-sdk/client-s3";
import { isAwsError } from "../../../world/aws-error";
import { notFound, whenPresent, type HandlerContext, type ResourceModel } from "../resource-type";
import { lifecycleFromS3 } from "./s3-bucket-lifecycle";
import { readListed } from "./s3-bucket-listed";
import { notificationFromS3 } from "./s3-bucket-notification";
import { replicationFromS3 } from "./s3-bucket-replication";
import type { CfnBucket } from "./s3-bucket-shapes";
import { corsFromS3, loggingFromS3, websiteFromS3 } from "./s3-bucket-site";

const TYPE = "AWS::S3::Bucket";

/** Everything that the type tells of a bucket in the caller's account and Region, by S3's own reads. */
export function readBucket(name: string, context: HandlerContext): ResourceModel {
  const head = whenPresent(
    () =>
      context.call<HeadBucketOutput>("s3", "HeadBucket", {
        Bucket: name,
        ExpectedBucketOwner: context.accountId,
      }),
    (error) => isAwsError(error, "NotFound", "NoSuchBucket", "PermanentRedirect"),
  );
  if (head === undefined || (head.BucketRegion ?? context.region) !== context.region) {
    throw notFound(TYPE, name);
  }
  return JSON.parse(
    JSON.stringify({
      BucketName: name,
      ...readConfigurations(name, context),
      ...derivedProperties(name, context.region),
    }),
  ) as ResourceModel;
}

function readConfigurations(name: string, context: HandlerContext): CfnBucket {
  const read = <Output>(operation: string, ...absentCodes: string[]): Output | undefined =>
    whenPresent(
      () => context.call<Output>("s3", operation, { Bucket: name }),
      (error) => absentCodes.length > 0 && isAwsError(error, ...absentCodes),
    );
  const lock = read<GetObjectLockConfigurationOutput>(
    "GetObjectLockConfiguration",
    "ObjectLockConfigurationNotFoundError",
  )?.ObjectLockConfiguration;
  const versioning = read<GetBucketVersioningOutput>("GetBucketVersioning")?.Status;
  const encryption = read<GetBucketEncryptionOutput>(
    "GetBucketEncryption",
    "ServerSideEncryptionConfigurationNotFoundError",
  )?.ServerSideEncryptionConfiguration?.Rules;
  const ownership = read<GetBucketOwnershipControlsOutput>(
    "GetBucketOwnershipControls",
    "OwnershipControlsNotFoundError",
  )?.OwnershipControls?.Rules;
  const tags = read<GetBucketTaggingOutput>("GetBucketTagging", "NoSuchTagSet")?.TagSet;
  const lifecycle = read<GetBucketLifecycleConfigurationOutput>(
    "GetBucketLifecycleConfiguration",
    "NoSuchLifecycleConfiguration",
  );
  const replication = read<GetBucketReplicationOutput>(
    "GetBucketReplication",
    "ReplicationConfigurationNotFoundError",
  )?.ReplicationConfiguration;
  const cors = read<GetBucketCorsOutput>("GetBucketCors", "NoSuchCORSConfiguration")?.CORSRules;
  const acceleration = read<GetBucketAccelerateConfigurationOutput>(
    "GetBucketAccelerateConfiguration",
  )?.Status;
  const logging = read<GetBucketLoggingOutput>("GetBucketLogging")?.LoggingEnabled;
  const website = read<GetBucketWebsiteOutput>("GetBucketWebsite", "NoSuchWebsiteConfiguration");
  const notification = read<NotificationConfiguration>("GetBucketNotificationConfiguration");
  return {
    // Left out where it is off, as the answers of AWS show.
    ObjectLockEnabled: lock?.ObjectLockEnabled === "Enabled" ? true : undefined,
    ObjectLockConfiguration: lock as CfnBucket["ObjectLockConfiguration"],
    VersioningConfiguration: versioning === undefined ? undefined : { Status: versioning },
    BucketEncryption:
      encryption === undefined
        ? undefined
        : {
            ServerSideEncryptionConfiguration: encryption.map((rule) => ({
              BucketKeyEnabled: rule.BucketKeyEnabled ?? false,
              ServerSideEncryptionByDefault: rule.ApplyServerSideEncryptionByDefault as NonNullable<
                CfnBucket["BucketEncryption"]
              >["ServerSideEncryptionConfiguration"][number]["ServerSideEncryptionByDefault"],
              BlockedEncryptionTypes: rule.BlockedEncryptionTypes,
            })),
          },
    PublicAccessBlockConfiguration: read<GetPublicAccessBlockOutput>(
      "GetPublicAccessBlock",
      "NoSuchPublicAccessBlockConfiguration",
    )?.PublicAccessBlockConfiguration,
    OwnershipControls: ownership === undefined ? undefined : { Rules: ownership },
    Tags: tags?.map((tag) => ({ Key: tag.Key ?? "", Value: tag.Value ?? "" })),
    LifecycleConfiguration:
      lifecycle?.Rules === undefined
        ? undefined
        : lifecycleFromS3(lifecycle.Rules, lifecycle.TransitionDefaultMinimumObjectSize),
    ReplicationConfiguration:
      replication === undefined ? undefined : replicationFromS3(replication),
    NotificationConfiguration:
      notification === undefined ? undefined : notificationFromS3(notification),
    CorsConfiguration: cors === undefined ? undefined : corsFromS3(cors),
    AccelerateConfiguration:
      acceleration === undefined ? undefined : { AccelerationStatus: acceleration },
    LoggingConfiguration: logging === undefined ? undefined : loggingFromS3(logging),
    WebsiteConfiguration: website === undefined ? undefined : websiteFromS3(website),
    ...readListed(name, context),
  };
}

/** Regions whose website endpoint has a dash before the Region. Source: S3 user guide, "Website endpoints". */
const DASHED_WEBSITE_REGIONS = new Set([
  "us-east-1",
  "us-west-1",
  "us-west-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-northeast-1",
  "eu-west-1",
  "sa-east-1",
  "us-gov-west-1",
]);

function derivedProperties(name: string, region: string): ResourceModel {
  const separator = DASHED_WEBSITE_REGIONS.has(region) ? "-" : ".";
  return {
    Arn: `arn:aws:s3:::${name}`,
    DomainName: `${name}.s3.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
    WebsiteURL: `http://${name}.s3-website${separator}${region}.amazonaws.com`,
  };
}
