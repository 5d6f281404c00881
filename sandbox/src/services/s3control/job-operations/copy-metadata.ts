import type { CopyObjectRequest } from "@aws-sdk/client-s3";
import type { S3CopyObjectOperation } from "@aws-sdk/client-s3-control";

/**
 * Metadata and encryption of the copies. `SSEAlgorithm` stands among the new metadata and is none: alone it leaves the source's
 * metadata in place (assumed), anything else replaces them unless the directive says `COPY`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_S3ObjectMetadata.html
 */
export function metadataOfCopy(copy: S3CopyObjectOperation): Partial<CopyObjectRequest> {
  const { SSEAlgorithm: sseAlgorithm, ...metadata } = copy.NewObjectMetadata ?? {};
  const isGiven = Object.values(metadata).some((value) => value !== undefined);
  const isEmptySet = copy.NewObjectMetadata !== undefined && !isGiven && sseAlgorithm === undefined;
  const directive = copy.MetadataDirective ?? (isGiven || isEmptySet ? "REPLACE" : "COPY");
  return {
    MetadataDirective: directive,
    CacheControl: metadata.CacheControl,
    ContentDisposition: metadata.ContentDisposition,
    ContentEncoding: metadata.ContentEncoding,
    ContentLanguage: metadata.ContentLanguage,
    ContentType: metadata.ContentType,
    Expires: metadata.HttpExpiresDate,
    Metadata: metadata.UserMetadata,
    WebsiteRedirectLocation: copy.RedirectLocation,
    ...encryptionOfCopy(sseAlgorithm, copy.SSEAwsKmsKeyId),
  };
}

/** A key alone asks for SSE-KMS (assumed). */
function encryptionOfCopy(
  sseAlgorithm: "AES256" | "KMS" | undefined,
  keyId: string | undefined,
): Partial<CopyObjectRequest> {
  if (sseAlgorithm === "AES256") return { ServerSideEncryption: "AES256" };
  if (sseAlgorithm === undefined && keyId === undefined) return {};
  return { ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyId };
}
