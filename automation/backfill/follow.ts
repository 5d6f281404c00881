/**
 * Follows a job: looks, tells, waits.
 *
 *     look --(new status)--> tell --(wait)--> pause (`pace.ts`) --> look ...
 *                              \--(anything else)--> back to the caller
 *
 * Each follow has a deadline and an abort signal. A status that is not known is an error, and so is a job that is not
 * there, but for the first moments after CreateJob.
 */
import type { WaitLimits } from "../clock";
import { isLockstepError, LockstepError, throwIfAborted } from "../errors";
import type { Session } from "../events";
import { Pace } from "./pace";
import { nextStep, type JobSnapshot, type JobStatus, type NextStep } from "./job-state";

/** How many looks in a row may not find a job that was just created. */
const MISSING_LOOKS_LIMIT = 5;

export interface FollowOptions extends Session {
  readonly limits: WaitLimits;
  /** Reads the job; may throw `JobNotFound`. */
  readonly look: () => Promise<JobSnapshot>;
  /** Statuses told already, so that a resumed follow does not repeat itself. */
  readonly told?: Set<JobStatus>;
}

export interface FollowResult {
  readonly job: JobSnapshot;
  readonly step: Exclude<NextStep, { do: "wait" }>;
}

/**
 * Waits until there is something to do about a job.
 * @throws LockstepError `DeadlinePassed`, `Aborted`, `JobNotFound`, `UnknownJobStatus`
 */
export async function followJob(options: FollowOptions): Promise<FollowResult> {
  const { clock, limits } = options;
  const startEpochMs = clock.nowEpochMs();
  const told = options.told ?? new Set<JobStatus>();
  const rate = new Rate();
  const pace = new Pace(limits, startEpochMs);
  let missingLooks = 0;
  for (;;) {
    throwIfAborted(options.signal);
    let remainingMs: number | null = null;
    const job = await lookOnce(options, () => ++missingLooks <= MISSING_LOOKS_LIMIT);
    if (job !== undefined) {
      missingLooks = 0;
      if (!told.has(job.status)) {
        told.add(job.status);
        options.emit({ type: "job-status", jobId: job.jobId, status: job.status });
      }
      remainingMs = tellProgress(options, job, rate);
      const step = nextStep(job);
      if (step.do !== "wait") return { job, step };
    }
    if (clock.nowEpochMs() - startEpochMs > limits.deadlineMs) {
      throw deadlinePassed("The job", job?.status ?? "not to be seen", limits);
    }
    await clock.sleep(pace.next(clock.nowEpochMs(), { remainingMs }), options.signal);
  }
}

/** The error of a job that nobody follows any longer. @param name begins the sentence, as in `The job` */
export function deadlinePassed(
  name: string,
  status: string,
  { deadlineMs }: WaitLimits,
): LockstepError {
  return new LockstepError(
    "DeadlinePassed",
    `${name} is still ${status} after ${Math.round(deadlineMs / 60_000)} minutes.`,
    { hint: "The job itself goes on. Run the same command again to carry on following it." },
  );
}

async function lookOnce(
  options: FollowOptions,
  mayBeMissing: () => boolean,
): Promise<JobSnapshot | undefined> {
  try {
    return await options.look();
  } catch (error) {
    if (isLockstepError(error) && error.code === "JobNotFound" && mayBeMissing()) return undefined;
    throw error;
  }
}

/** @returns how long it takes yet, where that is known */
function tellProgress(options: FollowOptions, job: JobSnapshot, rate: Rate): number | null {
  const isRunning = job.status === "Active" || job.status === "Completing";
  if (!isRunning || job.totalCount === 0) return null;
  const doneCount = job.succeededCount + job.failedCount;
  const objectsPerSecond = rate.observe(options.clock.nowEpochMs(), doneCount);
  const remainingMs =
    objectsPerSecond !== undefined && doneCount < job.totalCount
      ? Math.round(((job.totalCount - doneCount) / objectsPerSecond) * 1000)
      : null;
  const isNews = rate.isNews(doneCount);
  // While tasks run, a count that stands still is told as well: it shows that the job is followed, and its rate falls.
  if (!isNews && job.status !== "Active") return remainingMs;
  options.emit({
    type: "job-progress",
    jobId: job.jobId,
    doneCount,
    totalCount: job.totalCount,
    failedCount: job.failedCount,
    objectsPerSecond: objectsPerSecond === undefined ? null : Math.round(objectsPerSecond),
    remainingMs,
  });
  return remainingMs;
}

/** Tasks per second since the job was first seen running. */
class Rate {
  private first: { epochMs: number; doneCount: number } | undefined;
  private lastCount: number | undefined;

  /** Undefined while it is not known. */
  observe(epochMs: number, doneCount: number): number | undefined {
    this.first ??= { epochMs, doneCount };
    const elapsedMs = epochMs - this.first.epochMs;
    const newCount = doneCount - this.first.doneCount;
    return elapsedMs <= 0 || newCount <= 0 ? undefined : (newCount / elapsedMs) * 1000;
  }

  /** True when a count is not the one of the look before. */
  isNews(doneCount: number): boolean {
    const isNews = doneCount !== this.lastCount;
    this.lastCount = doneCount;
    return isNews;
  }
}
