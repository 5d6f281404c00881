import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import type { CatalogTable } from "../catalog/tables";
import type { Caller } from "../run/caller";
import { notDone, userError } from "../run/failure";
import { linkedPaths, type S3Path } from "./locations";
import { isPlainCsv, openCsvSettings, plainCsv } from "./open-csv";
import type { TablePart } from "./partitions";

/** A part of a table as files on this machine, which the engine reads. */
export interface StagedPart {
  readonly values: readonly string[];
  readonly files: readonly StagedFile[];
}

export interface StagedFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Puts objects into the folder of a query, counting what is read of text; Parquet is counted by its columns. */
export class Staging {
  private count = 0;
  private bytes = 0;

  constructor(
    private readonly caller: Caller,
    private readonly folder: string,
    /** Called with the bytes so far; throws when they are too many. */
    private readonly onBytes: (bytes: number) => void,
  ) {}

  get scannedBytes(): number {
    return this.bytes;
  }

  /** @throws QueryFailed */
  scanned(bytes: number): void {
    this.bytes += bytes;
    this.onBytes(this.bytes);
  }

  /** @throws QueryFailed */
  async stage(table: CatalogTable, part: TablePart): Promise<StagedPart> {
    const objects: readonly S3Path[] = table.isSymlink
      ? linkedPaths(this.caller, part.objects())
      : part.objects();
    const files: StagedFile[] = [];
    for (const { bucket, key } of objects) {
      const body = this.caller.read(bucket, key);
      if (body.length === 0) continue;
      if (table.format !== "parquet") this.scanned(body.length);
      const data = prepared(table, unpacked(table, key, body));
      const path = join(this.folder, `${this.count++}`);
      await writeFile(path, data);
      files.push({ path, sizeBytes: body.length });
      // Requests are answered in between.
      await nextTurn();
    }
    return { values: part.values, files };
  }
}

/**
 * Text is compressed as the name of its object says.
 * @see https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html
 */
function unpacked(table: CatalogTable, key: string, body: Buffer): Buffer {
  if (table.format === "parquet") return body;
  const [extension = ""] = /\.(bz2|deflate|lz4|lzo|snappy|zst)$/.exec(key) ?? [];
  if (extension !== "") throw notDone(`text compressed as ${extension}`);
  if (!key.endsWith(".gz")) return body;
  try {
    return gunzipSync(body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw userError(`HIVE_CURSOR_ERROR: Failed to read file: ${key}: ${reason}`);
  }
}

function prepared(table: CatalogTable, data: Buffer): Buffer {
  if (table.format !== "open-csv") return data;
  const settings = openCsvSettings(table.serdeProperties);
  return isPlainCsv(data, settings) && settings.separator === "," ? data : plainCsv(data, settings);
}
