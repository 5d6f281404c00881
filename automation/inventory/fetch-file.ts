/** Gets a file of an inventory: in ranges beside each other, each of which goes on where it broke off. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import type { Clock } from "../clock";
import { forEachConcurrently } from "../concurrency";
import { awsFailure, LockstepError, messageOf, throwIfAborted } from "../errors";
import type { InventoryFile } from "./manifest";
import { unreadable } from "./problems";

const RANGE_BYTES = 8 * 1024 * 1024;
const RANGES_AT_ONCE = 4;
/** So often a range is gone on with after its answer broke off. */
const ATTEMPTS_COUNT = 5;
const PAUSE_MS = 500;

/** What a file is got with. */
export interface FetchSession {
  readonly s3: S3Client;
  readonly bucketName: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Is told bytes as they are there. */
  readonly onBytes?: (bytesCount: number) => void;
}

/** A file. @see InventoryFile; one that no manifest tells the MD5 of is held to its size alone */
type WantedFile = Omit<InventoryFile, "md5"> & Partial<Pick<InventoryFile, "md5">>;

/**
 * Puts a file into another on this machine, and checks that it is what the manifest says.
 * @param path of a file that is not there yet
 * @throws LockstepError `InventoryUnreadable` for one that is not there, shorter, longer or other than its manifest says;
 * `TemporaryFolderUnusable`
 */
export async function fetchFile(
  file: WantedFile,
  path: string,
  session: FetchSession,
): Promise<void> {
  const target = await onDisk(() => open(path, "wx", 0o600));
  try {
    const whole: Whole = {};
    await forEachConcurrently(
      rangesOf(file.sizeBytes),
      { limit: RANGES_AT_ONCE, signal: session.signal },
      (range) => fetchRange(file, range, target, whole, session),
    );
  } finally {
    await target.close();
  }
  if (file.md5 === undefined) return;
  const md5 = await md5Of(path);
  if (md5 !== file.md5) {
    throw unreadable(
      nameOf(file, session),
      `is not what its manifest says: its MD5 is ${md5}, not ${file.md5}`,
    );
  }
}

interface Range {
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
}

/** All ranges of a file are of one object. */
interface Whole {
  etag?: string;
}

function* rangesOf(sizeBytes: number): Generator<Range> {
  // What is empty has no range, and is asked for all the same: it may not be there, or have become longer.
  if (sizeBytes === 0) yield { start: 0, end: 0 };
  for (let start = 0; start < sizeBytes; start += RANGE_BYTES) {
    yield { start, end: Math.min(sizeBytes, start + RANGE_BYTES) };
  }
}

async function fetchRange(
  file: WantedFile,
  { end, start }: Range,
  target: FileHandle,
  whole: Whole,
  session: FetchSession,
): Promise<void> {
  let next = start;
  for (let attempt = 1; ; attempt++) {
    const output = await ask(file, { start: next, end }, whole, session);
    try {
      for await (const chunk of output.Body as AsyncIterable<Uint8Array>) {
        await onDisk(() => target.write(chunk, 0, chunk.length, next));
        next += chunk.length;
        session.onBytes?.(chunk.length);
        if (next > end) break;
      }
      if (next === end) return;
    } catch (error) {
      throwIfAborted(session.signal);
      if (error instanceof LockstepError) throw error;
      if (attempt === ATTEMPTS_COUNT) throw error;
    }
    if (next > end || attempt === ATTEMPTS_COUNT) {
      throw unreadable(nameOf(file, session), "has not as many bytes as S3 says");
    }
    await session.clock.sleep(PAUSE_MS, session.signal);
  }
}

async function ask(
  file: WantedFile,
  { end, start }: Range,
  whole: Whole,
  session: FetchSession,
): Promise<GetObjectCommandOutput> {
  const { bucketName: Bucket, s3, signal } = session;
  const { key: Key, sizeBytes } = file;
  const command = new GetObjectCommand({
    Bucket,
    Key,
    ...(sizeBytes === 0 ? {} : { Range: `bytes=${start}-${end - 1}` }),
    ...(whole.etag === undefined ? {} : { IfMatch: whole.etag }),
  });
  const output = await s3.send(command, { abortSignal: signal }).catch((error: unknown) => {
    throw explained(error, file, session);
  });
  whole.etag ??= output.ETag ?? "";
  const total =
    sizeBytes === 0 ? output.ContentLength : Number(output.ContentRange?.split("/").at(-1));
  if (total !== sizeBytes) {
    throw unreadable(
      nameOf(file, session),
      `has ${total ?? "no"} bytes, its manifest says ${sizeBytes}`,
    );
  }
  return output;
}

/** What S3 answers of a file that is not as its manifest says. */
function explained(error: unknown, file: WantedFile, session: FetchSession): unknown {
  switch (awsFailure(error)?.httpStatus) {
    case 404:
      return unreadable(nameOf(file, session), "is not there, though its manifest names it", error);
    case 412:
      return unreadable(nameOf(file, session), "was changed while it was read", error);
    case 416:
      return unreadable(
        nameOf(file, session),
        `is shorter than the ${file.sizeBytes} bytes that its manifest says`,
        error,
      );
    default:
      return error;
  }
}

function nameOf({ key }: WantedFile, { bucketName }: FetchSession): string {
  return `${key} in ${bucketName}`;
}

async function md5Of(path: string): Promise<string> {
  const md5 = createHash("md5");
  for await (const chunk of createReadStream(path)) md5.update(chunk as Buffer);
  return md5.digest("hex");
}

async function onDisk<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new LockstepError(
      "TemporaryFolderUnusable",
      `The inventory cannot be put aside: ${messageOf(error)}.`,
      { cause: error },
    );
  }
}
