import { LockstepError } from "../../errors";
import type { CommandDefinition, CommandHandler } from "../command";
import { bashCompletion } from "../completion/bash";
import { completedOf } from "../completion/completed";
import { fishCompletion } from "../completion/fish";
import { zshCompletion } from "../completion/zsh";
import { EXIT } from "../exit-codes";
import type { CommandOption } from "../options";

const SCRIPTS = { bash: bashCompletion, fish: fishCompletion, zsh: zshCompletion } as const;

/**
 * `lockstep completion SHELL`: the script for a shell, on standard output.
 * @param common options of every command
 */
export function completionOf(
  commands: readonly CommandDefinition[],
  common: readonly CommandOption[],
): CommandHandler {
  return ({ flags, writeOut }) => {
    if (flags.json === true) {
      throw new LockstepError("UsageInvalid", "completion writes a script, which is not JSON.", {
        hint: "Leave --json out.",
      });
    }
    const shell = flags.shell as keyof typeof SCRIPTS;
    writeOut(SCRIPTS[shell](completedOf(commands, common)));
    return Promise.resolve(EXIT.ok);
  };
}
