/**
 * An object in ranges: several at once, each gone on with where its answer broke off. All are of one object: another one that is put in
 * its place meanwhile is refused by S3.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html
 */
import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { systemClock, type Clock } from "../clock";
import { forEachConcurrently, inOrder } from "../concurrency";
import { awsFailure, throwIfAborted } from "../errors";

const RANGE_BYTES = 8 * 1024 * 1024;
/** As many ranges are on their way at once. */
const RANGES_AT_ONCE = 4;
/** So often a range is gone on with after its answer broke off. */
const ATTEMPTS_COUNT = 5;
const PAUSE_MS = 500;

/** Which object, and how it is got. */
export interface ObjectToGet {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly signal?: AbortSignal | undefined;
  /** What is waited by. Default: `systemClock`. */
  readonly clock?: Clock | undefined;
}

/** An object that has begun to come. To be gone through once, in one of the two ways. */
export interface ComingObject {
  /** S3's, in its quotes. */
  readonly etag: string;
  /** Of all of it. Undefined where the answer does not tell: then it comes in one piece, and is not gone on with. */
  readonly sizeBytes: number | undefined;
  /** S3's own date of it. Milliseconds since the Unix epoch; 0 where the answer has none. */
  readonly writtenEpochMs: number;
  /** All of it, in its order; some ranges are in memory. */
  chunks(): AsyncGenerator<Buffer>;
  /** All of it, as it comes. @param take is given bytes and where they begin, of several ranges at once */
  eachChunk(take: (bytes: Buffer, start: number) => Promise<void>): Promise<void>;
  /** Nothing more of it is taken. */
  giveUp(): void;
}

/** What came is not the whole object, again and again. */
export class NotWhole extends Error {
  override readonly name = "NotWhole";
}

/**
 * Asks for an object.
 * @throws what S3 answers: 404 where it is not there. What goes through it throws `NotWhole`, and S3's 412 for an object that was
 * changed meanwhile
 */
export async function openInRanges(object: ObjectToGet): Promise<ComingObject> {
  const first = await ask(object, { start: 0, end: RANGE_BYTES });
  const coming = {
    etag: first.ETag ?? "",
    sizeBytes: totalOf(first),
    writtenEpochMs: first.LastModified?.getTime() ?? 0,
    giveUp: () => (first.Body as { destroy?: () => void } | undefined)?.destroy?.(),
  };
  const { etag, sizeBytes } = coming;
  const limits = { limit: RANGES_AT_ONCE, ...(object.signal && { signal: object.signal }) };
  if (sizeBytes === undefined) {
    return {
      ...coming,
      chunks: () => bodyOf(first),
      eachChunk: (take) => takeAll(bodyOf(first), 0, take),
    };
  }
  // Who has no ranges answers with all of it.
  const end = first.ContentRange === undefined ? sizeBytes : Math.min(sizeBytes, RANGE_BYTES);
  const chunksOf = (range: Range): AsyncGenerator<Buffer> =>
    goOn(object, range, { etag, sizeBytes }, range.start === 0 ? first : undefined);
  return {
    ...coming,
    async *chunks() {
      yield* chunksOf({ start: 0, end });
      const rest = inOrder(rangesOf(end, sizeBytes), limits, (range) => allOf(chunksOf(range)));
      for await (const chunks of rest) yield* chunks;
    },
    eachChunk: (take) =>
      forEachConcurrently([{ start: 0, end }, ...rangesOf(end, sizeBytes)], limits, (range) =>
        takeAll(chunksOf(range), range.start, take),
      ),
  };
}

interface Range {
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
}

function* rangesOf(from: number, sizeBytes: number): Generator<Range> {
  for (let start = from; start < sizeBytes; start += RANGE_BYTES) {
    yield { start, end: Math.min(sizeBytes, start + RANGE_BYTES) };
  }
}

/** A range whole; what was there of it already is not asked for again. */
async function* goOn(
  object: ObjectToGet,
  { end, start }: Range,
  { etag, sizeBytes }: { readonly etag: string; readonly sizeBytes: number },
  opened?: GetObjectCommandOutput,
): AsyncGenerator<Buffer> {
  const { clock = systemClock, signal } = object;
  let next = start;
  let output = opened;
  for (let attempt = 1; ; attempt++) {
    // The SDK has asked several times before it says that there is no answer.
    output ??= await ask(object, { start: next, end }, etag);
    let cause: unknown;
    try {
      for await (const bytes of bodyOf(output)) {
        next += bytes.length;
        if (next > end) break;
        yield bytes;
      }
    } catch (error) {
      throwIfAborted(signal);
      cause = error;
    }
    if (next === end) return;
    if (next > end) throw new NotWhole(`it has more than the ${sizeBytes} bytes that S3 says`);
    if (attempt === ATTEMPTS_COUNT) {
      throw new NotWhole(`it broke off after ${next} of ${sizeBytes} bytes`, { cause });
    }
    output = undefined;
    await clock.sleep(PAUSE_MS, signal);
  }
}

async function* bodyOf({ Body }: GetObjectCommandOutput): AsyncGenerator<Buffer> {
  for await (const chunk of (Body ?? []) as AsyncIterable<Uint8Array | string>) {
    yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as Uint8Array);
  }
}

async function allOf(chunks: AsyncIterable<Buffer>): Promise<readonly Buffer[]> {
  const all: Buffer[] = [];
  for await (const bytes of chunks) all.push(bytes);
  return all;
}

async function takeAll(
  chunks: AsyncIterable<Buffer>,
  start: number,
  take: (bytes: Buffer, start: number) => Promise<void>,
): Promise<void> {
  let next = start;
  for await (const bytes of chunks) {
    await take(bytes, next);
    next += bytes.length;
  }
}

/** An empty object has no range: S3 answers 416, and with all of it where none is asked for. */
async function ask(
  { bucket, key, s3, signal }: ObjectToGet,
  { end, start }: Range,
  etag?: string,
): Promise<GetObjectCommandOutput> {
  const input = { Bucket: bucket, Key: key, ...(etag ? { IfMatch: etag } : {}) };
  const options = signal === undefined ? {} : { abortSignal: signal };
  const ranged = new GetObjectCommand({ ...input, Range: `bytes=${start}-${end - 1}` });
  try {
    return await s3.send(ranged, options);
  } catch (error) {
    if (start > 0 || awsFailure(error)?.httpStatus !== 416) throw error;
    return s3.send(new GetObjectCommand(input), options);
  }
}

function totalOf({ ContentLength, ContentRange }: GetObjectCommandOutput): number | undefined {
  const total = Number(ContentRange?.split("/").at(-1));
  return Number.isSafeInteger(total) ? total : ContentLength;
}
