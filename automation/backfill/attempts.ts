/**
 * How often jobs have tried to bring a version that is still not there. Reports lie on the source's side: whoever writes a false one
 * keeps `retry` from a version, which the verdict names as missing all the same, and which `backfill` tries without a limit. Pure.
 */
import type { Attempt } from "../jobs/fields";
import { isMissing } from "../judge/outcome";
import { missingVersions } from "../judge/verdict";
import type { Look } from "../look/look";
import { versionName } from "../proof/source-versions";
import { NameMap } from "../spill/name-map";
import { Numbers } from "../spill/numbers";
import { mapped } from "../spill/sequence";
import { SpilledList } from "../spill/spilled-list";
import type { EarlierReport } from "./hard-deleted";
import type { ReportRow } from "./report";

/** Reads a row of a report as an attempt. */
export function attemptOf(jobId: string, row: ReportRow): Attempt {
  return row.succeeded
    ? { jobId, outcome: "succeeded" }
    : { jobId, outcome: "failed", errorCode: row.errorCode, message: row.message };
}

/** What jobs made of a version that they did not bring. */
export interface VainAttempts {
  readonly jobsCount: number;
  /** The latest refusal; undefined where each job was told that replication had begun. */
  readonly failure: Pick<Attempt, "errorCode" | "message"> | undefined;
}

/** Missing versions that at least so many jobs have tried, by `versionName`. */
export interface TriedInVain {
  /** How many. */
  readonly size: number;
  has(name: string): boolean;
  get(name: string): VainAttempts | undefined;
}

/**
 * Counts what jobs have tried. Of each version that is missing some bytes are kept, the words of refusals are on disk.
 * @param reports the latest first
 */
export function triedInVain(
  look: Look,
  reports: readonly EarlierReport[],
  sourceBucket: string,
  maxAttempts: number,
): TriedInVain {
  const indexes = new NameMap();
  for (const outcome of missingVersions(look)) {
    const name = versionName(outcome);
    if (!indexes.has(name)) indexes.set(name, indexes.size);
  }
  const counts = new Numbers();
  const failures = new SpilledList<Pick<Attempt, "errorCode" | "message">>();
  /** By version: the place of its latest failure. */
  const places = new Numbers();
  const countOf = (index: number) => counts.get(index) || 0;
  for (const { jobId, rows } of reports) {
    for (const row of rows) {
      if (row.bucket !== sourceBucket) continue;
      const index = indexes.get(versionName(row));
      if (index === undefined) continue;
      counts.set(index, countOf(index) + 1);
      const { errorCode = "", message = "", outcome } = attemptOf(jobId, row);
      if (outcome !== "failed" || !Number.isNaN(places.get(index))) continue;
      places.set(index, failures.length);
      failures.push({ errorCode, message });
    }
  }
  let size = 0;
  for (let index = 0; index < indexes.size; index++) if (countOf(index) >= maxAttempts) size++;
  const indexOf = (name: string): number | undefined => {
    const index = indexes.get(name);
    return index === undefined || countOf(index) < maxAttempts ? undefined : index;
  };
  return {
    size,
    has: (name) => indexOf(name) !== undefined,
    get(name) {
      const index = indexOf(name);
      if (index === undefined) return undefined;
      const place = places.get(index);
      const failure = Number.isNaN(place) ? undefined : failures.at(place);
      return { jobsCount: countOf(index), failure };
    },
  };
}

/** The look with these versions set apart; why is told with what became of them. */
export function withSetApart(look: Look, apart: TriedInVain): Look {
  if (apart.size === 0) return look;
  return {
    ...look,
    setApart: apart,
    versions: mapped(look.versions, (one) => {
      const tried = apart.get(versionName(one.version));
      if (tried === undefined) return one;
      const outcomes = one.outcomes.map((outcome) =>
        isMissing(outcome) ? { ...outcome, cause: inVain(tried) } : outcome,
      );
      return { ...one, outcomes };
    }),
  };
}

function inVain({ failure, jobsCount }: VainAttempts): string {
  const last =
    failure === undefined
      ? "each was told that replication had begun, and none arrived"
      : `the last refusal was ${failure.errorCode ?? ""}: ${failure.message ?? ""}`;
  const jobs = jobsCount === 1 ? "1 job has" : `${jobsCount} jobs have`;
  return `missing; ${jobs} tried in vain: ${last}`;
}
