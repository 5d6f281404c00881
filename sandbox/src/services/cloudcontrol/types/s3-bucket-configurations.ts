import { lifecycleToS3 } from "./s3-bucket-lifecycle";
import { notificationToS3 } from "./s3-bucket-notification";
import { replicationToS3 } from "./s3-bucket-replication";
import type { CfnAccessControl, CfnBucket } from "./s3-bucket-shapes";
import { corsToS3, loggingToS3, websiteToS3 } from "./s3-bucket-site";

/** An operation of S3 and what it is told beside the bucket's name. */
export type Call = readonly [operation: string, input: object];

/** One configuration of a bucket: how S3 is told of it, and of its absence. */
interface Configuration<Name extends keyof CfnBucket> {
  readonly name: Name;
  put(value: NonNullable<CfnBucket[Name]>, bucket: string): Call;
  /** What is called when the property is taken away. */
  remove(): Call;
}

const configuration = <Name extends keyof CfnBucket>(
  definition: Configuration<Name>,
): Configuration<keyof CfnBucket> => definition as unknown as Configuration<keyof CfnBucket>;

/** In the order in which S3 asks for them: versioning before Object Lock and replication, which need it. */
export const CONFIGURATIONS = [
  configuration({
    name: "OwnershipControls",
    put: (value) => ["PutBucketOwnershipControls", { OwnershipControls: value }],
    remove: () => ["DeleteBucketOwnershipControls", {}],
  }),
  configuration({
    name: "PublicAccessBlockConfiguration",
    put: (value) => ["PutPublicAccessBlock", { PublicAccessBlockConfiguration: value }],
    remove: () => ["DeletePublicAccessBlock", {}],
  }),
  configuration({
    name: "AccessControl",
    put: (value) => ["PutBucketAcl", { ACL: cannedAcl(value) }],
    remove: () => ["PutBucketAcl", { ACL: "private" }],
  }),
  configuration({
    name: "BucketEncryption",
    put: (value) => [
      "PutBucketEncryption",
      {
        ServerSideEncryptionConfiguration: {
          Rules: value.ServerSideEncryptionConfiguration.map(
            ({ ServerSideEncryptionByDefault, ...same }) => ({
              ...same,
              ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
            }),
          ),
        },
      },
    ],
    remove: () => ["DeleteBucketEncryption", {}],
  }),
  configuration({
    name: "VersioningConfiguration",
    put: (value) => ["PutBucketVersioning", { VersioningConfiguration: value }],
    remove: () => ["PutBucketVersioning", { VersioningConfiguration: { Status: "Suspended" } }],
  }),
  configuration({
    name: "ObjectLockConfiguration",
    put: (value) => ["PutObjectLockConfiguration", { ObjectLockConfiguration: value }],
    remove: () => [
      "PutObjectLockConfiguration",
      { ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } },
    ],
  }),
  configuration({
    name: "Tags",
    put: (value) => ["PutBucketTagging", { Tagging: { TagSet: value } }],
    remove: () => ["DeleteBucketTagging", {}],
  }),
  configuration({
    name: "LifecycleConfiguration",
    put: (value) => [
      "PutBucketLifecycleConfiguration",
      {
        LifecycleConfiguration: lifecycleToS3(value),
        TransitionDefaultMinimumObjectSize: value.TransitionDefaultMinimumObjectSize,
      },
    ],
    remove: () => ["DeleteBucketLifecycle", {}],
  }),
  configuration({
    name: "ReplicationConfiguration",
    put: (value) => ["PutBucketReplication", { ReplicationConfiguration: replicationToS3(value) }],
    remove: () => ["DeleteBucketReplication", {}],
  }),
  configuration({
    name: "NotificationConfiguration",
    put: (value) => [
      "PutBucketNotificationConfiguration",
      { NotificationConfiguration: notificationToS3(value) },
    ],
    remove: () => ["PutBucketNotificationConfiguration", { NotificationConfiguration: {} }],
  }),
  configuration({
    name: "CorsConfiguration",
    put: (value) => ["PutBucketCors", { CORSConfiguration: corsToS3(value) }],
    remove: () => ["DeleteBucketCors", {}],
  }),
  configuration({
    name: "AccelerateConfiguration",
    put: ({ AccelerationStatus }) => [
      "PutBucketAccelerateConfiguration",
      { AccelerateConfiguration: { Status: AccelerationStatus } },
    ],
    // S3 cannot take it away again.
    remove: () => [
      "PutBucketAccelerateConfiguration",
      { AccelerateConfiguration: { Status: "Suspended" } },
    ],
  }),
  configuration({
    name: "LoggingConfiguration",
    put: (value, bucket) => [
      "PutBucketLogging",
      { BucketLoggingStatus: loggingToS3(bucket, value) },
    ],
    remove: () => ["PutBucketLogging", { BucketLoggingStatus: {} }],
  }),
  configuration({
    name: "WebsiteConfiguration",
    put: (value) => ["PutBucketWebsite", { WebsiteConfiguration: websiteToS3(value) }],
    remove: () => ["DeleteBucketWebsite", {}],
  }),
];

/** `PublicReadWrite` is `public-read-write`. */
export function cannedAcl(accessControl: CfnAccessControl): string {
  return accessControl.replace(/(?<!^)[A-Z]/g, "-$&").toLowerCase();
}
