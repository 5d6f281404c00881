import type { DuckDBConnection } from "@duckdb/node-api";
import type { CatalogTable, Column } from "../catalog/tables";
import type { StagedPart } from "../data/staging";
import { userError } from "../run/failure";
import { quoted, quotedName } from "./quoting";
import { tablePath } from "./plan";
import { engineType } from "./types";

/** A text that no file has, where empty fields are no nulls. */
const NO_NULL = "\u0001\u0002";

/** Makes a table that the query finds by its name, over the files that were fetched for it. */
export async function createView(
  connection: DuckDBConnection,
  table: CatalogTable,
  parts: readonly StagedPart[],
): Promise<void> {
  const selects: string[] = [];
  for (const { values, files } of parts) {
    if (files.length === 0) continue;
    const paths = files.map(({ path }) => path);
    const columns =
      table.format === "parquet"
        ? await parquetColumns(connection, table, paths)
        : table.columns.map((column) => textColumn(table, column));
    const source = table.format === "parquet" ? parquetSource(paths) : textSource(table, paths);
    selects.push(`SELECT ${[...columns, ...keyColumns(table, values)].join(", ")} FROM ${source}`);
  }
  if (selects.length === 0) selects.push(emptySelect(table));
  await connection.run(`CREATE VIEW ${tablePath(table)} AS ${selects.join(" UNION ALL ")}`);
}

/** The values of a partition, as columns. */
export function keyColumns(table: CatalogTable, values: readonly string[]): string[] {
  return table.partitionKeys.map(({ name, type }, index) => {
    const value = quoted(values[index] ?? "");
    return `CAST(${value} AS ${engineType(type)}) AS ${quotedName(name)}`;
  });
}

function emptySelect(table: CatalogTable): string {
  const columns = [...table.columns, ...table.partitionKeys].map(
    ({ name, type }) => `CAST(NULL AS ${engineType(type)}) AS ${quotedName(name)}`,
  );
  return `SELECT ${columns.join(", ")} WHERE false`;
}

function list(paths: readonly string[]): string {
  return `[${paths.map(quoted).join(", ")}]`;
}

/** Every field as a text; missing ones at the end of a line are null, more than there are columns are left out. */
function textSource(table: CatalogTable, paths: readonly string[]): string {
  const columns = table.columns.map(({ name }) => `${quoted(name)}: 'VARCHAR'`).join(", ");
  const isCsv = table.format === "open-csv";
  const properties = table.serdeProperties;
  const delimiter = isCsv ? "," : (properties.get("field.delim") ?? "\u0001");
  const nullText = isCsv ? NO_NULL : (properties.get("serialization.null.format") ?? "\\N");
  const options = [
    "auto_detect = false",
    "header = false",
    `delim = ${quoted(delimiter)}`,
    `quote = ${quoted(isCsv ? '"' : "")}`,
    `escape = ${quoted(isCsv ? '"' : (properties.get("escape.delim") ?? ""))}`,
    `columns = {${columns}}`,
    `nullstr = ${quoted(nullText)}`,
    "allow_quoted_nulls = false",
    "null_padding = true",
    "strict_mode = false",
    `skip = ${Number(table.properties.get("skip.header.line.count") ?? 0)}`,
  ];
  return `read_csv(${list(paths)}, ${options.join(", ")})`;
}

/**
 * OpenCSVSerde fails on a number that is none, an empty one too; LazySimpleSerDe makes it null. That what is not `true` is false
 * to OpenCSVSerde is assumed.
 * @see https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html
 */
function textColumn(table: CatalogTable, { name, type }: Column): string {
  const column = quotedName(name);
  const target = engineType(type);
  if (target === "VARCHAR") return column;
  if (table.format === "delimited") return `TRY_CAST(${column} AS ${target}) AS ${column}`;
  if (target === "BOOLEAN") return `(lower(${column}) = 'true') AS ${column}`;
  // OpenCSVSerde counts dates in days and timestamps in milliseconds since the epoch.
  const number = `TRY_CAST(${column} AS BIGINT)`;
  const casts: Readonly<Record<string, string>> = {
    DATE: `DATE '1970-01-01' + CAST(${number} AS INTEGER)`,
    TIMESTAMP: `epoch_ms(${number})`,
  };
  const cast = casts[target] ?? `TRY_CAST(${column} AS ${target})`;
  const message = `'HIVE_BAD_DATA: Error parsing field value ''' || ${column} || ''' for field ${name.replaceAll("'", "''")}'`;
  return `CASE WHEN ${column} IS NOT NULL AND ${cast} IS NULL THEN error(${message}) ELSE ${cast} END AS ${column}`;
}

function parquetSource(paths: readonly string[]): string {
  return `read_parquet(${list(paths)}, union_by_name = true, hive_partitioning = false)`;
}

/** Parquet is read by the names of columns; what a file has not is null. */
async function parquetColumns(
  connection: DuckDBConnection,
  table: CatalogTable,
  paths: readonly string[],
): Promise<string[]> {
  const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${parquetSource(paths)}`);
  const types = new Map(
    reader.getRows().map(([name, type]) => [String(name).toLowerCase(), String(type)]),
  );
  return table.columns.map(({ name, type }) => {
    const column = quotedName(name);
    const target = engineType(type);
    const found = types.get(name);
    if (found === undefined) return `CAST(NULL AS ${target}) AS ${column}`;
    // A timestamp is an integer of 64 bits to a table that declares it so, as those over inventories do.
    if (target === "BIGINT" && found.startsWith("TIMESTAMP"))
      return `epoch_ms(${column}) AS ${column}`;
    if ((target === "VARCHAR") !== (found === "VARCHAR")) {
      throw userError(
        `HIVE_BAD_DATA: Field ${name}'s type ${found} in a Parquet file of ${table.location} is incompatible with type ${type} defined in table schema`,
      );
    }
    return `CAST(${column} AS ${target}) AS ${column}`;
  });
}

/** Bytes of the column chunks that a query reads, compressed as they lie in S3. */
export async function parquetBytes(
  connection: DuckDBConnection,
  parts: readonly StagedPart[],
  columns: ReadonlySet<string>,
): Promise<number> {
  const paths = parts.flatMap(({ files }) => files.map(({ path }) => path));
  if (paths.length === 0 || columns.size === 0) return 0;
  const names = [...columns].map(quoted).join(", ");
  const reader = await connection.runAndReadAll(
    `SELECT sum(total_compressed_size) FROM parquet_metadata(${list(paths)}) WHERE lower(split_part(path_in_schema, ',', 1)) IN (${names})`,
  );
  return Number(reader.getRows()[0]?.[0] ?? 0);
}
