/**
 * The engine that joins what is more than memory holds. It reads and writes in one folder, and nowhere else; the questions that it is asked
 * lie in `questions/`, one SQL file each.
 */

import { availableParallelism } from "node:os";
import { join } from "node:path";
import type * as DuckDb from "@duckdb/node-api";
import { LockstepError, messageOf, throwIfAborted } from "../errors";
import { literal, quoted, type Setting } from "./literal";
import { questionText, relationText, type Question } from "./question-text";

/** What does not fit goes into the folder. */
const MEMORY_LIMIT = "512MB";
const MAX_THREADS = 4;

/** How a column of a table is kept. */
export type ColumnType = "INTEGER" | "DOUBLE" | "VARCHAR";

/** A row as it is answered: by the name of the column. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Rows are written by so many. */
const CHUNK_LENGTH = 2048;

/** One database, for one look. */
export class Analysis {
  private constructor(
    private readonly library: typeof DuckDb,
    private readonly instance: DuckDb.DuckDBInstance,
    private readonly connection: DuckDb.DuckDBConnection,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Opens it.
   * @param folder where the database lies; one of its own, which the caller takes away
   * @throws LockstepError `AnalysisUnavailable` where the engine cannot be loaded
   */
  static async open(folder: string, signal: AbortSignal): Promise<Analysis> {
    const library = loadEngine();
    const instance = await library.DuckDBInstance.create(join(folder, "analysis.duckdb"), {
      memory_limit: MEMORY_LIMIT,
      threads: String(Math.min(MAX_THREADS, availableParallelism())),
      temp_directory: join(folder, "spilled"),
      // No question needs more of an order than it asks for.
      preserve_insertion_order: "false",
      // Nothing is fetched at run time.
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connection = await instance.connect();
    const analysis = new Analysis(library, instance, connection, signal);
    try {
      await analysis.run("SET TimeZone = 'UTC'");
      await analysis.run(`SET allowed_directories = [${quoted(folder)}]`);
      await analysis.run("SET enable_external_access = false");
      await analysis.define("settings", relationText("settings"));
    } catch (error) {
      analysis.close();
      throw error;
    }
    return analysis;
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  /** Sets what questions ask for by name. */
  async set(settings: Readonly<Record<string, Setting>>): Promise<void> {
    for (const [name, value] of Object.entries(settings)) {
      await this.run(`SET VARIABLE ${name} = ${literal(value)}`);
    }
  }

  /** What a question that reads them calls `name`. @param select SQL */
  async define(name: string, select: string): Promise<void> {
    await this.run(`CREATE OR REPLACE TEMP VIEW ${name} AS ${select}`);
  }

  /** Keeps what a SELECT finds as a table, in place of one of that name. */
  async keep(table: string, select: string): Promise<void> {
    await this.run(`CREATE OR REPLACE TABLE ${table} AS ${select}`);
  }

  /** Makes a table of rows, in place of one of that name. @param columns by name, in the order of a row */
  async fill(
    table: string,
    columns: Readonly<Record<string, ColumnType>>,
    rows: Iterable<readonly (string | number | null)[]>,
  ): Promise<void> {
    const definition = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
    await this.run(`CREATE OR REPLACE TABLE ${table} (${definition.join(", ")})`);
    const { DuckDBDataChunk, DOUBLE, INTEGER, VARCHAR } = this.library;
    const types = Object.values(columns).map((type) => ({ DOUBLE, INTEGER, VARCHAR })[type]);
    const appender = await this.connection.createAppender(table);
    let waiting: (readonly (string | number | null)[])[] = [];
    const append = (): void => {
      throwIfAborted(this.signal);
      const chunk = DuckDBDataChunk.create(types, waiting.length);
      chunk.setRows(waiting);
      appender.appendDataChunk(chunk);
      waiting = [];
    };
    try {
      for (const row of rows) {
        waiting.push(row);
        if (waiting.length === CHUNK_LENGTH) append();
      }
      if (waiting.length > 0) append();
    } finally {
      appender.closeSync();
    }
  }

  /** Takes a table away. */
  async drop(table: string): Promise<void> {
    await this.run(`DROP TABLE IF EXISTS ${table}`);
  }

  /** Answers a question, row by row; no more than a part of the answer is in memory. */
  async *ask(question: Question): AsyncGenerator<Row> {
    const result = await this.stoppable(() => this.connection.stream(questionText(question)));
    for await (const rows of result.yieldRowObjectJs()) {
      throwIfAborted(this.signal);
      yield* rows as readonly Row[];
    }
  }

  private async run(sql: string): Promise<void> {
    await this.stoppable(() => this.connection.run(sql));
  }

  private async stoppable<Result>(work: () => Promise<Result>): Promise<Result> {
    throwIfAborted(this.signal);
    const stop = (): void => this.connection.interrupt();
    this.signal.addEventListener("abort", stop, { once: true });
    try {
      return await work();
    } catch (error) {
      throwIfAborted(this.signal);
      throw error;
    } finally {
      this.signal.removeEventListener("abort", stop);
    }
  }
}

/** Loaded by the first look that needs it: it is large, and its binary is not there for every platform. */
function loadEngine(): typeof DuckDb {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- as the other packages that are loaded late
    return require("@duckdb/node-api") as typeof DuckDb;
  } catch (error) {
    const reason = messageOf(error).split("\n")[0] ?? "";
    throw new LockstepError(
      "AnalysisUnavailable",
      `The engine that joins inventories (@duckdb/node-api) cannot be loaded here: ${reason}.`,
      { cause: error },
    );
  }
}
