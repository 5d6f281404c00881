import { gzipSync } from "node:zlib";
import { quotedCsvLine } from "../values/csv-line";
import { encodeManifestKey } from "../values/manifest-key";
import { PackedLines } from "../values/packed-lines";
import type { InventoryColumn, InventoryFacts, InventoryValue } from "./columns";

/** How a list is written into files. ORC would be another of this kind. */
export interface InventoryFileFormat {
  /** `fileFormat` of the manifest. */
  readonly name: string;
  /** Of data files, with the dot. */
  readonly extension: string;
  readonly contentType: string;
  /** `fileSchema` of the manifest. */
  schema(columns: readonly InventoryColumn[]): string;
  newFile(columns: readonly InventoryColumn[]): InventoryFile;
}

/** One data file in the making. */
export interface InventoryFile {
  readonly rowsCount: number;
  add(facts: InventoryFacts): void;
  finish(): Buffer;
}

/**
 * CSV: every field quoted, no header, the key URL-encoded, compressed with gzip.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html
 */
export const csvFormat: InventoryFileFormat = {
  name: "CSV",
  extension: ".csv.gz",
  contentType: "application/x-gzip",
  schema: (columns) => columns.map(({ name }) => name).join(", "),
  newFile: (columns) => new CsvFile(columns),
};

class CsvFile implements InventoryFile {
  private readonly lines = new PackedLines();

  constructor(private readonly columns: readonly InventoryColumn[]) {}

  get rowsCount(): number {
    return this.lines.count;
  }

  add(facts: InventoryFacts): void {
    const fields = this.columns.map((column) => {
      const value = csvValue(column.value(facts));
      return column.name === "Key" ? encodeManifestKey(value) : value;
    });
    this.lines.add(quotedCsvLine(fields));
  }

  finish(): Buffer {
    return gzipSync(this.lines.take(), { level: 1 });
  }
}

function csvValue(value: InventoryValue): string {
  if (value === undefined) return "";
  return value instanceof Date ? value.toISOString() : String(value);
}
