/**
 * Inventories where Athena reads them. Those of a source are brought into the vault's account, each file held against its manifest on the
 * way: nobody of the source can change what is read after it was checked. Those of a vault are read where S3 delivered them.
 */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { isPlainLocation } from "../../analysis/athena/table";
import { forEachConcurrently } from "../../concurrency";
import { awsFailure } from "../../errors";
import { fetchFile, type FetchSession } from "../../inventory/fetch-file";
import type { FoundInventory } from "../../inventory/find-inventory";
import type { InventoryFile } from "../../inventory/manifest";
import { unreadable } from "../../inventory/problems";
import { ARCHIVED_CLASSES } from "../../judge/archived";
import { contentOf, contentOfBytes, putInto, type WorkPlace } from "./work-place";

const FILES_AT_ONCE = 4;

/**
 * Brings the files of a source's inventory into a folder.
 * @param folder of this machine, for one file after the other
 * @throws LockstepError `InventoryUnreadable`, as `fetchFile`
 */
export async function bringInventory(
  inventory: FoundInventory,
  target: WorkPlace,
  name: string,
  folder: string,
  session: Omit<FetchSession, "bucketName">,
): Promise<void> {
  const { bucketName, files } = inventory;
  const links = await each(files, session.signal, async (file, index) => {
    const path = join(folder, `brought-${name}-${index}`);
    try {
      await fetchFile(file, path, { ...session, bucketName });
      return await putInto(
        target,
        `${name}-files/${index}${endOf(inventory)}`,
        await contentOf(path),
      );
    } finally {
      await rm(path, { force: true });
    }
  });
  await putLinks(target, name, links);
}

/**
 * Names the files of a vault's inventory in a folder, once each is as its manifest says.
 * @param folder of this machine, for a file that S3 does not tell the MD5 of
 * @throws LockstepError `InventoryUnreadable`
 */
export async function linkInventory(
  inventory: FoundInventory,
  target: WorkPlace,
  name: string,
  folder: string,
  session: Omit<FetchSession, "bucketName">,
): Promise<void> {
  const { bucketName, files } = inventory;
  const links = await each(files, session.signal, async (file, index) => {
    const link = `s3://${bucketName}/${file.key}`;
    // Athena would take another file for it, or the rest for another one.
    if (!isPlainLocation(`${link}/`)) {
      throw unreadable(`${file.key} in ${bucketName}`, "has a name that Athena is not told of");
    }
    if (!(await tellsMd5(session.s3, bucketName, file, session.signal))) {
      const path = join(folder, `checked-${name}-${index}`);
      try {
        await fetchFile(file, path, { ...session, bucketName });
      } finally {
        await rm(path, { force: true });
      }
    }
    return link;
  });
  await putLinks(target, name, links);
}

/**
 * Whether S3 itself tells that a file is the one of the manifest: an ETag is the MD5 of what was written at once and not under KMS.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 * @see https://docs.aws.amazon.com/athena/latest/ug/querying-glacier.html
 */
async function tellsMd5(
  s3: S3Client,
  bucketName: string,
  { key, md5, sizeBytes }: InventoryFile,
  signal: AbortSignal,
): Promise<boolean> {
  const command = new HeadObjectCommand({ Bucket: bucketName, Key: key });
  const head = await s3.send(command, { abortSignal: signal }).catch((error: unknown) => {
    if (awsFailure(error)?.httpStatus !== 404) throw error;
    throw unreadable(
      `${key} in ${bucketName}`,
      "is not there, though its manifest names it",
      error,
    );
  });
  // Athena would leave it out without a word.
  if (ARCHIVED_CLASSES.has(head.StorageClass ?? "")) {
    throw unreadable(`${key} in ${bucketName}`, `is archived (${head.StorageClass})`);
  }
  return head.ContentLength === sizeBytes && head.ETag === `"${md5}"`;
}

async function putLinks(target: WorkPlace, name: string, links: readonly string[]): Promise<void> {
  // Of a bucket without versions S3 delivers no file, and a table without one has no rows.
  if (links.length === 0) return;
  const text = links.map((link) => `${link}\n`).join("");
  await putInto(target, `${name}/symlink.txt`, contentOfBytes(Buffer.from(text)));
}

function endOf({ format }: FoundInventory): string {
  return format === "CSV" ? ".csv.gz" : ".parquet";
}

/** In the order of the manifest. */
async function each(
  files: readonly InventoryFile[],
  signal: AbortSignal,
  work: (file: InventoryFile, index: number) => Promise<string>,
): Promise<readonly string[]> {
  const links: string[] = [];
  await forEachConcurrently(
    files.entries(),
    { limit: FILES_AT_ONCE, signal },
    async ([index, file]) => {
      links[index] = await work(file, index);
    },
  );
  return links;
}
