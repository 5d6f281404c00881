/**
 * The verdict: what became of every version of the source, and whether four independent counts agree. Pure.
 *
 *     manifest rows  =  job's tasks  =  report rows      what was to be done, was done, was told
 *     vault          =  succeeded tasks                   what is there
 *
 * A count that is missing is not an agreeing one, and nothing is proven from an empty listing.
 */
import type { VerdictFields } from "../events";

/** What became of one version, over all vaults where it has to be. */
export type VersionOutcome =
  | { readonly result: "proven"; readonly wasInJob: boolean }
  | { readonly result: "ineligible"; readonly reason: string; readonly wasInJob: boolean }
  | {
      readonly result: "failed";
      readonly key: string;
      readonly versionId: string;
      readonly vault?: string;
      readonly cause: string;
      readonly wasInJob: boolean;
    };

/** What manifest, job and report say. */
export interface JobCounts {
  readonly jobId: string;
  readonly manifestRows: number | null;
  readonly jobTotal: number;
  readonly jobSucceeded: number;
  readonly jobFailed: number;
  readonly reportSucceeded: number;
  readonly reportFailed: number;
  /** With `FailedTasksOnly` the succeeded rows are not there to be counted. */
  readonly reportHasAllTasks: boolean;
  /** Rows of the report that name a version which the source does not have (any more). */
  readonly reportRowsUnknown: number;
  /** Where manifest and report, as sets, do not fit each other; in words. */
  readonly rowDifferences: readonly string[];
}

/** At most this many failures are named one by one. */
const NAMED_FAILURES_LIMIT = 100;

/** Forms the verdict. `job` is absent when there was nothing to do or only a look was asked for. */
export function formVerdict(
  outcomes: readonly VersionOutcome[],
  job: JobCounts | undefined,
): VerdictFields {
  const ineligibleReasons: Record<string, number> = {};
  const failures: VerdictFields["failures"][number][] = [];
  let proven = 0;
  let ineligible = 0;
  let failed = 0;
  let provenInJob = 0;
  for (const outcome of outcomes) {
    if (outcome.result === "proven") {
      proven++;
      if (outcome.wasInJob) provenInJob++;
    } else if (outcome.result === "ineligible") {
      ineligible++;
      ineligibleReasons[outcome.reason] = (ineligibleReasons[outcome.reason] ?? 0) + 1;
    } else {
      failed++;
      if (failures.length < NAMED_FAILURES_LIMIT) {
        const { key, versionId, vault, cause } = outcome;
        failures.push({ key, versionId, cause, ...(vault !== undefined && { vault }) });
      }
    }
  }
  const disagreements = [
    ...(outcomes.length === 0
      ? ["the source bucket has no version at all: nothing is proven"]
      : []),
    ...(job === undefined ? [] : disagreementsOf(job, provenInJob)),
  ];
  return {
    clean: failed === 0 && disagreements.length === 0,
    proven,
    ineligible,
    failed,
    counts: {
      manifest: job?.manifestRows ?? null,
      job: job?.jobTotal ?? null,
      report: job === undefined ? null : job.reportSucceeded + job.reportFailed,
      vault: job === undefined ? null : provenInJob,
    },
    ineligibleReasons,
    failures,
    disagreements,
    ...(job !== undefined && { jobId: job.jobId }),
  };
}

/** Names each pair of counts that differ. */
function disagreementsOf(job: JobCounts, provenInJob: number): readonly string[] {
  const problems: string[] = [];
  const expectEqual = (left: [string, number], right: [string, number]): void => {
    if (left[1] !== right[1]) problems.push(`${left[0]} ${left[1]}, ${right[0]} ${right[1]}`);
  };
  if (job.manifestRows === null) problems.push("the job does not say where its manifest is");
  else expectEqual(["manifest", job.manifestRows], ["job", job.jobTotal]);
  expectEqual(["job", job.jobTotal], ["job's tasks that ended", job.jobSucceeded + job.jobFailed]);
  expectEqual(["failed tasks", job.jobFailed], ["failed rows of the report", job.reportFailed]);
  if (job.reportHasAllTasks) {
    expectEqual(
      ["succeeded tasks", job.jobSucceeded],
      ["succeeded rows of the report", job.reportSucceeded],
    );
  }
  expectEqual(["succeeded tasks", job.jobSucceeded], ["proven at the vault", provenInJob]);
  problems.push(...job.rowDifferences);
  if (job.reportRowsUnknown > 0) {
    problems.push(
      `${job.reportRowsUnknown} rows of the report name versions that the source does not have`,
    );
  }
  return problems;
}
