/**
 * The rows of an inventory as a question sees them, whichever format its files have and whichever engine reads them: one SELECT. Pure.
 *
 * In CSV every column is a text, an empty one where there is no value, and the key is URL-encoded; Parquet has types, nulls and the key as it is.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html
 */

import type { ColumnRole } from "../inventory/columns";
import type { LocalInventory } from "../inventory/fetch-inventory";
import { quoted, quotedName } from "./literal";

/** What is read of an inventory. */
export type Delivered = Pick<LocalInventory, "format" | "columnNames" | "columns" | "paths">;

/** What an engine has a way of its own of. */
export interface DeliveredDialect {
  /** The name of a column in a SELECT; undefined where the inventory has none. */
  readonly column: (role: ColumnRole) => string | undefined;
  /** A URL-encoded text as it was. */
  readonly decoded: (column: string) => string;
  /** Milliseconds since the Unix epoch, of ISO 8601 and of a timestamp without a zone. */
  readonly msOfText: (text: string) => string;
  readonly msOfTimestamp: (column: string) => string;
  /** What is read. */
  readonly from: string;
}

/** The SELECT. */
export function deliveredSelect(format: Delivered["format"], dialect: DeliveredDialect): string {
  const column = (role: ColumnRole): string => dialect.column(role) ?? "NULL";
  const text = (role: ColumnRole): string => `nullif(CAST(${column(role)} AS VARCHAR), '')`;
  const time = (role: ColumnRole): string =>
    format === "CSV" ? dialect.msOfText(text(role)) : dialect.msOfTimestamp(column(role));
  const hold = (role: ColumnRole): string => `coalesce(upper(${text(role)}) = 'ON', false)`;
  return [
    "SELECT",
    [
      `${column("bucket")} AS bucket`,
      `${format === "CSV" ? dialect.decoded(column("key")) : column("key")} AS key`,
      // The version from before versioning has no id in an inventory.
      `coalesce(${text("versionId")}, 'null') AS version_id`,
      `coalesce(lower(${text("isDeleteMarker")}) = 'true', false) AS is_delete_marker`,
      `CAST(${text("size")} AS BIGINT) AS size_bytes`,
      // Whether there is one.
      `${text("lastModified")} AS last_modified`,
      `CASE WHEN ${column("etag")} LIKE '%"%' THEN replace(${text("etag")}, '"', '') ELSE ${text("etag")} END AS etag`,
      `${text("storageClass")} AS storage_class`,
      `${text("replicationStatus")} AS replication_status`,
      `${text("encryption")} AS encryption`,
      `${time("retainUntil")} AS retain_until_ms`,
      `${text("lockMode")} AS lock_mode`,
      `${hold("legalHold")} AS legal_hold`,
      `${hold("eventHold")} AS event_hold`,
      `${text("checksumAlgorithm")} AS checksum_algorithm`,
    ].join(",\n  "),
    `FROM ${dialect.from}`,
  ].join("\n");
}

/** The same of files on this machine, for DuckDB. */
export function deliveredRows(inventory: Delivered): string {
  const ms = (moment: string): string => `CAST(epoch_ms(CAST(${moment} AS TIMESTAMPTZ)) AS BIGINT)`;
  return deliveredSelect(inventory.format, {
    column: (role) => {
      const name = inventory.columns[role];
      return name === undefined ? undefined : quotedName(name);
    },
    decoded: decodedKey,
    msOfText: ms,
    msOfTimestamp: ms,
    from: files(inventory),
  });
}

/** A key that is encoded otherwise than S3 does it is nobody's, and no row is left out. */
function decodedKey(key: string): string {
  const isEncoded = `contains(${key}, '%') OR contains(${key}, '+')`;
  const isBroken = `contains(regexp_replace(${key}, '%[0-9A-Fa-f]{2}', '', 'g'), '%')`;
  const decoded = `url_decode(replace(${key}, '+', '%20'))`;
  return (
    `CASE WHEN NOT (${isEncoded}) THEN ${key} ` +
    `WHEN ${isBroken} THEN error('a key is not URL-encoded: ' || ${key}) ELSE ${decoded} END`
  );
}

function files({ columnNames, format, paths }: Delivered): string {
  const list = `[${paths.map(quoted).join(", ")}]`;
  if (format === "Parquet") return `read_parquet(${list}, binary_as_string = true)`;
  const columns = columnNames.map((name) => `${quoted(name)}: 'VARCHAR'`).join(", ");
  // Left to itself the reader takes an empty field in quotes for null, and guesses what the columns are.
  return (
    `read_csv(${list}, columns = {${columns}}, auto_detect = false, header = false, delim = ',', ` +
    `quote = '"', escape = '"', allow_quoted_nulls = false, compression = 'gzip')`
  );
}
