import { stat } from "node:fs/promises";
import { LockstepError } from "../errors";

/**
 * Looked at before a file is opened: a pipe that nobody writes to is not even opened, and whoever waits for that cannot be stopped; and of
 * what comes out of a pipe nobody reads the beginning twice. What is not there, or not to be looked at, is told by whoever opens it.
 * @param named as it was given
 * @throws LockstepError `EvidenceUnreadable` for a folder, a pipe, a device
 */
export async function requireRegularFile(path: string, named = path): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  const what = found.isDirectory() ? "a folder" : "a pipe or a device";
  throw new LockstepError("EvidenceUnreadable", `${named} is no file but ${what}`, {
    hint: "Write what comes out of it into a file first, and name that.",
  });
}
