import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from "node:crypto";
import type { KeySpec } from "@aws-sdk/client-kms";
import { CURVES, type Curve } from "./ecdsa";
import type { Key } from "./model";

/** The two halves of an asymmetric key. The private one never leaves the sandbox. */
export type KeyPair =
  | { readonly kind: "rsa"; readonly privateKey: KeyObject; readonly publicKey: KeyObject }
  | { readonly kind: "ed25519"; readonly privateKey: KeyObject; readonly publicKey: KeyObject }
  | {
      readonly kind: "ec";
      readonly curve: Curve;
      /** The private scalar. */
      readonly scalar: bigint;
      readonly publicKey: KeyObject;
    };

const RSA_BITS: Readonly<Partial<Record<KeySpec, number>>> = {
  RSA_2048: 2048,
  RSA_3072: 3072,
  RSA_4096: 4096,
};

/** The head of an Ed25519 private key in PKCS #8, before its 32 bytes (RFC 8410, section 7). */
const ED25519_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");
const ED25519_BYTES = 32;
/** More bytes than the order has make the remainder even (FIPS 186-5, A.2.1). */
const SPARE_BYTES = 8;

const pairs = new WeakMap<Key, KeyPair>();

/**
 * The pair of an asymmetric key, made when it is first asked for: RSA takes seconds. Pairs on curves follow from the key's
 * material, so that the same seed gives the same ones; of RSA the primes are OpenSSL's own choice.
 */
export function keyPairOf(key: Key): KeyPair {
  const known = pairs.get(key);
  if (known !== undefined) return known;
  const made = makePair(key);
  pairs.set(key, made);
  return made;
}

function makePair(key: Key): KeyPair {
  const modulusLength = RSA_BITS[key.spec];
  if (modulusLength !== undefined) {
    return { kind: "rsa", ...generateKeyPairSync("rsa", { modulusLength }) };
  }
  if (key.spec === "ECC_NIST_EDWARDS25519") {
    const der = Buffer.concat([ED25519_HEAD, derived(key, ED25519_BYTES)]);
    const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    return { kind: "ed25519", privateKey, publicKey: createPublicKey(privateKey) };
  }
  const curve = CURVES[key.spec];
  if (curve === undefined) throw new Error(`A key of the spec ${key.spec} has no pair.`);
  const wide = BigInt(`0x${derived(key, curve.sizeBytes + SPARE_BYTES).toString("hex")}`);
  const scalar = (wide % (curve.order - 1n)) + 1n;
  return { kind: "ec", curve, scalar, publicKey: publicKeyOf(curve, scalar) };
}

function derived(key: Key, sizeBytes: number): Buffer {
  return Buffer.from(hkdfSync("sha512", key.material, Buffer.alloc(0), key.spec, sizeBytes));
}

function publicKeyOf({ nodeName, jwkName, sizeBytes }: Curve, scalar: bigint): KeyObject {
  const ecdh = createECDH(nodeName);
  ecdh.setPrivateKey(scalar.toString(16).padStart(sizeBytes * 2, "0"), "hex");
  const point = ecdh.getPublicKey();
  const x = point.subarray(1, 1 + sizeBytes).toString("base64url");
  const y = point.subarray(1 + sizeBytes).toString("base64url");
  return createPublicKey({ key: { kty: "EC", crv: jwkName, x, y }, format: "jwk" });
}
