import type { CopyObjectRequest } from "@aws-sdk/client-s3";
import type { AccessNeed } from "../../../authorization/model";
import type { RequestContext } from "../../../world/operation";
import { parseCopySource } from "./copy-source";
import { invalidArgument, invalidRequest } from "../errors";
import type { Bucket, ObjectEncryption, ObjectVersion } from "../store/model";
import { findVersion, versionNeed } from "../access/object-access";
import { newAnnotation, setAnnotation } from "./object-annotations";
import { algorithmOf, checkedAlgorithm, checksumsOfBody } from "./object-checksums";

/**
 * CopyObject takes the annotations of its source along unless it is told to leave them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html#annotations-copy-behavior
 */

/** @throws AwsError InvalidArgument */
function takesAnnotations(directive: string | undefined): boolean {
  if (directive === undefined || directive === "COPY") return true;
  if (directive === "EXCLUDE") return false;
  const header = "x-amz-object-annotation-directive";
  throw invalidArgument(header, directive, "Unknown annotation directive.");
}

/** Asked for only where there is something to copy (assumed), as of tags. */
export function annotationNeeds(
  context: RequestContext,
  input: CopyObjectRequest,
  bucket: Bucket,
  key: string,
): AccessNeed[] {
  if (!takesAnnotations(input.AnnotationDirective)) return [];
  const source = parseCopySource(input.CopySource);
  const sourceBucket = context.world.s3.bucket(source.bucketName);
  const original = findVersion(sourceBucket, source.key, source.versionId);
  if (original?.annotations === undefined) return [];
  return [
    versionNeed(context, sourceBucket, source, [
      "s3:GetObjectAnnotation",
      "s3:GetObjectVersionAnnotation",
    ]),
    versionNeed(context, bucket, { key }, [
      "s3:PutObjectAnnotation",
      "s3:PutObjectVersionAnnotation",
    ]),
  ];
}

/** A copy under SSE-C cannot hold any; the text is assumed. @throws AwsError InvalidRequest */
export function checkAnnotationsFit(
  input: CopyObjectRequest,
  original: ObjectVersion,
  encryption: ObjectEncryption,
): void {
  const isTaken = takesAnnotations(input.AnnotationDirective) && original.annotations !== undefined;
  if (isTaken && encryption.algorithm === "SSE-C") {
    throw invalidRequest("Annotations are not supported for objects encrypted with SSE-C.");
  }
}

/** "If you specify a different checksum algorithm in the copy request, the new algorithm applies to both". */
export function copyAnnotations(
  input: CopyObjectRequest,
  original: ObjectVersion,
  copy: ObjectVersion,
  nowEpochMs: number,
): void {
  if (!takesAnnotations(input.AnnotationDirective)) return;
  const asked = checkedAlgorithm(input.ChecksumAlgorithm);
  for (const { checksums, name, payload } of original.annotations?.values() ?? []) {
    const kept =
      asked === undefined || asked === algorithmOf(checksums)
        ? checksums
        : checksumsOfBody(payload, undefined, asked);
    setAnnotation(copy, newAnnotation(name, payload, kept, nowEpochMs));
  }
}
