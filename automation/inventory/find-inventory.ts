/** The newest inventory of a bucket that S3 has delivered as a whole. */

import { createHash } from "node:crypto";
import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { InventoryOutputs } from "../../components/promise/inventory-outputs";
import { openInRanges } from "../aws/object-in-ranges";
import { awsFailure } from "../errors";
import { datedFolders, parseManifest, type InventoryManifest } from "./manifest";
import { explained, missing, unreadable } from "./problems";

/** An inventory that is there, and where. */
export interface FoundInventory extends InventoryManifest {
  /** Bucket that it lists. */
  readonly listedBucket: string;
  /** Bucket that it lies in. */
  readonly bucketName: string;
}

/** The largest manifest that is read: one of 100,000 files has some 20 MB. */
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

/** Dates in headers have whole seconds. */
const DATE_ROUNDING_MS = 1000;

/** What an inventory is looked for with. */
export interface FindSession {
  readonly s3: S3Client;
  readonly signal: AbortSignal;
}

/**
 * Finds it. S3 writes the checksum of a manifest after all else: without it an inventory is not whole yet, and the one before counts.
 * @throws LockstepError `InventoryMissing` when none was delivered; `InventoryUnreadable` for a manifest that is not what its
 * checksum says
 */
export async function findInventory(
  listedBucket: string,
  { bucketName, id, prefix }: InventoryOutputs,
  session: FindSession,
): Promise<FoundInventory> {
  const folder = `${prefix === "" ? "" : `${prefix}/`}${listedBucket}/${id}/`;
  const folders = datedFolders(await foldersOf(bucketName, folder, session), folder);
  for (const dated of folders) {
    const name = `${dated}manifest.json`;
    const checksum = await textOf(bucketName, `${dated}manifest.checksum`, session);
    const manifest = await textOf(bucketName, name, session);
    if (checksum === undefined || manifest === undefined) continue;
    const where = `${name} in ${bucketName}`;
    const md5 = createHash("md5").update(manifest.bytes).digest("hex");
    const wanted = checksum.bytes.toString("latin1").trim().toLowerCase();
    if (md5 !== wanted) {
      throw unreadable(
        where,
        `was altered: its MD5 is ${md5}, its manifest.checksum says ${wanted}`,
      );
    }
    const place = { listedBucket, bucketName, folder };
    const found = parseManifest(where, manifest.bytes.toString("utf8"), place);
    // What was written later than it is said to be newer would never be looked at.
    if (found.createdEpochMs > manifest.writtenEpochMs + DATE_ROUNDING_MS) {
      throw unreadable(where, "says that it was made after it was written");
    }
    return { ...found, listedBucket, bucketName };
  }
  throw missing(
    `S3 has delivered no inventory of ${listedBucket} into ${bucketName} (${folder}) until now.`,
  );
}

async function foldersOf(
  bucketName: string,
  folder: string,
  { s3, signal }: FindSession,
): Promise<readonly string[]> {
  const folders: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucketName,
        Prefix: folder,
        Delimiter: "/",
        ContinuationToken: token,
      }),
      { abortSignal: signal },
    );
    for (const { Prefix } of page.CommonPrefixes ?? []) {
      if (Prefix !== undefined) folders.push(Prefix);
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return folders;
}

interface SmallFile {
  readonly bytes: Buffer;
  /** S3's own date. */
  readonly writtenEpochMs: number;
}

async function textOf(
  bucketName: string,
  key: string,
  { s3, signal }: FindSession,
): Promise<SmallFile | undefined> {
  try {
    const coming = await openInRanges({ s3, bucket: bucketName, key, signal });
    if ((coming.sizeBytes ?? 0) > MAX_MANIFEST_BYTES) {
      coming.giveUp();
      throw unreadable(`${key} in ${bucketName}`, `has more than ${MAX_MANIFEST_BYTES} bytes`);
    }
    const chunks: Buffer[] = [];
    for await (const bytes of coming.chunks()) chunks.push(bytes);
    return { bytes: Buffer.concat(chunks), writtenEpochMs: coming.writtenEpochMs };
  } catch (error) {
    if (awsFailure(error)?.httpStatus === 404) return undefined;
    throw explained(error, `${key} in ${bucketName}`);
  }
}
