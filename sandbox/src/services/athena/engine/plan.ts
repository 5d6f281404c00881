import type { DuckDBConnection } from "@duckdb/node-api";
import type { CatalogTable } from "../catalog/tables";
import { SyntaxMistake, tokensOf } from "../sql/tokens";
import { CATALOG } from "./duckdb";
import { quotedName } from "./quoting";
import { engineType } from "./types";

/** How a query reads a table in one place. */
export interface TableScan {
  /** The columns that it takes or looks at. */
  readonly columns: ReadonlySet<string>;
  /** Conditions that every row it takes meets, as SQL; there may be more. */
  readonly conditions: readonly string[];
}

interface PlanNode {
  readonly name: string;
  readonly children: readonly PlanNode[];
  readonly extra_info?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/**
 * What the optimizer would look at the rows of a table for, and so would conclude that there are none.
 */
const BY_CONTENT = ["statistics_propagation", "empty_result_pullup", "compressed_materialization"];

/**
 * How a query would read its tables, found out on tables of the same columns without content. The engine's optimizer pushes
 * conditions down to where a table is read, as Trino's does.
 *
 * @returns by `database.table`
 * @throws Error of the engine for names and types that do not fit
 */
export async function scansOf(
  connection: DuckDBConnection,
  query: string,
  tables: readonly CatalogTable[],
): Promise<Map<string, TableScan[]>> {
  for (const table of tables) {
    const columns = [...table.columns, ...table.partitionKeys].map(
      ({ name, type }) => `${quotedName(name)} ${engineType(type)}`,
    );
    await connection.run(`CREATE TABLE ${tablePath(table)} (${columns.join(", ")})`);
    const nulls = columns.map(() => "NULL").join(", ");
    await connection.run(`INSERT INTO ${tablePath(table)} VALUES (${nulls})`);
  }
  await connection.run(`SET disabled_optimizers = '${BY_CONTENT.join(",")}'`);
  const reader = await connection.runAndReadAll(`EXPLAIN (FORMAT json) ${query}`);
  await connection.run("RESET disabled_optimizers");
  for (const table of tables) await connection.run(`DROP TABLE ${tablePath(table)}`);
  const plan = JSON.parse(String(reader.getRows()[0]?.[1])) as readonly PlanNode[];
  const scans = new Map<string, TableScan[]>();
  for (const table of tables) {
    const name = `${table.databaseName}.${table.name}`;
    scans.set(
      name,
      plan.flatMap((node) => scansIn(node, table)),
    );
  }
  return scans;
}

export function tablePath(table: CatalogTable): string {
  return [CATALOG, table.databaseName, table.name].map(quotedName).join(".");
}

function scansIn(node: PlanNode, table: CatalogTable): TableScan[] {
  const below = node.children.flatMap((child) => scansIn(child, table));
  const info = node.extra_info ?? {};
  const wanted = `${CATALOG}.${table.databaseName}.${table.name}`;
  if (listOf(info["Table"]).join().replaceAll('"', "") !== wanted) return below;
  // What is only a help to the scan is true nevertheless.
  const conditions = listOf(info["Filters"]).map((text) => text.replaceAll("optional: ", ""));
  const mentioned = [...listOf(info["Projections"]), ...conditions].map(namesIn);
  const columns = new Set(
    table.columns
      .map(({ name }) => name)
      // What cannot be read may speak of every column.
      .filter((name) => mentioned.some((names) => names === undefined || names.includes(name))),
  );
  return [...below, { columns, conditions }];
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined || value === "") return [];
  return typeof value === "string" ? [value] : value;
}

/** The names that a condition may speak of; undefined when it cannot be read. */
export function namesIn(condition: string): string[] | undefined {
  try {
    return tokensOf(condition, "trino")
      .filter(({ kind }) => kind === "word" || kind === "double")
      .map(({ value }) => value.toLowerCase());
  } catch (error) {
    if (error instanceof SyntaxMistake) return undefined;
    throw error;
  }
}
