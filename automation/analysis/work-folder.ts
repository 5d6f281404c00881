import { mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LockstepError, messageOf } from "../errors";

/**
 * A folder for the time of some work, in the temporary folder (`TMPDIR`), that nobody else may look into. It is taken away when the work
 * has ended, however it ended.
 * @throws LockstepError `TemporaryFolderUnusable`
 */
export async function withWorkFolder<Result>(
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-analysis-")).catch((error: unknown) => {
    throw new LockstepError(
      "TemporaryFolderUnusable",
      `No folder can be made in ${tmpdir()}: ${messageOf(error)}.`,
      { cause: error },
    );
  });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Does something with a file in it.
 * @param what is put there, as in `The inventory`
 * @throws LockstepError `TemporaryFolderUnusable` in place of what goes wrong
 */
export async function onDisk<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new LockstepError(
      "TemporaryFolderUnusable",
      `${what} cannot be put aside: ${messageOf(error)}.`,
      { cause: error },
    );
  }
}

/**
 * Room for a file, or several.
 * @param what is put there, as in `The inventory`
 * @throws LockstepError `TemporaryFolderUnusable` where there is less
 */
export async function requireRoom(what: string, sizeBytes: number, folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (sizeBytes <= freeBytes) return;
  throw new LockstepError(
    "TemporaryFolderUnusable",
    `${what} has ${sizeBytes} bytes, and ${folder} has room for ${freeBytes}.`,
  );
}
