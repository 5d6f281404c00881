import type {
  DeleteObjectAnnotationOutput,
  DeleteObjectAnnotationRequest,
  GetObjectAnnotationOutput,
  GetObjectAnnotationRequest,
  ListObjectAnnotationsOutput,
  ListObjectAnnotationsRequest,
  PutObjectAnnotationOutput,
  PutObjectAnnotationRequest,
} from "@aws-sdk/client-s3";
import type { ConditionKeys, AccessNeed } from "../../../authorization/model";
import type { Operation, RequestContext } from "../../../world/operation";
import { checkLock } from "./delete-object";
import { invalidArgument, invalidRequest, noSuchAnnotation, preconditionFailed } from "../errors";
import type { Bucket, ObjectVersion } from "../store/model";
import { versionNeed } from "../access/object-access";
import {
  annotationStatus,
  checkedAnnotationName,
  checkedPayload,
  newAnnotation,
  removeAnnotation,
  setAnnotation,
} from "./object-annotations";
import { algorithmOf, checkedAlgorithm, checksumsOfBody, givenChecksum } from "./object-checksums";
import { decryptForRead } from "./object-encryption";
import { bodyOf, checkedVersionId, pageSize, required } from "./object-request";
import { findReadable } from "../store/read-version";
import { shownVersionId } from "../store/store-version";
import { compareUtf8 } from "../listing/utf8-order";

interface Target {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly VersionId?: string;
}

type Actions = readonly [current: string, version: string];

/**
 * A named version has actions of its own, as the Service Authorization Reference lists them.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
function need(
  input: Target,
  context: RequestContext,
  actions: Actions,
  extraKeys: ConditionKeys = {},
): AccessNeed[] {
  const bucket = context.world.s3.bucket(required(input.Bucket));
  const target = { key: required(input.Key), versionId: checkedVersionId(input.VersionId) };
  return [versionNeed(context, bucket, target, actions, extraKeys)];
}

/**
 * An annotation that is there is not replaced while Object Lock protects its version: "Put" has no way to bypass, and what
 * is replaced is lost for good. A new one takes nothing away. AWS's pages say it of deletion only; assumed.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAnnotation.html
 */
export const putObjectAnnotation: Operation<PutObjectAnnotationRequest, PutObjectAnnotationOutput> =
  {
    access: (input, context) =>
      need(input, context, ["s3:PutObjectAnnotation", "s3:PutObjectVersionAnnotation"]),

    handle(input, context) {
      const name = checkedAnnotationName(required(input.AnnotationName));
      const payload = checkedPayload(bodyOf(input.AnnotationPayload));
      const { bucket, version } = findReadable(input, context);
      checkParent(version, input.ObjectIfMatch);
      checkEncryption(context, bucket, version);
      if (version.annotations?.has(name) === true) checkLock(context, bucket, version, false);
      const checksums = checksumsOfBody(
        payload,
        givenChecksum(input, context),
        checkedAlgorithm(input.ChecksumAlgorithm),
      );
      const annotation = newAnnotation(name, payload, checksums, context.nowEpochMs);
      setAnnotation(version, annotation);
      emit(context, bucket, version);
      return {
        Key: version.key,
        AnnotationName: name,
        ObjectVersionId: shownVersionId(bucket, version),
        ETag: `"${annotation.etag}"`,
        ...checksums,
        ChecksumType: "FULL_OBJECT",
        ServerSideEncryption: encryptionOf(version),
      };
    },
  };

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAnnotation.html */
export const getObjectAnnotation: Operation<GetObjectAnnotationRequest, GetObjectAnnotationOutput> =
  {
    access: (input, context) =>
      need(input, context, ["s3:GetObjectAnnotation", "s3:GetObjectVersionAnnotation"]),

    handle(input, context) {
      const name = required(input.AnnotationName);
      const { bucket, version } = findReadable(input, context);
      const annotation = version.annotations?.get(name);
      if (annotation === undefined) throw noSuchAnnotation(name);
      decryptForRead(context, bucket, version, {});
      const withChecksums = input.ChecksumMode?.toUpperCase() === "ENABLED";
      return {
        // The SDK's type is a stream on the client's side; operations answer a buffer.
        AnnotationPayload:
          annotation.payload as unknown as GetObjectAnnotationOutput["AnnotationPayload"],
        ObjectVersionId: shownVersionId(bucket, version),
        LastModified: new Date(annotation.lastModifiedEpochMs),
        ContentLength: annotation.payload.length,
        ETag: `"${annotation.etag}"`,
        ...(withChecksums ? { ...annotation.checksums, ChecksumType: "FULL_OBJECT" } : {}),
        ServerSideEncryption: encryptionOf(version),
        ReplicationStatus: annotationStatus(annotation),
      };
    },
  };

