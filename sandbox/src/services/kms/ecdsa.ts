import { createECDH } from "node:crypto";
import type { KeySpec } from "@aws-sdk/client-kms";

/**
 * ECDSA over digests that are there already, which Node's crypto does not offer (it hashes what it is given). Points are
 * multiplied by Node; the rest is arithmetic of a few lines (FIPS 186-5, section 6.4).
 */

export interface Curve {
  /** As Node's ECDH calls it. */
  readonly nodeName: string;
  readonly jwkName: string;
  /** Of a coordinate. */
  readonly sizeBytes: number;
  /** How many points there are. */
  readonly order: bigint;
}

/** Orders: NIST SP 800-186 and SEC 2. */
export const CURVES: Readonly<Partial<Record<KeySpec, Curve>>> = {
  ECC_NIST_P256: {
    nodeName: "prime256v1",
    jwkName: "P-256",
    sizeBytes: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  ECC_NIST_P384: {
    nodeName: "secp384r1",
    jwkName: "P-384",
    sizeBytes: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  ECC_NIST_P521: {
    nodeName: "secp521r1",
    jwkName: "P-521",
    sizeBytes: 66,
    order:
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
  ECC_SECG_P256K1: {
    nodeName: "secp256k1",
    jwkName: "secp256k1",
    sizeBytes: 32,
    order: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  },
};

/** More bytes than the order has make the remainder even (FIPS 186-5, A.3.1). */
const SPARE_BYTES = 8;

/** @returns DER of `SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279, section 2.2.3), as KMS answers */
export function signDigest(
  curve: Curve,
  scalar: bigint,
  digest: Buffer,
  randomBytes: (sizeBytes: number) => Buffer,
): Buffer {
  const { order } = curve;
  const z = toInteger(digest);
  for (;;) {
    const k = (toInteger(randomBytes(curve.sizeBytes + SPARE_BYTES)) % (order - 1n)) + 1n;
    const r = xOfMultiple(curve, k);
    const s = (inverse(k, order) * (z + r * scalar)) % order;
    if (r !== 0n && s !== 0n) return derSequence([derInteger(r), derInteger(s)]);
  }
}

/**
 * Whether a signature is the key's. Who has the private scalar `d` need not add points: `u1·G + u2·(d·G)`, whose x must be `r`,
 * is `(z + r·d)/s · G`.
 */
export function verifyDigest(
  curve: Curve,
  scalar: bigint,
  digest: Buffer,
  signature: Buffer,
): boolean {
  const { order } = curve;
  const parsed = parseDer(signature);
  if (parsed === undefined) return false;
  const { r, s } = parsed;
  if (r < 1n || r >= order || s < 1n || s >= order) return false;
  const multiple = (inverse(s, order) * (toInteger(digest) + r * scalar)) % order;
  return multiple !== 0n && xOfMultiple(curve, multiple) === r;
}

/** The x coordinate of a multiple of the base point, as an element of the scalars. */
function xOfMultiple({ nodeName, sizeBytes, order }: Curve, multiple: bigint): bigint {
  const ecdh = createECDH(nodeName);
  ecdh.setPrivateKey(multiple.toString(16).padStart(sizeBytes * 2, "0"), "hex");
  return toInteger(ecdh.getPublicKey().subarray(1, 1 + sizeBytes)) % order;
}

/** By Fermat's little theorem: orders are prime. */
function inverse(value: bigint, order: bigint): bigint {
  let result = 1n;
  let base = value % order;
  for (let exponent = order - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * base) % order;
    base = (base * base) % order;
  }
  return result;
}

function toInteger(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString("hex")}`);
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
/** From here on a length says in how many bytes it follows. */
const LONG_LENGTH = 0x80;

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  // A first bit that is set would make it negative.
  const isHigh = ((bytes[0] ?? 0) & 0x80) !== 0;
  const body = isHigh ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([INTEGER, body.length]), body]);
}

function derSequence(parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = body.length < LONG_LENGTH ? [body.length] : [LONG_LENGTH | 1, body.length];
  return Buffer.concat([Buffer.from([SEQUENCE, ...head]), body]);
}

/** Undefined unless it is exactly what {@link derSequence} writes of two numbers. */
function parseDer(signature: Buffer): { readonly r: bigint; readonly s: bigint } | undefined {
  const isLong = signature[1] === (LONG_LENGTH | 1);
  const rAt = isLong ? 3 : 2;
  const rLength = signature[rAt + 1] ?? 0;
  const sAt = rAt + 2 + rLength;
  const sLength = signature[sAt + 1] ?? 0;
  const r = toInteger(signature.subarray(rAt + 2, sAt));
  const s = toInteger(signature.subarray(sAt + 2, sAt + 2 + sLength));
  const canonical = derSequence([derInteger(r), derInteger(s)]);
  return canonical.equals(signature) ? { r, s } : undefined;
}
