/**
 * External tables over files in S3: how Athena is told of them. Pure.
 *
 * Nothing that somebody else wrote comes into a definition: tables have our names, and so have the columns of CSV, which are told apart by their
 * places; those of Parquet are among the few that are taken. Places in S3 are of characters that no dialect gives a meaning to.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-athena-query.html
 * @see https://docs.aws.amazon.com/athena/latest/ug/create-table.html
 */

import { COLUMNS, type ColumnRole } from "../../inventory/columns";
import type { InventoryManifest } from "../../inventory/manifest";

/** A type of Hive, as a definition names it. */
export type HiveType = "bigint" | "boolean" | "string" | "timestamp";

/** A table, and where it lies. */
export interface AthenaTable {
  /** Of the catalog: small letters, digits, underscores. */
  readonly database: string;
  /** The same. */
  readonly name: string;
  /** In the order of a row. */
  readonly columns: readonly AthenaColumn[];
  readonly format: "CSV" | "Parquet";
  /** `s3://bucket/prefix/`, with a slash at its end. */
  readonly location: string;
  /** What lies there are not the files, but texts that name them, one a line. */
  readonly isLinked: boolean;
}

/** A column of a table. */
export interface AthenaColumn {
  /** The same characters as a table's name. */
  readonly name: string;
  readonly type: HiveType;
}

/** Both of them of AWS's own sample for inventories. */
const FORMATS = {
  CSV: {
    serde: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
    input: "org.apache.hadoop.mapred.TextInputFormat",
    output: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
  },
  Parquet: {
    serde: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    input: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    output: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  },
} as const;

const LINKED = {
  input: "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat",
  output: "org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat",
} as const;

/** The statement that makes it. @throws Error where a name or a place is none that may stand in it, which whoever made it checks */
export function createTable(table: AthenaTable): string {
  const { columns, format, isLinked, location } = table;
  const { serde, ...plain } = FORMATS[format];
  const { input, output } = isLinked ? LINKED : plain;
  if (!isPlainLocation(location)) throw new Error(`${location} is no place for a table`);
  return [
    `CREATE EXTERNAL TABLE ${tableName(table, "`")} (`,
    columns.map(({ name, type }) => `  ${named(name, "`")} ${type}`).join(",\n"),
    ")",
    `ROW FORMAT SERDE '${serde}'`,
    `STORED AS INPUTFORMAT '${input}'`,
    `OUTPUTFORMAT '${output}'`,
    `LOCATION '${location}'`,
  ].join("\n");
}

/** The statement that takes it away; the files stay. */
export function dropTable(table: Pick<AthenaTable, "database" | "name">): string {
  return `DROP TABLE IF EXISTS ${tableName(table, "`")}`;
}

/** Its name in a query, or in a definition, which quote otherwise. */
export function tableName(
  { database, name }: Pick<AthenaTable, "database" | "name">,
  quote: '"' | "`" = '"',
): string {
  return `${named(database, quote)}.${named(name, quote)}`;
}

/** Whether a place may stand in a definition, and in a text that names files. */
export function isPlainLocation(location: string): boolean {
  return /^s3:\/\/[a-z0-9][a-z0-9.-]+\/(?:[A-Za-z0-9_.=-]+\/)*$/.test(location);
}

function named(name: string, quote: '"' | "`"): string {
  if (!/^[a-z_][a-z0-9_]{0,127}$/.test(name)) throw new Error(`${name} is no name for Athena`);
  return `${quote}${name}${quote}`;
}

/** In Parquet what is taken has types. A date is INT64 in milliseconds there, which Athena reads as a timestamp. */
const PARQUET_TYPES: Partial<Record<ColumnRole, HiveType>> = {
  isDeleteMarker: "boolean",
  size: "bigint",
  lastModified: "timestamp",
  retainUntil: "timestamp",
};

/** What is known of an inventory's files. */
export type InventoryShape = Pick<InventoryManifest, "columnNames" | "columns" | "format">;

/**
 * The columns of a table over an inventory's files. Those of CSV are all texts: OpenCSVSerde takes an empty field for no number.
 * @see https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html
 */
export function inventoryColumns(shape: InventoryShape): readonly AthenaColumn[] {
  const { columnNames, columns, format } = shape;
  const roles = new Map(ROLES.map((role) => [columns[role], role] as const));
  return columnNames.flatMap((fileName, place): readonly AthenaColumn[] => {
    const role = roles.get(fileName);
    const name = role === undefined ? undefined : columnName(shape, role);
    if (format === "CSV") return [{ name: name ?? `other_${place}`, type: "string" }];
    if (role === undefined || name === undefined) return [];
    return [{ name, type: PARQUET_TYPES[role] ?? "string" }];
  });
}

const ROLES = Object.keys(COLUMNS) as ColumnRole[];

/** What such a table calls a column; undefined where the inventory has none. Those of Parquet Athena finds by their names in the files. */
export function columnName(
  { columns, format }: InventoryShape,
  role: ColumnRole,
): string | undefined {
  const fileName = columns[role];
  if (fileName === undefined) return undefined;
  return (format === "CSV" ? COLUMNS[role] : fileName).toLowerCase();
}
