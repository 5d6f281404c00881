/** Files of a job, from the operations bucket: the source's side, so that each is taken only up to a size. */
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { awsFailure, LockstepError } from "../errors";

/** The largest file of a report or manifest that is read, packed or unpacked: some four million rows. */
export const MAX_FILE_BYTES = 500 * 1024 * 1024;

/** The most that all files of one report or manifest may hold together, unpacked. */
export const MAX_TOTAL_BYTES = 4 * 1024 * 1024 * 1024;

/** The most files that one report or manifest may name. */
export const MAX_FILES = 10_000;

/** Downloads a whole object of a job. @throws as `downloadWithEtag` */
export async function download(
  s3: S3Client,
  bucket: string,
  key: string,
  signal?: AbortSignal,
): Promise<Buffer> {
  return (await downloadWithEtag(s3, bucket, key, signal)).bytes;
}

/**
 * Downloads a whole object of a job.
 * @throws LockstepError `ReportUnreadable` when it is not there: a missing part is not an empty one; or when it is too large
 */
export async function downloadWithEtag(
  s3: S3Client,
  bucket: string,
  key: string,
  signal?: AbortSignal,
  maxBytes = MAX_FILE_BYTES,
): Promise<{ readonly bytes: Buffer; readonly etag: string }> {
  const output = await s3
    .send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal })
    .catch((error: unknown) => {
      if (awsFailure(error)?.httpStatus !== 404) throw error;
      throw missingFile(bucket, key, error);
    });
  if (output.ContentLength !== undefined && output.ContentLength > maxBytes) {
    // Nothing of it is read; the connection is given up.
    (output.Body as { destroy?: () => void } | undefined)?.destroy?.();
    throw unreadable(`${key} has ${output.ContentLength} bytes, more than the ${maxBytes} allowed`);
  }
  const bytes = Buffer.from((await output.Body?.transformToByteArray()) ?? []);
  return { bytes, etag: output.ETag ?? "" };
}

/**
 * Unpacks what is packed with gzip; anything else is handed back as it is.
 * @throws LockstepError `ReportUnreadable` when it is more than `maxBytes` or broken
 */
export function unzipped(name: string, bytes: Buffer, maxBytes = MAX_FILE_BYTES): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    throw unreadable(`${name} cannot be unpacked, or holds more than ${maxBytes} bytes`, error);
  }
}

/** Compares bytes with an MD5 in hex; the `.md5` object has one more character after it. */
export function checkMd5(name: string, bytes: Buffer, expected: string): void {
  const actual = createHash("md5").update(bytes).digest("hex");
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
export class MissingFile extends LockstepError {}

function missingFile(bucket: string, key: string, cause: unknown): MissingFile {
  return new MissingFile("ReportUnreadable", `There is no ${key} in ${bucket}.`, {
    hint: "Run `lockstep verify`: it looks at the vaults themselves.",
    cause,
  });
}
