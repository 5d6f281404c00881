/** Ends a job, or puts it before others. */
import { isTerminal } from "../backfill/job-state";
import { Jobs } from "../backfill/jobs";
import { LockstepError } from "../errors";
import type { Confirm } from "../events";
import type { JobFields } from "./fields";
import { jobsPlace, lookAtJob, type JobsOptions } from "./source-jobs";

/** What a job is changed with. */
export interface ChangeJobOptions extends JobsOptions {
  /** AWS's, of S3 Batch Operations. */
  readonly jobId: string;
}

/**
 * Asks, and then cancels a job. What it has replicated stays; a job that has ended is left alone.
 * @returns the job as it is then: `Cancelling` at first
 * @throws LockstepError `JobNotFound`, `Declined`
 */
export async function cancelJob(
  options: ChangeJobOptions & { readonly confirm: Confirm },
): Promise<JobFields> {
  const { jobId, signal } = options;
  const job = await lookAtJob(options, jobId);
  if (isTerminal(job.status)) return job;
  const whose =
    job.whyNotOurs === undefined ? "" : ` It is not one of this stack: ${job.whyNotOurs}.`;
  const text = `Cancel the job ${jobId} (${job.status}, ${job.succeededCount + job.failedCount} of ${job.totalCount} tasks done)?${whose}`;
  if (!(await options.confirm({ code: "cancel-job", text }))) {
    throw new LockstepError("Declined", `The job ${jobId} was not cancelled.`);
  }
  await jobsOf(options).cancel(jobId, "Cancelled in lockstep", signal);
  return lookAtJob(options, jobId);
}

/**
 * Changes a job's priority: the higher runs first.
 * `priority`: 0 to 2147483647.
 * @throws LockstepError `JobNotFound`, `JobEnded`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-priority.html
 */
export async function setJobPriority(
  options: ChangeJobOptions & { readonly priority: number },
): Promise<JobFields> {
  const { jobId, priority, signal } = options;
  const job = await lookAtJob(options, jobId);
  if (isTerminal(job.status)) {
    throw new LockstepError("JobEnded", `The job ${jobId} is ${job.status}: it has no priority.`, {
      hint: "`lockstep jobs` lists those that have not ended.",
    });
  }
  await jobsOf(options).setPriority(jobId, priority, signal);
  return lookAtJob(options, jobId);
}

function jobsOf(options: JobsOptions): Jobs {
  const { frame, s3control } = jobsPlace(options);
  return new Jobs(s3control, frame);
}
