/**
 * The manifest that S3 generated for a job: either an inventory's `manifest.json` that names data files, or the rows
 * themselves. AWS does not document the layout, so both are read, and columns are taken by the schema where there is one.
 */
import { gunzipSync } from "node:zlib";
import type { S3Client } from "@aws-sdk/client-s3";
import { parse as parseCsv } from "csv-parse/sync";
import { z } from "zod";
import { LockstepError } from "../errors";
import { decodeKey } from "../source-versions";
import type { JobSnapshot } from "./job-state";
import { checkMd5, download } from "./report";

export interface ManifestEntry {
  readonly key: string;
  readonly versionId: string;
  /** Undefined when the manifest has no Size column. */
  readonly sizeBytes: number | undefined;
}

const inventorySchema = z.object({
  fileSchema: z.string(),
  files: z.array(z.object({ key: z.string(), MD5checksum: z.string().optional() })),
});

/** Columns of a manifest without a schema. */
const PLAIN_COLUMNS = ["Bucket", "Key", "VersionId"];

/** Downloads and parses the generated manifest; undefined when the job does not say where it is. */
export async function readGeneratedManifest(
  s3: S3Client,
  job: JobSnapshot,
  signal?: AbortSignal,
): Promise<readonly ManifestEntry[] | undefined> {
  if (job.manifest === undefined) return undefined;
  const { bucket, key } = job.manifest;
  const bytes = unzipped(await download(s3, bucket, key, signal));
  const inventory = asInventory(bytes.toString("utf8"));
  if (inventory === undefined) return parseManifestRows(bytes.toString("utf8"), PLAIN_COLUMNS);
  const columns = inventory.fileSchema.split(",").map((name) => name.trim());
  const entries: ManifestEntry[] = [];
  for (const file of inventory.files) {
    const data = await download(s3, bucket, file.key, signal);
    if (file.MD5checksum !== undefined) checkMd5(file.key, data, file.MD5checksum);
    for (const entry of parseManifestRows(unzipped(data).toString("utf8"), columns)) {
      entries.push(entry);
    }
  }
  return entries;
}

/**
 * Parses manifest rows by their columns.
 * @throws LockstepError `ReportUnreadable` when there is no key or version id in a row
 */
export function parseManifestRows(
  text: string,
  columns: readonly string[],
): readonly ManifestEntry[] {
  const keyIndex = columns.indexOf("Key");
  const versionIndex = columns.indexOf("VersionId");
  const sizeIndex = columns.indexOf("Size");
  const records: string[][] = parseCsv(text, { relax_column_count: true, skip_empty_lines: true });
  return records.map((fields, index) => {
    const key = fields[keyIndex];
    const versionId = fields[versionIndex];
    if (key === undefined || versionId === undefined) {
      throw new LockstepError(
        "ReportUnreadable",
        `Row ${index + 1} of the generated manifest has no key or no version id.`,
      );
    }
    const size = sizeIndex < 0 ? undefined : fields[sizeIndex];
    return {
      key: decodeKey(key),
      versionId: versionId === "" ? "null" : versionId,
      sizeBytes: size === undefined || size === "" ? undefined : Number(size),
    };
  });
}

function unzipped(bytes: Buffer): Buffer {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

function asInventory(text: string): z.infer<typeof inventorySchema> | undefined {
  if (!text.startsWith("{")) return undefined;
  return inventorySchema.parse(JSON.parse(text));
}
