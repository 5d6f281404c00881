/**
 * The manifest of a job: one that S3 generated, an inventory's `manifest.json` that names data files, or rows, as we write them
 * ourselves. AWS does not document how it lays out its own, so both are read, and columns are taken by the schema where
 * there is one.
 */
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { parse as parseCsv } from "csv-parse/sync";
import { z } from "zod";
import { inOrder } from "../concurrency";
import { awsFailure } from "../errors";
import { decodeKey } from "../proof/source-versions";
import type { Sequence } from "../spill/sequence";
import { SpilledList } from "../spill/spilled-list";
import type { JobSnapshot } from "./job-state";
import {
  checkMd5,
  countBytes,
  FILES_AT_ONCE,
  MAX_FILES,
  store,
  type KeepFile,
  type StoredFile,
  unreadable,
  unzipped,
  wholeRecords,
} from "./download";
import { unquoted } from "./own-manifest";

export interface ManifestEntry {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  /** Undefined when the manifest has no Size column. */
  readonly sizeBytes: number | undefined;
}

const inventorySchema = z.object({
  fileSchema: z.string(),
  files: z.array(z.object({ key: z.string(), MD5checksum: z.string().optional() })).max(MAX_FILES),
});

/** Columns of a manifest without a schema. */
const PLAIN_COLUMNS = ["Bucket", "Key", "VersionId"];

/**
 * Downloads and parses the manifest of a job, in the bucket where its manifests are kept.
 * @param keep is given each of its files, once its MD5 is known to be right
 * @throws LockstepError `ReportUnreadable` when it is not there, is another than the job has read, or is no manifest
 */
export async function readJobManifest(
  s3: S3Client,
  job: Pick<JobSnapshot, "manifest">,
  operationsBucket: string,
  signal?: AbortSignal,
  keep?: KeepFile,
): Promise<Sequence<ManifestEntry>> {
  if (job.manifest === undefined) throw unreadable("The job does not say where its manifest is");
  const { bucket, etag, key } = job.manifest;
  if (bucket !== operationsBucket) throw unreadable(`The job's manifest is in ${bucket}`);
  const file = await store(s3, bucket, key, signal);
  if (etag !== "" && unquoted(file.etag) !== etag) {
    throw unreadable(`${key} was changed since the job has read it`);
  }
  await keep?.(file);
  const entries = new SpilledList<ManifestEntry>();
  const inventory = await inventoryOf(file);
  if (inventory === undefined) {
    await takeRows(file, PLAIN_COLUMNS, entries, () => undefined);
    return entries;
  }
  const columns = inventory.fileSchema.split(",").map((name) => name.trim());
  const count = countBytes("The manifest's files");
  const names = new Set<string>();
  for (const { key: name } of inventory.files) {
    if (names.has(name)) throw unreadable(`The job's manifest names ${name} twice`);
    names.add(name);
  }
  const files = inOrder(inventory.files, { limit: FILES_AT_ONCE }, async (one) => ({
    ...one,
    data: await store(s3, bucket, one.key, signal),
  }));
  for await (const { MD5checksum: md5, data, key: name } of files) {
    if (md5 !== undefined) checkMd5(name, data.md5, md5);
    await keep?.(data);
    await takeRows(data, columns, entries, count);
  }
  return entries;
}

/** Reads the manifest of a job. */
export type ReadManifest = typeof readJobManifest;

/**
 * Reads a manifest once, however often it is asked for in a row: the job reads none with another ETag. Whether it still lies there is
 * asked each time, by its first byte.
 */
export function readingOnce(): ReadManifest {
  let last: { readonly name: string; readonly entries: Sequence<ManifestEntry> } | undefined;
  return async (s3, job, operationsBucket, signal) => {
    const { bucket = "", etag = "", key = "" } = job.manifest ?? {};
    const name = JSON.stringify([operationsBucket, bucket, key, etag]);
    const known = etag !== "" && last?.name === name ? last : undefined;
    if (known !== undefined && (await isStillThere(s3, { bucket, etag, key }, signal))) {
      return known.entries;
    }
    const entries = await readJobManifest(s3, job, operationsBucket, signal);
    last = { name, entries };
    return entries;
  };
}

