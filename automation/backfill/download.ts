/** Files of a job, from the operations bucket: the source's side, so that each is taken only up to a size. */
import { createHash } from "node:crypto";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { S3Client } from "@aws-sdk/client-s3";
import { NotWhole, openInRanges } from "../aws/object-in-ranges";
import { awsFailure, LockstepError } from "../errors";
import { SpillFile } from "../spill/spill-file";

/** The largest file of a manifest that is read, packed or unpacked: some four million rows. */
export const MAX_FILE_BYTES = 500 * 1024 * 1024;

/**
 * The most that all files of one report or manifest may hold together, unpacked. One file of a report may hold as much, since AWS may put every
 * row into one: it is put aside on disk as it comes, and gone through in pieces.
 */
export const MAX_TOTAL_BYTES = 4 * 1024 * 1024 * 1024;

/** The most files that one report or manifest may name. */
export const MAX_FILES = 10_000;

/** So many files of one report or manifest are on their way at once. */
export const FILES_AT_ONCE = 4;

/** The largest file that names others and is read as one piece. */
const MAX_INDEX_BYTES = 32 * 1024 * 1024;

/** A file of a job, put aside as it came. */
export interface StoredFile {
  readonly name: string;
  readonly content: SpillFile;
  /** Of the content, in hex. */
  readonly md5: string;
  /** As S3 tells it, in its quotes. */
  readonly etag: string;
}

/** Keeps a file of a job that was read, and whose MD5 is right. */
export type KeepFile = (file: StoredFile) => Promise<void>;

/**
 * Downloads an object of a job; of what it holds no more than a part is in memory.
 * @param count as `countBytes` makes it, for all files that are on their way at once
 * @throws LockstepError `ReportUnreadable` when it is not there: a missing part is not an empty one; or when it is too large
 */
export async function store(
  s3: S3Client,
  bucket: string,
  key: string,
  signal?: AbortSignal,
  maxBytes = MAX_FILE_BYTES,
  count?: (sizeBytes: number) => void,
): Promise<StoredFile> {
  const coming = await openInRanges({ s3, bucket, key, signal }).catch((error: unknown) => {
    if (awsFailure(error)?.code === "InvalidObjectState") throw archivedFile(bucket, key, error);
    if (awsFailure(error)?.httpStatus !== 404) throw error;
    throw new MissingFile(key, `There is no ${key} in ${bucket}.`, error);
  });
  const tooLarge = (sizeBytes: number): LockstepError => {
    // Nothing more of it is read; the connection is given up.
    coming.giveUp();
    return unreadable(`${key} has ${sizeBytes} bytes, more than the ${maxBytes} allowed`);
  };
  const { sizeBytes = 0 } = coming;
  if (sizeBytes > maxBytes) throw tooLarge(sizeBytes);
  const content = new SpillFile();
  const md5 = createHash("md5");
  try {
    for await (const bytes of coming.chunks()) {
      count?.(bytes.length);
      content.append(bytes);
      md5.update(bytes);
      if (content.sizeBytes > maxBytes) throw tooLarge(content.sizeBytes);
    }
  } catch (error) {
    if (error instanceof NotWhole) throw unreadable(`${key} is not whole: ${error.message}`, error);
    const status = awsFailure(error)?.httpStatus;
    if (status === 404) throw unreadable(`${key} was deleted while it was read`, error);
    if (status !== 412) throw error;
    throw unreadable(`${key} was changed while it was read`, error);
  }
  return { name: key, content, md5: md5.digest("hex"), etag: coming.etag };
}

/** Downloads a small object of a job as one piece. @throws as `store` */
export async function download(
  s3: S3Client,
  bucket: string,
  key: string,
  signal?: AbortSignal,
): Promise<Buffer> {
  const { content } = await store(s3, bucket, key, signal, MAX_INDEX_BYTES);
  return Buffer.concat([...content.chunks()]);
}

/**
 * Unpacks what is packed with gzip; anything else is handed on as it is.
 * @throws LockstepError `ReportUnreadable` when it is more than `maxBytes` or broken
 */
