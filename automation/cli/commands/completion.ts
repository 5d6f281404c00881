import { LockstepError } from "../../errors";
import type { CommandHandler } from "../command";
import { bashCompletion } from "../completion/bash";
import { fishCompletion } from "../completion/fish";
import { zshCompletion } from "../completion/zsh";
import { EXIT } from "../exit-codes";

const SCRIPTS = { bash: bashCompletion, fish: fishCompletion, zsh: zshCompletion } as const;

/** `lockstep completion SHELL`: the script for a shell, on standard output. */
export const completion: CommandHandler = ({ flags, writeOut }) => {
  if (flags.json === true) {
    throw new LockstepError("UsageInvalid", "completion writes a script, which is not JSON.", {
      hint: "Leave --json out.",
    });
  }
  const shell = flags.shell as keyof typeof SCRIPTS;
  writeOut(SCRIPTS[shell]());
  return Promise.resolve(EXIT.ok);
};
