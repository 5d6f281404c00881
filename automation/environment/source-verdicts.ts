import { messageOf } from "../errors";
import type { LockstepEvent, PromiseCopyFields, VerdictFields } from "../events";
import { closingVerdict } from "../judge/closing-verdict";
import type { GuardLoss } from "../judge/outcome";
import { withEmit, type Call } from "./call";
import { eachSource, type OfSource } from "./each-source";
import type { RunWorks } from "./meeting";
import type { LookedAtStack, SourceWork } from "./opened";
import type { SourceVerdict } from "./options";

/** What looks at one source and tells its verdict through the call that it is given. */
export type LookAtSource = (source: SourceWork, call: Call) => Promise<VerdictFields>;

/**
 * Looks at each source, or at the one that is named, one after the other. What goes wrong with one is told and does not keep
 * the others from being looked at. Several end with one closing verdict.
 * @param run how the looks take turns. Default: none begins before the one before it has ended
 * @throws what kept the only source from a verdict
 */
export async function tellVerdicts(
  opened: LookedAtStack,
  sourceName: string | undefined,
  call: Call,
  look: LookAtSource,
  run?: RunWorks,
): Promise<readonly SourceVerdict[]> {
  const found = await eachSource(opened, sourceName, call, "verdict", look, run);
  const results = found.map(verdictOf);
  if (results.length > 1) call.emit({ type: "verdict", ...closingVerdict(results.map(inWords)) });
  return results;
}

function verdictOf({ error, result, source }: OfSource<VerdictFields>): SourceVerdict {
  return result === undefined ? { source, error } : { source, verdict: { ...result, source } };
}

function inWords({ error, source, verdict }: SourceVerdict) {
  return verdict === undefined ? { source, error: messageOf(error) } : { source, verdict };
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
