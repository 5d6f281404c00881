import { readdir, truncate, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { LockstepError, messageOf } from "../errors";
import type { CommandContext } from "./command";
import { sameFile, type NamedFile } from "./same-file";

/**
 * Empties the file that an option names, before anything is looked at: nobody takes what an earlier run wrote for this one's.
 * @throws LockstepError `ConfigInvalid` when it cannot be written, and for a file of the project that says what is looked at
 */
export async function emptyFile(
  { folder }: Pick<CommandContext, "folder">,
  option: string,
  name: string,
): Promise<void> {
  const path = resolve(folder, name);
  await requireNotRead(option, path, await projectFiles(folder));
  try {
    await writeFile(path, "");
  } catch (error) {
    throw notWritten(option, path, messageOf(error), error);
  }
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

/**
 * The error of a file that could not be written to its end, once the verdict was told. A part of it is not left there: nobody takes it for
 * the whole.
 * @returns what is to be thrown: an error that is none of the file system's writing is given back as it is
 */
export async function notWrittenWhole(
  option: string,
  path: string,
  error: unknown,
): Promise<unknown> {
  if (!isOfWriting(error)) return error;
  // What cannot be emptied either, as a device, is named by the error all the same.
  await truncate(path).catch(() => undefined);
  return new LockstepError("ConfigInvalid", `${option}: ${path} could not be written.`, {
    problems: [{ path: option, message: messageOf(error) }],
    hint: "The verdict is as it was told; the file has nothing of it. Make room there, or name a file elsewhere, and run the command again.",
    cause: error,
  });
}

/** What Node throws for a call of the system that failed, but for reading, which is of another file. */
function isOfWriting(error: unknown): boolean {
  if (!(error instanceof Error) || !("syscall" in error)) return false;
  return error.syscall !== "read";
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
