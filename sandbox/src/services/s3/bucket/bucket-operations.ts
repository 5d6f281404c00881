import type * as S3 from "@aws-sdk/client-s3";
import type { OperationTable } from "../../../world/operation";
import type { OperationsOf } from "../../../world/operations-of";
import { getBucketAcl, putBucketAcl } from "../acl/bucket-acl";
import { deleteBucketCors, getBucketCors, putBucketCors } from "./bucket-cors";
import {
  getBucketEncryption,
  putBucketEncryption,
  deleteBucketEncryption,
} from "./bucket-encryption";
import {
  deleteBucketInventoryConfiguration,
  getBucketInventoryConfiguration,
  listBucketInventoryConfigurations,
  putBucketInventoryConfiguration,
} from "./bucket-inventory-configuration";
import {
  getBucketLifecycleConfiguration,
  putBucketLifecycleConfiguration,
  deleteBucketLifecycle,
} from "./bucket-lifecycle";
import {
  getBucketAnalyticsConfiguration,
  putBucketAnalyticsConfiguration,
  deleteBucketAnalyticsConfiguration,
  listBucketAnalyticsConfigurations,
  getBucketMetricsConfiguration,
  putBucketMetricsConfiguration,
  deleteBucketMetricsConfiguration,
  listBucketMetricsConfigurations,
  getBucketIntelligentTieringConfiguration,
  putBucketIntelligentTieringConfiguration,
  deleteBucketIntelligentTieringConfiguration,
  listBucketIntelligentTieringConfigurations,
} from "./bucket-listed-configurations";
import {
  getBucketNotificationConfiguration,
  putBucketNotificationConfiguration,
} from "./bucket-notification";
import {
  getObjectLockConfiguration,
  putObjectLockConfiguration,
} from "../lock/bucket-object-lock-configuration";
import {
  getBucketOwnershipControls,
  putBucketOwnershipControls,
  deleteBucketOwnershipControls,
} from "./bucket-ownership-controls";
import {
  getBucketPolicy,
  putBucketPolicy,
  deleteBucketPolicy,
  getBucketPolicyStatus,
} from "./bucket-policy";
import {
  getBucketReplication,
  putBucketReplication,
  deleteBucketReplication,
} from "./bucket-replication";
import {
  getBucketAccelerateConfiguration,
  putBucketAccelerateConfiguration,
  getBucketLogging,
  putBucketLogging,
  getBucketAbac,
  putBucketAbac,
  getBucketMetadataConfiguration,
  getBucketMetadataTableConfiguration,
} from "./bucket-stored-configurations";
import { getBucketTagging, putBucketTagging, deleteBucketTagging } from "./bucket-tagging";
import { getBucketVersioning, putBucketVersioning } from "./bucket-versioning";
import { deleteBucketWebsite, getBucketWebsite, putBucketWebsite } from "./bucket-website";
import { createBucket } from "./create-bucket";
import { deleteBucket } from "./delete-bucket";
import { getBucketLocation } from "./get-bucket-location";
import { getBucketRequestPayment, putBucketRequestPayment } from "./request-payment";
import { headBucket } from "./head-bucket";
import { listBuckets } from "../listing/list-buckets";
import {
  getPublicAccessBlock,
  putPublicAccessBlock,
  deletePublicAccessBlock,
} from "../access/public-access-block";

