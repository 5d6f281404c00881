import { isAwsError } from "../world/aws-error";
import { letsAccount } from "../services/s3/acl/acl-access";
import type { Bucket, ObjectVersion } from "../services/s3/store/model";
import type { FailureCode } from "../services/s3/replication/failure-codes";
import type { ServiceSession } from "../services/s3/access/service-session";

/**
 * What the replication role needs at the source.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 */

/**
 * On the bucket, always. That a missing ListBucket shows as `SrcHeadObjectNotPermitted` and a missing
 * GetReplicationConfiguration as `SrcBucketReplicationConfigMissing` is assumed.
 */
export function sourceBucketFailure(
  session: ServiceSession,
  bucket: Bucket,
): FailureCode | undefined {
  if (!session.allows({ action: "s3:GetReplicationConfiguration", bucket })) {
    return "SrcBucketReplicationConfigMissing";
  }
  if (!session.allows({ action: "s3:ListBucket", bucket })) return "SrcHeadObjectNotPermitted";
  return undefined;
}

/** To read a version with its ACL, its lock and its key. Tags are asked for apart: without that right they stay behind. */
export function sourceObjectFailure(
  session: ServiceSession,
  bucket: Bucket,
  version: ObjectVersion,
): FailureCode | undefined {
  const { key, versionId } = version;
  const conditionKeys = session.requestKeys(bucket, { "s3:versionid": versionId });
  const may = (action: string): boolean => session.allows({ action, bucket, key, conditionKeys });
  // What another account owns must be open to the bucket's owner. Source: S3 User Guide, "Requirements for replication".
  const isOpen = (permission: "READ" | "READ_ACP"): boolean =>
    letsAccount(session.world, bucket, version, bucket.accountId, permission);
  if (!may("s3:GetObjectVersionForReplication") || !isOpen("READ")) {
    return "SrcGetObjectNotPermitted";
  }
  if (!may("s3:GetObjectVersionAcl") || !isOpen("READ_ACP")) return "SrcGetAclNotPermitted";
  if (bucket.objectLock !== undefined) {
    if (!may("s3:GetObjectRetention")) return "SrcGetRetentionNotPermitted";
    if (!may("s3:GetObjectLegalHold")) return "SrcGetLegalHoldNotPermitted";
  }
  return sourceKeyFailure(session, bucket, version);
}

/** Whether the role may read the tags of a version. */
export function mayReadTags(
  session: ServiceSession,
  bucket: Bucket,
  version: ObjectVersion,
): boolean {
  const { key, versionId } = version;
  const conditionKeys = session.requestKeys(bucket, { "s3:versionid": versionId });
  return session.allows({ action: "s3:GetObjectVersionTagging", bucket, key, conditionKeys });
}

/** Whether the role may read the annotations of a version. */
export function mayReadAnnotations(
  session: ServiceSession,
  bucket: Bucket,
  version: ObjectVersion,
): boolean {
  const { key, versionId } = version;
  const conditionKeys = session.requestKeys(bucket, { "s3:versionid": versionId });
  const action = "s3:GetObjectVersionAnnotationForReplication";
  return session.allows({ action, bucket, key, conditionKeys });
}

function sourceKeyFailure(
  session: ServiceSession,
  bucket: Bucket,
  version: ObjectVersion,
): FailureCode | undefined {
  const { kmsKeyArn, bucketKeyEnabled } = version.encryption;
  if (kmsKeyArn === undefined) return undefined;
  try {
    session.world.kms.useKey({
      principal: session.principal,
      keyId: kmsKeyArn,
      region: bucket.region,
      accountId: bucket.accountId,
      action: "kms:Decrypt",
      encryptionContext: encryptionContext(bucket, version.key, bucketKeyEnabled === true),
      viaService: `s3.${bucket.region}.amazonaws.com`,
    });
    return undefined;
  } catch (error) {
    if (!isAwsError(error)) throw error;
    // The list of codes has none for a source key that is gone; its state is the nearest (assumed).
    return /AccessDenied/.test(error.code) ? "SrcGetObjectNotPermitted" : "SrcKmsKeyInvalidState";
  }
}

/** S3 binds a data key to the object, or with a Bucket Key to the bucket. */
export function encryptionContext(
  bucket: Bucket,
  key: string,
  bucketKeyEnabled: boolean,
): Record<string, string> {
  return { "aws:s3:arn": bucketKeyEnabled ? bucket.arn : `${bucket.arn}/${key}` };
}
