/**
 * Rows of ours in a file that the engine reads: it takes them from there several times faster than one by one, and as often as it is asked.
 * No field has a character with a meaning, so that there are no quotes, and nothing that whoever names keys could do with them.
 */

import { open } from "node:fs/promises";
import { throwIfAborted } from "../errors";
import { quoted } from "./literal";
import { onDisk } from "./work-folder";

/** How a column is read. A text may be empty, and is never null; a number that is empty is. */
export type RowColumn = "BIGINT" | "DOUBLE" | "INTEGER" | "UTINYINT" | "VARCHAR";

/** Lines are written by so many bytes. */
const PART_BYTES = 1024 * 1024;

/** The most bytes of a character. */
const CHARACTER_BYTES = 3;

/** Separators and line ends, what a reader of CSV may take for a quote, and what begins an escape. */
const SPECIAL = /[\u0000-\u001f,"%\\\u007f]/;

/** A text as a field has it. */
export function field(text: string): string {
  return SPECIAL.test(text) ? encodeURIComponent(text) : text;
}

/** Rows in a file. */
export interface WrittenRows {
  /** The SELECT of them. */
  readonly select: string;
  /** How many they are. */
  readonly rowsCount: number;
}

/**
 * Writes rows.
 * @param path of a file that is not there yet
 * @param lines fields with commas between them, and a line feed at the end; texts through `field`
 * @throws LockstepError `TemporaryFolderUnusable`
 */
export async function writeRows(
  path: string,
  columns: Readonly<Record<string, RowColumn>>,
  lines: Iterable<string>,
  signal: AbortSignal,
): Promise<WrittenRows> {
  const file = await onDisk("The listing", () => open(path, "wx", 0o600));
  const part = Buffer.allocUnsafe(PART_BYTES);
  let [length, rowsCount] = [0, 0];
  const write = (bytes: Uint8Array): Promise<void> =>
    onDisk("The listing", () => file.writeFile(bytes));
  try {
    for (const line of lines) {
      rowsCount++;
      if (length + CHARACTER_BYTES * line.length > PART_BYTES) {
        throwIfAborted(signal);
        await write(part.subarray(0, length));
        length = 0;
      }
      if (CHARACTER_BYTES * line.length > PART_BYTES) await write(Buffer.from(line));
      else length += part.write(line, length);
    }
    await write(part.subarray(0, length));
  } finally {
    await file.close();
  }
  return { select: selectOf(path, columns), rowsCount };
}

function selectOf(path: string, columns: Readonly<Record<string, RowColumn>>): string {
  const types = Object.entries(columns).map(([name, type]) => `${quoted(name)}: ${quoted(type)}`);
  const values = Object.entries(columns).map(([name, type]) =>
    type === "VARCHAR"
      ? `CASE WHEN contains(${name}, '%') THEN url_decode(${name}) ELSE coalesce(${name}, '') END AS ${name}`
      : name,
  );
  return (
    `SELECT ${values.join(", ")} FROM read_csv(${quoted(path)}, columns = {${types.join(", ")}}, auto_detect = false, ` +
    `header = false, delim = ',', quote = '', escape = '', compression = 'none')`
  );
}
