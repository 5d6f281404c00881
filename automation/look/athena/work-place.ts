/** Where what Athena is asked of lies for the time of a look: a folder of its own in a place that the config names. */

import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { DeleteObjectsCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { putFile, type FileContent, type StoredBytes } from "../../aws/put-file";

/** A folder in S3. */
export interface WorkPlace {
  /** Of the vault's account. */
  readonly s3: S3Client;
  readonly bucketName: string;
  /** With a slash at its end. */
  readonly prefix: string;
  /** The same in names of tables. */
  readonly name: string;
  readonly signal: AbortSignal;
}

/** One that nobody has used. @param location `s3://bucket/prefix/` */
export function newWorkPlace(location: string, s3: S3Client, signal: AbortSignal): WorkPlace {
  const [, , bucketName = "", ...folders] = location.split("/");
  const name = `lockstep_${randomBytes(8).toString("hex")}`;
  return { s3, bucketName, prefix: `${folders.join("/")}${name}/`, name, signal };
}

/** `s3://bucket/prefix/folder/`. */
export function locationIn({ bucketName, prefix }: WorkPlace, folder: string): string {
  return `s3://${bucketName}/${prefix}${folder}/`;
}

/** Writes a file. @returns `s3://bucket/key` */
export async function putInto(
  { bucketName: Bucket, prefix, s3, signal }: WorkPlace,
  name: string,
  content: FileContent,
): Promise<string> {
  await putFile(s3, { Bucket, Key: `${prefix}${name}` }, content, signal);
  return `s3://${Bucket}/${prefix}${name}`;
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

/** Takes everything in it away. Goes on where the look was stopped. */
export async function emptyPlace({ bucketName: Bucket, prefix, s3 }: WorkPlace): Promise<void> {
  for (;;) {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: prefix, MaxKeys: 1000 }),
    );
    if (Contents.length === 0) return;
    const Objects = Contents.map(({ Key = "" }) => ({ Key }));
    const { Errors: [error] = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    if (error !== undefined) throw new Error(`${error.Key}: ${error.Code}: ${error.Message}`);
  }
}
