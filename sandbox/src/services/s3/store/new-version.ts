import type { ObjectLockRetentionMode } from "@aws-sdk/client-s3";
import { mergedKeys } from "../../../authorization/merged-keys";
import type { AccessNeed, ConditionKeys, Principal } from "../../../authorization/model";
import type { RequestContext } from "../../../world/operation";
import { newObjectAclNeed, objectNeed } from "../access/access";
import { ANONYMOUS_ACCOUNT, hasAcls, keptAcl } from "../acl/acl";
import {
  checkNotBlocked,
  grantsOfHeaders,
  hasAclHeaders,
  ownersOfObject,
} from "../acl/acl-request";
import {
  accessControlListNotSupported,
  invalidArgument,
  invalidRedirectLocation,
  invalidStorageClass,
  keyTooLong,
  lockModeAndDateTogether,
  lockNeedsChecksum,
  metadataTooLarge,
  notImplemented,
  retainUntilDateInPast,
  unknownWormMode,
  uploadNeedsObjectLock,
} from "../errors";
import type { Bucket, ObjectVersion, Retention } from "./model";
import type { PolicyHeaders } from "../access/object-access";
import { headerKeys, lockKeys, requestKeys, requestTagKeys } from "../access/object-access";
import type { EncryptionHeaders } from "../object/object-encryption";
import { defaultRetentionFrom } from "../lock/object-lock";
import { ownEncoding, readableMetadata } from "../object/object-metadata";
import { tagsFromHeader } from "../object/object-tags";

/** Members that PutObject, CopyObject and CreateMultipartUpload have in common. */
export interface NewVersionHeaders extends PolicyHeaders, EncryptionHeaders {
  readonly CacheControl?: string;
  readonly ContentDisposition?: string;
  readonly ContentEncoding?: string;
  readonly ContentLanguage?: string;
  readonly ContentType?: string;
  readonly Expires?: Date;
  readonly Metadata?: Record<string, string>;
  readonly Tagging?: string;
}

/** Members of variable retention, which is refused by name. */
const EVENT_HOLD_MEMBERS = [
  "ObjectLockEventHold",
  "ObjectLockEventHoldDurationDays",
  "ObjectLockEventHoldDurationYears",
] as const;

/** What a request says about a version beside its content and its encryption. */
export type VersionAttributes = Pick<
  ObjectVersion,
  | "contentType"
  | "systemMetadata"
  | "userMetadata"
  | "storageClass"
  | "tags"
  | "retention"
  | "legalHold"
  | "ownerAccountId"
  | "acl"
>;

const MAXIMUM_KEY_BYTES = 1024;
const MAXIMUM_METADATA_BYTES = 2048;
const STORAGE_CLASSES = new Set([
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER",
  "DEEP_ARCHIVE",
  "GLACIER_IR",
]);

/** Classes whose versions must be restored before they can be read. */
export const ARCHIVE_CLASSES: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);

/**
 * Key by which a policy tells the requests that make an object from those that only prepare one (multipart).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export const CREATES_OBJECT: ConditionKeys = { "s3:objectcreationoperation": "true" };

/** One object for all versions without any, as most are. */
const NONE: Readonly<Record<string, string>> = Object.freeze({});

/** The rights that making a version needs: to put it, and those for what comes with it. */
export function needsOfNew(
  context: RequestContext,
  bucket: Bucket,
  key: string,
  input: NewVersionHeaders,
  extraKeys: ConditionKeys = {},
): AccessNeed[] {
  const tags = tagsFromHeader(input.Tagging);
  const lock = lockKeys(
    {
      mode: input.ObjectLockMode,
      retainUntil: input.ObjectLockRetainUntilDate,
      legalHold: input.ObjectLockLegalHoldStatus,
    },
    context.nowEpochMs,
  );
  const keys = mergedKeys(
    headerKeys(input),
    lock,
    requestTagKeys(tags),
    requestKeys(context, bucket),
    extraKeys,
  );
  const need = (action: string): AccessNeed => objectNeed(context, bucket, key, action, keys);
  const needs = [need("s3:PutObject")];
  if (tags !== undefined) needs.push(need("s3:PutObjectTagging"));
  if (input.ObjectLockMode !== undefined || input.ObjectLockRetainUntilDate !== undefined) {
    needs.push(need("s3:PutObjectRetention"));
  }
  if (input.ObjectLockLegalHoldStatus !== undefined) needs.push(need("s3:PutObjectLegalHold"));
  if (hasAclHeaders(input)) {
    needs.push(newObjectAclNeed(context, bucket, need("s3:PutObjectAcl")));
  }
  // To compare with what is there tells about it: S3 asks for the right to read.
  if (input.IfMatch !== undefined) needs.push(need("s3:GetObject"));
  return needs;
}

