/**
 * The signed statement: an in-toto statement in a DSSE envelope, each in the one text that it has.
 * @see https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
 * @see https://github.com/in-toto/attestation/blob/main/spec/v1/envelope.md
 */

import { sign, verify, type KeyObject } from "node:crypto";
import { canonicalText, readCanonical } from "./canonical";
import { EvidenceProblem } from "./evidence-problem";
import { keyIdOf } from "./key";
import { canonicalSignature, isCanonicalSignature } from "./signature";

/** What an in-toto statement is called in an envelope. */
const PAYLOAD_TYPE = "application/vnd.in-toto+json";

/** Whoever signs. */
export interface Signer {
  /** As `keyIdOf` says it. */
  readonly keyId: string;
  /** @returns DER, as node and KMS answer it, over the SHA-256 of the message */
  sign(message: Buffer): Promise<Buffer>;
}

/** Signs with a key in memory. */
export function localSigner(privateKey: KeyObject): Signer {
  return {
    keyId: keyIdOf(privateKey),
    sign: (message) => Promise.resolve(sign("sha256", message, privateKey)),
  };
}

/** The bytes that are signed: type and payload, each after its length, so that neither is taken for the other. */
function preAuthenticationEncoding(payload: Buffer): Buffer {
  const start = `DSSEv1 ${Buffer.byteLength(PAYLOAD_TYPE)} ${PAYLOAD_TYPE} ${payload.length} `;
  return Buffer.concat([Buffer.from(start, "utf8"), payload]);
}

/** Signs a statement. @returns the envelope's file */
export async function sealed(statement: unknown, signer: Signer): Promise<Buffer> {
  const payload = Buffer.from(canonicalText(statement), "utf8");
  const der = canonicalSignature(await signer.sign(preAuthenticationEncoding(payload)));
  return envelopeFile(payload, signer.keyId, der);
}

function envelopeFile(payload: Buffer, keyId: string, signature: Buffer): Buffer {
  const text = canonicalText({
    payload: payload.toString("base64"),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ keyid: keyId, sig: signature.toString("base64") }],
  });
  return Buffer.from(`${text}\n`, "utf8");
}

/** A statement whose signature is right. */
export interface OpenedEnvelope {
  /** Of whoever signed. */
  readonly keyId: string;
  /** The bytes that were signed. */
  readonly payload: Buffer;
  /** What they say. */
  readonly statement: unknown;
}

/**
 * Opens an envelope: its bytes have to be those that `sealed` writes for what is in it.
 * @param publicKey undefined: the signature is not looked at
 * @throws EvidenceProblem `envelope`, `signature`
 */
export function opened(file: Buffer, publicKey: KeyObject | undefined): OpenedEnvelope {
  const { keyId, payload, signature } = partsOf(file);
  if (publicKey !== undefined) {
    if (keyId !== keyIdOf(publicKey)) {
      throw new EvidenceProblem("signature", `it is signed by another key, ${keyId}`);
    }
    if (
      !isCanonicalSignature(signature) ||
      !verify("sha256", preAuthenticationEncoding(payload), publicKey, signature)
    ) {
      throw new EvidenceProblem("signature", "the signature does not fit what is signed");
    }
  }
  const found = readCanonical(payload);
  if (found === undefined) {
    throw new EvidenceProblem("envelope", "the statement is not in the one text that it may have");
  }
  return { keyId, payload, statement: found.value };
}

function partsOf(file: Buffer) {
  const found = file.at(-1) === 0x0a ? readCanonical(file.subarray(0, -1)) : undefined;
  const { payload, signatures } = (found?.value ?? {}) as Partial<Record<string, unknown>>;
  const [first] = (Array.isArray(signatures) ? signatures : []) as readonly (
    Partial<Record<string, unknown>> | undefined
  )[];
  const keyId = first?.["keyid"];
  const sig = first?.["sig"];
  if (typeof payload === "string" && typeof keyId === "string" && typeof sig === "string") {
    const parts = {
      keyId,
      payload: Buffer.from(payload, "base64"),
      signature: Buffer.from(sig, "base64"),
    };
    // Written anew it has to be the same: no further member, no second signature, no other padding.
    if (envelopeFile(parts.payload, keyId, parts.signature).equals(file)) return parts;
  }
  throw new EvidenceProblem("envelope", "the envelope is not in the one text that it may have");
}
