/**
 * Follows jobs until each has come to its end, whoever made them. It only looks: a job that awaits confirmation is told so, and
 * whoever confirms it does that elsewhere.
 */
import type { WaitLimits } from "../clock";
import { deadlinePassed } from "../backfill/follow";
import { Pace } from "../backfill/pace";
import { isTerminal, type JobStatus } from "../backfill/job-state";
import { throwIfAborted } from "../errors";
import type { JobFields } from "./fields";
import { lookAtJob, type JobsOptions } from "./source-jobs";

/** A job, and where it is. */
export interface WatchedJob {
  /** AWS's, of S3 Batch Operations. */
  readonly jobId: string;
  /** The source in whose account and Region it is. */
  readonly at: JobsOptions;
}

/**
 * @returns each job as it ended, in the order in which they were given
 * @throws LockstepError `DeadlinePassed` while one is still running, `JobNotFound`, `UnknownJobStatus`
 */
export async function watchJobs(
  watched: readonly WatchedJob[],
  limits: WaitLimits,
): Promise<readonly JobFields[]> {
  return Promise.all(watched.map((one) => watchJob(one, limits)));
}

async function watchJob({ at, jobId }: WatchedJob, limits: WaitLimits): Promise<JobFields> {
  const { clock, emit, signal } = at;
  const startEpochMs = clock.nowEpochMs();
  const pace = new Pace(limits, startEpochMs);
  let told: { readonly attention: string | undefined; readonly status: JobStatus } | undefined;
  for (;;) {
    throwIfAborted(signal);
    const job = await lookAtJob(at, jobId);
    if (told?.status !== job.status) emit({ type: "job-status", jobId, status: job.status });
    if (job.attention !== null && told?.attention !== job.attention.code) {
      const message = `job ${jobId}: ${job.attention.message}`;
      emit({ type: "warning", code: ATTENTION_CODES[job.attention.code], message });
    }
    told = { status: job.status, attention: job.attention?.code };
    if (job.status === "Active" || job.status === "Completing") {
      const { failedCount, remainingMs, succeededCount, tasksPerSecond, totalCount } = job;
      emit({
        type: "job-progress",
        jobId,
        doneCount: succeededCount + failedCount,
        totalCount,
        failedCount,
        objectsPerSecond: tasksPerSecond === null ? null : Math.round(tasksPerSecond),
        remainingMs,
      });
    }
    if (isTerminal(job.status)) return job;
    if (clock.nowEpochMs() - startEpochMs > limits.deadlineMs) {
      throw deadlinePassed(`The job ${jobId}`, job.status, limits);
    }
    await clock.sleep(pace.next(clock.nowEpochMs(), job), signal);
  }
}

/** The codes of the warnings. */
const ATTENTION_CODES = {
  "awaiting-confirmation": "JobAwaitsConfirmation",
  forgotten: "JobForgotten",
  "paused-by-priority": "JobPausedByPriority",
  stalled: "JobStalled",
} as const;
