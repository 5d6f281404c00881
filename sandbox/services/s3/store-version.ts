import { createHash } from "node:crypto";
import type { RequestContext } from "../../operation";
import type {
  Bucket,
  ChangeRequest,
  ObjectEncryption,
  ObjectPartFacts,
  ObjectVersion,
} from "./model";
import type { VersionAttributes } from "./new-version";
import { retentionOrDefault } from "./new-version";
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

const NO_BODY = Buffer.alloc(0);
const NONE: Readonly<Record<string, string>> = Object.freeze({});
const MARKER_ENCRYPTION: ObjectEncryption = Object.freeze({ algorithm: "AES256" });

/** Content of a new version. */
export interface NewContent {
  readonly body: Buffer;
  /** Without quotes. */
  readonly etag: string;
  readonly checksums: Readonly<Record<string, string>>;
  readonly checksumType?: "FULL_OBJECT" | "COMPOSITE";
  readonly parts?: readonly ObjectPartFacts[];
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
    sizeBytes: content.body.length,
    ...content,
    ...attributes,
    body: s3.sharedBody(content.body),
    retention: retentionOrDefault(bucket, attributes.retention, context.nowEpochMs),
  });
  bucket.objects.insert(version);
  s3.emitChange({
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
  s3.emitChange({
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
  context.world.s3.emitChange({
    kind: "removed",
    bucket,
    version,
    cause: "request",
    request: requestOf(context),
  });
}

/** A delete marker as it is kept. */
export function deleteMarkerRecord(
  facts: Pick<
    ObjectVersion,
    | "key"
    | "versionId"
    | "lastModifiedEpochMs"
    | "sequence"
    | "ownerAccountId"
    | "replicationStatus"
  >,
): ObjectVersion {
  return versionRecord({
    ...facts,
    isDeleteMarker: true,
    etag: "",
    sizeBytes: 0,
    body: NO_BODY,
    systemMetadata: NONE,
    userMetadata: NONE,
    storageClass: "STANDARD",
    checksums: NONE,
    encryption: MARKER_ENCRYPTION,
  });
}

/**
 * Builds the record of a version. All records are built here, with the same members in the same order, so that the
 * engine keeps one compact layout for millions of them.
 */
export function versionRecord(facts: ObjectVersion): ObjectVersion {
  return {
    key: facts.key,
    versionId: facts.versionId,
    isDeleteMarker: facts.isDeleteMarker,
    lastModifiedEpochMs: facts.lastModifiedEpochMs,
    sequence: facts.sequence,
    etag: facts.etag,
    sizeBytes: facts.sizeBytes,
    body: facts.body,
    parts: facts.parts,
    contentType: facts.contentType,
    systemMetadata: facts.systemMetadata,
    userMetadata: facts.userMetadata,
    storageClass: facts.storageClass,
    tags: facts.tags !== undefined && facts.tags.size > 0 ? facts.tags : undefined,
    checksums: facts.checksums,
    checksumType: facts.checksumType,
    encryption: facts.encryption,
    retention: facts.retention,
    legalHold: facts.legalHold,
    restore: facts.restore,
    ownerAccountId: facts.ownerAccountId,
    cannedAcl: facts.cannedAcl,
    replicationStatus: facts.replicationStatus,
    replicationByDestination: facts.replicationByDestination,
  };
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
  const hash = createHash("md5").update(body);
  if (encryption.algorithm !== "AES256") hash.update(context.world.random.uuid());
  return hash.digest("hex");
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
