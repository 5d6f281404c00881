import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";

/** A file that a command reads, and by what it was named. */
export interface NamedFile {
  /** In words, as in `the bundle june.tar`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/**
 * Which of some files a path leads to: by what the file system says of both, so that links and other spellings count too.
 * @returns undefined for none of them, and where nothing is there
 */
export async function sameFile(
  path: string,
  files: readonly NamedFile[],
): Promise<NamedFile | undefined> {
  const found = await statsOf(path);
  if (found === undefined) return undefined;
  for (const file of files) {
    const other = await statsOf(file.path);
    if (other !== undefined && other.ino === found.ino && other.dev === found.dev) return file;
  }
  return undefined;
}

/** What cannot be looked at is told by whoever reads or writes it. */
function statsOf(path: string): Promise<BigIntStats | undefined> {
  return stat(path, { bigint: true }).catch(() => undefined);
}
