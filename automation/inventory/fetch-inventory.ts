/** Brings an inventory to this machine. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { requireRoom } from "../analysis/work-folder";
import { forEachConcurrently } from "../concurrency";
import { fetchFile, type FetchSession } from "./fetch-file";
import type { FoundInventory } from "./find-inventory";

/** An inventory whose files are on this machine, as its manifest says they are. */
export interface LocalInventory extends FoundInventory {
  /** Of each file, in the order of the manifest. */
  readonly paths: readonly string[];
}

const FILES_AT_ONCE = 4;

/**
 * Gets all of its files into a folder.
 * @param folder is made
 * @throws as `fetchFile`
 */
export async function fetchInventory(
  inventory: FoundInventory,
  folder: string,
  session: Omit<FetchSession, "bucketName">,
): Promise<LocalInventory> {
  await mkdir(folder, { recursive: true });
  // What does not fit is told before hours are spent on it.
  await requireRoom(`The inventory of ${inventory.listedBucket}`, sizeBytesOf(inventory), folder);
  const { bucketName, files, format } = inventory;
  const paths = files.map((_, index) =>
    join(folder, `${index}${format === "CSV" ? ".csv.gz" : ".parquet"}`),
  );
  await forEachConcurrently(
    files.entries(),
    { limit: FILES_AT_ONCE, signal: session.signal },
    ([index, file]) => fetchFile(file, paths[index] ?? "", { ...session, bucketName }),
  );
  return { ...inventory, paths };
}

/** How many bytes its files have together. */
export function sizeBytesOf({ files }: Pick<FoundInventory, "files">): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
