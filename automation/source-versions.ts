import { ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";
import { LockstepError } from "./errors";

/** One version or delete marker of the source bucket, as its listing shows it. */
export interface ListedVersion {
  readonly key: string;
  /** `null` (the word) for a version made before versioning was on. */
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
  /** 0 for a delete marker. */
  readonly sizeBytes: number;
  readonly etag: string;
  readonly storageClass: string;
  readonly lastModifiedEpochMs: number;
}

/** Names a version in maps. Neither a key nor a version id holds a zero character next to a version id's end. */
export function versionName(version: { readonly key: string; readonly versionId: string }): string {
  return `${version.versionId}\0${version.key}`;
}

/**
 * Every version and delete marker of a bucket.
 * @throws LockstepError `NoVersionsFound` when a page says there is more but not where: a listing cut short proves nothing
 */
export async function* listVersions(
  s3: S3Client,
  bucket: string,
  signal?: AbortSignal,
): AsyncGenerator<ListedVersion> {
  let keyMarker: string | undefined;
  let versionIdMarker: string | undefined;
  for (;;) {
    const page = await s3.send(
      new ListObjectVersionsCommand({
        Bucket: bucket,
        KeyMarker: keyMarker,
        VersionIdMarker: versionIdMarker,
        // Keys may hold characters that XML cannot.
        EncodingType: "url",
      }),
      { abortSignal: signal },
    );
    const decode = page.EncodingType === "url" ? decodeKey : (key: string): string => key;
    for (const version of page.Versions ?? []) {
      yield {
        key: decode(version.Key ?? ""),
        versionId: version.VersionId ?? "null",
        isDeleteMarker: false,
        sizeBytes: version.Size ?? 0,
        etag: version.ETag ?? "",
        storageClass: version.StorageClass ?? "STANDARD",
        lastModifiedEpochMs: version.LastModified?.getTime() ?? 0,
      };
    }
    for (const marker of page.DeleteMarkers ?? []) {
      yield {
        key: decode(marker.Key ?? ""),
        versionId: marker.VersionId ?? "null",
        isDeleteMarker: true,
        sizeBytes: 0,
        etag: "",
        storageClass: "STANDARD",
        lastModifiedEpochMs: marker.LastModified?.getTime() ?? 0,
      };
    }
    if (page.IsTruncated !== true) return;
    const nextKey = page.NextKeyMarker === undefined ? undefined : decode(page.NextKeyMarker);
    if (
      nextKey === undefined ||
      (nextKey === keyMarker && page.NextVersionIdMarker === versionIdMarker)
    ) {
      throw new LockstepError("NoVersionsFound", `The listing of ${bucket} broke off half-way.`, {
        hint: "Run the command again; nothing is proven from an incomplete listing.",
      });
    }
    keyMarker = nextKey;
    versionIdMarker = page.NextVersionIdMarker;
  }
}

/** Undoes S3's URL encoding of keys, which writes a space as `+`. To be done exactly once. */
export function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll("+", " "));
}
