import { errorEvent } from "../error-event";
import { explained, messageOf, throwIfAborted } from "../errors";
import type { LockstepEvent, PromiseCopyFields, VerdictFields } from "../events";
import { closingVerdict } from "../judge/closing-verdict";
import type { GuardLoss } from "../judge/outcome";
import { sourceNames, sourceReader } from "../stack/deployed-sources";
import { withEmit, type Call } from "./call";
import { requireBothSides, withClients, type LookedAtStack, type SourceWork } from "./opened";
import type { SourceVerdict } from "./options";

/** What looks at one source and tells its verdict through the call that it is given. */
export type LookAtSource = (source: SourceWork, call: Call) => Promise<VerdictFields>;

/**
 * Looks at each source, or at the one that is named, one after the other. What goes wrong with one is told and does not keep
 * the others from being looked at. Several end with one closing verdict.
 * @throws what kept the only source from a verdict
 */
export async function tellVerdicts(
  opened: LookedAtStack,
  sourceName: string | undefined,
  call: Call,
  look: LookAtSource,
): Promise<readonly SourceVerdict[]> {
  const { config, stack } = opened;
  requireBothSides(config);
  const names = sourceNames(config, sourceName);
  const read = await sourceReader(stack, config);
  const results: SourceVerdict[] = [];
  for (const source of names) {
    try {
      const named = withSourceName(source, call);
      const work = (found: SourceWork): Promise<VerdictFields> => look(found, named);
      const verdict = await withClients(read(source), config, call, work);
      results.push({ source, verdict: { ...verdict, source } });
    } catch (error) {
      throwIfAborted(call.signal);
      if (names.length === 1) throw error;
      const told = explained(error);
      call.emit(errorEvent(told, source));
      results.push({ source, error: told });
    }
  }
  if (names.length > 1) call.emit({ type: "verdict", ...closingVerdict(results.map(inWords)) });
  return results;
}

function inWords({ error, source, verdict }: SourceVerdict) {
  return verdict === undefined ? { source, error: messageOf(error) } : { source, verdict };
}

/** A call whose verdicts have the name of their source. */
function withSourceName(source: string, call: Call): Call {
  return withEmit(call, (event) =>
    call.emit(event.type === "verdict" ? { ...event, source } : event),
  );
}

/** What is known of a verdict beside what the look at its source came to. */
export interface BesideVerdict {
  /** No verdict is clean beside a loss. */
  readonly losses: readonly GuardLoss[];
  /** Which copy of the promise the look followed, by the source's name. */
  readonly origins?: ReadonlyMap<string, PromiseCopyFields> | undefined;
}

/** A verdict with all that is known beside it. Pure. */
export function withBeside<Verdict extends VerdictFields>(
  verdict: Verdict,
  { losses, origins }: BesideVerdict,
): Verdict {
  const promiseCopy = origins?.get(verdict.source ?? "");
  const clean = verdict.clean && losses.length === 0;
  return { ...verdict, clean, guard: losses, ...(promiseCopy && { promiseCopy }) };
}

/** A call whose verdicts are told with what is known beside them. */
export function tellingBeside(call: Call, beside: BesideVerdict): Call {
  return withEmit(call, (event: LockstepEvent) =>
    call.emit(event.type === "verdict" ? withBeside(event, beside) : event),
  );
}
