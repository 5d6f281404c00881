/**
 * Whether four independent counts agree. Pure.
 *
 *     manifest rows  =  job's tasks  =  report rows      what was to be done, was done, was told
 *     vault          =  succeeded tasks                   what is there
 *
 * A count that is missing is not an agreeing one.
 */
import type { JobAgreement } from "../judge/verdict";

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

/** @param thereInJob versions of the job that are in every vault where it could bring them */
export function jobAgreement(job: JobCounts, thereInJob: number): JobAgreement {
  return {
    jobId: job.jobId,
    counts: {
      manifest: job.manifestRows,
      job: job.jobTotal,
      report: job.reportSucceeded + job.reportFailed,
      vault: thereInJob,
    },
    disagreements: disagreementsOf(job, thereInJob),
  };
}

/** Names each pair of counts that differ. */
function disagreementsOf(job: JobCounts, thereInJob: number): readonly string[] {
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
  expectEqual(["succeeded tasks", job.jobSucceeded], ["proven at the vault", thereInJob]);
  problems.push(...job.rowDifferences);
  if (job.reportRowsUnknown > 0) {
    problems.push(
      `${job.reportRowsUnknown} rows of the report name versions that the source does not have`,
    );
  }
  return problems;
}
