import type * as DuckDb from "@duckdb/node-api";
import { userError } from "../run/failure";
import { functionStatements } from "./functions";
import { quoted } from "./quoting";

/** One database in memory for one query, which reads nothing but the query's folder. */
export interface EngineSession {
  readonly connection: DuckDb.DuckDBConnection;
  close(): void;
}

/** Enough for millions of rows; what does not fit goes into the query's folder. */
const MEMORY_LIMIT = "1GB";
const THREADS_COUNT = "2";

/** The name that Athena shows for the Data Catalog. */
export const CATALOG = "awsdatacatalog";

/** @throws QueryFailed naming the package, when the engine is not there */
export async function openEngine(folder: string, nowEpochMs: number): Promise<EngineSession> {
  const { DuckDBInstance } = library();
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: MEMORY_LIMIT,
    threads: THREADS_COUNT,
    temp_directory: folder,
    // Nothing is fetched at run time.
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  const session = {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
  try {
    for (const statement of [
      `SET allowed_directories = [${quoted(folder)}]`,
      "SET enable_external_access = false",
      "SET TimeZone = 'UTC'",
      "SET integer_division = true",
      "SET default_null_order = 'nulls_last'",
      `ATTACH ':memory:' AS ${CATALOG}`,
      ...functionStatements(nowEpochMs),
    ]) {
      await connection.run(statement);
    }
  } catch (error) {
    session.close();
    throw error;
  }
  return session;
}

/**
 * Loaded by the first query: it is large, and few sandboxes are asked. An optional dependency may be left out, and its binary is
 * not there for every platform.
 */
function library(): typeof DuckDb {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- as the other packages that are loaded late
    return require("@duckdb/node-api") as typeof DuckDb;
  } catch (error) {
    throw engineMissing(error);
  }
}

function engineMissing(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
  return userError(
    "NOT_SUPPORTED: Queries of Athena are run by the package @duckdb/node-api, which cannot be loaded here " +
      `(${reason}). Install it beside lockstep-sandbox: npm install @duckdb/node-api@1.5.6-r.1`,
  );
}
