import { errorEvent } from "../error-event";
import { explained, throwIfAborted } from "../errors";
import { sourceNames, sourceReader } from "../stack/deployed-sources";
import { withEmit, type Call } from "./call";
import { inTurn, type RunWorks } from "./meeting";
import { requireBothSides, withClients, type LookedAtStack, type SourceWork } from "./opened";

/** What became of one source: a result, or what kept it from one. */
export interface OfSource<Result> {
  /** Its name in the config. */
  readonly source: string;
  readonly result?: Result;
  readonly error?: unknown;
}

/**
 * Works on each source, or on the one that is named, one after the other. What goes wrong with one is told and does not keep the
 * others from their turn.
 * @param work is given a call whose results, events of the type `named`, have the name of their source
 * @param run how the works take turns
 * @throws what kept the only source from a result
 */
export async function eachSource<Result>(
  { config, stack }: LookedAtStack,
  sourceName: string | undefined,
  call: Call,
  named: "verdict" | "relock",
  work: (source: SourceWork, call: Call) => Promise<Result>,
  run: RunWorks = inTurn,
): Promise<readonly OfSource<Result>[]> {
  requireBothSides(config);
  const names = sourceNames(config, sourceName);
  const read = await sourceReader(stack, config);
  const workOn = async (source: string): Promise<OfSource<Result>> => {
    throwIfAborted(call.signal);
    const own = withEmit(call, (event) =>
      call.emit(event.type === named ? { ...event, source } : event),
    );
    try {
      const result = await withClients(read(source), config, call, (found) => work(found, own));
      return { source, result };
    } catch (error) {
      throwIfAborted(call.signal);
      if (names.length === 1) throw error;
      const told = explained(error);
      call.emit(errorEvent(told, source));
      return { source, error: told };
    }
  };
  return run(names.map((source) => () => workOn(source)));
}
