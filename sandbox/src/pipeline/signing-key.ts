import { createHmac, hash } from "node:crypto";

/** Text is taken as Latin-1: canonical requests hold the bytes of headers as such characters. */
export function sha256Hex(data: string | Buffer): string {
  return hash("sha256", typeof data === "string" ? Buffer.from(data, "latin1") : data, "hex");
}

export const EMPTY_SHA256 = sha256Hex("");

const MAX_CACHED_KEYS = 1_000;

/** What HMAC-SHA256 takes in at a time, and to which its keys are filled up. */
const BLOCK_BYTES = 64;

/** A key of HMAC-SHA256, ready for both of its hashes. */
export interface HmacKey {
  readonly inner: Uint8Array;
  readonly outer: Uint8Array;
}

/** Derives signing keys and keeps them: a key serves one secret for one day, Region and service. */
export class SigningKeys {
  private readonly keys = new Map<string, HmacKey>();

  key(secretAccessKey: string, date: string, region: string, service: string): HmacKey {
    const id = `${secretAccessKey}/${date}/${region}/${service}`;
    let key = this.keys.get(id);
    if (key === undefined) {
      const secret = hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), service);
      key = hmacKey(hmac(secret, "aws4_request"));
      if (this.keys.size >= MAX_CACHED_KEYS) this.keys.clear();
      this.keys.set(id, key);
    }
    return key;
  }
}

/**
 * HMAC-SHA256 as two hashes (RFC 2104): every request needs one, and to make Node's object for it costs as much again.
 * @returns in hexadecimal
 */
export function hmacHex(key: HmacKey, text: string): string {
  const inner = hash("sha256", Buffer.concat([key.inner, Buffer.from(text)]), "buffer");
  return hash("sha256", Buffer.concat([key.outer, inner]), "hex");
}

/** @param key at most a block, as all keys of signatures are */
export function hmacKey(key: Buffer): HmacKey {
  const block = Buffer.alloc(BLOCK_BYTES);
  key.copy(block);
  return { inner: block.map((byte) => byte ^ 0x36), outer: block.map((byte) => byte ^ 0x5c) };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
