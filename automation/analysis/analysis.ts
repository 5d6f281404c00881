/**
 * The engine that joins what is more than memory holds. It reads and writes in one folder, and nowhere else; the questions that it is asked
 * lie in `questions/`, one SQL file each.
 */

import { availableParallelism } from "node:os";
import { join } from "node:path";
import type * as DuckDb from "@duckdb/node-api";
import { LockstepError, messageOf, throwIfAborted } from "../errors";
import { literal, quoted, type Setting } from "./literal";
import {
  questionText,
  relationText,
  type Question,
  type Relation,
  type ReportQuestion,
} from "./question-text";

/** What does not fit goes into the folder. */
const MEMORY_LIMIT = "384MB";
const MAX_THREADS = 4;

/** A row as it is answered: by the name of the column. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** One database, for one look. */
export class Analysis {
  private constructor(
    private readonly instance: DuckDb.DuckDBInstance,
    private readonly connection: DuckDb.DuckDBConnection,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Opens it.
   * @param folder that files are read in; one of its own, which the caller takes away
   * @throws LockstepError `AnalysisUnavailable` where the engine cannot be loaded
   */
  static async open(folder: string, signal: AbortSignal): Promise<Analysis> {
    const library = loadEngine();
    // Nothing of it is needed once it is closed. What memory does not hold goes into the folder all the same.
    const instance = await library.DuckDBInstance.create(":memory:", {
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
    const analysis = new Analysis(instance, connection, signal);
    try {
      await analysis.run("SET TimeZone = 'UTC'");
      await analysis.run(`SET allowed_directories = [${quoted(folder)}]`);
      await analysis.run("SET enable_external_access = false");
      await analysis.run(relationText("hashes"));
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

  /** Keeps what a SELECT finds as a table, in place of one of that name. @returns how many rows that are */
  async keep(table: string, select: string): Promise<number> {
    const kept = await this.run(`CREATE OR REPLACE TABLE ${table} AS ${select}`);
    const [[count] = []] = await kept.getRows();
    return Number(count);
  }

  /** Answers a question, row by row; no more than a part of the answer is in memory. */
  ask(question: Question | ReportQuestion): AsyncGenerator<Row> {
    return this.rowsOf(questionText(question));
  }

  /** The rows of what only this engine makes of its tables, in the same way. */
  rowsOfRelation(relation: Relation): AsyncGenerator<Row> {
    return this.rowsOf(relationText(relation));
  }

  private async *rowsOf(sql: string): AsyncGenerator<Row> {
    const result = await this.stoppable(() => this.connection.stream(sql));
    for await (const rows of result.yieldRowObjectJs()) {
      throwIfAborted(this.signal);
      yield* rows as readonly Row[];
    }
  }

  private run(sql: string): Promise<DuckDb.DuckDBMaterializedResult> {
    return this.stoppable(() => this.connection.run(sql));
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