export async function* unzipped(
  name: string,
  chunks: Iterable<Buffer>,
  maxBytes = MAX_FILE_BYTES,
): AsyncGenerator<Buffer> {
  const packed = chunks[Symbol.iterator]();
  const { done, value: first } = packed.next();
  if (done === true) return;
  const all = function* (): Generator<Buffer> {
    yield first;
    for (let next = packed.next(); next.done !== true; next = packed.next()) yield next.value;
  };
  if (first[0] !== 0x1f || first[1] !== 0x8b) {
    yield* all();
    return;
  }
  const gunzip = createGunzip();
  // What goes wrong in it comes out of the other end, where it is told.
  pipeline(Readable.from(all()), gunzip, () => undefined);
  let sizeBytes = 0;
  try {
    for await (const chunk of gunzip) {
      sizeBytes += (chunk as Buffer).length;
      if (sizeBytes > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw unreadable(`${name} cannot be unpacked, or holds more than ${maxBytes} bytes`, error);
  }
}

/** No record is longer: a key has 1,024 bytes. */
const MAX_RECORD_BYTES = 1024 * 1024;
/** What some programs put before the text of a file: it would be taken for a part of the first bucket's name. */
const BYTE_ORDER_MARK = "\ufeff";
const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/**
 * CSV in pieces that each end where a record does.
 * @throws LockstepError `ReportUnreadable` for a record without end, and for a byte order mark, which S3 does not write
 */
export async function* wholeRecords(
  name: string,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  const told = (bytes: Buffer, end: number): string => {
    const text = bytes.toString("utf8", 0, end);
    if (isFirst && text.startsWith(BYTE_ORDER_MARK)) {
      throw unreadable(
        `${name} begins with a byte order mark (U+FEFF), which S3 does not write: some program has rewritten it`,
      );
    }
    isFirst = false;
    return text;
  };
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = endOfRecords(bytes);
    if (bytes.length - end > MAX_RECORD_BYTES) {
      throw unreadable(`${name} is not CSV: a record has more than ${MAX_RECORD_BYTES} bytes`);
    }
    if (end > 0) yield told(bytes, end);
    rest = bytes.subarray(end);
  }
  if (rest.length > 0) yield told(rest, rest.length);
}

/** Behind the last line break that stands in no quotes. */
function endOfRecords(bytes: Buffer): number {
  let end = 0;
  let isQuoted = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    // A quote within quotes is written twice, which comes to the same.
    if (byte === QUOTE) isQuoted = !isQuoted;
    else if (byte === LINE_FEED && !isQuoted) end = index + 1;
  }
  return end;
}

/**
 * Counts what the files of one report or manifest hold together.
 * @param what as in `The files of a report`
 * @returns is told of each file's bytes, and throws LockstepError `ReportUnreadable` once they are too many
 */
export function countBytes(
  what: string,
  maxTotalBytes = MAX_TOTAL_BYTES,
): (sizeBytes: number) => void {
  let totalBytes = 0;
  return (sizeBytes) => {
    totalBytes += sizeBytes;
    if (totalBytes <= maxTotalBytes) return;
    throw unreadable(`${what} hold more than the ${maxTotalBytes} bytes allowed`);
  };
}

/** Compares two MD5s in hex; the `.md5` object has one more character after it. */
export function checkMd5(name: string, actual: string, expected: string): void {
  const wanted = expected.trim().slice(0, 32).toLowerCase();
  if (actual !== wanted) {
    throw unreadable(`${name} has the MD5 ${actual}, but ${wanted} was expected`);
  }
}

/** The error of a report or manifest that cannot be read. */
export function unreadable(message: string, cause?: unknown): LockstepError {
  return new LockstepError("ReportUnreadable", `${message}.`, {
    hint: "Run `lockstep verify`: it looks at the vaults themselves.",
    ...(cause !== undefined && { cause }),
  });
}

/** The error of a file that is not there, or not yet. */
export class MissingFile extends LockstepError {
  constructor(
    /** Of what is not there. */
    readonly key: string,
    message: string,
    cause: unknown,
  ) {
    super("ReportUnreadable", message, {
      hint: "Run `lockstep verify`: it looks at the vaults themselves.",
      cause,
    });
  }
}

/**
 * The error of a file that S3 does not give until it is restored.
 * @see https://docs.aws.amazon.com/botocore/latest/reference/services/s3/client/exceptions/InvalidObjectState.html
 */
function archivedFile(bucket: string, key: string, cause: unknown): LockstepError {
  const { AccessTier, StorageClass } = cause as { AccessTier?: string; StorageClass?: string };
  const where = AccessTier ?? StorageClass ?? "an archive";
  return new LockstepError(
    "ReportUnreadable",
    `${key} in ${bucket} is archived (${where}): restore it first (\`aws s3api restore-object\`), then run the command again.`,
    {
      hint: "Restore it, and keep lifecycle rules from archiving what is in the operations bucket. `lockstep verify` looks at the vaults without it.",
      cause,
    },
  );
}
