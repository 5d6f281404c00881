import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Puts files of a trail into a folder. @returns their paths, by their names in a bundle */
export async function trailCopies(
  files: ReadonlyMap<string, Uint8Array>,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const copies = new Map<string, string>();
  for (const [name, bytes] of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    copies.set(name, path);
  }
  return copies;
}
