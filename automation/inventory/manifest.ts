/**
 * The manifest of an inventory, which names its files.
 *
 *     <prefix>/<listed bucket>/<id>/2016-11-06T21-32Z/manifest.json
 *     <prefix>/<listed bucket>/<id>/2016-11-06T21-32Z/manifest.checksum   MD5 of manifest.json, hex
 *     <prefix>/<listed bucket>/<id>/data/<name>.csv.gz
 *
 * Pure.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 */

import { z } from "zod";
import { columnsIn, namesInSchema, type ColumnNames } from "./columns";
import { unreadable } from "./problems";

/** A file with rows. */
export interface InventoryFile {
  readonly key: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly md5: string;
}

/** What a manifest says. */
export interface InventoryManifest {
  /** When S3 began to look through the bucket. */
  readonly createdEpochMs: number;
  readonly format: "CSV" | "Parquet";
  /** All of them, in the order of a row. */
  readonly columnNames: readonly string[];
  /** Those that are taken. */
  readonly columns: ColumnNames;
  readonly files: readonly InventoryFile[];
}

/** What a manifest has to be of. */
export interface ManifestPlace {
  /** Bucket that the inventory lists. */
  readonly listedBucket: string;
  /** Bucket that it lies in. */
  readonly bucketName: string;
  /** What its keys begin with, with a slash at its end: `<prefix>/<listed bucket>/<id>/`. */
  readonly folder: string;
}

/** The most files that are taken of one inventory: some ten billion rows. */
const MAX_FILES = 100_000;

const schema = z.object({
  sourceBucket: z.string(),
  destinationBucket: z.string(),
  creationTimestamp: z.string().regex(/^\d{10,15}$/),
  fileFormat: z.enum(["CSV", "Parquet"]),
  fileSchema: z.string(),
  files: z.array(
    z.object({
      key: z.string(),
      size: z.number().int().nonnegative(),
      MD5checksum: z.string().regex(/^[0-9a-fA-F]{32}$/),
    }),
  ),
});

/**
 * Reads a manifest.
 * @param name of the manifest, for errors
 * @throws LockstepError `InventoryUnreadable` for one of another bucket, without a column that is needed, or that names a file twice or
 * one that is not among its data
 */
export function parseManifest(name: string, text: string, place: ManifestPlace): InventoryManifest {
  const found = readJson(name, text);
  const refuse = (why: string): never => {
    throw unreadable(name, why);
  };
  if (found.sourceBucket !== place.listedBucket) {
    refuse(`is of the bucket ${found.sourceBucket}, not of ${place.listedBucket}`);
  }
  if (!found.destinationBucket.endsWith(`:::${place.bucketName}`)) {
    refuse(`was made for ${found.destinationBucket}, not for ${place.bucketName}`);
  }
  const columnNames = namesInSchema(found.fileFormat, found.fileSchema);
  if (columnNames.some((column) => !/^\w+$/.test(column))) refuse("has a schema that is none");
  if (new Set(columnNames).size < columnNames.length) refuse("names a column twice");
  const { found: columns, lacking } = columnsIn(columnNames);
  if (lacking.length > 0) refuse(`lacks ${lacking.join(", ")}, which the stack declares`);
  if (found.files.length > MAX_FILES) refuse(`names more than ${MAX_FILES} files`);
  const keys = new Set<string>();
  for (const { key } of found.files) {
    if (!key.startsWith(`${place.folder}data/`)) refuse(`names ${key}, which is none of its files`);
    if (keys.has(key)) refuse(`names ${key} twice`);
    keys.add(key);
  }
  return {
    createdEpochMs: Number(found.creationTimestamp),
    format: found.fileFormat,
    columnNames,
    columns,
    files: found.files.map(({ MD5checksum, key, size: sizeBytes }) => ({
      key,
      sizeBytes,
      md5: MD5checksum.toLowerCase(),
    })),
  };
}

function readJson(name: string, text: string): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw unreadable(name, "is no manifest of an inventory in CSV or Parquet", error);
  }
}

/** `2016-11-06T21-32Z`, as S3 names the folder of a manifest. */
const DATED = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}Z$/;

/**
 * The folders of manifests among the folders of an inventory, the newest first.
 * @param folders with a slash at their end
 */
export function datedFolders(folders: readonly string[], folder: string): readonly string[] {
  return folders
    .filter((one) => one.startsWith(folder) && DATED.test(one.slice(folder.length, -1)))
    .sort()
    .reverse();
}

/** The date that a folder of a manifest is named by, milliseconds since the Unix epoch; NaN where it is none. */
export function dateOfFolder(folder: string): number {
  const found = /(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})Z\/$/.exec(folder);
  if (found === null) return NaN;
  const [, day = "", hours = "", minutes = ""] = found;
  return Date.parse(`${day}T${hours}:${minutes}:00Z`);
}
