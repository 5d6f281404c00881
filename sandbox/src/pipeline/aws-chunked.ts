import type { ChunkSigning } from "./sigv4";
import { sameText } from "./sigv4";
import { EMPTY_SHA256, hmacHex, sha256Hex } from "./signing-key";
import * as errors from "./wire-errors";

/** A body taken out of its `aws-chunked` wrapping (Amazon S3 API Reference, "Signature Calculations: transferring payload in chunks"). */
export interface UnwrappedBody {
  readonly body: Buffer;
  /** Lower-cased names. */
  readonly trailers: Readonly<Record<string, string>>;
}

export interface ChunkRules {
  /** Present: each chunk carries a signature, chained to the one before. */
  readonly signing?: ChunkSigning;
  /** Trailers follow the last chunk. */
  readonly hasTrailer: boolean;
}

const CRLF = "\r\n";
/** Of every chunk but the last. */
const MIN_CHUNK_BYTES = 8192;
const MAX_LINE_BYTES = 16 * 1024;
const TRAILER_SIGNATURE = "x-amz-trailer-signature";

/** @throws AwsError IncompleteBody, InvalidChunkSizeError, MalformedTrailerError, SignatureDoesNotMatch */
export function unwrapChunks(wrapped: Buffer, rules: ChunkRules): UnwrappedBody {
  const reader = new LineReader(wrapped);
  const chunks: Buffer[] = [];
  let previous = rules.signing?.seedSignature ?? "";
  let smallChunk: { readonly number: number; readonly sizeBytes: number } | undefined;
  for (;;) {
    const header = reader.line();
    const match = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(header ?? "");
    if (match === null) throw errors.incompleteBody();
    const sizeBytes = Number.parseInt(match[1] ?? "", 16);
    const data = reader.bytes(sizeBytes);
    if (data === undefined) throw errors.incompleteBody();
    if (rules.signing !== undefined) {
      previous = checkChunk(rules.signing, previous, data, match[2]);
    }
    // The last chunk is empty and is followed by the trailers' lines.
    if (sizeBytes === 0) break;
    if (smallChunk !== undefined) {
      throw errors.invalidChunkSize(smallChunk.number, smallChunk.sizeBytes);
    }
    if (sizeBytes < MIN_CHUNK_BYTES) smallChunk = { number: chunks.length + 1, sizeBytes };
    chunks.push(data);
    if (reader.line() !== "") throw errors.incompleteBody();
  }
  const trailers = readTrailers(reader, rules, previous);
  const [only] = chunks;
  return {
    body: chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks),
    trailers,
  };
}

/** @returns the chunk's signature, which the next one is chained to */
function checkChunk(
  signing: ChunkSigning,
  previous: string,
  data: Buffer,
  given: string | undefined,
): string {
  const stringToSign = `AWS4-HMAC-SHA256-PAYLOAD\n${signing.timestamp}\n${signing.scope}\n${previous}\n${EMPTY_SHA256}\n${sha256Hex(data)}`;
  const computed = hmacHex(signing.key, stringToSign);
  if (given === undefined || !sameText(computed, given)) {
    throw errors.signatureDoesNotMatch("s3", { StringToSign: stringToSign });
  }
  return computed;
}

function readTrailers(
  reader: LineReader,
  rules: ChunkRules,
  previous: string,
): Readonly<Record<string, string>> {
  const trailers: Record<string, string> = {};
  let signed = "";
  let signature: string | undefined;
  for (;;) {
    const line = reader.line();
    // Some clients leave out the empty line at the very end.
    if (line === undefined || line === "") break;
    const colon = line.indexOf(":");
    if (colon <= 0 || !rules.hasTrailer) throw errors.malformedTrailer();
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === TRAILER_SIGNATURE) signature = value;
    else {
      trailers[name] = value;
      signed += `${name}:${value}\n`;
    }
  }
  if (rules.hasTrailer && rules.signing !== undefined) {
    const stringToSign = `AWS4-HMAC-SHA256-TRAILER\n${rules.signing.timestamp}\n${rules.signing.scope}\n${previous}\n${sha256Hex(signed)}`;
    if (signature === undefined || !sameText(hmacHex(rules.signing.key, stringToSign), signature)) {
      throw errors.signatureDoesNotMatch("s3", { StringToSign: stringToSign });
    }
  }
  return trailers;
}

class LineReader {
  private at = 0;

  constructor(private readonly source: Buffer) {}

  /** Up to the next CR LF, which is passed over; undefined at the end. */
  line(): string | undefined {
    if (this.at >= this.source.length) return undefined;
    const end = this.source.indexOf(CRLF, this.at);
    if (end < 0 || end - this.at > MAX_LINE_BYTES) throw errors.incompleteBody();
    const line = this.source.toString("latin1", this.at, end);
    this.at = end + CRLF.length;
    return line;
  }

  bytes(count: number): Buffer | undefined {
    if (this.at + count > this.source.length) return undefined;
    const bytes = this.source.subarray(this.at, this.at + count);
    this.at += count;
    return bytes;
  }
}
