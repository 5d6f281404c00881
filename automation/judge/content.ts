import type { VersionHead } from "../look/version-head";

/** By what two contents were found equal; undefined when they differ. */
export type ContentMatch = "checksum" | "etag" | "size" | undefined;

/**
 * Equal ETags are equal content. Different ones are other content only where both are an MD5 of it: KMS, SSE-C and
 * multipart uploads make other ETags, and there a checksum of the same kind decides; where there is none, size and version
 * id have to do.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function compareContent(source: VersionHead, vault: VersionHead): ContentMatch {
  if (source.sizeBytes !== vault.sizeBytes) return undefined;
  let comparedCount = 0;
  for (const [name, value] of Object.entries(source.checksums)) {
    const other = vault.checksums[name];
    if (other === undefined || isComposite(value) !== isComposite(other)) continue;
    if (other !== value) return undefined;
    comparedCount++;
  }
  if (comparedCount > 0) return "checksum";
  if (source.etag !== "" && source.etag === vault.etag) return "etag";
  return hasMd5Etag(source) && hasMd5Etag(vault) ? undefined : "size";
}

/** A checksum of the parts' checksums, which no checksum of the whole can equal. */
function isComposite(checksum: string): boolean {
  return /-\d+$/.test(checksum);
}

/** Under S3's own keys and uploaded in one piece. */
export function hasMd5Etag(head: Pick<VersionHead, "encryption" | "etag">): boolean {
  const isPlain = head.encryption === undefined || head.encryption === "AES256";
  return isPlain && /^"?[0-9a-f]{32}"?$/.test(head.etag);
}

/**
 * Only the version without an id can be written over, while versioning is suspended. What a vault has of it is then older than what the
 * source has: nobody at the vault can make it so, as whatever is written there is dated by S3.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
 */
export function isOverwritten(
  version: { readonly versionId: string; readonly lastModifiedEpochMs: number },
  vault: Pick<VersionHead, "lastModifiedEpochMs" | "versionId">,
): boolean {
  const isOne = version.versionId === "null" && vault.versionId === "null";
  // A listing tells milliseconds, a HEAD whole seconds.
  return isOne && version.lastModifiedEpochMs - vault.lastModifiedEpochMs >= 1000;
}
