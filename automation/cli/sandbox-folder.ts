import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LockstepError } from "../errors";
import { isAlive } from "../sandbox-run";

/** Holds the id of the process that serves. */
const FILE = "process-id";

/**
 * Makes a folder of AWS config and state this process's own while it serves: a second sandbox would write over the first one's
 * keys and endpoint. The function that is returned gives it back.
 * @throws LockstepError `ConfigInvalid` when another sandbox that runs has it
 */
export async function claimSandboxFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, FILE);
  while (!(await isMade(file))) {
    const owner = await ownerOf(file);
    if (owner !== undefined && owner !== process.pid && isAlive(owner)) {
      throw new LockstepError("ConfigInvalid", `Another sandbox serves from ${folder}.`, {
        hint: `Give this one another --config-dir, or stop process ${owner}.`,
      });
    }
    // Left by one that was killed.
    await rm(file, { force: true });
  }
  return () => rm(file, { force: true });
}

/** Of several processes exactly one makes the file. */
async function isMade(file: string): Promise<boolean> {
  try {
    await writeFile(file, `${process.pid}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined when the file is gone again, or names no process. */
async function ownerOf(file: string): Promise<number | undefined> {
  try {
    const text = (await readFile(file, "utf8")).trim();
    return /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
