/** What Athena's tables tell, in the words that questions know. Pure. */

import { deliveredSelect } from "../delivered";
import { columnName, tableName, type AthenaColumn, type InventoryShape } from "./table";

/** A table over an inventory's files. */
export interface InventoryTable extends InventoryShape {
  readonly database: string;
  readonly name: string;
}

/**
 * The rows of an inventory. Of what is URL-encoded in CSV a row that is not ends the query, as in DuckDB.
 * @see https://docs.aws.amazon.com/athena/latest/ug/functions-env3.html
 */
export function inventorySelect(table: InventoryTable): string {
  return deliveredSelect(table.format, {
    column: (role) => {
      const name = columnName(table, role);
      return name === undefined ? undefined : `"${name}"`;
    },
    decoded: (column) => `url_decode(${column})`,
    msOfText: (text) =>
      `CAST(round(to_unixtime(from_iso8601_timestamp(${text})) * 1000) AS bigint)`,
    // Counted, since a moment without a zone is otherwise taken for one of the session's.
    msOfTimestamp: (column) =>
      `date_diff('millisecond', TIMESTAMP '1970-01-01 00:00:00', ${column})`,
    from: tableName(table),
  });
}

/** What the source lists, and what is promised of it at one vault, as it is put into S3: CSV, each field in quotes. */
export const LISTING_COLUMNS: readonly AthenaColumn[] = [
  "place",
  "key",
  "version_id",
  "size_bytes",
  "etag",
  "is_wanted",
  "storage_class",
  "retain_until_ms",
].map((name) => ({ name, type: "string" }));

/** A version of the source's listing. */
export interface ListingRow {
  /** Its index in the listing. */
  readonly place: number;
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  /** Absent where it is not promised at the vault. */
  readonly wanted?: {
    /** Null: any. */
    readonly storageClass: string | null;
    /** Milliseconds since the Unix epoch. */
    readonly retainUntilMs: number;
  };
}

/** A row as a line. Nothing is left in it that a reader of CSV could take for anything but itself. */
export function listingLine(row: ListingRow): string {
  const { etag, key, place, sizeBytes, versionId, wanted } = row;
  const fields = [
    place,
    key,
    versionId,
    sizeBytes,
    etag,
    wanted !== undefined,
    wanted?.storageClass ?? "",
    wanted?.retainUntilMs ?? "",
  ];
  return `${fields.map((field) => `"${encodeURIComponent(field)}"`).join(",")}\n`;
}

/** The rows of such a table: all that is listed, or what is promised at the vault. */
export function listingSelect(
  table: Pick<InventoryTable, "database" | "name">,
  which: "listed" | "wanted",
): string {
  return [
    "SELECT",
    [
      "url_decode(version_id) || chr(0) || url_decode(key) AS joined_by",
      "CAST(place AS integer) AS place",
      "url_decode(key) AS key",
      "url_decode(version_id) AS version_id",
      "CAST(size_bytes AS bigint) AS size_bytes",
      "url_decode(etag) AS etag",
      "nullif(url_decode(storage_class), '') AS storage_class",
      "CAST(nullif(retain_until_ms, '') AS bigint) AS retain_until_ms",
    ].join(",\n  "),
    `FROM ${tableName(table)}`,
    ...(which === "wanted" ? ["WHERE is_wanted = 'true'"] : []),
  ].join("\n");
}
