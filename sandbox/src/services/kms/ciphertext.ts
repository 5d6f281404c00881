import { createCipheriv, createDecipheriv } from "node:crypto";
import * as errors from "./errors";
import type { Key } from "./model";

/**
 * A ciphertext blob: `version (1) | key id (36, ASCII) | IV (12) | tag (16) | AES-256-GCM ciphertext`. Key id and encryption
 * context are bound as additional data, so neither can be changed. The layout is the sandbox's own; AWS's is not public.
 */
const VERSION = 1;
const KEY_ID_BYTES = 36;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + IV_BYTES + TAG_BYTES;

export type EncryptionContext = Readonly<Record<string, string>>;

export function encrypt(
  key: Key,
  plaintext: Uint8Array,
  context: EncryptionContext,
  randomBytes: (sizeBytes: number) => Buffer,
): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key.material, iv);
  cipher.setAAD(additionalData(key.keyId, context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([
    Buffer.from([VERSION]),
    Buffer.from(key.keyId, "latin1"),
    iv,
    cipher.getAuthTag(),
    body,
  ]);
}

/** The id of the key that a blob was made with. @throws AwsError InvalidCiphertextException */
export function keyIdOf(blob: Uint8Array): string {
  if (blob.length < HEADER_BYTES || blob[0] !== VERSION) throw errors.invalidCiphertext();
  return Buffer.from(blob.subarray(1, 1 + KEY_ID_BYTES)).toString("latin1");
}

/** @throws AwsError InvalidCiphertextException for a changed blob or another encryption context */
export function decrypt(key: Key, blob: Uint8Array, context: EncryptionContext): Buffer {
  if (keyIdOf(blob) !== key.keyId) throw errors.incorrectKey();
  const ivAt = 1 + KEY_ID_BYTES;
  const tagAt = ivAt + IV_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key.material, blob.subarray(ivAt, tagAt));
  decipher.setAAD(additionalData(key.keyId, context));
  decipher.setAuthTag(blob.subarray(tagAt, HEADER_BYTES));
  try {
    return Buffer.concat([decipher.update(blob.subarray(HEADER_BYTES)), decipher.final()]);
  } catch {
    // Only a failed authentication gets here, and KMS says no more of it than that.
    throw errors.invalidCiphertext();
  }
}

/** The order of the pairs does not matter. */
function additionalData(keyId: string, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1));
  return Buffer.from(JSON.stringify([keyId, pairs]));
}