/** The operations on buckets and their configurations, by AWS name. */
export const bucketOperations: OperationTable = {
  CreateBucket: createBucket,
  DeleteBucket: deleteBucket,
  DeleteBucketAnalyticsConfiguration: deleteBucketAnalyticsConfiguration,
  DeleteBucketCors: deleteBucketCors,
  DeleteBucketEncryption: deleteBucketEncryption,
  DeleteBucketIntelligentTieringConfiguration: deleteBucketIntelligentTieringConfiguration,
  DeleteBucketInventoryConfiguration: deleteBucketInventoryConfiguration,
  DeleteBucketLifecycle: deleteBucketLifecycle,
  DeleteBucketMetricsConfiguration: deleteBucketMetricsConfiguration,
  DeleteBucketOwnershipControls: deleteBucketOwnershipControls,
  DeleteBucketPolicy: deleteBucketPolicy,
  DeleteBucketReplication: deleteBucketReplication,
  DeleteBucketTagging: deleteBucketTagging,
  DeleteBucketWebsite: deleteBucketWebsite,
  DeletePublicAccessBlock: deletePublicAccessBlock,
  GetBucketAbac: getBucketAbac,
  GetBucketAccelerateConfiguration: getBucketAccelerateConfiguration,
  GetBucketAcl: getBucketAcl,
  GetBucketAnalyticsConfiguration: getBucketAnalyticsConfiguration,
  GetBucketCors: getBucketCors,
  GetBucketEncryption: getBucketEncryption,
  GetBucketIntelligentTieringConfiguration: getBucketIntelligentTieringConfiguration,
  GetBucketInventoryConfiguration: getBucketInventoryConfiguration,
  GetBucketLifecycleConfiguration: getBucketLifecycleConfiguration,
  GetBucketLocation: getBucketLocation,
  GetBucketLogging: getBucketLogging,
  GetBucketMetadataConfiguration: getBucketMetadataConfiguration,
  GetBucketMetadataTableConfiguration: getBucketMetadataTableConfiguration,
  GetBucketMetricsConfiguration: getBucketMetricsConfiguration,
  GetBucketNotificationConfiguration: getBucketNotificationConfiguration,
  GetBucketOwnershipControls: getBucketOwnershipControls,
  GetBucketPolicy: getBucketPolicy,
  GetBucketPolicyStatus: getBucketPolicyStatus,
  GetBucketReplication: getBucketReplication,
  GetBucketRequestPayment: getBucketRequestPayment,
  GetBucketTagging: getBucketTagging,
  GetBucketVersioning: getBucketVersioning,
  GetBucketWebsite: getBucketWebsite,
  GetObjectLockConfiguration: getObjectLockConfiguration,
  GetPublicAccessBlock: getPublicAccessBlock,
  HeadBucket: headBucket,
  ListBucketAnalyticsConfigurations: listBucketAnalyticsConfigurations,
  ListBucketIntelligentTieringConfigurations: listBucketIntelligentTieringConfigurations,
  ListBucketInventoryConfigurations: listBucketInventoryConfigurations,
  ListBucketMetricsConfigurations: listBucketMetricsConfigurations,
  ListBuckets: listBuckets,
  PutBucketAbac: putBucketAbac,
  PutBucketAccelerateConfiguration: putBucketAccelerateConfiguration,
  PutBucketAcl: putBucketAcl,
  PutBucketAnalyticsConfiguration: putBucketAnalyticsConfiguration,
  PutBucketCors: putBucketCors,
  PutBucketEncryption: putBucketEncryption,
  PutBucketIntelligentTieringConfiguration: putBucketIntelligentTieringConfiguration,
  PutBucketInventoryConfiguration: putBucketInventoryConfiguration,
  PutBucketLifecycleConfiguration: putBucketLifecycleConfiguration,
  PutBucketLogging: putBucketLogging,
  PutBucketMetricsConfiguration: putBucketMetricsConfiguration,
  PutBucketNotificationConfiguration: putBucketNotificationConfiguration,
  PutBucketOwnershipControls: putBucketOwnershipControls,
  PutBucketPolicy: putBucketPolicy,
  PutBucketReplication: putBucketReplication,
  PutBucketRequestPayment: putBucketRequestPayment,
  PutBucketTagging: putBucketTagging,
  PutBucketVersioning: putBucketVersioning,
  PutBucketWebsite: putBucketWebsite,
  PutObjectLockConfiguration: putObjectLockConfiguration,
  PutPublicAccessBlock: putPublicAccessBlock,
} satisfies OperationsOf<typeof S3>;
