import { ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";
import { watchDate } from "../aws/aws-date";
import { LockstepError } from "../errors";
import { compareKeys } from "./key-order";

/** One version or delete marker of the source bucket, as its listing shows it. */
export interface ListedVersion {
  /** Of the object. */
  readonly key: string;
  /** `null` (the word) for a version made before versioning was on. */
  readonly versionId: string;
  /** True: it has no data. */
  readonly isDeleteMarker: boolean;
  /** 0 for a delete marker. */
  readonly sizeBytes: number;
  /** S3's, in its quotes; empty for a delete marker. */
  readonly etag: string;
  /** S3's name of it. */
  readonly storageClass: string;
  /** Milliseconds since the Unix epoch. */
  readonly lastModifiedEpochMs: number;
  /** What a request without a version id would get. */
  readonly isLatest?: boolean;
  /** Canonical user id. Absent where the listing does not tell. */
  readonly ownerId?: string;
}

/** Names a version in maps. Neither a key nor a version id holds a zero character next to a version id's end. */
export function versionName(version: { readonly key: string; readonly versionId: string }): string {
  return `${version.versionId}\0${version.key}`;
}

/**
 * Every version and delete marker of a bucket, by key, and the newest of a key first; or only those of keys with a prefix.
 * @throws LockstepError `NoVersionsFound` when a page says there is more but not where: a listing cut short proves nothing
 */
export async function* listVersions(
  s3: S3Client,
  bucket: string,
  signal?: AbortSignal,
  prefix?: string,
): AsyncGenerator<ListedVersion> {
  for await (const page of listPages(s3, bucket, signal, prefix)) yield* page;
}

/**
 * The same, a page at a time; none of them is empty.
 * @param onAnswer is told AWS's own time of each page, empty ones too, in milliseconds since the Unix epoch; undefined where something on
 * the way took it out
 * @throws as `listVersions`
 */
export async function* listPages(
  s3: S3Client,
  bucket: string,
  signal?: AbortSignal,
  prefix?: string,
  onAnswer?: (answeredEpochMs: number | undefined) => void,
): AsyncGenerator<readonly ListedVersion[]> {
  let keyMarker: string | undefined;
  let versionIdMarker: string | undefined;
  for (;;) {
    const command = new ListObjectVersionsCommand({
      Bucket: bucket,
      KeyMarker: keyMarker,
      VersionIdMarker: versionIdMarker,
      ...(prefix === undefined ? {} : { Prefix: prefix }),
      // Keys may hold characters that XML cannot.
      EncodingType: "url",
    });
    const answeredAt = watchDate(command);
    const page = await s3.send(command, { abortSignal: signal });
    onAnswer?.(answeredAt());
    const decode = page.EncodingType === "url" ? decodeKey : (key: string): string => key;
    const versions = (page.Versions ?? []).map((version) => ({
      key: decode(version.Key ?? ""),
      versionId: version.VersionId ?? "null",
      isDeleteMarker: false,
      sizeBytes: version.Size ?? 0,
      etag: version.ETag ?? "",
      storageClass: version.StorageClass ?? "STANDARD",
      lastModifiedEpochMs: version.LastModified?.getTime() ?? 0,
      isLatest: version.IsLatest === true,
      ...(version.Owner?.ID === undefined ? {} : { ownerId: version.Owner.ID }),
    }));
    const markers = (page.DeleteMarkers ?? []).map((marker) => ({
      key: decode(marker.Key ?? ""),
      versionId: marker.VersionId ?? "null",
      isDeleteMarker: true,
      sizeBytes: 0,
      etag: "",
      storageClass: "STANDARD",
      lastModifiedEpochMs: marker.LastModified?.getTime() ?? 0,
      isLatest: marker.IsLatest === true,
    }));
    const listed = inOneOrder(versions, markers);
    if (listed.length > 0) yield listed;
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

/**
 * Brings versions and delete markers, which a page has apart, into the one order that S3 lists them in: by the bytes of the
 * key, the newest of a key first. Of two of the same second the marker comes first, unless the version is the current one.
 */
function inOneOrder(
  versions: readonly ListedVersion[],
  markers: readonly ListedVersion[],
): readonly ListedVersion[] {
  if (markers.length === 0) return versions;
  const merged: ListedVersion[] = [];
  let next = 0;
  for (const version of versions) {
    for (let marker = markers[next]; marker && isBefore(marker, version); marker = markers[next]) {
      merged.push(marker);
      next++;
    }
    merged.push(version);
  }
  return [...merged, ...markers.slice(next)];
}

function isBefore(marker: ListedVersion, version: ListedVersion): boolean {
  if (marker.key !== version.key) {
    return compareKeys(marker.key, version.key) < 0;
  }
  if (marker.isLatest === true || version.isLatest === true) return marker.isLatest === true;
  return marker.lastModifiedEpochMs >= version.lastModifiedEpochMs;
}

/** Undoes S3's URL encoding of keys, which writes a space as `+`. To be done exactly once. */
export function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll("+", " "));
}
