/** Trino in a process of its own, asked over its standard input. */

import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { AthenaColumn } from "../../automation/analysis/athena/table";
import { quoted } from "../../automation/analysis/literal";

/** A row as Trino answers it: by the name of the column. */
export type TrinoRow = Readonly<Record<string, string | number | boolean | null>>;

/** What a cell of a table is filled with. */
export type Cell = string | number | boolean | Date | null | undefined;

interface Answer {
  readonly columns?: readonly string[];
  readonly rows?: readonly (string | number | boolean | null)[][];
  readonly error?: string;
}

/** Trino, with tables in memory. */
export class Trino {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #answers: AsyncIterator<string>;
  #log = "";

  /** @param folder of the build */
  constructor(folder: string) {
    this.#process = spawn("java", [
      // One process on a machine that does much else: a small heap, and no more compiling than it takes.
      ...["-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
      ...["-cp", [folder, join(folder, "jars", "*")].join(":"), "Statements"],
    ]);
    this.#lines = createInterface({ input: this.#process.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
    this.#process.stderr.on("data", (text: Buffer) => {
      this.#log = (this.#log + text.toString()).slice(-4_000);
    });
    // What cannot be written is told by the answer that does not come.
    this.#process.stdin.on("error", () => undefined);
  }

  /** Runs one statement. @throws Error with Trino's words */
  async ask(statement: string): Promise<readonly TrinoRow[]> {
    this.#process.stdin.write(`${JSON.stringify(statement)}\n`);
    const { done, value } = await this.#answers.next();
    if (done === true) throw new Error(`Trino has ended: ${this.#log}`);
    const { columns = [], error, rows = [] } = JSON.parse(value) as Answer;
    if (error !== undefined) throw new Error(error);
    return rows.map((row) =>
      Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])),
    );
  }

  /** Makes a table as a definition of Athena's says, and fills it. */
  async fill(
    name: string,
    columns: readonly AthenaColumn[],
    rows: readonly (readonly Cell[])[],
  ): Promise<void> {
    const texts = JSON.stringify(rows.map((row) => row.map(cellText)));
    const values = columns.map(
      (column, index) => `CAST(cells[${index + 1}] AS ${TYPES[column.type]}) AS "${column.name}"`,
    );
    // One literal: of thousands of them much time would go into taking the statement apart.
    await this.ask(
      `CREATE TABLE "${name}" AS SELECT ${values.join(", ")} ` +
        `FROM UNNEST(CAST(json_parse(${quoted(texts)}) AS array(array(varchar)))) AS one (cells)`,
    );
  }

  async close(): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.stdin.end();
    await ended;
    this.#lines.close();
  }
}

/** Hive's types in Trino, as Athena has them. @see https://docs.aws.amazon.com/athena/latest/ug/data-types.html */
const TYPES = {
  bigint: "bigint",
  boolean: "boolean",
  string: "varchar",
  timestamp: "timestamp(3)",
} as const;

/** As a cast takes it. */
function cellText(cell: Cell): string | null {
  if (cell === undefined || cell === null) return null;
  return cell instanceof Date
    ? cell.toISOString().replace("T", " ").replace("Z", "")
    : String(cell);
}
