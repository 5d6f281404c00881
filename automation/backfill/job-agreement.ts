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
  /** Null when there is no manifest to read. */
  readonly manifestRows: number | null;
  readonly jobTotal: number;
  readonly jobSucceeded: number;
  readonly jobFailed: number;
  /** Null when there is no report to read. */
  readonly report: { readonly succeeded: number; readonly failed: number } | null;
  /** With `FailedTasksOnly` the succeeded rows are not there to be counted. */
  readonly reportHasAllTasks: boolean;
  /** Rows of the report that name a version which the source does not have (any more). */
  readonly reportRowsUnknown: number;
  /** What else is wrong with manifest or report, in words. */
  readonly differences: readonly string[];
}

/** @param thereInJob versions of the job that are in every vault where it could bring them */
export function jobAgreement(job: JobCounts, thereInJob: number): JobAgreement {
  return {
    jobId: job.jobId,
    counts: {
      manifest: job.manifestRows,
      job: job.jobTotal,
      report: job.report === null ? null : job.report.succeeded + job.report.failed,
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
  if (job.manifestRows === null) problems.push("there is no manifest to count");
  else expectEqual(["manifest", job.manifestRows], ["job", job.jobTotal]);
  expectEqual(["job", job.jobTotal], ["job's tasks that ended", job.jobSucceeded + job.jobFailed]);
  if (job.report === null) problems.push("there is no report to count");
  else {
    expectEqual(["failed tasks", job.jobFailed], ["failed rows of the report", job.report.failed]);
    if (job.reportHasAllTasks) {
      expectEqual(
        ["succeeded tasks", job.jobSucceeded],
        ["succeeded rows of the report", job.report.succeeded],
      );
    }
  }
  expectEqual(["succeeded tasks", job.jobSucceeded], ["proven at the vault", thereInJob]);
  if (job.reportRowsUnknown > 0) {
    problems.push(
      `${job.reportRowsUnknown} rows of the report name versions that the source does not have`,
    );
  }
  return [...problems, ...job.differences];
}
