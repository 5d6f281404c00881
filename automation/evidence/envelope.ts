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

/** What stands before the payload. */
const START = Buffer.from('{"payload":"', "latin1");

/** What stands after it. @see https://github.com/secure-systems-lab/dsse/blob/master/envelope.md */
const END =
  /","payloadType":"application\/vnd\.in-toto\+json","signatures":\[\{"keyid":"([0-9a-f]{64})","sig":"([A-Za-z0-9+/]+={0,2})"\}\]\}\n$/;

/** `END` is shorter, with any signature on P-256. */
const END_MAX_BYTES = 512;

/**
 * The envelope has one shape, and is cut where that says: no JSON is read of what nobody has signed, which costs a reader of 60 MiB of
 * lists in lists many times that.
 */
function partsOf(file: Buffer) {
  const tail = file.subarray(-END_MAX_BYTES).toString("latin1");
  const [end, keyId, sig] = END.exec(tail) ?? [];
  const payloadEnd = file.length - (end?.length ?? 0);
  if (
    keyId !== undefined &&
    sig !== undefined &&
    payloadEnd >= START.length &&
    file.subarray(0, START.length).equals(START)
  ) {
    const parts = {
      keyId,
      payload: Buffer.from(file.toString("latin1", START.length, payloadEnd), "base64"),
      signature: Buffer.from(sig, "base64"),
    };
    // Written anew it has to be the same: no further member, no second signature, no other padding.
    if (envelopeFile(parts.payload, keyId, parts.signature).equals(file)) return parts;
  }
  throw new EvidenceProblem("envelope", "the envelope is not in the one text that it may have");
}
