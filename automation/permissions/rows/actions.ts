/** What AWS's own provider reads of each bucket that it has made; the sandbox's stand-in reads a part of it. */
export const PROVIDER_READS_BUCKET = [
  "s3:ListBucket",
  "s3:GetAccelerateConfiguration",
  "s3:GetBucketAcl",
  "s3:GetBucketCORS",
  "s3:GetBucketLogging",
  "s3:GetBucketObjectLockConfiguration",
  "s3:GetBucketOwnershipControls",
  "s3:GetBucketPolicy",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketRequestPayment",
  "s3:GetBucketTagging",
  "s3:GetBucketVersioning",
  "s3:GetBucketWebsite",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
] as const;

export const CLOUD_CONTROL_READS_BUCKET = [
  ...PROVIDER_READS_BUCKET,
  "s3:GetAnalyticsConfiguration",
  "s3:GetBucketNotification",
  "s3:GetIntelligentTieringConfiguration",
  "s3:GetInventoryConfiguration",
  "s3:GetMetricsConfiguration",
] as const;

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

export const REMOVES_ROLE = [
  "iam:DeleteRole",
  "iam:DeleteRolePolicy",
  "iam:ListInstanceProfilesForRole",
] as const;
