/** What the engine's provider of a source reads of each bucket that it has made. */
export const PROVIDER_READS_BUCKET = [
  "s3:ListBucket",
  "s3:GetBucketNotification",
  "s3:GetBucketObjectLockConfiguration",
  "s3:GetBucketOwnershipControls",
  "s3:GetBucketPolicy",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketTagging",
  "s3:GetBucketVersioning",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
] as const;

/**
 * The rest of what the bridged provider reads of a bucket. It tags by S3 Control where it may.
 * @see https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/s3/bucket.go
 */
export const BRIDGED_PROVIDER_READS_BUCKET = [
  "s3:GetAccelerateConfiguration",
  "s3:GetBucketAcl",
  "s3:GetBucketCORS",
  "s3:GetBucketLogging",
  "s3:GetBucketRequestPayment",
  "s3:GetBucketWebsite",
  "s3:ListTagsForResource",
] as const;

/** What Cloud Control reads of a bucket, as does the guard's look. */
export const CLOUD_CONTROL_READS_BUCKET = [
  ...PROVIDER_READS_BUCKET,
  "s3:GetAccelerateConfiguration",
  "s3:GetAnalyticsConfiguration",
  "s3:GetBucketAcl",
  "s3:GetBucketCORS",
  "s3:GetBucketLogging",
  "s3:GetBucketRequestPayment",
  "s3:GetBucketWebsite",
  "s3:GetIntelligentTieringConfiguration",
  "s3:GetInventoryConfiguration",
  "s3:GetMetricsConfiguration",
] as const;

/**
 * What the read handler of AWS::S3::Bucket asks for since then.
 * @see https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/security.html
 */
export const LATER_CLOUD_CONTROL_READS_BUCKET = [
  "s3:GetBucketAbac",
  "s3:GetBucketMetadataTableConfiguration",
  "s3:ListTagsForResource",
] as const;

/** How both providers tag buckets in the way that is new. */
export const TAGS_BUCKET = ["s3:TagResource", "s3:UntagResource"] as const;

/** What `doctor` reads of a bucket, and `verify` of a vault's guard. */
export const GUARD_READS_BUCKET = [
  "s3:ListBucket",
  "s3:GetBucketAcl",
  "s3:GetBucketObjectLockConfiguration",
  "s3:GetBucketOwnershipControls",
  "s3:GetBucketPolicy",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketRequestPayment",
  "s3:GetBucketVersioning",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
] as const;

export const CONFIGURES_BUCKET = [
  "s3:CreateBucket",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketTagging",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
] as const;

export const READS_VERSIONS = [
  "s3:GetObjectVersion",
  "s3:GetObjectRetention",
  "s3:GetObjectLegalHold",
  "s3:GetObjectVersionTagging",
] as const;

/** What a plan depends on: where versions are, and their own retention, which replicas keep. */
export const PLANS_VERSIONS = [
  "s3:GetObjectVersion",
  "s3:GetObjectRetention",
  "s3:GetObjectVersionTagging",
] as const;

export const READS_ROLE = [
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListRolePolicies",
] as const;

export const SIMULATES = ["iam:SimulatePrincipalPolicy"] as const;

/** STS does not tell the path of the role that somebody is. */
export const SIMULATES_ONESELF = ["iam:GetRole", ...SIMULATES] as const;

export const READS_KEY = [
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
] as const;

/** How a role of the stack's is made and put back. */
export const MAKES_ROLE = [
  "iam:CreateRole",
  "iam:PutRolePolicy",
  "iam:TagRole",
  "iam:UntagRole",
  "iam:UpdateAssumeRolePolicy",
] as const;

export const REMOVES_ROLE = ["iam:DeleteRole", "iam:DeleteRolePolicy"] as const;

/**
 * What the bridged provider asks for besides: a role in an instance profile does not go.
 * @see https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/iam/role.go
 */
export const BRIDGED_PROVIDER_REMOVES_ROLE = ["iam:ListInstanceProfilesForRole"] as const;
