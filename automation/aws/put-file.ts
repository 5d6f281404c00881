/** Writes an object whose content is put aside: as it is read, and from its beginning with each attempt. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import {
  PutObjectCommand,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { HttpRequest } from "@smithy/core/protocols";
import type { MiddlewareStack } from "@smithy/types";

/** An object but for its content. */
export type FileInput = Omit<PutObjectCommandInput, "Body" | "ContentLength" | "ChecksumSHA256">;

/** What is written into it. */
export interface FileContent {
  readonly bytes: StoredBytes;
  /** Of all bytes, in hexadecimal: S3 takes no others. */
  readonly sha256: string;
}

/** Bytes that can be read again and again. */
export interface StoredBytes {
  readonly sizeBytes: number;
  chunks(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** How many pieces are read before others get their turn: reading from disk waits for nobody. */
const PIECES_AT_ONCE = 256;

/**
 * What is put aside, with its hash.
 * @throws AbortError where the signal was given meanwhile, and what came of reading it
 */
export async function hashed(bytes: StoredBytes, signal: AbortSignal): Promise<FileContent> {
  const sha256 = createHash("sha256");
  let count = 0;
  for await (const chunk of bytes.chunks()) {
    sha256.update(chunk);
    if (++count % PIECES_AT_ONCE === 0) await setImmediate(undefined, { signal });
  }
  return { bytes, sha256: sha256.digest("hex") };
}

/** Writes an object in one request. @throws what S3 answers */
export function putFile(
  s3: S3Client,
  input: FileInput,
  content: FileContent,
  signal?: AbortSignal,
): Promise<PutObjectCommandOutput> {
  const command = new PutObjectCommand({ ...input, ...contentHeaders(content) });
  giveContent(command.middlewareStack, content);
  return s3.send(command, { abortSignal: signal });
}

/** What a request says of its content. */
export function contentHeaders({ bytes, sha256 }: FileContent) {
  return {
    ContentLength: bytes.sizeBytes,
    ChecksumSHA256: Buffer.from(sha256, "hex").toString("base64"),
  };
}

/**
 * Gives a command its content. The SDK sends a stream once, and so would not try again, nor with keys had anew. Here it sees a request
 * without a body; each attempt is given one of its own where it is sent, after it was signed for the content's hash.
 */
export function giveContent<Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
  { bytes, sha256 }: FileContent,
): void {
  stack.add(
    (next) => (args) => {
      if (HttpRequest.isInstance(args.request)) {
        args.request.headers["x-amz-content-sha256"] = sha256;
      }
      return next(args);
    },
    { step: "build", name: "signForContent" },
  );
  stack.add(
    (next) => (args) => {
      if (!HttpRequest.isInstance(args.request)) return next(args);
      const request = HttpRequest.clone(args.request);
      const body = Readable.from(bytes.chunks(), { objectMode: false });
      request.body = body;
      return whileRead(body, next({ ...args, request }));
    },
    { step: "deserialize", priority: "low", name: "giveContent" },
  );
}

/**
 * What is asked with a content: where that cannot be read, nobody else hears of it, and it would end the process. It is read no further
 * once there is an answer.
 * @throws what came of reading it
 */
async function whileRead<Answer>(body: Readable, answer: Promise<Answer>): Promise<Answer> {
  const unreadable = new Promise<never>((_, reject) => body.once("error", reject));
  try {
    return await Promise.race([answer, unreadable]);
  } finally {
    body.destroy();
  }
}
