/**
 * Whether four independent counts agree. Pure.
 *
 *     manifest rows  =  job's tasks  =  report rows      what was to be done, was done, was told
 *     vault          =  succeeded tasks                   what is there, but for what is gone from the source since
 *
 * A count that is missing is not an agreeing one.
 */
import type { JobAgreement } from "../judge/verdict";
import { counted } from "../words";
import type { GoneSince } from "./gone-since";

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
  /** Rows of the report that name a version which neither the source nor the manifest has. */
  readonly reportRowsUnknown: number;
  /** Why manifest or report could not be read, in words: with a word for each that is null. */
  readonly unread?: readonly string[];
  /** What else is wrong with manifest or report, in words. */
  readonly differences: readonly string[];
  /** Versions of the manifest that the source has no more. Absent: none. */
  readonly gone?: GoneSince;
}

/** @param thereInJob versions of the job that are in every vault where it could bring them */
export function jobAgreement(job: JobCounts, thereInJob: number): JobAgreement {
  const differing = differencesOf(job, thereInJob);
  const { gone } = job;
  return {
    jobId: job.jobId,
    counts: {
      manifest: job.manifestRows,
      job: job.jobTotal,
      report: job.report === null ? null : job.report.succeeded + job.report.failed,
      vault: thereInJob,
    },
    disagreements: [...differing, ...missingOf(job)],
    countsDiffer: differing.length > 0,
    ...(gone !== undefined &&
      gone.count > 0 && {
        goneSince: {
          count: gone.count,
          succeededCount: gone.succeededCount,
          atVaultCount: gone.atVaultCount,
        },
      }),
  };
}

/** Names each pair of counts that differ, and rows that do not fit. */
function differencesOf(job: JobCounts, thereInJob: number): readonly string[] {
  const { gone } = job;
  const problems: string[] = [];
  const expectEqual = (left: [string, number], right: [string, number]): void => {
    if (left[1] !== right[1]) problems.push(`${left[0]} ${left[1]}, ${right[0]} ${right[1]}`);
  };
  if (job.manifestRows !== null) expectEqual(["manifest", job.manifestRows], ["job", job.jobTotal]);
  expectEqual(["job", job.jobTotal], ["job's tasks that ended", job.jobSucceeded + job.jobFailed]);
  if (job.report !== null) {
    expectEqual(["failed tasks", job.jobFailed], ["failed rows of the report", job.report.failed]);
    if (job.reportHasAllTasks) {
      expectEqual(
        ["succeeded tasks", job.jobSucceeded],
        ["succeeded rows of the report", job.report.succeeded],
      );
    }
  }
  const goneCount = succeededAndGone(job, thereInJob);
  expectEqual(
    ["succeeded tasks", job.jobSucceeded],
    goneCount === 0
      ? ["proven at the vault", thereInJob]
      : ["proven at the vault or gone from the source since", thereInJob + goneCount],
  );
  if (gone !== undefined && gone.lostCount > 0) {
    problems.push(
      `${counted(gone.lostCount, "version")} of succeeded tasks gone from the source since, and not at every vault that was promised them, such as ${gone.lostExample ?? "?"}`,
    );
  }
  if (job.reportRowsUnknown > 0) {
    problems.push(
      `${job.reportRowsUnknown} rows of the report name versions that neither the source nor the manifest has`,
    );
  }
  return [...problems, ...job.differences];
}

/** Without a report nobody can say which tasks succeeded: as many of what is gone may have as are not at the vault. */
function succeededAndGone({ gone, jobSucceeded }: JobCounts, thereInJob: number): number {
  if (gone === undefined) return 0;
  return gone.succeededCount ?? Math.max(0, Math.min(gone.count, jobSucceeded - thereInJob));
}

/** Counts that could not be had: why, or that it is so. */
function missingOf({ manifestRows, report, unread = [] }: JobCounts): readonly string[] {
  if (unread.length > 0) return unread;
  return [
    ...(manifestRows === null ? ["there is no manifest to count"] : []),
    ...(report === null ? ["there is no report to count"] : []),
  ];
}
