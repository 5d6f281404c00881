/**
 * The failure codes of S3 Replication, each with what a batch report says beside it. Names and meanings:
 * S3 User Guide, "Amazon S3 replication failure reasons" (replication-metrics-events). The HTTP statuses and texts are
 * assumed, but for `SrcObjectNotEligible`, whose row was seen on AWS.
 */
export const FAILURE_CODES = {
  AssumeRoleNotPermitted: { httpStatus: 403, message: "Unable to assume the replication role" },
  DstBucketInvalidRegion: {
    httpStatus: 400,
    message: "The destination bucket is not in the expected Region",
  },
  DstBucketNotFound: { httpStatus: 404, message: "The destination bucket does not exist" },
  DstBucketObjectLockConfigMissing: {
    httpStatus: 400,
    message: "The destination bucket is missing Object Lock configuration",
  },
  DstBucketUnversioned: {
    httpStatus: 400,
    message: "Versioning is not enabled on the destination bucket",
  },
  DstDelObjNotPermitted: {
    httpStatus: 403,
    message: "Not permitted to replicate delete markers to the destination bucket",
  },
  DstKmsKeyInvalidState: {
    httpStatus: 400,
    message: "The destination KMS key is not in a usable state",
  },
  DstKmsKeyNotFound: { httpStatus: 404, message: "The destination KMS key does not exist" },
  DstMultipartCompleteNotPermitted: {
    httpStatus: 403,
    message: "Not permitted to complete multipart uploads at the destination bucket",
  },
  DstMultipartInitNotPermitted: {
    httpStatus: 403,
    message: "Not permitted to initiate multipart uploads at the destination bucket",
  },
  DstMultipartUploadNotPermitted: {
    httpStatus: 403,
    message: "Not permitted to upload parts to the destination bucket",
  },
  DstObjectHardDeleted: {
    httpStatus: 400,
    message: "The object version was deleted from the destination bucket",
  },
  DstPutAclNotPermitted: {
    httpStatus: 403,
    message: "Not permitted to put the object's ACL at the destination bucket",
  },
  DstPutLegalHoldNotPermitted: {
    httpStatus: 403,
    message: "Not permitted to put a legal hold at the destination bucket",
  },
  DstPutObjectNotPermitted: {
    httpStatus: 403,
    message: "Not permitted to replicate objects to the destination bucket",
  },
  DstPutRetentionNotPermitted: {
    httpStatus: 403,
    message: "Not permitted to put retention at the destination bucket",
  },
  DstPutTaggingNotPermitted: {
    httpStatus: 403,
    message: "Not permitted to replicate object tags to the destination bucket",
  },
  DstVersionNotFound: {
    httpStatus: 404,
    message: "The object version does not exist in the destination bucket",
  },
  InitiateReplicationNotPermitted: {
    httpStatus: 403,
    message: "Not permitted to initiate replication on the object",
  },
  SrcBucketInvalidRegion: {
    httpStatus: 400,
    message: "The source bucket is not in the Region of the job",
  },
  SrcBucketNotFound: { httpStatus: 404, message: "The source bucket does not exist" },
  SrcBucketReplicationConfigMissing: {
    httpStatus: 404,
    message: "The source bucket has no replication configuration",
  },
  SrcGetAclNotPermitted: { httpStatus: 403, message: "Not permitted to read the object's ACL" },
  SrcGetLegalHoldNotPermitted: {
    httpStatus: 403,
    message: "Not permitted to read the object's legal hold",
  },
  SrcGetObjectNotPermitted: { httpStatus: 403, message: "Not permitted to read the source object" },
  SrcGetRetentionNotPermitted: {
    httpStatus: 403,
    message: "Not permitted to read the object's retention",
  },
  SrcGetTaggingNotPermitted: {
    httpStatus: 403,
    message: "Not permitted to read the object's tags",
  },
  SrcHeadObjectNotPermitted: {
    httpStatus: 403,
    message: "Not permitted to look up objects in the source bucket",
  },
  SrcKeyNotFound: { httpStatus: 404, message: "The source object key does not exist" },
  SrcKmsKeyInvalidState: {
    httpStatus: 400,
    message: "The source KMS key is not in a usable state",
  },
  SrcObjectNotEligible: { httpStatus: 500, message: "Object is not eligible for replication" },
  SrcObjectNotFound: { httpStatus: 404, message: "Object versionID is invalid" },
  SrcReplicationNotPending: {
    httpStatus: 409,
    message: "The object is no longer pending replication",
  },
  SrcVersionNotFound: { httpStatus: 404, message: "The source object version does not exist" },
} as const;

/** A code of the guide's list. */
export type FailureCode = keyof typeof FAILURE_CODES;