/**
 * In the order of names; a continuation token is the last name of the page before (assumed: AWS's are opaque).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectAnnotations.html
 */
export const listObjectAnnotations: Operation<
  ListObjectAnnotationsRequest,
  ListObjectAnnotationsOutput
> = {
  access: (input, context) =>
    need(input, context, ["s3:ListObjectAnnotations", "s3:ListObjectVersionAnnotations"], {
      "s3:annotation-prefix": input.AnnotationPrefix,
      "s3:max-annotation-results": input.MaxAnnotationResults?.toString(),
    }),

  handle(input, context) {
    const { AnnotationPrefix: prefix = "", ContinuationToken: token } = input;
    const { bucket, version } = findReadable(input, context);
    const limit = pageSize("max-annotation-results", input.MaxAnnotationResults);
    if (limit === 0) {
      throw invalidArgument("max-annotation-results", 0, "Must be between 1 and 1000.");
    }
    const after = token === undefined ? undefined : nameOfToken(token);
    const found = [...(version.annotations?.values() ?? [])]
      .filter(({ name }) => name.startsWith(prefix))
      .filter(({ name }) => after === undefined || compareUtf8(name, after) > 0)
      .sort((left, right) => compareUtf8(left.name, right.name));
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      Bucket: bucket.name,
      Key: version.key,
      ObjectVersionId: shownVersionId(bucket, version),
      AnnotationPrefix: input.AnnotationPrefix,
      MaxAnnotationResults: limit,
      AnnotationCount: page.length,
      ContinuationToken: token,
      NextContinuationToken:
        last === undefined || page.length === found.length ? undefined : tokenOf(last.name),
      Annotations: page.map((annotation) => {
        const algorithm = algorithmOf(annotation.checksums);
        return {
          AnnotationName: annotation.name,
          LastModified: new Date(annotation.lastModifiedEpochMs),
          ETag: `"${annotation.etag}"`,
          Size: annotation.payload.length,
          ChecksumAlgorithm: algorithm === undefined ? undefined : [algorithm],
          ReplicationStatus: annotationStatus(annotation),
        };
      }),
    };
  },
};

/**
 * "If the object is protected by Object Lock in governance mode, you must also include the
 * x-amz-bypass-governance-retention header", which no SDK's operation has as a member. In compliance mode and under a legal
 * hold nothing helps, as for the version itself (assumed).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectAnnotation.html
 */
export const deleteObjectAnnotation: Operation<
  DeleteObjectAnnotationRequest,
  DeleteObjectAnnotationOutput
> = {
  access: (input, context) =>
    need(input, context, ["s3:DeleteObjectAnnotation", "s3:DeleteObjectVersionAnnotation"]),

  handle(input, context) {
    const name = required(input.AnnotationName);
    const { bucket, version } = findReadable(input, context);
    checkParent(version, input.ObjectIfMatch);
    if (version.annotations?.has(name) !== true) throw noSuchAnnotation(name);
    const header = context.http?.headers["x-amz-bypass-governance-retention"];
    checkLock(context, bucket, version, header?.toLowerCase() === "true");
    removeAnnotation(version, name);
    emit(context, bucket, version);
    return { ObjectVersionId: shownVersionId(bucket, version) };
  },
};

/** `x-amz-object-if-match` is held against the ETag of the object, not of the annotation. @throws AwsError PreconditionFailed */
function checkParent(version: ObjectVersion, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch.replace(/^"|"$/g, "") === version.etag) return;
  throw preconditionFailed("x-amz-object-if-match");
}

/**
 * An annotation is encrypted as its object is, under the same key. The text for SSE-C, and that writing asks for the right
 * to decrypt, are assumed.
 * @throws AwsError InvalidRequest; what KMS answers when the caller may not use the key
 */
function checkEncryption(context: RequestContext, bucket: Bucket, version: ObjectVersion): void {
  if (version.encryption.algorithm === "SSE-C") {
    throw invalidRequest("Annotations are not supported for objects encrypted with SSE-C.");
  }
  decryptForRead(context, bucket, version, {});
}

function encryptionOf({ encryption }: ObjectVersion) {
  return encryption.algorithm === "SSE-C" ? undefined : encryption.algorithm;
}

function emit(context: RequestContext, bucket: Bucket, version: ObjectVersion): void {
  context.world.s3.changes.publish({
    kind: "annotation",
    bucket,
    version,
    cause: "request",
    request: context,
  });
}

function tokenOf(name: string): string {
  return Buffer.from(name).toString("base64url");
}

/** @throws AwsError InvalidArgument */
function nameOfToken(token: string): string {
  const name = Buffer.from(token, "base64url").toString();
  if (name !== "" && tokenOf(name) === token) return name;
  throw invalidArgument(
    "continuation-token",
    token,
    "The continuation token provided is incorrect",
  );
}
