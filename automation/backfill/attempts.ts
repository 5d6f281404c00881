/**
 * How often jobs have tried to bring a version that is still not there. Reports lie on the source's side: whoever writes a false one
 * keeps `retry` from a version, which the verdict names as missing all the same, and which `backfill` tries without a limit. Pure.
 */
import type { Attempt } from "../jobs/fields";
import { missingVersions } from "../judge/verdict";
import type { Look } from "../look/look";
import { versionName } from "../proof/source-versions";
import { mapped } from "../spill/sequence";
import type { EarlierReport } from "./hard-deleted";
import type { ReportRow } from "./report";

/** Reads a row of a report as an attempt. */
export function attemptOf(jobId: string, row: ReportRow): Attempt {
  return row.succeeded
    ? { jobId, outcome: "succeeded" }
    : { jobId, outcome: "failed", errorCode: row.errorCode, message: row.message };
}

/**
 * Missing versions that at least `maxAttempts` jobs have tried, by `versionName`.
 * @param reports the latest first; so are the attempts
 */
export function triedInVain(
  look: Look,
  reports: readonly EarlierReport[],
  sourceBucket: string,
  maxAttempts: number,
): ReadonlyMap<string, readonly Attempt[]> {
  const attempts = new Map<string, Attempt[]>();
  for (const outcome of missingVersions(look)) attempts.set(versionName(outcome), []);
  for (const { jobId, rows } of reports) {
    for (const row of rows) {
      if (row.bucket !== sourceBucket) continue;
      attempts.get(versionName(row))?.push(attemptOf(jobId, row));
    }
  }
  return new Map([...attempts].filter(([, tried]) => tried.length >= maxAttempts));
}

/** The look with these versions set apart; why is told with what became of them. */
export function withSetApart(look: Look, apart: ReadonlyMap<string, readonly Attempt[]>): Look {
  if (apart.size === 0) return look;
  return {
    ...look,
    setApart: new Set(apart.keys()),
    versions: mapped(look.versions, (one) => {
      const tried = apart.get(versionName(one.version));
      if (tried === undefined) return one;
      const outcomes = one.outcomes.map((outcome) =>
        outcome.kind === "failed" && outcome.code === "missing"
          ? { ...outcome, cause: inVain(tried) }
          : outcome,
      );
      return { ...one, outcomes };
    }),
  };
}

function inVain(tried: readonly Attempt[]): string {
  const failure = tried.find(({ outcome }) => outcome === "failed");
  const last =
    failure === undefined
      ? "each was told that replication had begun, and none arrived"
      : `the last refusal was ${failure.errorCode ?? ""}: ${failure.message ?? ""}`;
  const jobs = tried.length === 1 ? "1 job has" : `${tried.length} jobs have`;
  return `missing; ${jobs} tried in vain: ${last}`;
}
