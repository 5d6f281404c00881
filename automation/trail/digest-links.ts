/** Digests that lie one behind the other. Pure. */

import type { VerifiedDigest } from "./verify-digest";

/** In words that stand behind the name of a digest. */
export const FOLLOWS_ANOTHER = "names another digest before it than is there";

/**
 * Each digest names the one before it, by place, hash and signature, under its own signature. Where that place is the one of a digest that
 * is at hand, it has to be that very one: else somebody put another there, as with a key of their own between two of CloudTrail's.
 * The hash is that of "the uncompressed contents of the previous digest file".
 * @returns a digest that names another one before it than is there. Undefined: each that names one which is there names that one
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 */
export function brokenLink(digests: readonly VerifiedDigest[]): VerifiedDigest | undefined {
  const places = new Map<string, VerifiedDigest>();
  for (const one of digests) places.set(`${one.digestS3Bucket}/${one.digestS3Object}`, one);
  return digests.find((one) => {
    const { previousDigestS3Bucket, previousDigestS3Object } = one;
    const named = [previousDigestS3Bucket, previousDigestS3Object];
    const before = places.get(named.filter((text) => text !== undefined).join("/"));
    return (
      before !== undefined &&
      (before.sha256 !== one.previousDigestHashValue ||
        before.signature !== one.previousDigestSignature)
    );
  });
}
