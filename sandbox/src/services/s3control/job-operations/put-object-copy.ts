import type { CopyObjectRequest } from "@aws-sdk/client-s3";
import type { CreateJobRequest, S3CopyObjectOperation } from "@aws-sdk/client-s3-control";
import { bucketName } from "../../s3/bucket/bucket-arn";
import type { Task } from "../task";
import { grantHeaders, grantProblems } from "./copy-grants";
import { metadataOfCopy } from "./copy-metadata";
import { callS3InRegion } from "./s3-call";
import type { JobOperation } from "./job-operation";
import { STORAGE_CLASSES } from "../storage-classes";

/** `arn:aws:s3:::name`; what has a Region is an access point or of an Outpost. */
const BUCKET_ARN = /^arn:[^:]+:s3:::[^/]+$/;

const path = "operation.s3PutObjectCopy";

/**
 * S3PutObjectCopy: copies each object into one bucket, which must be in the Region of the job; a task to a bucket elsewhere fails
 * as a request to the wrong Region does (assumed). Objects may be as large as CopyObject takes them, 5 GB.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-copy-object.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_S3CopyObjectOperation.html
 */
export const putObjectCopy: JobOperation = {
  manifestFields: ["Bucket", "Key"],
  listedVersions: "current",
  needsOneBucket: true,
  activeJobsLimit: Infinity,
  check(members, request) {
    const copy = parametersOf(request);
    members.length(`${path}.targetResource`, copy.TargetResource, 1, 128);
    members.pattern(`${path}.targetResource`, copy.TargetResource, BUCKET_ARN);
    members.length(`${path}.targetKeyPrefix`, copy.TargetKeyPrefix, 1, 1024);
    members.length(`${path}.redirectLocation`, copy.RedirectLocation, 1, 2048);
    members.length(`${path}.sSEAwsKmsKeyId`, copy.SSEAwsKmsKeyId, 1, 2000);
    members.oneOf(`${path}.storageClass`, copy.StorageClass, STORAGE_CLASSES);
    members.oneOf(`${path}.metadataDirective`, copy.MetadataDirective, ["COPY", "REPLACE"]);
    members.oneOf(`${path}.objectLockMode`, copy.ObjectLockMode, ["COMPLIANCE", "GOVERNANCE"]);
    members.oneOf(`${path}.objectLockLegalHoldStatus`, copy.ObjectLockLegalHoldStatus, [
      "OFF",
      "ON",
    ]);
    const sseAlgorithm = copy.NewObjectMetadata?.SSEAlgorithm;
    members.oneOf(`${path}.newObjectMetadata.sSEAlgorithm`, sseAlgorithm, ["AES256", "KMS"]);
  },
  conflicts(request) {
    const copy = parametersOf(request);
    const problems = [...grantProblems(copy)];
    if (copy.TargetResource === undefined) {
      problems.push("TargetResource must be specified for S3PutObjectCopy");
    }
    if ((copy.ObjectLockMode === undefined) !== (copy.ObjectLockRetainUntilDate === undefined)) {
      problems.push("ObjectLockMode and ObjectLockRetainUntilDate must be specified together");
    }
    if (copy.SSEAwsKmsKeyId !== undefined && copy.NewObjectMetadata?.SSEAlgorithm === "AES256") {
      problems.push("SSEAwsKmsKeyId must not be specified with the SSEAlgorithm AES256");
    }
    return problems;
  },
  run(slice, task) {
    const copy = parametersOf(slice.job.request);
    const target = bucketName(copy.TargetResource ?? "");
    return callS3InRegion(slice, target, "CopyObject", copyRequest(copy, target, task));
  },
};

function parametersOf({ Operation: operation }: CreateJobRequest): S3CopyObjectOperation {
  return operation?.S3PutObjectCopy ?? {};
}

function copyRequest(copy: S3CopyObjectOperation, target: string, task: Task): CopyObjectRequest {
  return {
    Bucket: target,
    Key: keyOfCopy(copy.TargetKeyPrefix, task.key),
    CopySource: copySource(task),
    CopySourceIfModifiedSince: copy.ModifiedSinceConstraint,
    CopySourceIfUnmodifiedSince: copy.UnModifiedSinceConstraint,
    ACL: copy.CannedAccessControlList,
    ...grantHeaders(copy),
    ...metadataOfCopy(copy),
    ...tagsOfCopy(copy),
    RequestPayer: copy.RequesterPays === true ? "requester" : undefined,
    StorageClass: copy.StorageClass,
    ObjectLockLegalHoldStatus: copy.ObjectLockLegalHoldStatus,
    ObjectLockMode: copy.ObjectLockMode,
    ObjectLockRetainUntilDate: copy.ObjectLockRetainUntilDate,
    BucketKeyEnabled: copy.BucketKeyEnabled,
    ChecksumAlgorithm: copy.ChecksumAlgorithm,
  };
}

/** The prefix is a folder's name, after which a slash comes (that one is not doubled is assumed). */
function keyOfCopy(prefix: string | undefined, key: string): string {
  if (prefix === undefined) return key;
  return prefix.endsWith("/") ? `${prefix}${key}` : `${prefix}/${key}`;
}

function copySource({ bucketName: source, key, versionId }: Task): string {
  const object = `${source}/${encodeURIComponent(key)}`;
  return versionId === "" ? object : `${object}?versionId=${encodeURIComponent(versionId)}`;
}

/** Without new tags those of the source are copied; an empty list takes them away. */
function tagsOfCopy({ NewObjectTagging: tags }: S3CopyObjectOperation): Partial<CopyObjectRequest> {
  if (tags === undefined) return {};
  const pairs = tags.map(({ Key, Value }): [string, string] => [Key ?? "", Value ?? ""]);
  const Tagging = pairs.length === 0 ? undefined : new URLSearchParams(pairs).toString();
  return { TaggingDirective: "REPLACE", Tagging };
}
