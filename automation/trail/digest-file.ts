/** What a digest file of CloudTrail says, as far as a verification goes by it. Pure. */

import { z } from "zod";

const text = z.string();

const LOG_FILE = z.object({
  hashValue: text,
  hashAlgorithm: z.literal("SHA-256"),
  s3Bucket: text.optional().catch(undefined),
  s3Object: text.optional().catch(undefined),
  newestEventTime: text.optional().catch(undefined),
  oldestEventTime: text.optional().catch(undefined),
});

const DIGEST = z.object({
  digestStartTime: text.optional().catch(undefined),
  digestEndTime: text,
  digestS3Bucket: text,
  digestS3Object: text,
  digestPublicKeyFingerprint: text,
  digestSignatureAlgorithm: text,
  previousDigestS3Bucket: text.optional().catch(undefined),
  previousDigestS3Object: text.optional().catch(undefined),
  previousDigestHashValue: text.optional().catch(undefined),
  previousDigestSignature: text.nullish(),
  logFiles: z.array(LOG_FILE),
});

/**
 * The members that a verification goes by, and those that only whoever looks for an event or for the digest before needs, which are undefined
 * where they are no text; the file may have others.
 */
export type DigestContent = Readonly<z.infer<typeof DIGEST>>;

/** @returns undefined for what is no digest file */
export function readDigest(bytes: Uint8Array): DigestContent | undefined {
  const parsed = DIGEST.safeParse(jsonOf(bytes));
  return parsed.success ? parsed.data : undefined;
}

/** The hour that a digest tells of; undefined where it says none, as no digest of CloudTrail does. */
export function hourOf({
  digestEndTime,
  digestStartTime = "",
}: DigestContent): { readonly start: Date; readonly end: Date } | undefined {
  const [startEpochMs, endEpochMs] = [Date.parse(digestStartTime), Date.parse(digestEndTime)];
  // What is not a number is not less, either.
  return startEpochMs <= endEpochMs
    ? { start: new Date(startEpochMs), end: new Date(endEpochMs) }
    : undefined;
}

/** Strictly, so that there is one reading of the same bytes. @returns undefined for what is no JSON in UTF-8 */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
