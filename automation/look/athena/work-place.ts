/** Where what Athena is asked of lies for the time of a look: a folder of its own in a place that the config names. */

import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { putFile, type FileContent, type StoredBytes } from "../../aws/put-file";
import { awsFailure } from "../../errors";
import { ARCHIVED_CLASSES } from "../../judge/archived";

/** A folder in S3. */
export interface WorkPlace {
  /** Of the account that Athena works in. */
  readonly s3: S3Client;
  readonly bucketName: string;
  /** Where folders of looks lie, with a slash at its end where there is any. */
  readonly base: string;
  /** What the names of all looks of one source at one other bucket begin with: whoever knows the two buckets can tell it. */
  readonly kin: string;
  /** The folder, with a slash at its end. */
  readonly prefix: string;
  /** Its name, as it is in names of tables. */
  readonly name: string;
  /** The ETag of each file that was written, by its key; undefined while it is not known. */
  readonly written: Map<string, string | undefined>;
  readonly signal: AbortSignal;
}

/** The folder that Athena writes its answers into. */
export const RESULTS = "results";

/** The buckets of a look, whose names nobody else in the world has. */
export interface LookBuckets {
  readonly source: string;
  /** A vault's, or that of the reports. */
  readonly other: string;
}

/** One that nobody has used. @param location `s3://bucket/prefix/` */
export function newWorkPlace(
  location: string,
  { other, source }: LookBuckets,
  s3: S3Client,
  signal: AbortSignal,
): WorkPlace {
  const [, , bucketName = "", ...folders] = location.split("/");
  const base = folders.join("/");
  const both = createHash("sha256").update(`${source}\n${other}`).digest("hex").slice(0, 16);
  const kin = `lockstep_${both}_`;
  const name = `${kin}${randomBytes(8).toString("hex")}`;
  return { s3, bucketName, base, kin, prefix: `${base}${name}/`, name, written: new Map(), signal };
}

/** That of another look. */
export function kinOf(work: WorkPlace, name: string): WorkPlace {
  return { ...work, name, prefix: `${work.base}${name}/`, written: new Map() };
}

/** `s3://bucket/prefix/`. */
export function placeOf({ bucketName, prefix }: WorkPlace): string {
  return `s3://${bucketName}/${prefix}`;
}

/** `s3://bucket/prefix/folder/`. */
export function locationIn(work: WorkPlace, folder: string): string {
  return `${placeOf(work)}${folder}/`;
}

/** Writes a file. @returns `s3://bucket/key` */
export async function putInto(
  { bucketName: Bucket, prefix, s3, signal, written }: WorkPlace,
  name: string,
  content: FileContent,
): Promise<string> {
  const Key = `${prefix}${name}`;
  // Also one whose writing is not known to have ended may be there.
  written.set(Key, undefined);
  try {
    const { ETag } = await putFile(s3, { Bucket, Key }, content, signal);
    written.set(Key, ETag);
  } catch (error) {
    const status = awsFailure(error)?.httpStatus ?? 0;
    if (status >= 300 && status < 500) written.delete(Key);
    throw error;
  }
  return `s3://${Bucket}/${Key}`;
}

/**
 * A file that is no longer as it was written, is gone or archived, or was put beside them; undefined where all is as it was left. Of what is
 * missing or archived Athena says nothing, and a listing without files has no version that could be lost.
 * @see https://docs.aws.amazon.com/athena/latest/ug/querying-glacier.html
 */
export async function touchedFile({
  bucketName: Bucket,
  prefix,
  s3,
  signal,
  written,
}: WorkPlace): Promise<string | undefined> {
  const missing = new Map(written);
  const pages = paginateListObjectsV2(
    { client: s3 },
    { Bucket, Prefix: prefix },
    { abortSignal: signal },
  );
  for await (const { Contents = [] } of pages) {
    for (const { ETag, Key = "", StorageClass = "" } of Contents) {
      if (Key.startsWith(`${prefix}${RESULTS}/`)) continue;
      if (!missing.has(Key) || missing.get(Key) !== ETag) return Key;
      if (ARCHIVED_CLASSES.has(StorageClass)) return Key;
      missing.delete(Key);
    }
  }
  return [...missing.keys()][0];
}

/** What is in a file of this machine. */
export async function contentOf(path: string): Promise<FileContent> {
  const { size: sizeBytes } = await stat(path);
  const bytes: StoredBytes = { sizeBytes, chunks: () => createReadStream(path) };
  const sha256 = createHash("sha256");
  for await (const chunk of bytes.chunks()) sha256.update(chunk);
  return { bytes, sha256: sha256.digest("hex") };
}

/** A few bytes. */
export function contentOfBytes(buffer: Buffer): FileContent {
  return {
    bytes: { sizeBytes: buffer.length, chunks: () => [buffer] },
    sha256: createHash("sha256").update(buffer).digest("hex"),
  };
}

/** Nothing more is to be done about it: a rule of the bucket is to take it away. */
export class KeptAsVersions extends Error {}

/**
 * Takes everything in it away. Goes on where the look was stopped.
 * @throws Error where something is left, `KeptAsVersions` in a bucket with versions, where all of it is: what is deleted there goes behind a delete marker
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletedObject.html
 */
export async function emptyPlace({ bucketName: Bucket, prefix, s3 }: WorkPlace): Promise<void> {
  let isHidden = false;
  for (;;) {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: prefix, MaxKeys: 1000 }),
    );
    if (Contents.length === 0) break;
    const Objects = Contents.map(({ Key = "" }) => ({ Key }));
    const { Deleted = [], Errors: [error] = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects } }),
    );
    if (error !== undefined) throw new Error(`${error.Key}: ${error.Code}: ${error.Message}`);
    isHidden ||= Deleted.some(({ DeleteMarker }) => DeleteMarker === true);
  }
  if (isHidden) {
    throw new KeptAsVersions(
      `the bucket ${Bucket} keeps versions: what was deleted is there as noncurrent versions, until a lifecycle rule takes them away`,
    );
  }
}
