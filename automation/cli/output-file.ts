import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { LockstepError, messageOf } from "../errors";
import type { CommandContext } from "./command";

/**
 * Empties the file that an option names, before anything is looked at: nobody takes what an earlier run wrote for this one's.
 * @returns its path
 * @throws LockstepError `ConfigInvalid` when it cannot be written
 */
export async function emptiedFile(
  { folder }: Pick<CommandContext, "folder">,
  option: string,
  name: string,
): Promise<string> {
  const path = resolve(folder, name);
  try {
    await writeFile(path, "");
  } catch (error) {
    throw new LockstepError("ConfigInvalid", `${option}: ${path} cannot be written.`, {
      problems: [{ path: option, message: messageOf(error) }],
      hint: "Name a file in a folder that is there and may be written to.",
      cause: error,
    });
  }
  return path;
}
