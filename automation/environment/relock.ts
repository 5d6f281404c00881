import { errorEvent } from "../error-event";
import { explained, throwIfAborted } from "../errors";
import type { RelockFields } from "../events";
import { relock as extendLocks } from "../relock/run";
import { sourceNames, sourceReader } from "../stack/deployed-sources";
import { requireUpToDate } from "../stack/up-to-date";
import { withEmit, type Call } from "./call";
import { lookAtGuard, readOnce } from "./guard-look";
import { openForLook, requireBothSides, withClients } from "./opened";
import type { RelockCallOptions, RelockResult, SourceRelock } from "./options";
import { sessionOf } from "./verify";

/** Extends locks at the vaults of each source, or of the one that is named. Several end with one closing event. */
export async function relock(
  { source: sourceName, withinDays }: RelockCallOptions,
  call: Call,
): Promise<RelockResult> {
  const opened = readOnce(await openForLook(call));
  const { config, stack } = opened;
  requireBothSides(config);
  const { losses } = await lookAtGuard(opened, call);
  const names = sourceNames(config, sourceName);
  const read = await sourceReader(stack, config);
  const results: SourceRelock[] = [];
  for (const source of names) {
    try {
      const relocked = await withClients(read(source), config, call, (work) => {
        requireUpToDate(work.config, work.outputs);
        return extendLocks({
          ...sessionOf(withSourceName(source, call)),
          ...call.limits,
          ...work,
          confirm: call.confirm,
          withinDays,
          reportsFolder: call.reportsFolder,
        });
      });
      results.push({ source, relocked: { ...relocked, source } });
    } catch (error) {
      throwIfAborted(call.signal);
      if (names.length === 1) throw error;
      const told = explained(error);
      call.emit(errorEvent(told, source));
      results.push({ source, error: told });
    }
  }
  if (names.length > 1) {
    const all = results.flatMap(({ relocked }) => relocked ?? []);
    call.emit({ type: "relock", ...closing(all) });
  }
  return { guard: losses, sources: results };
}

/** A call whose results have the name of their source. */
function withSourceName(source: string, call: Call): Call {
  return withEmit(call, (event) =>
    call.emit(event.type === "relock" ? { ...event, source } : event),
  );
}

/** As many failures are told of all sources together. */
const TOLD_FAILURES = 100;

function closing(results: readonly RelockFields[]): RelockFields {
  const sum = (of: (one: RelockFields) => number) =>
    results.reduce((total, one) => total + of(one), 0);
  return {
    extended: sum(({ extended }) => extended),
    enoughAlready: sum(({ enoughAlready }) => enoughAlready),
    failed: sum(({ failed }) => failed),
    failures: results.flatMap(({ failures }) => failures).slice(0, TOLD_FAILURES),
  };
}
