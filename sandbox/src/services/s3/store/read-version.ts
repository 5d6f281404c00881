import { expirationHeader } from "../lifecycle/headers";
import type { RequestContext } from "../../../world/operation";
import { invalidArgument, invalidPartNumber, invalidRequest, methodNotAllowed } from "../errors";
import type { Bucket, ObjectVersion, RestoredCopy } from "./model";
import type { AccessNeed } from "../../../authorization/model";
import { checkedPartNumber } from "../multipart/multipart";
import { missingObject, versionNeed } from "../access/object-access";
import { checkReadConditions } from "../object/object-conditions";
import { describeEncryption } from "../object/object-encryption";
import type { ByteRange } from "../object/object-range";
import { parseRange } from "../object/object-range";
import { checkedVersionId, refuseEncryptionHeader, required } from "../object/object-request";
import { shownReplicationStatus } from "../object/replication-status";
import { shownVersionId } from "./store-version";

/** What GetObject, HeadObject and their like share: finding the version, conditions, ranges, describing it. */

/** A version that a request may read about, and its bucket. */
export interface Found {
  readonly bucket: Bucket;
  readonly key: string;
  readonly version: ObjectVersion;
}

interface Target {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly VersionId?: string;
}

/** The rights to read: `s3:GetObject` or `s3:GetObjectVersion`. */
export function readNeeds(input: ReadInput, context: RequestContext): AccessNeed[] {
  const bucket = context.world.s3.bucket(required(input.Bucket));
  const target = { key: required(input.Key), versionId: checkedVersionId(input.VersionId) };
  if (input.PartNumber !== undefined) checkedPartNumber(input.PartNumber);
  refuseEncryptionHeader(context.http);
  if (hasQuery(context)) checkHeaderOverrides(input);
  if (context.principal.kind === "anonymous" && overridesHeaders(input)) {
    throw invalidRequest(
      "Request specific response headers cannot be used for anonymous GET requests.",
    );
  }
  return [versionNeed(context, bucket, target, ["s3:GetObject", "s3:GetObjectVersion"])];
}

/**
 * The version that a request names, or the current one.
 *
 *     no version id, nothing there          404 NoSuchKey
 *     no version id, newest is a marker     404 NoSuchKey, x-amz-delete-marker: true
 *     version id of a marker                405 MethodNotAllowed, x-amz-delete-marker: true
 *     version id of nothing                 404 NoSuchVersion
 *     any 404 without s3:ListBucket         403 AccessDenied
 */
export function findReadable(input: Target, context: RequestContext): Found {
  const bucket = context.world.s3.bucket(required(input.Bucket));
  const key = required(input.Key);
  const versionId = checkedVersionId(input.VersionId);
  const target = { key, versionId };
  if (versionId !== undefined) {
    const version = bucket.objects.version(key, versionId);
    if (version === undefined) throw missingObject(context, bucket, target);
    if (version.isDeleteMarker) throw markerNotAllowed(context, bucket, version);
    return { bucket, key, version };
  }
  const version = bucket.objects.current(key);
  if (version === undefined) throw missingObject(context, bucket, target);
  if (version.isDeleteMarker) {
    throw missingObject(context, bucket, target, markerHeaders(bucket, version));
  }
  return { bucket, key, version };
}

/**
 * The version whose tags, ACL or lock a request is about. A delete marker has none of them and says so, by its version id
 * or as the newest of its key.
 */
export function findWithSubresources(input: Target, context: RequestContext): Found {
  const bucket = context.world.s3.bucket(required(input.Bucket));
  const newest = bucket.objects.current(required(input.Key));
  if (input.VersionId === undefined && newest?.isDeleteMarker === true) {
    throw markerNotAllowed(context, bucket, newest);
  }
  return findReadable(input, context);
}

/** The error for an operation on a delete marker. */
function markerNotAllowed(context: RequestContext, bucket: Bucket, marker: ObjectVersion): Error {
  return methodNotAllowed(context.http?.method ?? "GET", "DeleteMarker", {
    ...markerHeaders(bucket, marker),
    "last-modified": new Date(marker.lastModifiedEpochMs).toUTCString(),
    allow: "DELETE",
  });
}

function markerHeaders(bucket: Bucket, marker: ObjectVersion): Record<string, string> {
  const versionId = shownVersionId(bucket, marker);
  return {
    "x-amz-delete-marker": "true",
    ...(versionId === undefined ? {} : { "x-amz-version-id": versionId }),
  };
}

