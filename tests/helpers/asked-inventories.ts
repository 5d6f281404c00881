/** Two inventories and a listing, told to DuckDB as a look tells it. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { Analysis, type Row } from "../../automation/analysis/analysis";
import type { ListingRow } from "../../automation/analysis/athena/relations";
import {
  relationText,
  type Question as AnyQuestion,
} from "../../automation/analysis/question-text";
import { field, writeRows } from "../../automation/analysis/row-file";
import type { LocalInventory } from "../../automation/inventory/fetch-inventory";
import { columnsIn } from "../../automation/inventory/columns";
import {
  keepMarks,
  readDoubtful,
  readMarks,
  readUnlisted,
} from "../../automation/look/inventory-tables";
import {
  listingColumns,
  lockNumber,
  NUMBERED_WORDS,
  numberOfClass,
  promisedAt,
} from "../../automation/look/listing-table";

type Side = "source" | "vault";

/** What DuckDB is asked. */
type Question = Exclude<AnyQuestion, "refused" | "seen">;

/** What the questions are asked with. */
export interface AskedWith {
  readonly lockMode: string;
  /** AWS's time. Milliseconds since the Unix epoch. */
  readonly nowMs: number;
}

export class AskedInventories {
  readonly #told = new Map<Side, LocalInventory>();
  #filesCount = 0;

  private constructor(
    readonly analysis: Analysis,
    private readonly folder: string,
  ) {}

  static async open(folder: string, settings: AskedWith): Promise<AskedInventories> {
    const analysis = await Analysis.open(folder, new AbortController().signal);
    const asked = new AskedInventories(analysis, folder);
    await analysis.set({ salt: "salt", ...NUMBERED_WORDS });
    await asked.set(settings);
    return asked;
  }

  close(): void {
    this.analysis.close();
  }

  async set({ lockMode, nowMs }: AskedWith): Promise<void> {
    const lock = lockNumber(lockMode);
    await this.analysis.set({ now_ms: nowMs, lock_mode: lockMode, lock });
  }

  /** A path that nothing lies at. */
  path(name: string): string {
    return join(this.folder, `${this.#filesCount++}-${name}`);
  }

  async tell(side: Side, inventory: LocalInventory): Promise<void> {
    this.#told.set(side, inventory);
    await keepMarks(this.analysis, inventory, side);
  }

  /** What is listed, and what of it is promised. */
  async list(rows: readonly ListingRow[]): Promise<void> {
    const { select } = await writeRows(
      this.path("listing.csv"),
      listingColumns(1),
      rows.map(({ etag, key, place, sizeBytes, versionId, wanted }) => {
        const promised =
          wanted === undefined
            ? ["", ""]
            : [numberOfClass(wanted.storageClass ?? undefined), wanted.retainUntilMs];
        const texts = [field(key), field(versionId), sizeBytes, field(etag)];
        return `${[place, ...texts, ...promised].join(",")}\n`;
      }),
      new AbortController().signal,
    );
    await this.analysis.define("listing", select);
    await this.analysis.keep("listed_marks", relationText("listed_marks"));
    await this.analysis.define("promised", promisedAt(0));
  }

  async ask(question: Question): Promise<readonly Row[]> {
    const rows: Row[] = [];
    if (!(await this.#read(question))) return rows;
    for await (const row of this.analysis.ask(question)) rows.push(row);
    return rows;
  }

  /** @returns whether there is something to ask about */
  async #read(question: Question): Promise<boolean> {
    const [source, vault] = [this.#toldOf("source"), this.#toldOf("vault")];
    if (question === "gone") return (await readUnlisted(this.analysis, source)) > 0;
    if (question === "candidates") {
      await this.analysis.keep("doubtful", relationText("doubtful"));
      await readDoubtful(this.analysis, { source, vault });
    } else await readMarks(this.analysis);
    return true;
  }

  #toldOf(side: Side): LocalInventory {
    const told = this.#told.get(side);
    if (told === undefined) throw new Error(`no inventory of the ${side}`);
    return told;
  }
}

/** The columns of Parquet, by our names. */
const PARQUET = {
  bucket: ["bucket", "STRING"],
  key: ["key", "STRING"],
  version_id: ["version_id", "STRING"],
  is_delete_marker: ["is_delete_marker", "BOOLEAN"],
  size_bytes: ["size", "INT64"],
  last_modified_ms: ["last_modified_date", "TIMESTAMP"],
  etag: ["e_tag", "STRING"],
  storage_class: ["storage_class", "STRING"],
  replication_status: ["replication_status", "STRING"],
  encryption: ["encryption_status", "STRING"],
  retain_until_ms: ["object_lock_retain_until_date", "TIMESTAMP"],
  lock_mode: ["object_lock_mode", "STRING"],
  legal_hold: ["object_lock_legal_hold_status", "STRING"],
  event_hold: ["object_lock_event_hold_status", "STRING"],
  checksum_algorithm: ["checksum_algorithm", "STRING"],
} as const;

/** A row of an inventory; what S3 never writes may be in it, too. */
export type Cells = Readonly<Record<keyof typeof PARQUET, string | number | boolean | null>>;

/** An inventory of such rows, in Parquet. @param path of a file that is not there yet */
export async function inventoryOfCells(
  path: string,
  rows: readonly Cells[],
): Promise<LocalInventory> {
  const columns = Object.entries(PARQUET) as [keyof Cells, (typeof PARQUET)[keyof Cells]][];
  const cell = (value: Cells[keyof Cells], type: string) => {
    if (value === null) return undefined;
    if (type === "INT64") return BigInt(value);
    return type === "TIMESTAMP" ? new Date(Number(value)) : value;
  };
  const bytes = parquetWriteBuffer({
    columnData: columns.map(([role, [name, type]]) => ({
      name,
      type,
      nullable: true,
      data: rows.map((row) => cell(row[role], type)),
    })),
  });
  await writeFile(path, Buffer.from(bytes));
  const columnNames = columns.map(([, [name]]) => name);
  return {
    listedBucket: "listed",
    bucketName: "beside",
    createdEpochMs: 0,
    format: "Parquet",
    columnNames,
    columns: columnsIn(columnNames).found,
    files: [{ key: path, sizeBytes: bytes.byteLength, md5: "" }],
    paths: [path],
  };
}
