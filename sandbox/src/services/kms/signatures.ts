import { hash, sign as signBytes, verify as verifyBytes } from "node:crypto";
import type { SigningAlgorithmSpec } from "@aws-sdk/client-kms";
import { signDigest, verifyDigest } from "./ecdsa";
import * as errors from "./errors";
import type { KeyPair } from "./key-pair";
import { signPkcs1, signPss, verifyPkcs1, verifyPss, type RsaHash } from "./rsa-signatures";

/** What is signed: a message, or the digest that its signer made of it. */
export interface SignedMessage {
  readonly bytes: Buffer;
  readonly type: string;
}

type RandomBytes = (sizeBytes: number) => Buffer;

const DIGEST_BYTES: Readonly<Record<RsaHash, number>> = { sha256: 32, sha384: 48, sha512: 64 };

/** Signs with an algorithm that the key's spec has. @throws AwsError ValidationException, NotImplemented */
export function signMessage(
  pair: KeyPair,
  algorithm: SigningAlgorithmSpec,
  message: SignedMessage,
  randomBytes: RandomBytes,
): Buffer {
  if (pair.kind === "ed25519") {
    checkEdwards(algorithm, message);
    return signBytes(null, message.bytes, pair.privateKey);
  }
  const hashName = hashOf(algorithm);
  const digest = digestOf(algorithm, hashName, message);
  if (pair.kind === "ec") return signDigest(pair.curve, pair.scalar, digest, randomBytes);
  return isPss(algorithm)
    ? signPss(pair.privateKey, hashName, digest, randomBytes)
    : signPkcs1(pair.privateKey, hashName, digest);
}

/** Whether the key made a signature. @throws AwsError ValidationException, NotImplemented */
export function isSignatureOf(
  pair: KeyPair,
  algorithm: SigningAlgorithmSpec,
  message: SignedMessage,
  signature: Buffer,
): boolean {
  if (pair.kind === "ed25519") {
    checkEdwards(algorithm, message);
    return verifyBytes(null, message.bytes, pair.publicKey, signature);
  }
  const hashName = hashOf(algorithm);
  const digest = digestOf(algorithm, hashName, message);
  if (pair.kind === "ec") return verifyDigest(pair.curve, pair.scalar, digest, signature);
  return isPss(algorithm)
    ? verifyPss(pair.publicKey, hashName, digest, signature)
    : verifyPkcs1(pair.publicKey, hashName, digest, signature);
}

function isPss(algorithm: SigningAlgorithmSpec): boolean {
  return algorithm.startsWith("RSASSA_PSS_");
}

function hashOf(algorithm: SigningAlgorithmSpec): RsaHash {
  const bits = algorithm.slice(-3);
  if (bits === "256" || bits === "384" || bits === "512") return `sha${bits}`;
  throw new Error(`The algorithm ${algorithm} has no hash.`);
}

/** "The length of the Message value must match the length of hashed messages for the specified signing algorithm." */
function digestOf(
  algorithm: SigningAlgorithmSpec,
  hashName: RsaHash,
  { bytes, type }: SignedMessage,
): Buffer {
  if (type === "RAW") return hash(hashName, bytes, "buffer");
  if (type !== "DIGEST") throw errors.incompatibleMessageType(type, algorithm);
  if (bytes.length !== DIGEST_BYTES[hashName]) throw errors.wrongDigestLength(algorithm);
  return bytes;
}

/**
 * ED25519_SHA_512 takes messages only. The prehashed variant, which takes digests only, is not in the OpenSSL of every Node
 * that the sandbox runs on.
 */
function checkEdwards(algorithm: SigningAlgorithmSpec, { type }: SignedMessage): void {
  const isPrehashed = algorithm === "ED25519_PH_SHA_512";
  if (type !== (isPrehashed ? "DIGEST" : "RAW")) {
    throw errors.incompatibleMessageType(type, algorithm);
  }
  if (isPrehashed) throw errors.notImplemented(`the algorithm ${algorithm}`);
}