/**
 * Reads and checks all that a request says about a new version.
 * @throws AwsError InvalidArgument, InvalidRequest, InvalidStorageClass, MetadataTooLarge, ...
 */
export function attributesOfNew(
  context: RequestContext,
  bucket: Bucket,
  key: string,
  input: NewVersionHeaders,
): VersionAttributes {
  const { retention, legalHold } = lockOfNew(context, bucket, input);
  const userMetadata = readableMetadata(input.Metadata ?? NONE);
  checkMetadataSize(userMetadata);
  return {
    contentType: input.ContentType ?? "binary/octet-stream",
    systemMetadata: systemMetadataOf(context, input),
    userMetadata: Object.keys(userMetadata).length === 0 ? NONE : userMetadata,
    storageClass: checkedStorageClass(input.StorageClass),
    tags: tagsFromHeader(input.Tagging),
    retention,
    legalHold,
    ...ownership(context, bucket, key, input),
  };
}

/** @throws AwsError KeyTooLongError */
export function checkKeyLength(key: string): void {
  // A UTF-16 unit takes at most three bytes, so short keys need no encoding to be measured.
  if (key.length * 3 <= MAXIMUM_KEY_BYTES) return;
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > MAXIMUM_KEY_BYTES) throw keyTooLong(sizeBytes);
}

/** The retention of a version made now: its own, else the bucket's default. */
export function retentionOrDefault(
  bucket: Bucket,
  retention: Retention | undefined,
  nowEpochMs: number,
): Retention | undefined {
  return retention ?? defaultRetentionFrom(bucket.objectLock?.defaultRetention, nowEpochMs);
}

/**
 * Uploads that Object Lock will protect must prove that they arrived whole.
 * @throws AwsError InvalidRequest
 */
export function checkLockedUploadHasChecksum(
  context: RequestContext,
  isLocked: boolean,
  request: "Put Object" | "Put Part",
): void {
  // A call inside the sandbox does not travel.
  if (!isLocked || context.http === undefined) return;
  const { headers } = context.http;
  const hasChecksum = Object.keys(headers).some(
    (name) => name === "content-md5" || name.startsWith("x-amz-checksum-"),
  );
  if (!hasChecksum && headers["x-amz-trailer"]?.startsWith("x-amz-checksum-") !== true) {
    throw lockNeedsChecksum(request);
  }
}

/** @throws AwsError InvalidStorageClass */
function checkedStorageClass(storageClass: string | undefined): string {
  const wanted = storageClass ?? "STANDARD";
  if (!STORAGE_CLASSES.has(wanted)) throw invalidStorageClass(wanted);
  return wanted;
}

/**
 * Reads the Object Lock headers.
 * @throws AwsError InvalidRequest, InvalidArgument
 */
