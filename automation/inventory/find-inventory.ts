/** The newest inventory of a bucket that S3 has delivered as a whole. */

import { createHash } from "node:crypto";
import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { InventoryOutputs } from "../../components/promise/inventory-outputs";
import { openInRanges } from "../aws/object-in-ranges";
import { watchDate } from "../aws/aws-date";
import { awsFailure } from "../errors";
import { counted } from "../words";
import { datedFolders, dateOfFolder, parseManifest, type InventoryManifest } from "./manifest";
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
  /** Is told, for people, what has the name of an inventory and is none of S3's. */
  readonly warn: (message: string) => void;
}

/** S3 names a folder by when it begins, and writes its manifest hours later: what is dated after that, by more than this, S3 did not make. */
const LATER_MS = 24 * 60 * 60 * 1000;

/**
 * Finds it. S3 writes the checksum of a manifest after all else: without it an inventory is not whole yet, and the one before counts.
 *
 * Whoever writes into the bucket can put a folder there that is newer by its name than any of S3's. One that is dated later than S3 can have
 * written it is passed over, and told: else it would be the newest until then. A newest one that is dated as S3 might, and cannot be read, is
 * an error until S3's next one is newer: an older inventory tells of an older day, at a vault of what was still there and at the source of
 * locks that were not yet there, so that to take it would excuse something.
 * @throws LockstepError `InventoryMissing` when none was delivered; `InventoryUnreadable` for a manifest that is not what its
 * checksum says
 */
export async function findInventory(
  listedBucket: string,
  { bucketName, id, prefix }: InventoryOutputs,
  session: FindSession,
): Promise<FoundInventory> {
  const folder = `${prefix === "" ? "" : `${prefix}/`}${listedBucket}/${id}/`;
  const { answeredEpochMs = Infinity, folders } = await foldersOf(bucketName, folder, session);
  const dated = datedFolders(folders, folder);
  // None of these has to be looked into: they may be many.
  const toCome = new Set(dated.filter((one) => !isPlausible(one, answeredEpochMs)));
  if (toCome.size > 0) session.warn(passedOverWords(bucketName, [...toCome]));
  for (const one of dated) {
    if (toCome.has(one)) continue;
    const name = `${one}manifest.json`;
    const listedEpochMs = await writtenAt(bucketName, name, session);
    if (listedEpochMs === undefined) continue;
    if (!isPlausible(one, listedEpochMs)) {
      session.warn(passedOverWords(bucketName, [one]));
      continue;
    }
    const checksum = await textOf(bucketName, `${one}manifest.checksum`, session);
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

/** Whether S3 can have begun it by a time. What is no date at all S3 did not write either. */
function isPlausible(dated: string, writtenEpochMs: number): boolean {
  return dateOfFolder(dated) <= writtenEpochMs + LATER_MS;
}

function passedOverWords(bucketName: string, [first = "", ...others]: readonly string[]): string {
  const more = others.length === 0 ? "" : ` and ${counted(others.length, "other")} like it`;
  return (
    `The folder ${first} in ${bucketName}${more} is dated later than S3 can have written it: no inventory of S3's, and passed over. ` +
    "Whoever put it there may write into that bucket. Find out who, and take it away."
  );
}

interface Folders {
  readonly folders: readonly string[];
  /** AWS's own time. Milliseconds; undefined when something on the way took it out. */
  readonly answeredEpochMs: number | undefined;
}

async function foldersOf(
  bucketName: string,
  folder: string,
  { s3, signal }: FindSession,
): Promise<Folders> {
  const folders: string[] = [];
  let answeredEpochMs: number | undefined;
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket: bucketName,
      Prefix: folder,
      Delimiter: "/",
      ContinuationToken: token,
    });
    const answeredAt = watchDate(command);
    const page = await s3.send(command, { abortSignal: signal });
    answeredEpochMs = answeredAt();
    for (const { Prefix } of page.CommonPrefixes ?? []) {
      if (Prefix !== undefined) folders.push(Prefix);
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return { folders, answeredEpochMs };
}

/** When an object was written, by S3's own date. Undefined where there is none; it need not be readable. */
async function writtenAt(
  bucketName: string,
  key: string,
  { s3, signal }: FindSession,
): Promise<number | undefined> {
  const { Contents = [] } = await s3.send(
    // What is listed first is the key itself, if it is there.
    new ListObjectsV2Command({ Bucket: bucketName, Prefix: key, MaxKeys: 1 }),
    { abortSignal: signal },
  );
  const [found] = Contents;
  return found?.Key === key ? (found.LastModified?.getTime() ?? NaN) : undefined;
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
