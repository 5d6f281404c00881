import { lstat, open, rm } from "node:fs/promises";

/** A file that must not be there yet. */
export interface NewFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  /** As `chmod` takes it. */
  readonly mode: number;
}

/**
 * Writes all of some files, or none.
 * @throws Error where one is there already, before any is written
 * @throws the file system's error where one cannot be written; those that were are taken away again
 */
export async function writeNewFiles(files: readonly NewFile[]): Promise<void> {
  for (const { path } of files) {
    if (await isThere(path)) throw new Error(`${path} is there already`);
  }
  const made: string[] = [];
  try {
    for (const { mode, path, text } of files) {
      const file = await open(path, "wx", mode);
      made.push(path);
      try {
        await file.writeFile(text);
      } finally {
        await file.close();
      }
    }
  } catch (error) {
    for (const path of made) await rm(path, { force: true });
    throw error;
  }
}

/** A link that leads nowhere is there too. What cannot be looked at is told by the attempt to write it. */
function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
