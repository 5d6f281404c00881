import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { LockstepError } from "../errors";
import type { Outcome } from "../judge/outcome";
import type { Look } from "../look/look";
import { inChunks } from "../spill/in-chunks";
import type { CommandContext } from "./command";
import { STDOUT } from "./options";
import { emptiedFile } from "./output-file";

/**
 * The file that `--details` names: one row for each version at each vault, with keys exactly as they are; CSV or Parquet by the
 * extensions `.csv` and `.parquet`, else one JSON object a line. A command may look more than once at a source; its last look counts.
 */
export class DetailsFile {
  readonly #looks = new Map<string, Look>();

  private constructor(readonly path: string) {}

  /**
   * Undefined without the option.
   * @throws LockstepError `ConfigInvalid` when it cannot be written, before anything is looked at
   */
  static async create(context: CommandContext): Promise<DetailsFile | undefined> {
    const { details } = context.flags;
    if (details === undefined) return undefined;
    if (details === STDOUT) {
      throw new LockstepError("ConfigInvalid", "The details cannot be written as asked.", {
        problems: [
          { path: "--details", message: "- is no file, and standard output has the verdict" },
        ],
        hint: "Name a file; ./- is one with that name. Nothing was looked at yet.",
      });
    }
    return new DetailsFile(await emptiedFile(context, "--details", details));
  }

  /** Writes the outcomes of a look at one source, beside those of the other sources. */
  async write(source: string, look: Look): Promise<void> {
    this.#looks.set(source, look);
    const extension = extname(this.path).toLowerCase();
    if (extension === ".parquet") return writeParquet(this.path, rows(this.#looks));
    const lines = extension === ".csv" ? csvLines(this.#looks) : jsonLines(this.#looks);
    await writeFile(this.path, inChunks(lines));
  }
}

/** One line of the file. */
interface Row extends Outcome {
  readonly source: string;
  /** Looked at in full, where others were only listed. */
  readonly isSampled?: boolean;
}

function* rows(looks: ReadonlyMap<string, Look>): Generator<Row> {
  for (const [source, { versions }] of looks) {
    for (const { isSampled, outcomes } of versions) {
      for (const outcome of outcomes) {
        yield { source, ...outcome, ...(isSampled === true && { isSampled }) };
      }
    }
  }
}

function* jsonLines(looks: ReadonlyMap<string, Look>): Generator<string> {
  for (const row of rows(looks)) yield `${JSON.stringify(row)}\n`;
}

const COLUMNS = [
  "source",
  "key",
  "versionId",
  "vault",
  "kind",
  "code",
  "cause",
  "isSampled",
] as const;

/** Every field in quotes, so that none of what keys may hold breaks a line. @see https://www.rfc-editor.org/rfc/rfc4180 */
function* csvLines(looks: ReadonlyMap<string, Look>): Generator<string> {
  const line = (fields: readonly string[]): string =>
    `${fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(",")}\r\n`;
  yield line(COLUMNS);
  for (const row of rows(looks)) yield line(COLUMNS.map((name) => String(row[name] ?? "")));
}

/** So many rows are in memory at a time. */
const ROWS_IN_GROUP = 50_000;

/** Columns as in CSV; what a row does not have is null. */
async function writeParquet(path: string, rows: Iterable<Row>): Promise<void> {
  const { fileWriter, parquetWriteRows } = await import("hyparquet-writer");
  await parquetWriteRows({
    writer: fileWriter(path),
    rows: wholeRows(rows),
    columns: COLUMNS.map((name) => ({
      name,
      type: name === "isSampled" ? "BOOLEAN" : "STRING",
      nullable: !ALWAYS.has(name),
    })),
    rowGroupSize: ROWS_IN_GROUP,
    createdBy: "Lockstep",
  });
}

/** What every row has. */
const ALWAYS: ReadonlySet<string> = new Set(["source", "key", "versionId", "kind", "code"]);

function* wholeRows(rows: Iterable<Row>): Generator<Record<string, unknown>> {
  for (const row of rows) {
    yield Object.fromEntries(COLUMNS.map((name) => [name, row[name] ?? null]));
  }
}