interface ReadInput extends Target {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
  readonly IfModifiedSince?: Date;
  readonly IfUnmodifiedSince?: Date;
  readonly Range?: string;
  readonly PartNumber?: number;
  readonly ChecksumMode?: string;
  readonly ResponseCacheControl?: string;
  readonly ResponseContentDisposition?: string;
  readonly ResponseContentEncoding?: string;
  readonly ResponseContentLanguage?: string;
  readonly ResponseContentType?: string;
  readonly ResponseExpires?: Date;
}

const HEADER_OVERRIDES = [
  ["response-cache-control", "ResponseCacheControl"],
  ["response-content-disposition", "ResponseContentDisposition"],
  ["response-content-encoding", "ResponseContentEncoding"],
  ["response-content-language", "ResponseContentLanguage"],
  ["response-content-type", "ResponseContentType"],
] as const;

function overridesHeaders(input: ReadInput): boolean {
  return (
    input.ResponseExpires !== undefined ||
    HEADER_OVERRIDES.some(([, member]) => input[member] !== undefined)
  );
}

/** Without one a request overrides no header; one that came without HTTP may. */
function hasQuery({ http }: RequestContext): boolean {
  return http === undefined || http.query.size > 0;
}

/** What no HTTP header can carry is refused, so that a query cannot write headers of its own. Text: assumed. */
function checkHeaderOverrides(input: ReadInput): void {
  for (const [parameter, member] of HEADER_OVERRIDES) {
    const value = input[member];
    if (value !== undefined && !HEADER_VALUE.test(value)) {
      throw invalidArgument(parameter, value, "Header value cannot be represented");
    }
  }
}

/** RFC 9110: visible characters, spaces and tabs; S3 sends other characters of ISO 8859-1 as they are. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Conditions first, then the bytes that the request asks for; undefined for all of them. */
export function selectBytes(
  version: ObjectVersion,
  input: ReadInput,
  nowEpochMs: number,
): ByteRange | undefined {
  const conditions = {
    ifMatch: input.IfMatch,
    ifNoneMatch: input.IfNoneMatch,
    ifModifiedSince: input.IfModifiedSince,
    ifUnmodifiedSince: input.IfUnmodifiedSince,
  };
  checkReadConditions(version, conditions, nowEpochMs);
  if (input.PartNumber === undefined) return parseRange(input.Range, version.sizeBytes);
  if (input.Range !== undefined) {
    throw invalidRequest("Cannot specify both Range header and partNumber query parameter");
  }
  return partRange(version, input.PartNumber);
}

function partRange(version: ObjectVersion, partNumber: number): ByteRange | undefined {
  const parts = version.parts ?? [];
  if (parts.length === 0) {
    if (partNumber !== 1) throw invalidPartNumber(partNumber, 1);
    return version.sizeBytes === 0 ? undefined : { first: 0, last: version.sizeBytes - 1 };
  }
  // Parts keep the order of the object, though their numbers may have gaps.
  let first = 0;
  for (const [index, part] of parts.entries()) {
    if (index + 1 === partNumber) return { first, last: first + part.sizeBytes - 1 };
    first += part.sizeBytes;
  }
  throw invalidPartNumber(partNumber, parts.length);
}

