/**
 * The manifest of a job: one that S3 generated, an inventory's `manifest.json` that names data files, or rows, as we write them
 * ourselves. AWS does not document how it lays out its own, so both are read, and columns are taken by the schema where
 * there is one.
 */
import type { S3Client } from "@aws-sdk/client-s3";
import { parse as parseCsv } from "csv-parse/sync";
import { z } from "zod";
import { decodeKey } from "../proof/source-versions";
import type { JobSnapshot } from "./job-state";
import {
  checkMd5,
  download,
  downloadWithEtag,
  MAX_FILES,
  MAX_TOTAL_BYTES,
  unreadable,
  unzipped,
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
 * @throws LockstepError `ReportUnreadable` when it is not there, is another than the job has read, or is no manifest
 */
export async function readJobManifest(
  s3: S3Client,
  job: Pick<JobSnapshot, "manifest">,
  operationsBucket: string,
  signal?: AbortSignal,
): Promise<readonly ManifestEntry[]> {
  if (job.manifest === undefined) throw unreadable("The job does not say where its manifest is");
  const { bucket, etag, key } = job.manifest;
  if (bucket !== operationsBucket) throw unreadable(`The job's manifest is in ${bucket}`);
  const file = await downloadWithEtag(s3, bucket, key, signal);
  if (etag !== "" && unquoted(file.etag) !== etag) {
    throw unreadable(`${key} was changed since the job has read it`);
  }
  const bytes = unzipped(key, file.bytes);
  const inventory = asInventory(bytes.toString("utf8"));
  if (inventory === undefined) return parseManifestRows(bytes.toString("utf8"), PLAIN_COLUMNS);
  const columns = inventory.fileSchema.split(",").map((name) => name.trim());
  const entries: ManifestEntry[] = [];
  let totalBytes = 0;
  for (const file of inventory.files) {
    const packed = await download(s3, bucket, file.key, signal);
    if (file.MD5checksum !== undefined) checkMd5(file.key, packed, file.MD5checksum);
    const data = unzipped(file.key, packed);
    totalBytes += data.length;
    if (totalBytes > MAX_TOTAL_BYTES) {
      throw unreadable(`The manifest's files hold more than the ${MAX_TOTAL_BYTES} bytes allowed`);
    }
    for (const entry of parseManifestRows(data.toString("utf8"), columns)) entries.push(entry);
  }
  return entries;
}

/**
 * Parses manifest rows by their columns.
 * @throws LockstepError `ReportUnreadable` when there is no bucket, key or version id in a row
 */
export function parseManifestRows(
  text: string,
  columns: readonly string[],
): readonly ManifestEntry[] {
  const [bucketIndex, keyIndex, versionIndex, sizeIndex] = COLUMNS_READ.map((name) =>
    columns.indexOf(name),
  ) as [number, number, number, number];
  let records: string[][];
  try {
    records = parseCsv(text, { relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    throw unreadable("The job's manifest is not CSV", error);
  }
  return records.map((fields, index) => {
    const bucket = fields[bucketIndex];
    const key = fields[keyIndex];
    const versionId = fields[versionIndex];
    if (bucket === undefined || key === undefined || versionId === undefined) {
      throw unreadable(
        `Row ${index + 1} of the job's manifest has no bucket, no key or no version id`,
      );
    }
    const size = sizeIndex < 0 ? undefined : fields[sizeIndex];
    return {
      bucket,
      key: decodedKey(key, index + 1),
      versionId: versionId === "" ? "null" : versionId,
      sizeBytes: size === undefined || size === "" ? undefined : Number(size),
    };
  });
}

const COLUMNS_READ = ["Bucket", "Key", "VersionId", "Size"] as const;

function decodedKey(key: string, rowNumber: number): string {
  try {
    return decodeKey(key);
  } catch (error) {
    throw unreadable(
      `Row ${rowNumber} of the job's manifest has a key that is not URL-encoded`,
      error,
    );
  }
}

function asInventory(text: string): z.infer<typeof inventorySchema> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return inventorySchema.parse(JSON.parse(text));
  } catch (error) {
    throw unreadable("The job's manifest is not an inventory's manifest.json", error);
  }
}
