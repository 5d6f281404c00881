import { createHash } from "node:crypto";
import {
  GetObjectAnnotationCommand,
  paginateListObjectAnnotations,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Annotation, Annotations } from "../judge/annotations";
import { unreadable, type Unreadable } from "./version-head";

/**
 * The annotations of one version, or why they cannot be read. Each payload is read, of at most 1 MiB: one request for the list
 * and one for each annotation.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html
 */
export async function findAnnotations(
  s3: S3Client,
  bucket: string,
  version: { readonly key: string; readonly versionId: string },
  signal?: AbortSignal,
): Promise<Annotations | Unreadable> {
  const target = { Bucket: bucket, Key: version.key, VersionId: version.versionId };
  const found = new Map<string, Annotation>();
  try {
    const pages = paginateListObjectAnnotations({ client: s3 }, target, { abortSignal: signal });
    for await (const { Annotations: entries = [] } of pages) {
      for (const { AnnotationName: name = "", ReplicationStatus: replicationStatus } of entries) {
        const { AnnotationPayload: payload } = await s3.send(
          new GetObjectAnnotationCommand({ ...target, AnnotationName: name }),
          { abortSignal: signal },
        );
        const bytes = (await payload?.transformToByteArray()) ?? new Uint8Array();
        found.set(name, {
          sizeBytes: bytes.length,
          digest: createHash("sha256").update(bytes).digest("hex"),
          ...(replicationStatus === undefined ? {} : { replicationStatus }),
        });
      }
    }
    return found;
  } catch (error) {
    return unreadable(error);
  }
}
