import { openEnvironment, type Environment } from "../../environment/environment";
import type { VerdictsResult } from "../../environment/options";
import type { CommandContext } from "../command";
import { EXIT, exitCodeFor } from "../exit-codes";

/** The environment of the command line: its stack and folder, told and asked about at the terminal. */
export function environmentOf(context: CommandContext): Promise<Environment> {
  const { clock, confirm, emit, flags, folder, signal } = context;
  return openEnvironment({
    cwd: folder,
    stack: flags.stack,
    vaultRoles: flags.vaultRole,
    clock,
    confirm,
    emit,
    signal,
  });
}

/** What a command that ends in verdicts ends with. */
export function verdictsExit({ clean, sources }: VerdictsResult): number {
  if (clean) return EXIT.ok;
  const end = endOfSources(
    sources.map(({ error, verdict }) => ({ error, isDone: verdict?.clean === true })),
  );
  // A vault's guard has lost something.
  return end === EXIT.ok ? EXIT.failure : end;
}

/** What became of one source. */
export interface SourceEnd {
  /** What kept it from an answer. */
  readonly error?: unknown;
  /** Nothing is left to be done. */
  readonly isDone: boolean;
}

/** What a command on several sources ends with: a wrong call only where it was one for all of them. Pure. */
export function endOfSources(sources: readonly SourceEnd[]): number {
  const errors = sources.flatMap((one) => (one.error === undefined ? [] : [one.error]));
  const codes = errors.map((error) => exitCodeFor(error));
  if (sources.every(({ error, isDone }) => isDone || exitCodeFor(error) === EXIT.approvalAwaited)) {
    return errors.length === 0 ? EXIT.ok : EXIT.approvalAwaited;
  }
  const isNothingMade = errors.length > 0 && errors.length === sources.length;
  return isNothingMade && codes.every((code) => code === EXIT.usage) ? EXIT.usage : EXIT.failure;
}