/** What it is in place of being there, who reads it anew is told. */
async function isStillThere(
  s3: S3Client,
  { bucket, etag, key }: { readonly bucket: string; readonly etag: string; readonly key: string },
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, Range: "bytes=0-0" });
  try {
    const { Body, ETag = "" } = await s3.send(command, { abortSignal: signal });
    await Body?.transformToByteArray();
    return unquoted(ETag) === etag;
  } catch (error) {
    if (awsFailure(error)?.httpStatus === undefined) throw error;
    return false;
  }
}

/** @param count is told of bytes as they are unpacked */
async function takeRows(
  { content, name }: StoredFile,
  columns: readonly string[],
  entries: SpilledList<ManifestEntry>,
  count: (sizeBytes: number) => void,
): Promise<void> {
  let rowsCount = 0;
  for await (const text of wholeRecords(name, unzipped(name, content.chunks()))) {
    count(Buffer.byteLength(text));
    for (const entry of parseManifestRows(text, columns, rowsCount, name)) {
      rowsCount++;
      entries.push(entry);
    }
  }
}

/**
 * Parses manifest rows by their columns.
 * @param rowsBefore how many rows of the file came before
 * @param name of the file, for messages
 * @throws LockstepError `ReportUnreadable` when there is no bucket, key or version id in a row
 */
export function parseManifestRows(
  text: string,
  columns: readonly string[],
  rowsBefore = 0,
  name = "The job's manifest",
): readonly ManifestEntry[] {
  const [bucketIndex, keyIndex, versionIndex, sizeIndex] = COLUMNS_READ.map((name) =>
    columns.indexOf(name),
  ) as [number, number, number, number];
  let records: string[][];
  try {
    records = parseCsv(text, { relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    throw unreadable(`${name} is not CSV`, error);
  }
  return records.map((fields, index) => {
    const where = `Row ${rowsBefore + index + 1} of ${name}`;
    const bucket = fields[bucketIndex];
    const key = fields[keyIndex];
    const versionId = fields[versionIndex];
    if (bucket === undefined || key === undefined || versionId === undefined) {
      throw unreadable(`${where} has no bucket, no key or no version id`);
    }
    const size = fields[sizeIndex];
    return {
      bucket,
      key: decodedKey(key, where),
      versionId: versionId === "" ? "null" : versionId,
      sizeBytes: size === undefined || size === "" ? undefined : Number(size),
    };
  });
}

const COLUMNS_READ = ["Bucket", "Key", "VersionId", "Size"] as const;

function decodedKey(key: string, where: string): string {
  try {
    return decodeKey(key);
  } catch (error) {
    throw unreadable(`${where} has a key that is not URL-encoded`, error);
  }
}

/** A manifest.json is known by its first character. It is read as one piece, up to a size. */
const MAX_INVENTORY_BYTES = 32 * 1024 * 1024;
const OPENING_BRACE = 0x7b;

async function inventoryOf({
  content,
  name,
}: StoredFile): Promise<z.infer<typeof inventorySchema> | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of unzipped(name, content.chunks())) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (chunks[0]?.[0] !== OPENING_BRACE) return undefined;
    if (sizeBytes > MAX_INVENTORY_BYTES) {
      throw unreadable(`The job's manifest.json has more than ${MAX_INVENTORY_BYTES} bytes`);
    }
  }
  return chunks.length === 0 ? undefined : asInventory(Buffer.concat(chunks).toString("utf8"));
}

function asInventory(text: string): z.infer<typeof inventorySchema> {
  try {
    return inventorySchema.parse(JSON.parse(text));
  } catch (error) {
    throw unreadable("The job's manifest is not an inventory's manifest.json", error);
  }
}
