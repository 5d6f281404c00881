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
  const isNothingMade = sources.length > 0 && sources.every(({ verdict }) => verdict === undefined);
  return isNothingMade && sources.every(({ error }) => exitCodeFor(error) === EXIT.usage)
    ? EXIT.usage
    : EXIT.failure;
}
