import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { S3Place } from "./verify-digest";

/** Files are some hundred KiB; what claims to be more is not read, nor would a check of the bundle read it. */
export const FILE_MAX_BYTES = 64 * 1024 * 1024;

/** An object of a trail, out of its compression. */
export interface UnpackedObject {
  readonly bytes: Uint8Array;
  /** Of the object, by names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads an object and takes it out of its compression. Anybody may have laid it there: no more than the limit is ever held of it.
 * @returns words that stand behind its name, for what is no file of CloudTrail's
 * @throws what AWS answers else, and where the signal was given
 */
export async function unpackedObject(
  client: S3Client,
  { bucket, key }: S3Place,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal?: AbortSignal | undefined },
): Promise<UnpackedObject | string> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key });
  const output = await client.send(command, { abortSignal: signal });
  const body = output.Body instanceof Readable ? output.Body : Readable.from([]);
  const packed = await bytesOf(body, maxBytes, output.ContentLength);
  if (packed === undefined) return TOO_LARGE;
  try {
    const bytes = gunzipSync(packed, { maxOutputLength: maxBytes });
    return { bytes, metadata: output.Metadata ?? {} };
  } catch (error) {
    // What does not come out of its compression, or comes out too large, is no file of CloudTrail's.
    const isLarge = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    return isLarge ? TOO_LARGE : "is not compressed as CloudTrail does it";
  }
}

const TOO_LARGE = "is larger than any of CloudTrail's";

/** @returns undefined for more than is held */
async function bytesOf(
  body: Readable,
  maxBytes: number,
  saidBytes = 0,
): Promise<Buffer | undefined> {
  if (saidBytes > maxBytes) {
    body.destroy();
    return undefined;
  }
  const pieces: Buffer[] = [];
  let heldBytes = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    heldBytes += piece.length;
    // The connection ends with the loop.
    if (heldBytes > maxBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
