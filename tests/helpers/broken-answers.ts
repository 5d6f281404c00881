/** A bucket in memory whose answers a test changes, and the ranges that it was asked for. */

import { Readable } from "node:stream";
import type { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { ObjectsInMemory } from "./inventory-files";

export type Got = ReturnType<ObjectsInMemory["get"]>;

/** Changes an answer, which is the nth. */
export type Answer = (got: Got, number: number, bucket: ObjectsInMemory) => Got;

export function answeredBy(
  bucket: ObjectsInMemory,
  answer: Answer,
): { readonly s3: S3Client; readonly ranges: readonly (string | undefined)[] } {
  const ranges: (string | undefined)[] = [];
  const send = ({ input }: GetObjectCommand) => {
    const number = ranges.push(input.Range);
    return Promise.resolve().then(() => answer(bucket.get(input), number, bucket));
  };
  return { s3: { send } as unknown as S3Client, ranges };
}

/** The same bytes, in pieces. */
export function inPieces(got: Got, pieceBytes: number): Got {
  const body = (async function* () {
    for await (const chunk of got.Body) {
      const bytes = chunk as Buffer;
      for (let at = 0; at < bytes.length; at += pieceBytes)
        yield bytes.subarray(at, at + pieceBytes);
    }
  })();
  return { ...got, Body: Readable.from(body, { objectMode: false }) as Got["Body"] };
}

/** Ends in an error after some bytes. */
export function broken(got: Got, count: number): Got {
  const reset = Object.assign(new Error("aborted"), { code: "ECONNRESET" });
  return withBody(got, count, () => Promise.reject(reset));
}

/** Just ends after some bytes. */
export function ended(got: Got, count: number): Got {
  return withBody(got, count, () => Promise.resolve());
}

function withBody(got: Got, count: number, end: () => Promise<void>): Got {
  const body = (async function* () {
    for await (const chunk of got.Body) {
      yield (chunk as Buffer).subarray(0, count);
      return end();
    }
  })();
  return { ...got, Body: Readable.from(body, { objectMode: false }) as Got["Body"] };
}
