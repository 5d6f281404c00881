/**
 * An object in ranges: several at once, handed on in their order, each gone on with where its answer broke off. All are of one object: another
 * one that is put in its place meanwhile is refused by S3.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html
 */
import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { systemClock, type Clock } from "../clock";
import { inOrder } from "../concurrency";
import { awsFailure, throwIfAborted } from "../errors";

const RANGE_BYTES = 8 * 1024 * 1024;
/** As many ranges are in memory at once. */
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

/** An object that has begun to come. */
export interface ComingObject {
  /** S3's, in its quotes. */
  readonly etag: string;
  /** Of all of it. Undefined where the answer does not tell: then it comes in one piece, and is not gone on with. */
  readonly sizeBytes: number | undefined;
  /** All of it, in its order; to be gone through once. */
  chunks(): AsyncGenerator<Buffer>;
  /** Nothing more of it is taken. */
  giveUp(): void;
}

/** An answer ended before all of it was there, again and again. */
export class BrokenOff extends Error {
  constructor(
    readonly doneBytes: number,
    readonly sizeBytes: number,
    cause?: unknown,
  ) {
    super(`it broke off after ${doneBytes} of ${sizeBytes} bytes`, { cause });
    this.name = "BrokenOff";
  }
}

/**
 * Asks for an object.
 * @throws what S3 answers: 404 where it is not there. `chunks` throws `BrokenOff`, and S3's 412 for an object that was changed meanwhile
 */
export async function openInRanges(object: ObjectToGet): Promise<ComingObject> {
  const first = await ask(object, { start: 0, end: RANGE_BYTES });
  const sizeBytes = totalOf(first);
  const etag = first.ETag ?? "";
  return {
    etag,
    sizeBytes,
    giveUp: () => (first.Body as { destroy?: () => void } | undefined)?.destroy?.(),
    async *chunks() {
      if (sizeBytes === undefined) return yield* bodyOf(first);
      const whole = { etag, sizeBytes };
      // Who has no ranges answers with all of it.
      const end = first.ContentRange === undefined ? sizeBytes : Math.min(sizeBytes, RANGE_BYTES);
      yield* await takeRange(object, { start: 0, end }, whole, first);
      const rest = inOrder(
        rangesOf(end, sizeBytes),
        { limit: RANGES_AT_ONCE, signal: object.signal },
        (range) => takeRange(object, range, whole),
      );
      for await (const chunks of rest) yield* chunks;
    },
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

/** Takes a range whole; what is there of it already is not asked for again. */
async function takeRange(
  object: ObjectToGet,
  { end, start }: Range,
  { etag, sizeBytes }: { readonly etag: string; readonly sizeBytes: number },
  opened?: GetObjectCommandOutput,
): Promise<readonly Buffer[]> {
  const { clock = systemClock, signal } = object;
  const chunks: Buffer[] = [];
  let next = start;
  let output = opened;
  for (let attempt = 1; ; attempt++) {
    let cause: unknown;
    try {
      output ??= await ask(object, { start: next, end }, etag);
      for await (const bytes of bodyOf(output)) {
        chunks.push(bytes);
        next += bytes.length;
      }
    } catch (error) {
      throwIfAborted(signal);
      // S3's own word is no break.
      if (awsFailure(error)?.httpStatus !== undefined) throw error;
      cause = error;
    }
    if (next === end) return chunks;
    if (next > end || attempt === ATTEMPTS_COUNT) throw new BrokenOff(next, sizeBytes, cause);
    output = undefined;
    await clock.sleep(PAUSE_MS, signal);
  }
}

async function* bodyOf({ Body }: GetObjectCommandOutput): AsyncGenerator<Buffer> {
  for await (const chunk of (Body ?? []) as AsyncIterable<Uint8Array | string>) {
    yield Buffer.from(chunk as Uint8Array);
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
