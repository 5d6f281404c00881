/**
 * The role that jobs compute checksums as, in the account of a source or of a vault: it may read the versions of one bucket, and write
 * what it found into its report.
 *
 * An identity policy gives, and whoever runs the account's IAM may give more. So the vault's own policy says that this role changes
 * nothing there, out of `CHECKSUM_DENIALS`.
 */

import { bucketArn as arnOfBucket, partitionOf, s3ViaService } from "../config/values";
import { denyOnObjects, policyDocument, type PolicyDocument } from "./policy-document";
import type { StatementTable } from "./policy-document";
import { onlyRoles } from "./role-principal";

/** What `checksumRolePolicy` is made of. */
export interface ChecksumRolePolicyArgs {
  /** Twelve digits. Of the account that owns bucket and role. */
  accountId: string;
  /** Of the bucket. */
  region: string;
  /** The bucket whose versions are read. */
  bucketName: string;
  /** Of the bucket beside it. */
  operationsBucketName: string;
  /** Prefixes in the operations bucket, without a slash at either end. */
  manifestPrefix: string;
  /** Where reports go. */
  reportPrefix: string;
  /** Key that the operations bucket is under. Undefined: S3's own keys. */
  operationsKmsKeyArn?: string | undefined;
}

/**
 * Identity policy of the role. Manifests of ours name a version in each row, so that `s3:GetObjectVersion` alone is needed; that reading
 * is all that the operation asks for is assumed, since AWS's page does not say.
 *
 * Which keys versions are under nobody knows beforehand. What bounds the statement is its condition: only through S3 in the bucket's
 * Region, and only for this bucket's data; with S3 Bucket Keys the context is the bucket's ARN, without them the object's.
 *
 * A job that copies has the key `s3:x-amz-copy-source`: whoever hands the role to one copies nothing to where reports lie.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-compute-checksums.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-iam-role-policies.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
 */
export function checksumRolePolicy(args: ChecksumRolePolicyArgs): PolicyDocument {
  const { accountId, bucketName, operationsBucketName, operationsKmsKeyArn, region } = args;
  const partition = partitionOf(region);
  const arn = arnOfBucket(partition, bucketName);
  const operationsArn = arnOfBucket(partition, operationsBucketName);
  return policyDocument(
    {
      Sid: "ReadVersions",
      Effect: "Allow",
      Action: "s3:GetObjectVersion",
      Resource: `${arn}/*`,
    },
    {
      Sid: "DecryptVersions",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: `arn:${partition}:kms:${region}:${accountId}:key/*`,
      Condition: {
        StringLike: {
          "kms:ViaService": s3ViaService(region),
          "kms:EncryptionContext:aws:s3:arn": [arn, `${arn}/*`],
        },
      },
    },
    {
      Sid: "ReadManifest",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: `${operationsArn}/${args.manifestPrefix}/*`,
    },
    {
      Sid: "WriteReport",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: `${operationsArn}/${args.reportPrefix}/*`,
      Condition: { Null: { "s3:x-amz-copy-source": "true" } },
    },
    operationsKmsKeyArn === undefined
      ? undefined
      : {
          Sid: "UseKeyOfReports",
          Effect: "Allow",
          Action: ["kms:GenerateDataKey", "kms:Decrypt"],
          Resource: operationsKmsKeyArn,
        },
  );
}

/** What a policy of a vault has to know of the role. */
export interface ChecksumReading {
  /** Of the vault, without a path. */
  readonly bucketArn: string;
  /** With its path. The role need not exist yet. Undefined: there is none. */
  readonly checksumRoleArn?: string | undefined;
}

/** What changes a vault, its versions or their locks. Patterns, as far as all that they stand for changes something. */
const CHANGING_ACTIONS = [
  "s3:AbortMultipartUpload",
  "s3:BypassGovernanceRetention",
  "s3:Delete*",
  "s3:InitiateReplication",
  "s3:ObjectOwnerOverrideToBucketOwner",
  "s3:Put*",
  "s3:Replicate*",
  "s3:RestoreObject",
  "s3:UpdateObjectEncryption",
] as const;

/** What the role that reads for checksums is refused at its vault, by Sid. */
export const CHECKSUM_DENIALS = {
  // Attack: whoever hands the role to a job of their own, or gives it more, deletes, locks or restores with it.
  DenyChecksumRoleChanges: ({ bucketArn, checksumRoleArn }) =>
    checksumRoleArn === undefined
      ? undefined
      : {
          ...denyOnObjects(bucketArn, CHANGING_ACTIONS, onlyRoles([checksumRoleArn])),
          Resource: [bucketArn, `${bucketArn}/*`],
        },
} as const satisfies StatementTable<ChecksumReading>;
