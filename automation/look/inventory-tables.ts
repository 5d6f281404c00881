/**
 * What the questions read: first the marks of all versions, a few numbers each; then, for what these leave in doubt, rows. A file is read
 * again only for rows that their marks do not tell all of.
 */

import { deliveredRows } from "../analysis/delivered";
import type { Analysis } from "../analysis/analysis";
import { relationText, rowsText } from "../analysis/question-text";
import type { LocalInventory } from "../inventory/fetch-inventory";
import { unreadable } from "../inventory/problems";
import { isLockstepError, messageOf } from "../errors";

/** Whose inventory it is. */
type Side = "source" | "vault";

/** What S3 says at each side of what replication brought. */
const PLAIN_STATUS: Readonly<Record<Side, string>> = { source: "COMPLETED", vault: "REPLICA" };

/** Keeps the marks of an inventory. @throws LockstepError `InventoryUnreadable`, by its name, for a file that cannot be read */
export async function keepMarks(
  analysis: Analysis,
  inventory: LocalInventory,
  side: Side,
): Promise<void> {
  const keep = async (paths: readonly string[]): Promise<void> => {
    await readFiles(analysis, { ...inventory, paths }, side);
    await analysis.keep(`${side}_marks`, relationText("marks"));
  };
  try {
    await keep(inventory.paths);
  } catch (error) {
    if (isLockstepError(error)) throw error;
    for (const [index, path] of inventory.paths.entries()) {
      const { key = "" } = inventory.files[index] ?? {};
      await keep([path]).catch((cause: unknown) => {
        if (isLockstepError(cause)) throw cause;
        const [why = ""] = messageOf(cause).split("\n");
        throw unreadable(`${key} in ${inventory.bucketName}`, `cannot be read (${why})`, cause);
      });
    }
    throw error;
  }
}

/** Lets the questions that need no more than marks read all of them. */
export async function readMarks(analysis: Analysis): Promise<void> {
  for (const [name, marks] of [
    ["wanted", "promised"],
    ["source_rows", "source_marks"],
    ["vault_rows", "vault_marks"],
  ] as const) {
    await analysis.define(name, `SELECT * FROM ${marks}`);
  }
}

/** Lets the questions read the rows of versions that are in doubt. */
export async function readDoubtful(
  analysis: Analysis,
  inventories: Readonly<Record<Side, LocalInventory>>,
): Promise<void> {
  await analysis.keep("wanted_in_doubt", relationText("wanted"));
  await analysis.define("wanted", "SELECT * FROM wanted_in_doubt");
  for (const side of ["source", "vault"] as const) {
    await analysis.define("marks", `SELECT * FROM ${side}_marks`);
    await analysis.keep("found", relationText("found"));
    const untold = "SELECT joined_by FROM found WHERE NOT is_told";
    const untoldCount = await analysis.keep("untold", untold);
    await readFiles(analysis, inventories[side], side);
    const [name, told, read] = [`${side}_rows`, `${side}_told`, `${side}_read`];
    await analysis.keep(told, relationText("told"));
    if (untoldCount === 0) await analysis.define(name, `SELECT * FROM ${told}`);
    else {
      await analysis.keep(read, rowsIn("untold"));
      await analysis.define(name, `SELECT * FROM ${told} UNION ALL SELECT * FROM ${read}`);
    }
  }
}

/** Lets the questions read the rows of the source's inventory that nothing is listed for. @returns how many they are */
export async function readUnlisted(analysis: Analysis, source: LocalInventory): Promise<number> {
  const count = await analysis.keep("unlisted", relationText("unlisted"));
  if (count === 0) return 0;
  await readFiles(analysis, source, "source");
  await analysis.define("source_rows", rowsIn("unlisted"));
  await analysis.define("listed", "SELECT joined_by FROM listed_marks");
  return count;
}

/** Rows of the files whose hashes are in a table. */
function rowsIn(table: string): string {
  return `SELECT * FROM (${rowsText("duckdb")}) WHERE joined_by IN (SELECT joined_by FROM ${table})`;
}

async function readFiles(
  analysis: Analysis,
  inventory: Pick<LocalInventory, "columnNames" | "columns" | "format" | "listedBucket" | "paths">,
  side: Side,
): Promise<void> {
  await analysis.set({ listed_bucket: inventory.listedBucket, plain_status: PLAIN_STATUS[side] });
  await analysis.define(
    "delivered",
    inventory.paths.length === 0 ? NO_ROWS : deliveredRows(inventory),
  );
  await analysis.define("named", relationText("named"));
}

/** Of a bucket without versions S3 delivers no file. */
const NO_ROWS =
  "SELECT '' AS bucket, '' AS key, '' AS version_id, false AS is_delete_marker, 0::BIGINT AS size_bytes, " +
  "'' AS last_modified, '' AS etag, '' AS storage_class, '' AS replication_status, '' AS encryption, " +
  "0::BIGINT AS retain_until_ms, '' AS lock_mode, false AS legal_hold, false AS event_hold, '' AS checksum_algorithm WHERE false";
