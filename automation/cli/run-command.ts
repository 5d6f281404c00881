import { resolve } from "node:path";
import { systemClock } from "../clock";
import { abortedError, explained, isLockstepError } from "../errors";
import type { Confirm, LockstepEvent } from "../events";
import type { CommandDefinition } from "./command";
import { type Flags, STDOUT } from "./options";
import { errorEvent } from "../error-event";
import { EXIT, exitCodeFor } from "./exit-codes";
import { Interrupts } from "./interrupt";
import { askOnTerminal, confirmationNeeded } from "./question";
import { HumanRenderer } from "./render/human";
import { JsonRenderer } from "./render/json";
import type { Renderer } from "./render/renderer";
import { screenOf } from "./render/screen";
import { safeLines } from "./render/safe-text";

/** Runs one command with its questions, signals and output; answers the exit code. */
export async function runCommand(definition: CommandDefinition, flags: Flags): Promise<number> {
  const isInteractive =
    process.stdin.isTTY === true &&
    process.stdout.isTTY === true &&
    flags.json !== true &&
    flags.nonInteractive !== true;
  const renderer = rendererFor(flags, definition.writesDocument?.(flags) === true);
  const interrupts = new Interrupts(() => renderer.interrupted());
  // An end by force leaves what was live as it is then.
  process.once("exit", () => renderer.pause());
  let isUnread = false;
  // Whoever read our output may go away (`| head`); there is nobody left to work for then.
  for (const stream of [process.stdout, process.stderr]) {
    // Without a listener the failed write would be told on standard error, and that telling again, for ever.
    stream.on("error", () => {
      isUnread = true;
      interrupts.stop(EXIT.failure);
    });
  }
  const emit = (event: LockstepEvent): void => renderer.render(event);
  const confirm: Confirm = async (question) => {
    if (flags.yes === true && question.code !== "leave-vault") return true;
    if (!isInteractive) throw confirmationNeeded(question.text, flags);
    renderer.pause();
    return askOnTerminal(question.text, interrupts.signal);
  };
  try {
    return await definition.load()({
      flags,
      folder: resolve(flags.cwd ?? "."),
      isInteractive,
      confirm,
      emit,
      signal: interrupts.signal,
      clock: systemClock,
      print: (line) => renderer.print(line),
      writeOut: (text) => void process.stdout.write(text),
    });
  } catch (error) {
    // What fails because everything is being stopped is not told as a failure of its own.
    const isToldSo = isLockstepError(error) && error.code === "Aborted";
    const told = interrupts.signal.aborted && !isToldSo ? abortedError() : explained(error);
    if (!isUnread) emit(errorEvent(told));
    if (flags.debug === true) process.stderr.write(`${safeLines(stackOf(error))}\n`);
    return interrupts.exitCode ?? exitCodeFor(told);
  } finally {
    renderer.finish();
  }
}

/** A document on standard output stands there alone: what is told beside it goes to standard error. */
function rendererFor({ json, markdown, sarif, verbose }: Flags, writesDocument: boolean): Renderer {
  if (json === true) return new JsonRenderer();
  const err = (text: string): void => void process.stderr.write(text);
  const hasDocument = writesDocument || [markdown, sarif].includes(STDOUT);
  return new HumanRenderer({
    out: hasDocument ? err : (text) => void process.stdout.write(text),
    err,
    screen: screenOf(process.stderr),
    isVerbose: verbose === true,
  });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\nCaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
