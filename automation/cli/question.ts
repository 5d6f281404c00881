import { createInterface } from "node:readline/promises";
import { abortedError, LockstepError } from "../errors";
import type { CommandContext } from "./command";
import { safeLines } from "./render/safe-text";

/** Asks on the terminal; only `y` and `yes` agree. */
export async function askOnTerminal(text: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // In a question the terminal gives Ctrl-C to readline and not to the process.
  terminal.once("SIGINT", () => process.emit("SIGINT"));
  try {
    const answer = await terminal.question(`${safeLines(text)} [y/N] `, { signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (signal.aborted) throw abortedError();
    throw error;
  } finally {
    terminal.close();
  }
}

/**
 * Stops before anything is done when a question would come up and nobody can answer it.
 * @throws LockstepError `ConfirmationNeeded`
 */
export function requireAnswerable(context: CommandContext, question: string): void {
  if (!context.isInteractive && context.flags.yes !== true) throw confirmationNeeded(question);
}

/** The error of a command that would have to ask and cannot. */
export function confirmationNeeded(question: string): LockstepError {
  return new LockstepError("ConfirmationNeeded", `This has to be confirmed: ${question}`, {
    hint: "There is no terminal to ask on. Add --yes to agree beforehand.",
  });
}
