import type { RelockFields } from "../events";
import { FAILURES_LIMIT } from "../relock/fields";
import { relock as extendLocks } from "../relock/run";
import { requireUpToDate } from "../stack/up-to-date";
import type { Call } from "./call";
import { eachSource, type OfSource } from "./each-source";
import { lookAtGuard, readOnce } from "./guard-look";
import { openForLook, requireBothSides } from "./opened";
import type { RelockCallOptions, RelockResult, SourceRelock } from "./options";
import { sessionOf } from "./verify";

/** Extends locks at the vaults of each source, or of the one that is named. Several end with one closing event. */
export async function relock(
  { source: sourceName, withinDays }: RelockCallOptions,
  call: Call,
): Promise<RelockResult> {
  const opened = readOnce(await openForLook(call));
  requireBothSides(opened.config);
  const { losses } = await lookAtGuard(opened, call);
  const found = await eachSource(opened, sourceName, call, "relock", (work, named) => {
    requireUpToDate(work.config, work.outputs);
    return extendLocks({
      ...sessionOf(named),
      ...call.limits,
      ...work,
      confirm: call.confirm,
      withinDays,
      reportsFolder: call.reportsFolder,
    });
  });
  const sources = found.map(relockOf);
  if (sources.length > 1) {
    const all = sources.flatMap(({ relocked }) => relocked ?? []);
    call.emit({ type: "relock", ...closing(all) });
  }
  return { guard: losses, sources };
}

function relockOf({ error, result, source }: OfSource<RelockFields>): SourceRelock {
  return result === undefined ? { source, error } : { source, relocked: { ...result, source } };
}

function closing(results: readonly RelockFields[]): RelockFields {
  const sum = (of: (one: RelockFields) => number) =>
    results.reduce((total, one) => total + of(one), 0);
  return {
    extended: sum(({ extended }) => extended),
    enoughAlready: sum(({ enoughAlready }) => enoughAlready),
    failed: sum(({ failed }) => failed),
    failures: results.flatMap(({ failures }) => failures).slice(0, FAILURES_LIMIT),
  };
}
