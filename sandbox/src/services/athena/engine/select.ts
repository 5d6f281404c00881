import { setImmediate as nextTurn } from "node:timers/promises";
import type * as DuckDb from "@duckdb/node-api";
import { partsOf, type TablePart } from "../data/partitions";
import { Staging, type StagedPart } from "../data/staging";
import type { CatalogDatabase, CatalogTable } from "../catalog/tables";
import type { ResultColumn } from "../model";
import type { Caller } from "../run/caller";
import { QueryFailed, userError } from "../run/failure";
import { withEngineFormats } from "./date-formats";
import { requireComparable } from "./comparisons";
import { CATALOG, openEngine, type EngineSession } from "./duckdb";
import { quotedName } from "./quoting";
import { failureReason } from "./failure-reason";
import { positionOf } from "./position";
import { namesIn, scansOf, type TableScan } from "./plan";
import { resultText } from "./result-text";
import { querySyntax, type QuerySyntax, type TableReference } from "./syntax-tree";
import { shownType } from "./types";
import { createView, keyColumns, parquetBytes } from "./views";

/** What a query is run with. */
export interface SelectRequest {
  readonly query: string;
  readonly databaseName: string;
  readonly databases: ReadonlyMap<string, CatalogDatabase>;
  readonly caller: Caller;
  /** Of its own; the caller of this removes it. */
  readonly folder: string;
  readonly nowEpochMs: number;
  /** Called with the bytes read so far; may throw. */
  readonly onBytes: (bytes: number) => void;
  /** Called with what ends the work. */
  readonly onStart: (interrupt: () => void) => void;
}

/** The rows come as texts, nulls as null. */
export interface SelectResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: AsyncIterable<readonly (readonly (string | null)[])[]>;
}

/**
 * Runs a query: parses it, finds its tables, asks the optimizer which partitions and columns it reads, fetches those under the
 * caller's rights and hands the rows to `take`.
 * @throws QueryFailed
 */
export async function runSelect(
  request: SelectRequest,
  take: (result: SelectResult) => Promise<void>,
): Promise<void> {
  const { folder, nowEpochMs, query } = request;
  const session = await openEngine(folder, nowEpochMs);
  const stop = new Stop(session);
  request.onStart(() => void stop.ask());
  try {
    const { connection } = session;
    const syntax = await querySyntax(connection, query);
    const tables = findTables(request, syntax.tables);
    requireComparable(
      syntax.comparisons,
      (databaseName, name) =>
        request.databases.get(databaseName || request.databaseName)?.tables.get(name),
      (offset) => positionOf(query, offset),
    );
    await useDatabases(connection, request);
    const runnable = withEngineFormats(query);
    const scans = await scansOf(connection, runnable, tables);
    const staging = new Staging(request.caller, folder, request.onBytes);
    for (const table of tables) {
      const ofTable = scans.get(`${table.databaseName}.${table.name}`) ?? [];
      await fetchTable(connection, request, staging, table, ofTable);
    }
    await connection.run("SET lock_configuration = true");
    stop.check();
    const result = await connection.stream(runnable);
    await take({ columns: resultColumns(result, syntax), rows: textRows(result) });
  } catch (error) {
    if (error instanceof QueryFailed || !isEngineError(error)) throw error;
    throw userError(failureReason(query, error.message));
  } finally {
    stop.end();
    session.close();
  }
}

/** Ends the engine's work from outside. It hears of it only while it is at a statement, so that it is told again and again. */
class Stop {
  private isAsked = false;
  private isOver = false;

  constructor(private readonly session: EngineSession) {}

  async ask(): Promise<void> {
    this.isAsked = true;
    while (!this.isOver) {
      this.session.connection.interrupt();
      await nextTurn();
    }
  }

  /** @throws QueryFailed when it was asked for */
  check(): void {
    if (this.isAsked) throw userError("Query cancelled by user");
  }

  end(): void {
    this.isOver = true;
  }
}

/** Its errors are plain ones that begin with their kind: `Binder Error: ...`. */
function isEngineError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    /^[A-Z][\w-]*( [A-Za-z-]+)* (Error|exception|Exception)\b|^INTERRUPT/.test(error.message)
  );
}

async function useDatabases(
  connection: DuckDb.DuckDBConnection,
  { databases, databaseName }: SelectRequest,
): Promise<void> {
  for (const name of databases.keys()) {
    await connection.run(`CREATE SCHEMA IF NOT EXISTS ${CATALOG}.${quotedName(name)}`);
  }
  // A query without tables runs in a database that is not there, too.
  if (databases.has(databaseName)) {
    await connection.run(`USE ${CATALOG}.${quotedName(databaseName)}`);
  }
}

