import { mergedKeys } from "../../../authorization/merged-keys";
import type { AccessNeed, ConditionKeys } from "../../../authorization/model";
import type { RequestContext } from "../../../world/operation";
import { bucketNeed, objectNeedByAcl } from "./access";
import type { AclHeaders } from "../acl/acl-request";
import { noSuchKey, noSuchVersion } from "../errors";
import type { Bucket, ObjectVersion } from "../store/model";
import { remainingRetentionDays } from "../lock/object-lock";

/** Headers of a request that makes or changes a version, as far as policies can ask for them. */
export interface PolicyHeaders extends AclHeaders {
  readonly ServerSideEncryption?: string;
  readonly SSEKMSKeyId?: string;
  readonly SSECustomerAlgorithm?: string;
  readonly StorageClass?: string;
  readonly WebsiteRedirectLocation?: string;
  readonly MetadataDirective?: string;
  readonly CopySource?: string;
  readonly ObjectLockMode?: string;
  readonly ObjectLockRetainUntilDate?: Date;
  readonly ObjectLockLegalHoldStatus?: string;
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
}

/**
 * Condition keys of S3 that follow from headers. A key is there only when its header is, so that `Null` conditions
 * see the difference between a default and a wish.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
export function headerKeys(input: PolicyHeaders): Record<string, string | undefined> {
  return {
    "s3:x-amz-acl": input.ACL,
    "s3:x-amz-grant-full-control": input.GrantFullControl,
    "s3:x-amz-grant-read": input.GrantRead,
    "s3:x-amz-grant-read-acp": input.GrantReadACP,
    "s3:x-amz-grant-write-acp": input.GrantWriteACP,
    "s3:x-amz-server-side-encryption": input.ServerSideEncryption,
    "s3:x-amz-server-side-encryption-aws-kms-key-id": input.SSEKMSKeyId,
    "s3:x-amz-server-side-encryption-customer-algorithm": input.SSECustomerAlgorithm,
    "s3:x-amz-storage-class": input.StorageClass,
    "s3:x-amz-website-redirect-location": input.WebsiteRedirectLocation,
    "s3:x-amz-metadata-directive": input.MetadataDirective,
    "s3:x-amz-copy-source": input.CopySource?.replace(/^\//, ""),
    "s3:if-match": input.IfMatch,
    "s3:if-none-match": input.IfNoneMatch,
  };
}

/** The keys of Object Lock of a request, by what it asks for. */
export function lockKeys(
  lock: { mode?: string; retainUntil?: Date; legalHold?: string },
  nowEpochMs: number,
): Record<string, string | undefined> {
  const untilEpochMs = lock.retainUntil?.getTime();
  const isDate = untilEpochMs !== undefined && Number.isFinite(untilEpochMs);
  return {
    "s3:object-lock-mode": lock.mode,
    "s3:object-lock-retain-until-date": isDate ? new Date(untilEpochMs).toISOString() : undefined,
    "s3:object-lock-remaining-retention-days": isDate
      ? String(remainingRetentionDays(untilEpochMs, nowEpochMs))
      : undefined,
    "s3:object-lock-legal-hold": lock.legalHold,
  };
}

/** `s3:RequestObjectTag/*` and `s3:RequestObjectTagKeys` of tags that a request brings. */
export function requestTagKeys(tags: ReadonlyMap<string, string> | undefined): ConditionKeys {
  if (tags === undefined || tags.size === 0) return {};
  const keys: Record<string, string | readonly string[]> = {
    "s3:requestobjecttagkeys": [...tags.keys()],
  };
  for (const [name, value] of tags) keys[`s3:requestobjecttag/${name.toLowerCase()}`] = value;
  return keys;
}

/** `s3:ExistingObjectTag/*` of the version that a request is about. */
function existingTagKeys(version: ObjectVersion | undefined): ConditionKeys {
  const keys: Record<string, string> = {};
  for (const [name, value] of version?.tags ?? []) {
    keys[`s3:existingobjecttag/${name.toLowerCase()}`] = value;
  }
  return keys;
}

/** The version that a request is about as far as it exists: the named one, or the newest. */
export function findVersion(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): ObjectVersion | undefined {
  return versionId === undefined
    ? bucket.objects.current(key)
    : bucket.objects.version(key, versionId);
}

/**
 * The right to an action on an object, which for a named version is another action: `s3:GetObject` and
 * `s3:GetObjectVersion`. Fills in `s3:VersionId` and the tags that the object has.
 * @param actions the one for the current version, and the one for a named version
 */
export function versionNeed(
  context: RequestContext,
  bucket: Bucket,
  target: { key: string; versionId?: string },
  actions: readonly [current: string, version: string],
  extraKeys?: ConditionKeys,
): AccessNeed {
  const { key, versionId } = target;
  const version = findVersion(bucket, key, versionId);
  const action = versionId === undefined ? actions[0] : actions[1];
  const ownKeys = requestKeys(context, bucket, versionId);
  // Most reads have nothing beside these, and would copy them for nothing.
  const hasOthers = extraKeys !== undefined || (version?.tags?.size ?? 0) > 0;
  const keys = hasOthers ? mergedKeys(existingTagKeys(version), ownKeys, extraKeys) : ownKeys;
  return objectNeedByAcl(context, bucket, { key, version }, action, keys);
}

/** Keys that every request of S3 has. @param versionId as the request names it */
export function requestKeys(
  context: RequestContext,
  bucket: Bucket,
  versionId?: string,
): ConditionKeys {
  const { http } = context;
  return {
    "s3:resourceaccount": bucket.accountId,
    "s3:x-amz-content-sha256": http?.headers["x-amz-content-sha256"],
    "s3:authtype":
      http === undefined ? undefined : http.presigned ? "REST-QUERY-STRING" : "REST-HEADER",
    "s3:versionid": versionId,
  };
}

/**
 * The error for an object that is not there. Who may not list the bucket is not told that it is missing.
 * @throws AwsError AccessDenied without `s3:ListBucket`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Permissions)
 */
export function missingObject(
  context: RequestContext,
  bucket: Bucket,
  target: { key: string; versionId?: string },
  headers: Readonly<Record<string, string>> = {},
): Error {
  context.require(bucketNeed(context, bucket, "s3:ListBucket", requestKeys(context, bucket)));
  return target.versionId === undefined
    ? noSuchKey(target.key, headers)
    : noSuchVersion(target.key, target.versionId);
}
