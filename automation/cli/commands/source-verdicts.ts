import { sourceNames, sourceReader } from "../../stack/deployed-sources";
import { explained, messageOf, throwIfAborted } from "../../errors";
import type { VerdictFields } from "../../events";
import { closingVerdict, type SourceResult } from "../../judge/closing-verdict";
import type { CommandContext } from "../command";
import { errorEvent } from "../error-event";
import { EXIT, exitCodeFor } from "../exit-codes";
import {
  requireBothSides,
  withClients,
  type LookedAtStack,
  type SourceWork,
} from "./stack-command";

/** What looks at one source and tells its verdict through the context that it is given. */
export type LookAtSource = (source: SourceWork, context: CommandContext) => Promise<VerdictFields>;

/**
 * Looks at each source, or at the one that `--source` names, one after the other. What goes wrong with one is told and does
 * not keep the others from being looked at. Several end with one closing verdict.
 * @returns the exit code
 */
export async function tellVerdicts(
  opened: LookedAtStack,
  context: CommandContext,
  look: LookAtSource,
): Promise<number> {
  const { config, stack } = opened;
  requireBothSides(config);
  const names = sourceNames(config, context.flags.source);
  const read = await sourceReader(stack, config);
  const results: SourceResult[] = [];
  const errors: unknown[] = [];
  for (const source of names) {
    try {
      const named = contextOf(source, context);
      const work = (found: SourceWork): Promise<VerdictFields> => look(found, named);
      results.push({ source, verdict: await withClients(read(source), config, context, work) });
    } catch (error) {
      throwIfAborted(context.signal);
      if (names.length === 1) throw error;
      const told = explained(error);
      errors.push(told);
      context.emit(errorEvent(told, source));
      results.push({ source, error: messageOf(told) });
    }
  }
  const isClean = results.every(({ verdict }) => verdict?.clean === true);
  if (names.length > 1) context.emit({ type: "verdict", ...closingVerdict(results) });
  if (isClean) return EXIT.ok;
  const isNothingMade = errors.length === names.length;
  return isNothingMade && errors.every((error) => exitCodeFor(error) === EXIT.usage)
    ? EXIT.usage
    : EXIT.failure;
}

/** A context whose verdicts have the name of their source. */
function contextOf(source: string, context: CommandContext): CommandContext {
  return {
    ...context,
    emit: (event) => context.emit(event.type === "verdict" ? { ...event, source } : event),
  };
}
