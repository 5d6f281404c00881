import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { LockstepError } from "../errors";
import type { Outcome } from "../judge/outcome";
import type { JudgedVersion, Look } from "../look/look";
import { toldFailure } from "../report/told-failure";
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

/** One line of the file. What is not known, as what a level does not ask for, is not there. */
interface Row extends Outcome {
  readonly source: string;
  /** Looked at in full, where others were only listed. */
  readonly isSampled?: boolean;
  /** Of the source's version. */
  readonly sizeBytes: number;
  /** ISO 8601; S3's, of the source's version. */
  readonly lastModified: string;
  /** Name of the promised rule that decides at this vault; of several, where only tags tell which, all with ` or ` between them. */
  readonly rule?: string;
  /** Of the source's version. */
  readonly kmsKeyArn?: string;
  /** S3's name of it, of the source's version. */
  readonly storageClass?: string;
  /** Object Lock's word, of the replica. */
  readonly lockMode?: string;
  /** ISO 8601, of the replica. */
  readonly lockedUntil?: string;
  /** S3's, as the report of a job at the source tells it. */
  readonly failureCode?: string;
  /** Names of the vaults of which one refused the version, with ` or ` between them; a report does not tell which. Absent: it can only be this one. */
  readonly failureVaults?: string;
}

function* rows(looks: ReadonlyMap<string, Look>): Generator<Row> {
  for (const [source, look] of looks) {
    for (const judged of look.versions) {
      for (const outcome of judged.outcomes) {
        yield {
          source,
          ...outcome,
          ...(judged.isSampled === true && { isSampled: true }),
          ...traitsOf(judged, outcome),
          ...failureOf(judged, outcome, look),
        };
      }
    }
  }
}

function traitsOf({ traits, version }: JudgedVersion, { vault }: Outcome) {
  const { lastModifiedEpochMs, sizeBytes, storageClass } = version;
  const { lock, rule } = traits?.vaults.find((one) => one.vault === vault) ?? {};
  return {
    sizeBytes,
    lastModified: new Date(lastModifiedEpochMs).toISOString(),
    ...(rule !== undefined && { rule }),
    ...(traits?.kmsKeyArn !== undefined && { kmsKeyArn: traits.kmsKeyArn }),
    ...(storageClass !== "" && { storageClass }),
    ...(lock !== undefined && { lockMode: lock.mode, lockedUntil: lock.until }),
  };
}

/** A report speaks of why something did not come. */
function failureOf(judged: JudgedVersion, outcome: Outcome, { failureCodes, promise }: Look) {
  const failure = toldFailure(judged, outcome, failureCodes, promise);
  if (failure === undefined) return {};
  const { atOneOf, code } = failure;
  return {
    failureCode: code,
    ...(atOneOf === undefined ? {} : { failureVaults: atOneOf.join(" or ") }),
  };
}

function* jsonLines(looks: ReadonlyMap<string, Look>): Generator<string> {
  for (const row of rows(looks)) yield `${JSON.stringify(row)}\n`;
}

/** Their order stays: new ones come at the end. */
const COLUMNS = [
  "source",
  "key",
  "versionId",
  "vault",
  "kind",
  "code",
  "cause",
  "isSampled",
  "sizeBytes",
  "lastModified",
  "rule",
  "kmsKeyArn",
  "storageClass",
  "lockMode",
  "lockedUntil",
  "failureCode",
  "failureVaults",
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
      type: TYPES[name] ?? "STRING",
      nullable: !ALWAYS.has(name),
    })),
    rowGroupSize: ROWS_IN_GROUP,
    createdBy: "Lockstep",
  });
}

/** Of what is no text. */
const TYPES: Readonly<
  Partial<Record<(typeof COLUMNS)[number], "BOOLEAN" | "INT64" | "TIMESTAMP">>
> = {
  isSampled: "BOOLEAN",
  sizeBytes: "INT64",
  lastModified: "TIMESTAMP",
  lockedUntil: "TIMESTAMP",
};

/** What every row has. */
const ALWAYS: ReadonlySet<string> = new Set([
  "source",
  "key",
  "versionId",
  "kind",
  "code",
  "sizeBytes",
  "lastModified",
]);

function* wholeRows(rows: Iterable<Row>): Generator<Record<string, unknown>> {
  for (const row of rows) {
    const cells = COLUMNS.map((name) => [name, cellOf(row[name], TYPES[name])]);
    yield Object.fromEntries(cells) as Record<string, unknown>;
  }
}

/** A moment is one to the millisecond, UTC. */
function cellOf(value: string | number | boolean | undefined, type: string | undefined): unknown {
  if (value === undefined) return null;
  if (type === "TIMESTAMP") return new Date(String(value));
  return type === "INT64" ? BigInt(value) : value;
}