/** Each once. @throws QueryFailed for one that is not there or not the caller's to read */
function findTables(
  { caller, databaseName, databases }: SelectRequest,
  references: readonly TableReference[],
): CatalogTable[] {
  const found = new Set<CatalogTable>();
  for (const reference of references) {
    const { catalogName, name, position } = reference;
    if (catalogName !== "" && catalogName !== CATALOG) {
      throw userError(`CATALOG_NOT_FOUND: ${position}: Catalog '${catalogName}' does not exist`);
    }
    const inDatabase = reference.databaseName === "" ? databaseName : reference.databaseName;
    caller.requireGlue(["GetDatabase"], inDatabase);
    const database = databases.get(inDatabase);
    if (database === undefined) {
      throw userError(`SCHEMA_NOT_FOUND: ${position}: Schema '${inDatabase}' does not exist`);
    }
    caller.requireGlue(["GetTable"], inDatabase, name);
    const table = database.tables.get(name);
    if (table === undefined) {
      throw userError(
        `TABLE_NOT_FOUND: ${position}: Table '${CATALOG}.${inDatabase}.${name}' does not exist`,
      );
    }
    if (table.partitionKeys.length > 0) caller.requireGlue(["GetPartitions"], inDatabase, name);
    found.add(table);
  }
  return [...found];
}

async function fetchTable(
  connection: DuckDb.DuckDBConnection,
  { caller, nowEpochMs }: SelectRequest,
  staging: Staging,
  table: CatalogTable,
  scans: readonly TableScan[],
): Promise<void> {
  const parts = scans.length === 0 ? [] : partsOf(caller, table, nowEpochMs);
  const staged: StagedPart[] = [];
  for (const part of await neededParts(connection, table, parts, scans)) {
    staged.push(await staging.stage(table, part));
  }
  if (table.format === "parquet") {
    const columns = new Set(scans.flatMap((scan) => [...scan.columns]));
    staging.scanned(await parquetBytes(connection, staged, columns));
  }
  await createView(connection, table, staged);
}

/** The partitions that one of the scans may find rows in. */
async function neededParts(
  connection: DuckDb.DuckDBConnection,
  table: CatalogTable,
  parts: readonly TablePart[],
  scans: readonly TableScan[],
): Promise<readonly TablePart[]> {
  const keys = new Set(table.partitionKeys.map(({ name }) => name));
  if (keys.size === 0 || parts.length === 0) return parts;
  const columns = new Set([...table.columns, ...table.partitionKeys].map(({ name }) => name));
  const isOfKeys = (condition: string): boolean => {
    const names = namesIn(condition);
    return (
      names !== undefined &&
      names.some((name) => keys.has(name)) &&
      names.every((name) => keys.has(name) || !columns.has(name))
    );
  };
  const needed = new Set<TablePart>();
  for (const { conditions } of scans) {
    const ofKeys = conditions.filter(isOfKeys);
    const where = ofKeys.length === 0 ? "true" : ofKeys.map((one) => `(${one})`).join(" AND ");
    const rows = parts.map(({ values }, index) => {
      return `SELECT ${index} AS "$index", ${keyColumns(table, values).join(", ")}`;
    });
    const reader = await connection.runAndReadAll(
      `SELECT "$index" FROM (${rows.join(" UNION ALL ")}) WHERE ${where}`,
    );
    for (const [index] of reader.getRows()) {
      const part = parts[Number(index)];
      if (part !== undefined) needed.add(part);
    }
  }
  return parts.filter((part) => needed.has(part));
}

/** Names in lower case; a column that has none is `_col` and its place, from 0 on. */
function resultColumns(result: DuckDb.DuckDBResult, { items }: QuerySyntax): ResultColumn[] {
  const names = result.columnNames();
  const types = result.columnTypes();
  const firstStar = items.findIndex(({ isStar }) => isStar);
  return names.map((name, index) => {
    // Behind a star places are counted from the end.
    const item =
      firstStar < 0 || index < firstStar
        ? items[index]
        : items[items.length - names.length + index];
    const isNamed = item?.isNamed !== false || item.isStar;
    const { type, precision, scale } = shownType(String(types[index]));
    return { name: isNamed ? name.toLowerCase() : `_col${index}`, type, precision, scale };
  });
}

async function* textRows(
  result: DuckDb.DuckDBResult,
): AsyncGenerator<readonly (readonly (string | null)[])[]> {
  const types = result.columnTypes().map(String);
  for await (const rows of result.yieldRows()) {
    yield rows.map((row) => row.map((value, index) => resultText(value, types[index] ?? "")));
  }
}
