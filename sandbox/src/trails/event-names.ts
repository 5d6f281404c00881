import type { ServiceName } from "../world/service-name";
import type { ApiCall } from "../services/cloudtrail/api-call";

/** What kind of event a call is, and under which names. */
export interface EventKind {
  /** `s3.amazonaws.com` */
  readonly source: string;
  readonly name: string;
  readonly category: "Management" | "Data";
  readonly isReadOnly: boolean;
}

const SOURCES: Readonly<Record<ServiceName, string>> = {
  s3: "s3.amazonaws.com",
  s3control: "s3.amazonaws.com",
  iam: "iam.amazonaws.com",
  sts: "sts.amazonaws.com",
  kms: "kms.amazonaws.com",
  cloudcontrol: "cloudcontrolapi.amazonaws.com",
  cloudwatch: "monitoring.amazonaws.com",
  sns: "sns.amazonaws.com",
  eventbridge: "events.amazonaws.com",
  cloudtrail: "cloudtrail.amazonaws.com",
  athena: "athena.amazonaws.com",
};

/**
 * What is asked of objects, and what lists or heads them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
 */
const S3_DATA_EVENTS: ReadonlySet<string> = new Set([
  "AbortMultipartUpload",
  "CompleteMultipartUpload",
  "CopyObject",
  "CreateMultipartUpload",
  "DeleteObject",
  "DeleteObjectAnnotation",
  "DeleteObjectTagging",
  "DeleteObjects",
  "GetObject",
  "GetObjectAcl",
  "GetObjectAnnotation",
  "GetObjectAttributes",
  "GetObjectLegalHold",
  "GetObjectRetention",
  "GetObjectTagging",
  "GetObjectTorrent",
  "HeadBucket",
  "HeadObject",
  "ListMultipartUploads",
  "ListObjectAnnotations",
  "ListObjectVersions",
  "ListObjects",
  "ListParts",
  "PostObject",
  "PutObject",
  "PutObjectAcl",
  "PutObjectAnnotation",
  "PutObjectLegalHold",
  "PutObjectRetention",
  "PutObjectTagging",
  "RestoreObject",
  "SelectObjectContent",
  "UploadPart",
  "UploadPartCopy",
]);

/** Where CloudTrail has another name than the operation; the second list of the same page, and one record for the first. */
const S3_NAMES: Readonly<Record<string, string>> = {
  ListObjectsV2: "ListObjects",
  DeletePublicAccessBlock: "DeleteBucketPublicAccessBlock",
  GetPublicAccessBlock: "GetBucketPublicAccessBlock",
  PutPublicAccessBlock: "PutBucketPublicAccessBlock",
  GetBucketLifecycleConfiguration: "GetBucketLifecycle",
  PutBucketLifecycleConfiguration: "PutBucketLifecycle",
  GetBucketNotificationConfiguration: "GetBucketNotification",
  PutBucketNotificationConfiguration: "PutBucketNotification",
};
const S3_CONTROL_NAMES: Readonly<Record<string, string>> = {
  DeletePublicAccessBlock: "DeleteAccountPublicAccessBlock",
  GetPublicAccessBlock: "GetAccountPublicAccessBlock",
  PutPublicAccessBlock: "PutAccountPublicAccessBlock",
};

/** Data events of other services, which the sandbox does not record, and calls that AWS does not tell of. */
const UNTOLD: Readonly<Partial<Record<ServiceName, readonly string[]>>> = {
  sns: ["Publish", "PublishBatch"],
  eventbridge: ["PutEvents"],
  cloudwatch: ["PutMetricData", "GetMetricData"],
};

/** Cryptography changes no key (KMS Developer Guide, "Examples of AWS KMS log entries"). */
const KMS_READS = /^(Encrypt|Decrypt|ReEncrypt|GenerateDataKey|GenerateRandom|Sign|Verify)/;
const READS = /^(Get|BatchGet|List|Describe|Head|Select|Simulate|Lookup|Test|Decode|AssumeRole)/;

/** Undefined for a call that is no event. */
export function eventKind({ operation, service }: ApiCall): EventKind | undefined {
  if (UNTOLD[service]?.includes(operation) === true) return undefined;
  const names =
    service === "s3" ? S3_NAMES : service === "s3control" ? S3_CONTROL_NAMES : undefined;
  const name = names?.[operation] ?? operation;
  const isData = service === "s3" && S3_DATA_EVENTS.has(name);
  return {
    source: SOURCES[service],
    name,
    category: isData ? "Data" : "Management",
    isReadOnly: READS.test(operation) || (service === "kms" && KMS_READS.test(operation)),
  };
}

/** Services of no Region: what happens in them happens in us-east-1. */
export function isGlobal(service: ServiceName): boolean {
  return service === "iam";
}
