import { hash } from "node:crypto";
import type { RequestContext } from "../../../world/operation";
import type { ChangeRequest } from "./changes";
import type { Content } from "./kept-content";
import type { Bucket, ObjectEncryption, ObjectVersion } from "./model";
import type { VersionAttributes } from "./new-version";
import { retentionOrDefault } from "./new-version";
import { deleteMarkerRecord, versionRecord } from "./version-record";
import { wholeSecond } from "./whole-second";

/**
 * How versions come to be and go, by the state of the bucket's versioning:
 *
 *     never enabled   put replaces "null"           delete removes "null"
 *     Enabled         put adds a new id             delete adds a marker with a new id
 *     Suspended       put replaces "null",          delete removes "null", adds a marker "null",
 *                     leaves other ids alone        leaves other ids alone
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
 */

/** The id of the version made while versioning is not enabled. */
export const NULL_VERSION_ID = "null";

/** Content of a new version. */
export interface NewContent extends Content {
  readonly encryption: ObjectEncryption;
  /** For a multipart upload the moment of its start, as on AWS. Default: now. */
  readonly lastModifiedEpochMs?: number;
}

/** A request, or the sandbox's own work, of which nobody is told who asked. */
type ChangeContext = Pick<RequestContext, "world" | "nowEpochMs"> & Partial<ChangeRequest>;

function requestOf(context: ChangeContext): ChangeRequest | undefined {
  const { operation, principal, requestId, globalConditionKeys } = context;
  const isRequest =
    operation !== undefined &&
    principal !== undefined &&
    requestId !== undefined &&
    globalConditionKeys !== undefined;
  return isRequest ? { operation, principal, requestId, globalConditionKeys } : undefined;
}

/** Adds a version, tells the listeners, and gives it as they left it. */
export function storeVersion(
  context: ChangeContext,
  bucket: Bucket,
  key: string,
  content: NewContent,
  attributes: VersionAttributes,
): ObjectVersion {
  const { s3 } = context.world;
  const version = versionRecord({
    key,
    versionId: bucket.versioning === "Enabled" ? s3.nextVersionId() : NULL_VERSION_ID,
    isDeleteMarker: false,
    lastModifiedEpochMs: content.lastModifiedEpochMs ?? wholeSecond(context.nowEpochMs),
    sequence: s3.nextSequence(),
    content: s3.contents.keep(content),
    encryption: content.encryption,
    ...attributes,
    retention: retentionOrDefault(bucket, attributes.retention, context.nowEpochMs),
  });
  bucket.objects.insert(version);
  s3.changes.publish({
    kind: "created",
    bucket,
    version,
    cause: "request",
    request: requestOf(context),
  });
  return version;
}

/** Adds a delete marker, tells the listeners, and gives it. */
export function storeDeleteMarker(
  context: ChangeContext,
  bucket: Bucket,
  key: string,
  ownerAccountId: string,
): ObjectVersion {
  const { s3 } = context.world;
  const marker = deleteMarkerRecord({
    key,
    versionId: bucket.versioning === "Enabled" ? s3.nextVersionId() : NULL_VERSION_ID,
    lastModifiedEpochMs: wholeSecond(context.nowEpochMs),
    sequence: s3.nextSequence(),
    ownerAccountId,
  });
  bucket.objects.insert(marker);
  s3.changes.publish({
    kind: "delete-marker",
    bucket,
    version: marker,
    cause: "request",
    request: requestOf(context),
  });
  return marker;
}

/** Takes a version away for good and tells the listeners. Object Lock was asked before. */
export function removeVersion(
  context: ChangeContext,
  bucket: Bucket,
  version: ObjectVersion,
): void {
  bucket.objects.remove(version.key, version.versionId);
  context.world.s3.changes.publish({
    kind: "removed",
    bucket,
    version,
    cause: "request",
    request: requestOf(context),
  });
}

/**
 * The ETag of content that was put in one piece: its MD5, unless a KMS key or a customer's key encrypts it. Then it is
 * no digest of the content (API reference, "Object", ETag), and the same content twice has two.
 */
export function etagOf(
  context: Pick<RequestContext, "world">,
  body: Buffer,
  encryption: ObjectEncryption,
): string {
  if (encryption.algorithm === "AES256") return hash("md5", body, "hex");
  return hash("md5", Buffer.concat([body, Buffer.from(context.world.random.uuid())]), "hex");
}

/** The `VersionId` of an answer: absent in a bucket that never had versioning. */
export function shownVersionId(bucket: Bucket, version: ObjectVersion): string | undefined {
  return bucket.versioning === undefined ? undefined : version.versionId;
}

/**
 * The `VersionId` of the answer to the request that made the version: while versioning is suspended it is left out,
 * though reads of the same version answer `null`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html (Examples, "Versioning suspended")
 */
export function newVersionId(bucket: Bucket, version: ObjectVersion): string | undefined {
  return bucket.versioning === "Enabled" ? version.versionId : undefined;
}
