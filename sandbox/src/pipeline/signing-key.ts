import { createHmac, hash } from "node:crypto";

/** Text is taken as Latin-1: canonical requests hold the bytes of headers as such characters. */
export function sha256Hex(data: string | Buffer): string {
  return hash("sha256", typeof data === "string" ? Buffer.from(data, "latin1") : data, "hex");
}

export const EMPTY_SHA256 = sha256Hex("");

const MAX_CACHED_KEYS = 1_000;

/** Derives signing keys and keeps them: a key serves one secret for one day, Region and service. */
export class SigningKeys {
  private readonly keys = new Map<string, Buffer>();

  key(secretAccessKey: string, date: string, region: string, service: string): Buffer {
    const id = `${secretAccessKey}/${date}/${region}/${service}`;
    let key = this.keys.get(id);
    if (key === undefined) {
      key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), service), "aws4_request");
      if (this.keys.size >= MAX_CACHED_KEYS) this.keys.clear();
      this.keys.set(id, key);
    }
    return key;
  }
}

export function hmacHex(key: Buffer, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
