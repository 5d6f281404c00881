/** The files that `--out` of a report and `--details` name, before anything else is done. */

import { resolve } from "node:path";
import { LockstepError } from "../errors";
import type { CommandContext, CommandHandler } from "./command";
import { STDOUT } from "./options";
import { emptyFile } from "./output-file";
import { sameFile } from "./same-file";

/**
 * A command that empties these files first of all: where there is no verdict, be it for a mistake in another flag or in the stack's file,
 * nobody takes what an earlier run wrote for this one's.
 */
export function withEmptiedOutputs(handler: CommandHandler): CommandHandler {
  return async (context) => {
    await emptyOutputs(context);
    return handler(context);
  };
}

/** @throws LockstepError `ConfigInvalid` where one of them cannot be written, or must not be */
async function emptyOutputs(context: CommandContext): Promise<void> {
  const { details, out = STDOUT, watch } = context.flags;
  if (details === STDOUT) {
    throw refused(
      "- is no file, and standard output has other things",
      "Name a file; ./- is one with that name. Nothing was looked at yet.",
    );
  }
  await requireTwoFiles(context);
  if (out !== STDOUT) await emptyFile(context, "--out", out);
  // With --watch it is refused, and stays as it is.
  if (details !== undefined && watch !== true) await emptyFile(context, "--details", details);
  // What was not there before may be one file by two names.
  await requireTwoFiles(context);
}

/** What is written last would be all that is left. @throws LockstepError `ConfigInvalid` */
async function requireTwoFiles({ flags, folder }: CommandContext): Promise<void> {
  const { details, out = STDOUT } = flags;
  if (details === undefined || out === STDOUT) return;
  const [one, other] = [resolve(folder, out), resolve(folder, details)];
  const linked = await sameFile(other, [{ name: "--out", path: one }]);
  if (one === other || linked !== undefined) {
    throw refused(
      `${details} is the file that --out names: name another one`,
      "Nothing was looked at yet.",
    );
  }
}

function refused(message: string, hint: string): LockstepError {
  return new LockstepError("ConfigInvalid", "The details cannot be written as asked.", {
    problems: [{ path: "--details", message }],
    hint,
  });
}
