import { createInterface } from "node:readline/promises";
import { abortedError, LockstepError } from "../errors";
import type { CommandContext } from "./command";
import type { Flags } from "./options";
import { safeLines } from "./render/safe-text";

/** Asks on the terminal; only `y` and `yes` agree. */
export async function askOnTerminal(text: string, signal: AbortSignal): Promise<boolean> {
  return /^y(es)?$/i.test(await answerOnTerminal(`${safeLines(text)} [y/N] `, signal));
}

/** Asks for a text on the terminal. @param fallback what an empty answer stands for */
export async function askText(
  text: string,
  fallback: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const shown = fallback === undefined || fallback === "" ? "" : ` [${fallback}]`;
  const answer = await answerOnTerminal(`${safeLines(text)}${shown}: `, signal);
  return answer === "" ? (fallback ?? "") : answer;
}

async function answerOnTerminal(prompt: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // In a question the terminal gives Ctrl-C to readline and not to the process.
  terminal.once("SIGINT", () => process.emit("SIGINT"));
  try {
    return (await terminal.question(prompt, { signal })).trim();
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
export function requireAnswerable(
  { flags, isInteractive }: CommandContext,
  question: string,
): void {
  if (!isInteractive && flags.yes !== true) throw confirmationNeeded(question, flags);
}

/** The error of a command that would have to ask and cannot. */
export function confirmationNeeded(
  question: string,
  { json, nonInteractive }: Flags,
): LockstepError {
  const why =
    nonInteractive === true
      ? "--non-interactive keeps it from asking."
      : json === true
        ? "With --json it asks nothing."
        : "There is no terminal to ask on.";
  return new LockstepError("ConfirmationNeeded", `This has to be confirmed: ${question}`, {
    hint: `${why} Add --yes to agree beforehand.`,
  });
}
