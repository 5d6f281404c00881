/** Gets a file of an inventory onto this machine, and checks that it is what the manifest says. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { openInRanges } from "../aws/object-in-ranges";
import type { Clock } from "../clock";
import { LockstepError, messageOf } from "../errors";
import type { InventoryFile } from "./manifest";
import { explained, unreadable } from "./problems";

/** What a file is got with. */
export interface FetchSession {
  readonly s3: S3Client;
  readonly bucketName: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Is told bytes as they are there. */
  readonly onBytes?: (bytesCount: number) => void;
}

/**
 * Puts a file into another on this machine, and checks that it is what the manifest says.
 * @param path of a file that is not there yet
 * @throws LockstepError `InventoryUnreadable` for one that is not there, shorter, longer or other than its manifest says;
 * `TemporaryFolderUnusable`
 */
export async function fetchFile(
  file: InventoryFile,
  path: string,
  session: FetchSession,
): Promise<void> {
  const name = `${file.key} in ${session.bucketName}`;
  await takeBytes(file, path, session).catch((error: unknown) => {
    throw explained(error, name);
  });
  const md5 = await md5Of(path);
  if (md5 !== file.md5) {
    throw unreadable(name, `is not what its manifest says: its MD5 is ${md5}, not ${file.md5}`);
  }
}

async function takeBytes(
  { key, sizeBytes }: InventoryFile,
  path: string,
  { bucketName, clock, onBytes, s3, signal }: FetchSession,
): Promise<void> {
  const coming = await openInRanges({ s3, bucket: bucketName, key, clock, signal });
  if (coming.sizeBytes !== sizeBytes) {
    coming.giveUp();
    throw unreadable(
      `${key} in ${bucketName}`,
      `has ${coming.sizeBytes ?? "no"} bytes, its manifest says ${sizeBytes}`,
    );
  }
  const target = await onDisk(() => open(path, "wx", 0o600));
  try {
    await coming.eachChunk(async (bytes, start) => {
      await onDisk(() => target.write(bytes, 0, bytes.length, start));
      onBytes?.(bytes.length);
    });
  } finally {
    await target.close();
  }
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
