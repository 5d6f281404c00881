/**
 * Keys that evidence is signed with: ECDSA on P-256 with SHA-256. Such a key is one that KMS has too (`ECC_NIST_P256`,
 * `ECDSA_SHA_256`), takes a digest whatever the size of what is signed, and is known to every tool that an auditor may have.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
 */

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { LockstepError, messageOf } from "../errors";

/** A key pair, as PEM. */
export interface KeyPair {
  /** PKCS#8. Whoever has it signs in its owner's name. */
  readonly privatePem: string;
  /** SPKI. For whoever checks. */
  readonly publicPem: string;
}

/** Makes a new pair. */
export function newKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    privatePem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

/**
 * A public key from its PEM.
 * @throws LockstepError `EvidenceUnreadable` for anything else, a private key too
 */
export function readPublicKey(pem: string): KeyObject {
  if (pem.includes("PRIVATE KEY")) {
    throw unreadable("it is a private key, which nobody but its owner should have");
  }
  return onCurve(() => createPublicKey(pem));
}

/**
 * A private key from its PEM.
 * @throws LockstepError `EvidenceUnreadable` for anything else, one under a passphrase too
 */
export function readPrivateKey(pem: string): KeyObject {
  return onCurve(() => createPrivateKey(pem));
}

/** SHA-256 in hex of a public key's DER: what `openssl pkey -pubin -outform DER | sha256sum` says. */
export function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("hex");
}

function onCurve(read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    throw unreadable(messageOf(error), error);
  }
  if (key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1") {
    return key;
  }
  throw unreadable(`it is no key on P-256 but ${key.asymmetricKeyType ?? "another one"}`);
}

function unreadable(why: string, cause?: unknown): LockstepError {
  return new LockstepError("EvidenceUnreadable", `The key cannot be used: ${why}.`, {
    hint: "Name a PEM file as `lockstep evidence key` writes it: P-256, PKCS#8 or SPKI, without a passphrase.",
    cause,
  });
}
