/** A bucket that holds its objects in memory and keeps to S3's conditions, for the tests of one reader or writer. */

import type { PutObjectCommand } from "@aws-sdk/client-s3";
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";

/** An error as the SDK throws it. */
export function refusal(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
}

type Command = GetObjectCommand | ListObjectsV2Command | PutObjectCommand;

export class MemoryBucket {
  readonly objects = new Map<string, { body: string; etag: string }>();
  /** Each command's name and input, in order, with the signal that came with it. */
  readonly sent: { name: string; input: Command["input"]; signal: unknown }[] = [];
  /** Keys of one page of a listing. */
  pageLength = 1_000;
  /** Called before an object is written; what it throws is S3's answer. */
  beforePut: () => void = () => undefined;
  /** Called with each answer before it is given. */
  answer: <Output extends object>(output: Output) => object = (output) => output;
  private count = 0;

  readonly client = {
    send: (command: Command, options?: { abortSignal?: unknown }) => {
      this.sent.push({
        name: command.constructor.name,
        input: command.input,
        signal: options?.abortSignal,
      });
      return Promise.resolve().then(() => this.answer(this.handle(command)));
    },
  } as unknown as S3Client;

  put(key: string, body: string): string {
    const etag = `"${++this.count}"`;
    this.objects.set(key, { body, etag });
    return etag;
  }

  private handle(command: Command): object {
    if (command instanceof ListObjectsV2Command) return this.list(command.input);
    if (command instanceof GetObjectCommand) {
      const found = this.objects.get(command.input.Key ?? "");
      if (found === undefined) throw refusal("NoSuchKey", 404);
      const { body, etag } = found;
      const stream = { transformToString: () => Promise.resolve(body) };
      return { ETag: etag, ContentLength: Buffer.byteLength(body), Body: stream };
    }
    const { Body, IfMatch, IfNoneMatch, Key = "" } = command.input;
    this.beforePut();
    const found = this.objects.get(Key);
    const isMet =
      IfNoneMatch === "*" ? found === undefined : IfMatch === undefined || found?.etag === IfMatch;
    if (!isMet) throw refusal("PreconditionFailed", 412);
    return { ETag: this.put(Key, String(Body)) };
  }

  private list({ ContinuationToken, Prefix = "" }: ListObjectsV2Command["input"]): object {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(Prefix)).sort();
    const start = Number(ContinuationToken ?? 0);
    const end = start + this.pageLength;
    return {
      Contents: keys.slice(start, end).map((Key) => ({ Key })),
      ...(end < keys.length ? { NextContinuationToken: String(end) } : {}),
    };
  }
}
