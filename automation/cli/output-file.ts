import { readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { LockstepError, messageOf } from "../errors";
import type { CommandContext } from "./command";
import { sameFile, type NamedFile } from "./same-file";

/**
 * Empties the file that an option names, before anything is looked at: nobody takes what an earlier run wrote for this one's.
 * @returns its path
 * @throws LockstepError `ConfigInvalid` when it cannot be written, and for a file of the project that says what is looked at
 */
export async function emptiedFile(
  { folder }: Pick<CommandContext, "folder">,
  option: string,
  name: string,
): Promise<string> {
  const path = resolve(folder, name);
  await requireNotRead(option, path, await projectFiles(folder));
  try {
    await writeFile(path, "");
  } catch (error) {
    throw notWritten(option, path, messageOf(error), error);
  }
  return path;
}

/** @throws LockstepError `ConfigInvalid` where a file to write is one of those that are read */
export async function requireNotRead(
  option: string,
  path: string,
  read: readonly NamedFile[],
): Promise<void> {
  const same = await sameFile(path, read);
  if (same === undefined) return;
  throw new LockstepError("ConfigInvalid", `${option}: ${path} is ${same.name}.`, {
    problems: [{ path: option, message: `it is ${same.name}, which would be written over` }],
    hint: "Name another file; nothing was written.",
  });
}

/** The error of a file that cannot be written. */
export function notWritten(
  option: string,
  path: string,
  why: string,
  cause?: unknown,
): LockstepError {
  return new LockstepError("ConfigInvalid", `${option}: ${path} cannot be written.`, {
    problems: [{ path: option, message: why }],
    hint: "Name a file in a folder that is there and may be written to.",
    cause,
  });
}

/** As in `Pulumi.yaml` and `Pulumi.prod.yaml`. @see https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
const PROJECT_FILE = /^Pulumi(\..+)?\.(ya?ml|json)$/;

async function projectFiles(folder: string): Promise<readonly NamedFile[]> {
  // A folder that cannot be listed has no project that could be read.
  const names = await readdir(folder).catch((): string[] => []);
  return names
    .filter((name) => PROJECT_FILE.test(name))
    .map((name) => ({ name: `the project's ${name}`, path: join(folder, name) }));
}
