import type { TargetObjectKeyFormat } from "@aws-sdk/client-s3";

/** The parts of `AWS::S3::Bucket` that the sandbox acts on, in CloudFormation's names (`sandbox/src/cfn/AWS-S3-Bucket.json`). */
export interface CfnBucket {
  BucketName?: string;
  BucketNamespace?: "account-regional" | "global";
  ObjectLockEnabled?: boolean;
  ObjectLockConfiguration?: CfnObjectLock;
  VersioningConfiguration?: { Status: "Enabled" | "Suspended" };
  BucketEncryption?: { ServerSideEncryptionConfiguration: CfnEncryptionRule[] };
  PublicAccessBlockConfiguration?: CfnPublicAccessBlock;
  /** Write-only: reads do not show it. */
  AccessControl?: CfnAccessControl;
  OwnershipControls?: { Rules: { ObjectOwnership?: CfnObjectOwnership }[] };
  Tags?: CfnTag[];
  LifecycleConfiguration?: {
    Rules: CfnLifecycleRule[];
    TransitionDefaultMinimumObjectSize?: "varies_by_storage_class" | "all_storage_classes_128K";
  };
  ReplicationConfiguration?: { Role: string; Rules: CfnReplicationRule[] };
  NotificationConfiguration?: CfnNotification;
  AccelerateConfiguration?: { AccelerationStatus: "Enabled" | "Suspended" };
  CorsConfiguration?: { CorsRules: CfnCorsRule[] };
  LoggingConfiguration?: {
    DestinationBucketName?: string;
    LogFilePrefix?: string;
    TargetObjectKeyFormat?: TargetObjectKeyFormat;
  };
  WebsiteConfiguration?: {
    IndexDocument?: string;
    ErrorDocument?: string;
    RedirectAllRequestsTo?: { HostName: string; Protocol?: "http" | "https" };
    RoutingRules?: CfnRoutingRule[];
  };
  AnalyticsConfigurations?: CfnAnalytics[];
  IntelligentTieringConfigurations?: CfnIntelligentTiering[];
  InventoryConfigurations?: CfnInventory[];
  MetricsConfigurations?: CfnMetrics[];
}

export type CfnObjectOwnership = "ObjectWriter" | "BucketOwnerPreferred" | "BucketOwnerEnforced";

/** The canned ACLs, in CloudFormation's spelling. */
export type CfnAccessControl =
  | "AuthenticatedRead"
  | "AwsExecRead"
  | "BucketOwnerFullControl"
  | "BucketOwnerRead"
  | "LogDeliveryWrite"
  | "Private"
  | "PublicRead"
  | "PublicReadWrite";

export interface CfnTag {
  Key: string;
  Value: string;
}

export interface CfnObjectLock {
  ObjectLockEnabled?: "Enabled";
  Rule?: {
    DefaultRetention?: { Mode?: "COMPLIANCE" | "GOVERNANCE"; Days?: number; Years?: number };
  };
}

export interface CfnEncryptionRule {
  BucketKeyEnabled?: boolean;
  ServerSideEncryptionByDefault?: {
    SSEAlgorithm: "AES256" | "aws:kms" | "aws:kms:dsse";
    KMSMasterKeyID?: string;
  };
  BlockedEncryptionTypes?: { EncryptionType?: ("NONE" | "SSE-C")[] };
}

export interface CfnPublicAccessBlock {
  BlockPublicAcls?: boolean;
  BlockPublicPolicy?: boolean;
  IgnorePublicAcls?: boolean;
  RestrictPublicBuckets?: boolean;
}

export interface CfnTransition {
  StorageClass: string;
  TransitionDate?: string;
  TransitionInDays?: number;
}

export interface CfnNoncurrentTransition {
  StorageClass: string;
  TransitionInDays: number;
  NewerNoncurrentVersions?: number;
}

