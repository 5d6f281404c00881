/** What a digest file of CloudTrail says, read strictly. Pure. */

import { z } from "zod";

const time = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string().min(1);

const LOG_FILE = z.object({
  s3Bucket: text,
  s3Object: text,
  hashValue: sha256,
  hashAlgorithm: z.literal("SHA-256"),
  newestEventTime: time,
  oldestEventTime: time,
});

const DIGEST = z.object({
  awsAccountId: z.string().regex(/^\d{12}$/),
  digestStartTime: time,
  digestEndTime: time,
  digestS3Bucket: text,
  digestS3Object: text,
  digestPublicKeyFingerprint: text,
  digestSignatureAlgorithm: text,
  previousDigestS3Bucket: text.nullable(),
  previousDigestS3Object: text.nullable(),
  previousDigestHashValue: sha256.nullable(),
  previousDigestSignature: text.nullable(),
  logFiles: z.array(LOG_FILE),
});

/** The members that a verification goes by; the file may have others. */
export type DigestContent = Readonly<z.infer<typeof DIGEST>>;

/** @returns undefined for what is no digest file */
export function readDigest(bytes: Uint8Array): DigestContent | undefined {
  const parsed = DIGEST.safeParse(jsonOf(bytes));
  return parsed.success ? parsed.data : undefined;
}

/** @returns undefined for what is no JSON in UTF-8 */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
