import type { S3Client } from "@aws-sdk/client-s3";
import { listVersions, type ListedVersion } from "../proof/source-versions";

/** A version or delete marker as a bucket lists it now; undefined where it lists it no more. */
export async function listedAgain(
  { key, versionId }: { readonly key: string; readonly versionId: string },
  s3: S3Client,
  bucket: string,
  signal?: AbortSignal,
): Promise<ListedVersion | undefined> {
  for await (const found of listVersions(s3, bucket, signal, key)) {
    // Other keys may start with this one; they come after all of its versions.
    if (found.key !== key) return undefined;
    if (found.versionId === versionId) return found;
  }
  return undefined;
}