function lockOfNew(
  context: RequestContext,
  bucket: Bucket,
  input: NewVersionHeaders,
): { retention?: Retention; legalHold?: boolean } {
  if (EVENT_HOLD_MEMBERS.some((member) => member in input)) {
    throw notImplemented("variable retention", "x-amz-object-lock-event-hold");
  }
  const {
    ObjectLockMode: mode,
    ObjectLockRetainUntilDate: until,
    ObjectLockLegalHoldStatus: hold,
  } = input;
  if (mode === undefined && until === undefined && hold === undefined) return {};
  if (until === undefined && mode !== undefined) {
    throw lockModeAndDateTogether("x-amz-object-lock-retain-until-date");
  }
  if (mode === undefined && until !== undefined) {
    throw lockModeAndDateTogether("x-amz-object-lock-mode");
  }
  if (mode !== undefined && !isRetentionMode(mode)) throw unknownWormMode(mode);
  if (hold !== undefined && hold !== "ON" && hold !== "OFF") {
    throw invalidArgument(
      "x-amz-object-lock-legal-hold",
      hold,
      "Legal Hold must be either of 'ON' or 'OFF'",
    );
  }
  const untilEpochMs = until?.getTime();
  if (untilEpochMs !== undefined && !(untilEpochMs > context.nowEpochMs)) {
    const name = "x-amz-object-lock-retain-until-date";
    throw retainUntilDateInPast(name, context.http?.headers[name] ?? until?.toISOString());
  }
  // What the headers say comes before what the bucket is.
  if (bucket.objectLock === undefined) throw uploadNeedsObjectLock();
  return {
    ...(mode === undefined || untilEpochMs === undefined
      ? {}
      : { retention: { mode, retainUntilEpochMs: untilEpochMs } }),
    ...(hold === undefined ? {} : { legalHold: hold === "ON" }),
  };
}

export function isRetentionMode(mode: string | undefined): mode is ObjectLockRetentionMode {
  return mode === "GOVERNANCE" || mode === "COMPLIANCE";
}

function checkMetadataSize(metadata: Readonly<Record<string, string>>): void {
  let sizeBytes = 0;
  for (const [name, value] of Object.entries(metadata)) {
    sizeBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (sizeBytes > MAXIMUM_METADATA_BYTES) throw metadataTooLarge(sizeBytes);
}

function systemMetadataOf(
  context: RequestContext,
  input: NewVersionHeaders,
): Readonly<Record<string, string>> {
  const found: Record<string, string | undefined> = {
    CacheControl: input.CacheControl,
    ContentDisposition: input.ContentDisposition,
    ContentEncoding: ownEncoding(input.ContentEncoding),
    ContentLanguage: input.ContentLanguage,
    // S3 gives back what it was sent, whether it is a date or not.
    Expires: context.http?.headers.expires ?? input.Expires?.toUTCString(),
    WebsiteRedirectLocation: checkedRedirectLocation(input.WebsiteRedirectLocation),
  };
  const entries = Object.entries(found).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return entries.length === 0 ? NONE : Object.fromEntries(entries);
}

/** @throws AwsError InvalidRedirectLocation */
function checkedRedirectLocation(location: string | undefined): string | undefined {
  if (location !== undefined && !/^(\/|https?:\/\/)/.test(location)) {
    throw invalidRedirectLocation();
  }
  return location;
}

/**
 * Who owns a new version, and which ACL it gets. Without ACLs it is the bucket's, and the one ACL that may be asked for is
 * the one that would give it to the bucket's owner.
 * @throws AwsError AccessControlListNotSupported, AccessDenied, InvalidArgument, InvalidRequest
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
function ownership(
  context: RequestContext,
  bucket: Bucket,
  key: string,
  input: NewVersionHeaders,
): Pick<ObjectVersion, "ownerAccountId" | "acl"> {
  const { world, principal } = context;
  const givesAway =
    !hasAcls(bucket) ||
    (bucket.objectOwnership === "BucketOwnerPreferred" &&
      input.ACL === "bucket-owner-full-control");
  const ownerAccountId = givesAway ? bucket.accountId : writerOf(principal, bucket);
  const owners = ownersOfObject(world, bucket, ownerAccountId);
  const grants = grantsOfHeaders(world, input, owners);
  if (grants === undefined) return { ownerAccountId };
  if (!hasAcls(bucket)) {
    if (input.ACL !== "bucket-owner-full-control") throw accessControlListNotSupported();
    return { ownerAccountId };
  }
  checkNotBlocked(context, bucket, `${bucket.arn}/${key}`, grants);
  return { ownerAccountId, acl: keptAcl(grants, owners.ownerId) };
}

/** The account that writes. What a service writes is the bucket's. */
export function writerOf(principal: Principal, bucket: Bucket): string {
  if (principal.kind === "anonymous") return ANONYMOUS_ACCOUNT;
  return principal.accountId ?? bucket.accountId;
}
