/** Whether what Athena has seen of a report are all of its tasks: of a file that it leaves out it says nothing. Pure. */

import type { JobSnapshot } from "../../backfill/job-state";
import type { LedgerRecord } from "../../backfill/ledger";
import { LockstepError } from "../../errors";
import { count } from "../../words";
import type { ToldReport } from "../told-report";

/**
 * How many tasks the report of a job tells.
 * @param job as AWS tells it; undefined once it does not any more, which is 90 days after its end
 * @returns undefined where nobody tells
 */
export function expectedCount(
  { intent, progress }: Pick<LedgerRecord, "intent" | "progress">,
  job: JobSnapshot | undefined,
): number | undefined {
  const isWhole = intent.reportScope === "AllTasks";
  if (job !== undefined) {
    // What the report of a job has that did not come to its end is not documented.
    if (job.status !== "Complete") return undefined;
    return isWhole ? job.succeededCount + job.failedCount : job.failedCount;
  }
  const [, doneCount = 0, failedCount = 0] = progress?.samples.at(-1) ?? [];
  if (progress === undefined || doneCount !== progress.totalCount) return undefined;
  return isWhole ? doneCount : failedCount;
}

/** The report, or, where it tells of more or fewer tasks than that, `ReportUnreadable`. */
export function heldAgainst(
  jobId: string,
  report: ToldReport,
  expected: number,
): ToldReport | LockstepError {
  const { tasksCount } = report.outcomes;
  if (tasksCount === expected) return report;
  return unseen(
    `${count(tasksCount)} of ${count(expected)} tasks of the job ${jobId} are seen in its report`,
  );
}

/** The error of a report that Athena does not read right. */
export function unseen(what: string): LockstepError {
  return new LockstepError(
    "ReportUnreadable",
    `${what}; without --engine athena its report is read on this machine.`,
  );
}