/** The members of an answer that GetObject and HeadObject have in common, for `Body` to be added. Sets 206 for a part of the object. */
export function describeRead(
  { bucket, version }: Found,
  range: ByteRange | undefined,
  input: ReadInput,
  context: RequestContext,
): Record<string, unknown> {
  const { systemMetadata } = version;
  // As strings: S3 gives back what it was sent, whether it is a date or not.
  const asked = hasQuery(context) ? context.http?.query.get("response-expires") : undefined;
  const expires = asked ?? input.ResponseExpires?.toUTCString() ?? systemMetadata.Expires;
  if (expires !== undefined) context.response.headers.expires = expires;
  if (range !== undefined) context.response.statusCode = 206;
  const isWhole =
    range === undefined || (range.first === 0 && range.last === version.sizeBytes - 1);
  const part = input.PartNumber !== undefined ? version.parts?.[input.PartNumber - 1] : undefined;
  const encryption = describeEncryption(version.encryption);
  const shown: Record<string, unknown> = {
    AcceptRanges: "bytes",
    LastModified: new Date(version.lastModifiedEpochMs),
    ETag: `"${version.etag}"`,
    VersionId: shownVersionId(bucket, version),
    ContentLength: range === undefined ? version.sizeBytes : range.last - range.first + 1,
    ContentRange:
      range === undefined ? undefined : `bytes ${range.first}-${range.last}/${version.sizeBytes}`,
    ContentType: input.ResponseContentType ?? version.contentType,
    CacheControl: input.ResponseCacheControl ?? systemMetadata.CacheControl,
    ContentDisposition: input.ResponseContentDisposition ?? systemMetadata.ContentDisposition,
    ContentEncoding: input.ResponseContentEncoding ?? systemMetadata.ContentEncoding,
    ContentLanguage: input.ResponseContentLanguage ?? systemMetadata.ContentLanguage,
    WebsiteRedirectLocation: systemMetadata.WebsiteRedirectLocation,
    Metadata: version.userMetadata,
    StorageClass: version.storageClass === "STANDARD" ? undefined : version.storageClass,
    ReplicationStatus: shownReplicationStatus(version),
    Restore: restoreHeader(version.restore, context.nowEpochMs),
    // Not for a named version, even where that is the current one (seen on AWS).
    Expiration: input.VersionId === undefined ? expirationHeader(bucket, version) : undefined,
    PartsCount: input.PartNumber === undefined ? undefined : version.parts?.length,
    // Member by member: an object that is spread into is of a new hidden class each time.
    ServerSideEncryption: encryption.ServerSideEncryption,
    SSEKMSKeyId: encryption.SSEKMSKeyId,
    BucketKeyEnabled: encryption.BucketKeyEnabled,
    SSECustomerAlgorithm: encryption.SSECustomerAlgorithm,
    SSECustomerKeyMD5: encryption.SSECustomerKeyMD5,
    Body: undefined,
  };
  if (input.ChecksumMode?.toUpperCase() === "ENABLED") {
    Object.assign(shown, shownChecksums(version, isWhole, part));
  }
  addGuarded(shown, bucket, version, input, context);
  return shown;
}

/**
 * A checksum of the whole says nothing about some of the bytes; that of a part does about the part, which S3 gives only of
 * composite ones (recorded).
 */
function shownChecksums(
  version: ObjectVersion,
  isWhole: boolean,
  part: { checksums: Readonly<Record<string, string>> } | undefined,
): Record<string, unknown> {
  if (part !== undefined) {
    return version.checksumType === "COMPOSITE"
      ? { ...part.checksums, ChecksumType: version.checksumType }
      : {};
  }
  return isWhole ? { ...version.checksums, ChecksumType: version.checksumType } : {};
}

/** What S3 shows only to those who may ask for it by itself: lock, hold and the number of tags. */
function addGuarded(
  shown: Record<string, unknown>,
  bucket: Bucket,
  version: ObjectVersion,
  input: Target,
  context: RequestContext,
): void {
  const tagsCount = version.tags?.size ?? 0;
  if (version.retention === undefined && version.legalHold === undefined && tagsCount === 0) {
    return;
  }
  const target = { key: version.key, versionId: input.VersionId };
  const may = (current: string, ofVersion = current): boolean =>
    context.allows(versionNeed(context, bucket, target, [current, ofVersion]));
  if (version.retention !== undefined && may("s3:GetObjectRetention")) {
    shown.ObjectLockMode = version.retention.mode;
    shown.ObjectLockRetainUntilDate = new Date(version.retention.retainUntilEpochMs);
  }
  if (version.legalHold !== undefined && may("s3:GetObjectLegalHold")) {
    shown.ObjectLockLegalHoldStatus = version.legalHold ? "ON" : "OFF";
  }
  if (tagsCount > 0 && may("s3:GetObjectTagging", "s3:GetObjectVersionTagging")) {
    shown.TagCount = tagsCount;
  }
}

function restoreHeader(restore: RestoredCopy | undefined, nowEpochMs: number): string | undefined {
  if (restore === undefined || restore.expiresEpochMs <= nowEpochMs) return undefined;
  if (restore.readyEpochMs > nowEpochMs) return 'ongoing-request="true"';
  const expiry = new Date(restore.expiresEpochMs).toUTCString();
  return `ongoing-request="false", expiry-date="${expiry}"`;
}
