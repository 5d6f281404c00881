/** A report, made of what a verification answered and of what was seen beside it. Pure. */

import { messageOf, isLockstepError } from "../errors";
import type { SourceVerdict, VerdictsResult } from "../environment/options";
import type { GuardFields } from "../events";
import type { JobHistory, JobsAside, LiveLag, LookedAt, Report, SourceReport } from "./fields";

/** What was seen of one source beside its verdict. */
export interface SeenOfSource {
  /** Of its last look. */
  readonly looked: LookedAt;
  /** Null where the ledger cannot be read. */
  readonly jobs: readonly JobHistory[] | null;
  /** Absent where nothing is. */
  readonly jobsAside?: JobsAside;
  readonly live: readonly LiveLag[];
}

/** What a report is made of. */
export interface ReportParts {
  readonly lockstepVersion: string;
  readonly stack: string;
  /** By this machine's clock. Milliseconds since the Unix epoch. */
  readonly madeEpochMs: number;
  readonly result: VerdictsResult;
  /** Absent where the vaults were not looked at. */
  readonly guard?: GuardFields | undefined;
  /** By the source's name in the config. */
  readonly seen: ReadonlyMap<string, SeenOfSource>;
}

/** Makes it. */
export function makeReport(parts: ReportParts): Report {
  const { guard, lockstepVersion, madeEpochMs, result, seen, stack } = parts;
  // All else is by AWS's time, which a clock that is off would contradict.
  const lookedAt = [...seen.values()].flatMap(({ looked: { at } }) => at ?? []).sort();
  return {
    reportVersion: 1,
    lockstepVersion,
    stack,
    madeAt: lookedAt.at(-1) ?? new Date(madeEpochMs).toISOString(),
    clean: result.clean,
    guard: guard ?? { checked: [], unknown: [], losses: result.guard },
    sources: result.sources.map((one) => sourceReport(one, seen.get(one.source))),
  };
}

function sourceReport(
  { error, source, verdict }: SourceVerdict,
  seen: SeenOfSource | undefined,
): SourceReport {
  return {
    source,
    ...(verdict === undefined ? { error: errorFields(error) } : { verdict }),
    ...(seen === undefined ? {} : { looked: seen.looked }),
    jobs: seen?.jobs ?? null,
    ...(seen?.jobsAside === undefined ? {} : { jobsAside: seen.jobsAside }),
    live: seen?.live ?? [],
  };
}

function errorFields(error: unknown): NonNullable<SourceReport["error"]> {
  const code = isLockstepError(error) ? error.code : "Unexpected";
  return { code, message: messageOf(error) };
}
