/**
 * Verifies a digest file of CloudTrail and the log files that it lists, as CloudTrail documents it. Pure: bytes in, an answer out.
 *
 * A digest is signed with a key of CloudTrail's own, one for each Region. What is signed is a text of four lines: the end of its hour, its
 * place in S3, the SHA-256 of its uncompressed content, and the signature of the digest before it, or `null`. So it cannot be moved,
 * changed or put behind another one. Nothing but AWS's word, by `ListPublicKeys`, says whose a public key is.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 */

import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { type DigestContent, readDigest } from "./digest-file";

/** Where an object of S3 lies. */
export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** A digest file as it lies in S3, out of its compression. */
export interface DigestFile extends S3Place {
  /** Its uncompressed content. */
  readonly bytes: Uint8Array;
  /** Metadata `signature` of the object: lower-case hexadecimal. */
  readonly signature: string;
  /** Metadata `signature-algorithm` of the object. */
  readonly signatureAlgorithm: string;
}

/** A public key as `ListPublicKeys` gives it. */
export interface TrailPublicKey {
  readonly fingerprint: string;
  /** PKCS #1, DER. */
  readonly der: Uint8Array;
}

/**
 * What is wrong with a digest:
 * - `content`: it is not what a digest is
 * - `place`: it says that it lies elsewhere
 * - `algorithm`: signed in another way than is known here
 * - `key`: the key is not the one that it names, or none that is strong enough
 * - `signature`: not signed by that key
 */
export type DigestProblem = "content" | "place" | "algorithm" | "key" | "signature";

/** In words that stand behind its name. */
export const DIGEST_PROBLEMS: Readonly<Record<DigestProblem, string>> = {
  content: "is no digest",
  place: "says that it lies elsewhere",
  algorithm: "is signed in a way that is not known here",
  key: "is not signed by the key that it names",
  signature: "is not as CloudTrail signed it",
};

/** A digest that CloudTrail has signed. */
export interface VerifiedDigest extends DigestContent {
  /** As it lies in the metadata. */
  readonly signature: string;
  /** Of its content, as the next digest names it: lower-case hexadecimal. */
  readonly sha256: string;
}

const ALGORITHM = "SHA256withRSA";
const LEAST_MODULUS_BITS = 2048;

export function verifyDigest(
  file: DigestFile,
  publicKey: TrailPublicKey,
): VerifiedDigest | { readonly problem: DigestProblem } {
  const content = readDigest(file.bytes);
  if (content === undefined) return { problem: "content" };
  if (content.digestS3Bucket !== file.bucket || content.digestS3Object !== file.key) {
    return { problem: "place" };
  }
  if (content.digestSignatureAlgorithm !== ALGORITHM || file.signatureAlgorithm !== ALGORITHM) {
    return { problem: "algorithm" };
  }
  const key = keyOf(publicKey);
  if (key === undefined || content.digestPublicKeyFingerprint !== publicKey.fingerprint) {
    return { problem: "key" };
  }
  const sha256 = sha256Hex(file.bytes);
  const signed = [
    content.digestEndTime,
    `${content.digestS3Bucket}/${content.digestS3Object}`,
    sha256,
    content.previousDigestSignature ?? "null",
  ].join("\n");
  // One way to write a signature: two texts of the same one would be two bundles of the same proof.
  if (!/^(?:[0-9a-f]{2})+$/.test(file.signature)) return { problem: "signature" };
  const signature = Buffer.from(file.signature, "hex");
  if (!verify("RSA-SHA256", Buffer.from(signed), key, signature)) return { problem: "signature" };
  return { ...content, signature: file.signature, sha256 };
}

/** Whether a log file is one that a digest lists, as it was delivered. */
export function isListed(
  { logFiles }: VerifiedDigest,
  { bucket, bytes, key }: S3Place & { readonly bytes: Uint8Array },
): boolean {
  const listed = logFiles.find(({ s3Bucket, s3Object }) => s3Bucket === bucket && s3Object === key);
  return listed?.hashValue === sha256Hex(bytes);
}

function keyOf({ der }: TrailPublicKey): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(der), format: "der", type: "pkcs1" });
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_MODULUS_BITS ? key : undefined;
  } catch {
    // What OpenSSL cannot read is no key.
    return undefined;
  }
}

/** Lower-case hexadecimal. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
