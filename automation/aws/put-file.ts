/** Writes an object whose content is put aside: as it is read, and from its beginning with each attempt. */
import { Readable } from "node:stream";
import {
  PutObjectCommand,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { HttpRequest } from "@smithy/core/protocols";

/** An object but for its content. */
export type FileInput = Omit<PutObjectCommandInput, "Body" | "ContentLength" | "ChecksumSHA256">;

/** What is written into it. */
export interface FileContent {
  /** May be gone through more than once. */
  readonly bytes: { readonly sizeBytes: number; chunks(): Iterable<Buffer> };
  /** Of all bytes, in hexadecimal: S3 takes no others. */
  readonly sha256: string;
}

/**
 * The SDK sends a stream once, and so would not try again, nor with keys had anew. Here it sees a request without a body; each
 * attempt is given one of its own where it is sent, after it was signed for the content's hash.
 */
export function putFile(
  s3: S3Client,
  input: FileInput,
  { bytes, sha256 }: FileContent,
  signal?: AbortSignal,
): Promise<PutObjectCommandOutput> {
  const command = new PutObjectCommand({
    ...input,
    ContentLength: bytes.sizeBytes,
    ChecksumSHA256: Buffer.from(sha256, "hex").toString("base64"),
  });
  command.middlewareStack.add(
    (next) => (args) => {
      if (HttpRequest.isInstance(args.request)) {
        args.request.headers["x-amz-content-sha256"] = sha256;
      }
      return next(args);
    },
    { step: "build", name: "signForContent" },
  );
  command.middlewareStack.add(
    (next) => (args) => {
      if (!HttpRequest.isInstance(args.request)) return next(args);
      const request = HttpRequest.clone(args.request);
      request.body = Readable.from(bytes.chunks(), { objectMode: false });
      return next({ ...args, request });
    },
    { step: "deserialize", priority: "low", name: "giveContent" },
  );
  return s3.send(command, { abortSignal: signal });
}
