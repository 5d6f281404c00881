import { constants, hash, privateEncrypt, publicDecrypt, type KeyObject } from "node:crypto";

/** RSASSA-PKCS1-v1_5 and RSASSA-PSS over digests that are there already, which Node's crypto does not offer (RFC 8017). */

export type RsaHash = "sha256" | "sha384" | "sha512";

/** The head of a DigestInfo in DER, before the digest (RFC 8017, section 9.2, note 1). */
const DIGEST_INFO: Readonly<Record<RsaHash, Buffer>> = {
  sha256: Buffer.from("3031300d060960864801650304020105000420", "hex"),
  sha384: Buffer.from("3041300d060960864801650304020205000430", "hex"),
  sha512: Buffer.from("3051300d060960864801650304020305000440", "hex"),
};

export function signPkcs1(key: KeyObject, hashName: RsaHash, digest: Buffer): Buffer {
  const info = Buffer.concat([DIGEST_INFO[hashName], digest]);
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, info);
}

export function verifyPkcs1(
  key: KeyObject,
  hashName: RsaHash,
  digest: Buffer,
  signature: Buffer,
): boolean {
  const info = Buffer.concat([DIGEST_INFO[hashName], digest]);
  const found = opened(key, constants.RSA_PKCS1_PADDING, signature);
  return found?.equals(info) === true;
}

/** With a salt as long as the digest, as KMS makes them. */
export function signPss(
  key: KeyObject,
  hashName: RsaHash,
  digest: Buffer,
  randomBytes: (sizeBytes: number) => Buffer,
): Buffer {
  const block = pssBlock(modulusBytes(key), hashName, digest, randomBytes(digest.length));
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block);
}

export function verifyPss(
  key: KeyObject,
  hashName: RsaHash,
  digest: Buffer,
  signature: Buffer,
): boolean {
  const block = opened(key, constants.RSA_NO_PADDING, signature);
  if (block === undefined) return false;
  // The salt is read out of the block; the rest must then be what signing makes of it.
  const hashAt = block.length - digest.length - 1;
  const mask = mgf1(hashName, block.subarray(hashAt, block.length - 1), hashAt);
  const salt = xor(block.subarray(0, hashAt), mask).subarray(hashAt - digest.length);
  return pssBlock(block.length, hashName, digest, salt).equals(block);
}

/** EMSA-PSS-ENCODE (RFC 8017, section 9.1.1) for a modulus of whole bytes. */
function pssBlock(sizeBytes: number, hashName: RsaHash, digest: Buffer, salt: Buffer): Buffer {
  const hashed = hash(hashName, Buffer.concat([Buffer.alloc(8), digest, salt]), "buffer");
  const data = Buffer.alloc(sizeBytes - digest.length - 1);
  data[data.length - salt.length - 1] = 1;
  salt.copy(data, data.length - salt.length);
  const masked = xor(data, mgf1(hashName, hashed, data.length));
  // One bit less than the modulus has.
  masked[0] = (masked[0] ?? 0) & 0x7f;
  return Buffer.concat([masked, hashed, Buffer.from([0xbc])]);
}

function mgf1(hashName: RsaHash, seed: Buffer, sizeBytes: number): Buffer {
  const blocks: Buffer[] = [];
  for (let sum = 0, count = 0; sum < sizeBytes; count++) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(count);
    const block = hash(hashName, Buffer.concat([seed, counter]), "buffer");
    blocks.push(block);
    sum += block.length;
  }
  return Buffer.concat(blocks).subarray(0, sizeBytes);
}

function xor(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));
}

/** Undefined for what no private key made: another length, a number past the modulus, no padding. */
function opened(key: KeyObject, padding: number, signature: Buffer): Buffer | undefined {
  if (signature.length !== modulusBytes(key)) return undefined;
  try {
    return publicDecrypt({ key, padding }, signature);
  } catch {
    // OpenSSL says no more of a signature that does not fit.
    return undefined;
  }
}

function modulusBytes(key: KeyObject): number {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
}
