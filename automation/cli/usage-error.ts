/** What is wrong with a command line, told as every other error is. */

import type { CommanderError } from "commander";
import { LockstepError } from "../errors";
import type { LockstepEvent } from "../events";
import { errorEvent } from "../error-event";

/** Whether the output is to be JSON, as far as that can be said of a command line that cannot be parsed. */
export function isJsonWanted(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? args.length : end).includes("--json");
}

/** The event of a command line that the parser refused. */
export function usageEvent(error: CommanderError): LockstepEvent {
  const isUnnamed = error.code === "commander.help";
  const message = isUnnamed ? "no command is named" : error.message.replace(/^error: /, "");
  return errorEvent(new LockstepError("UsageInvalid", message));
}