export interface CfnLifecycleRule {
  Id?: string;
  Status: "Enabled" | "Disabled";
  Prefix?: string;
  TagFilters?: CfnTag[];
  ObjectSizeGreaterThan?: string;
  ObjectSizeLessThan?: string;
  ExpirationInDays?: number;
  ExpirationDate?: string;
  ExpiredObjectDeleteMarker?: boolean;
  Transition?: CfnTransition;
  Transitions?: CfnTransition[];
  NoncurrentVersionExpiration?: { NoncurrentDays: number; NewerNoncurrentVersions?: number };
  NoncurrentVersionExpirationInDays?: number;
  NoncurrentVersionTransition?: CfnNoncurrentTransition;
  NoncurrentVersionTransitions?: CfnNoncurrentTransition[];
  AbortIncompleteMultipartUpload?: { DaysAfterInitiation: number };
}

export type CfnStatus = "Enabled" | "Disabled";

export interface CfnReplicationRule {
  Id?: string;
  Priority?: number;
  Status: CfnStatus;
  Prefix?: string;
  Filter?: {
    Prefix?: string;
    TagFilter?: CfnTag;
    And?: { Prefix?: string; TagFilters?: CfnTag[] };
  };
  DeleteMarkerReplication?: { Status?: CfnStatus };
  SourceSelectionCriteria?: {
    ReplicaModifications?: { Status: CfnStatus };
    SseKmsEncryptedObjects?: { Status: CfnStatus };
  };
  Destination: {
    Bucket: string;
    Account?: string;
    StorageClass?: string;
    AccessControlTranslation?: { Owner: "Destination" };
    EncryptionConfiguration?: { ReplicaKmsKeyID: string };
    Metrics?: { Status: CfnStatus; EventThreshold?: { Minutes: number } };
    ReplicationTime?: { Status: CfnStatus; Time: { Minutes: number } };
  };
}

export interface CfnNotification {
  EventBridgeConfiguration?: { EventBridgeEnabled: boolean };
  LambdaConfigurations?: (CfnEventTarget & { Function: string })[];
  QueueConfigurations?: (CfnEventTarget & { Queue: string })[];
  TopicConfigurations?: (CfnEventTarget & { Topic: string })[];
}

export interface CfnEventTarget {
  Event: string;
  Filter?: { S3Key: { Rules: { Name: string; Value: string }[] } };
}

export interface CfnCorsRule {
  Id?: string;
  AllowedHeaders?: string[];
  AllowedMethods: string[];
  AllowedOrigins: string[];
  ExposedHeaders?: string[];
  /** Seconds. */
  MaxAge?: number;
}

export interface CfnRoutingRule {
  RoutingRuleCondition?: { HttpErrorCodeReturnedEquals?: string; KeyPrefixEquals?: string };
  RedirectRule: {
    HostName?: string;
    HttpRedirectCode?: string;
    Protocol?: "http" | "https";
    ReplaceKeyPrefixWith?: string;
    ReplaceKeyWith?: string;
  };
}

export interface CfnExportDestination {
  BucketArn: string;
  BucketAccountId?: string;
  Format: "CSV" | "ORC" | "Parquet";
  Prefix?: string;
}

export interface CfnAnalytics {
  Id: string;
  Prefix?: string;
  TagFilters?: CfnTag[];
  StorageClassAnalysis: {
    DataExport?: { Destination: CfnExportDestination; OutputSchemaVersion: "V_1" };
  };
}

export interface CfnIntelligentTiering {
  Id: string;
  Prefix?: string;
  TagFilters?: CfnTag[];
  Status: CfnStatus;
  Tierings: { AccessTier: "ARCHIVE_ACCESS" | "DEEP_ARCHIVE_ACCESS"; Days: number }[];
}

export interface CfnInventory {
  Id: string;
  Destination: CfnExportDestination;
  Enabled: boolean;
  IncludedObjectVersions: "All" | "Current";
  OptionalFields?: string[];
  Prefix?: string;
  ScheduleFrequency: "Daily" | "Weekly";
}

export interface CfnMetrics {
  Id: string;
  AccessPointArn?: string;
  Prefix?: string;
  TagFilters?: CfnTag[];
}
