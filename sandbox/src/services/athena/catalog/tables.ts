/** What the catalog holds, for an account in a Region. */

export interface Column {
  readonly name: string;
  /** As Hive writes it: `string`, `bigint`, `decimal(10,2)`. */
  readonly type: string;
  readonly comment?: string;
}

/** How the files of a table are read. */
export type TableFormat = "open-csv" | "delimited" | "parquet";

/** What a CREATE EXTERNAL TABLE says. */
export interface TableDefinition {
  readonly columns: readonly Column[];
  readonly partitionKeys: readonly Column[];
  readonly comment?: string;
  readonly format: TableFormat;
  /** Below the location are not the files, but files that name them. */
  readonly isSymlink: boolean;
  readonly serdeLibrary: string;
  readonly serdeProperties: ReadonlyMap<string, string>;
  readonly inputFormat: string;
  readonly outputFormat: string;
  /** `s3://bucket/prefix/` */
  readonly location: string;
  readonly properties: ReadonlyMap<string, string>;
}

export interface CatalogTable extends TableDefinition {
  readonly name: string;
  readonly databaseName: string;
  readonly createdEpochMs: number;
  /** By their values, joined with `/`. */
  readonly partitions: Map<string, Partition>;
}

export interface Partition {
  /** In the order of the table's partition keys. */
  readonly values: readonly string[];
  readonly location: string;
}

export interface CatalogDatabase {
  readonly name: string;
  readonly comment?: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly tables: Map<string, CatalogTable>;
}
