import type { CopyObjectOutput, CopyObjectRequest } from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { expirationHeader } from "../lifecycle/headers";
import { annotationNeeds, checkAnnotationsFit, copyAnnotations } from "./copy-annotations";
import type { CopySource } from "./copy-source";
import { readSource, sourceNeeds } from "./copy-source";
import { copySourceTooLarge, illegalCopyToItself, invalidArgument } from "../errors";
import type { Bucket, ObjectVersion } from "../store/model";
import type { VersionAttributes } from "../store/new-version";
import { attributesOfNew, CREATES_OBJECT, needsOfNew } from "../store/new-version";
import { algorithmOf, checkedAlgorithm, checksumsOfBody } from "./object-checksums";
import { checkWriteConditions } from "./object-conditions";
import { describeEncryption, encryptionOfNew } from "./object-encryption";
import { required } from "./object-request";
import { etagOf, shownVersionId, storeVersion } from "../store/store-version";

/** The largest object that one request copies: 5 GiB. */
const MAXIMUM_COPY_BYTES = 5 * 2 ** 30;

/**
 * Storage class, encryption, ACL and Object Lock come from the request and the bucket, never from the source; metadata
 * and tags from the source unless their directive says REPLACE.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export const copyObject: Operation<CopyObjectRequest, CopyObjectOutput> = {
  access(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    // Tags of the header count only when they replace those of the source.
    const request = replaces(input.TaggingDirective) ? input : { ...input, Tagging: undefined };
    return [
      ...sourceNeeds(context, input, !replaces(input.TaggingDirective)),
      ...needsOfNew(context, bucket, required(input.Key), request, CREATES_OBJECT),
      ...annotationNeeds(context, input, bucket, required(input.Key)),
    ];
  },

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const key = required(input.Key);
    checkedAlgorithm(input.ChecksumAlgorithm);
    checkDirective("metadata", input.MetadataDirective);
    checkDirective("tagging", input.TaggingDirective);
    const attributes = attributesOfNew(context, bucket, key, input);
    const { bucket: sourceBucket, version: original, source } = readSource(context, input);
    if (original.sizeBytes > MAXIMUM_COPY_BYTES) {
      throw copySourceTooLarge(MAXIMUM_COPY_BYTES);
    }
    refuseCopyToItself(input, bucket, key, source, original);
    checkWriteConditions(bucket, key, { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch });
    const encryption = encryptionOfNew(context, bucket, key, input);
    checkAnnotationsFit(input, original, encryption);
    const { body } = original;
    const checksums = checksumsOfCopy(original, input);
    const version = storeVersion(
      context,
      bucket,
      key,
      {
        body,
        etag: etagOf(context, body, encryption),
        checksums,
        checksumType: "FULL_OBJECT",
        encryption,
      },
      { ...attributes, ...inherited(input, original) },
    );
    copyAnnotations(input, original, version, context.nowEpochMs);
    return {
      CopyObjectResult: {
        ETag: `"${version.etag}"`,
        LastModified: new Date(version.lastModifiedEpochMs),
        ChecksumType: version.checksumType,
        ...checksums,
      },
      CopySourceVersionId: shownVersionId(sourceBucket, original),
      // Unlike PutObject, also while versioning is suspended (recorded).
      VersionId: shownVersionId(bucket, version),
      Expiration: expirationHeader(bucket, version),
      ...describeEncryption(encryption),
      SSEKMSEncryptionContext: encryption.encryptionContext,
    };
  },
};

function replaces(directive: string | undefined): boolean {
  return directive === "REPLACE";
}

/** @throws AwsError InvalidArgument */
function checkDirective(name: "metadata" | "tagging", directive: string | undefined): void {
  if (directive === undefined || directive === "COPY" || directive === "REPLACE") return;
  throw invalidArgument(`x-amz-${name}-directive`, directive, `Unknown ${name} directive.`);
}

/** What the copy takes over from its source. */
function inherited(input: CopyObjectRequest, original: ObjectVersion): Partial<VersionAttributes> {
  const taken: Partial<VersionAttributes> = replaces(input.TaggingDirective)
    ? {}
    : { tags: original.tags };
  if (replaces(input.MetadataDirective)) return taken;
  // Where a website redirects to is never copied.
  const systemMetadata: Record<string, string> = { ...original.systemMetadata };
  delete systemMetadata.WebsiteRedirectLocation;
  if (input.WebsiteRedirectLocation !== undefined) {
    systemMetadata.WebsiteRedirectLocation = input.WebsiteRedirectLocation;
  }
  return {
    ...taken,
    contentType: original.contentType,
    systemMetadata,
    userMetadata: original.userMetadata,
  };
}

/** The source's algorithm is kept unless another is asked for; a composite checksum becomes one of the whole. */
function checksumsOfCopy(
  original: ObjectVersion,
  input: CopyObjectRequest,
): Readonly<Record<string, string>> {
  const kept = algorithmOf(original.checksums);
  const asked = checkedAlgorithm(input.ChecksumAlgorithm) ?? kept;
  if (asked === kept && original.checksumType === "FULL_OBJECT") return original.checksums;
  return checksumsOfBody(original.body, undefined, asked);
}

/**
 * A copy onto itself must change something. A named older version is another matter: that is how it is brought back.
 * @throws AwsError InvalidRequest
 */
function refuseCopyToItself(
  input: CopyObjectRequest,
  bucket: Bucket,
  key: string,
  source: CopySource,
  original: ObjectVersion,
): void {
  if (source.bucketName !== bucket.name || source.key !== key || source.versionId !== undefined) {
    return;
  }
  const changes = [
    input.StorageClass,
    input.ServerSideEncryption,
    input.SSECustomerAlgorithm,
    input.WebsiteRedirectLocation,
    input.ChecksumAlgorithm,
    input.ObjectLockMode,
    input.ObjectLockLegalHoldStatus,
  ];
  // Whether or not the key is the same one: what KMS encrypted, and what a default that somebody has set encrypts (recorded).
  const encryptsAnew =
    original.encryption.kmsKeyArn !== undefined || bucket.hasOwnEncryption === true;
  if (replaces(input.MetadataDirective) || encryptsAnew) return;
  if (changes.some((value) => value !== undefined)) return;
  throw illegalCopyToItself();
}
