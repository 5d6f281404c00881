/**
 * One job from its creation to the last note of its record.
 *
 *     follow -> (waits for its confirmation) -> confirm -> follow -> ... -> ended -> what the kind of job makes of it -> settled
 */
import type { WaitLimits } from "../clock";
import { isLockstepError, LockstepError } from "../errors";
import type { Session } from "../events";
import type { NotedJob } from "./ensure-job";
import { followJob } from "./follow";
import { jobFailureHint } from "./explained-failures";
import { isTerminal, type JobSnapshot, type JobStatus } from "./job-state";
import type { Jobs } from "./jobs";
import {
  contains,
  type Ledger,
  type LedgerEntry,
  type LedgerOutcome,
  type LedgerRecord,
} from "./ledger";
import { ProgressSeries } from "./progress";
import { cut } from "../words";

/** A job that is over: how its record is settled, and what the run makes of it once it is. */
export interface JobOver<End> {
  readonly outcome: LedgerOutcome;
  readonly end: () => End;
}

/** What a kind of job does where one waits, and where it has ended. */
export interface JobSteps<End> {
  /** The job waits for its confirmation. */
  readonly confirm: (
    entry: LedgerEntry,
    job: JobSnapshot,
  ) => Promise<{ readonly entry: LedgerEntry } | JobOver<End>>;
  /** The job is complete. */
  readonly complete: (entry: LedgerEntry, job: JobSnapshot) => Promise<JobOver<End>>;
  /** The job found no keys. Absent: it has failed. */
  readonly empty?: (job: JobSnapshot) => Promise<JobOver<End>>;
}

export interface DriveJobOptions extends Session {
  readonly jobs: Jobs;
  readonly ledger: Ledger;
  readonly jobLimits: WaitLimits;
  /** Names of the vaults' buckets that the job is for. */
  readonly vaultBuckets: readonly string[];
  /** Of what the vaults are held against. Absent for a job that brings nothing. */
  readonly promiseDigest?: string | undefined;
}

/**
 * Follows a job to its end and settles its record.
 * @throws LockstepError `JobCancelled`, `JobFailed`, and whatever the steps throw
 */
export async function driveJob<End>(
  created: NotedJob,
  given: DriveJobOptions,
  steps: JobSteps<End>,
): Promise<End> {
  const progress = new ProgressSeries();
  const options: SettleOptions & DriveJobOptions = {
    ...given,
    progress,
    emit: (event) => {
      if (event.type === "job-progress") progress.add(given.clock.nowEpochMs(), event);
      given.emit(event);
    },
  };
  const noteSample = ({ failedCount, succeededCount, totalCount }: JobSnapshot): void => {
    if (totalCount === 0) return;
    const doneCount = succeededCount + failedCount;
    progress.add(given.clock.nowEpochMs(), { doneCount, failedCount, totalCount });
  };
  const told = new Set<JobStatus>();
  let { entry } = created;
  const close = async (found: JobOver<End>): Promise<End> => {
    await settle(entry, found.outcome, options);
    return found.end();
  };
  for (;;) {
    const { job, step } = await followJob({
      ...options,
      limits: options.jobLimits,
      told,
      look: () => options.jobs.describe(created.jobId, options.signal),
    }).catch((error: unknown) => judgeMissing(created, error, options));
    if (isTerminal(job.status)) noteSample(job);
    switch (step.do) {
      case "confirm": {
        const found = await steps.confirm(entry, job);
        if ("outcome" in found) return close(found);
        entry = found.entry;
        // From here on it runs: the time until somebody approved it is none of its progress.
        noteSample(job);
        continue;
      }
      case "report":
        return close(await steps.complete(entry, job));
      case "check-nothing-to-do":
        if (steps.empty !== undefined) return close(await steps.empty(job));
        return fail(entry, job, "It found no keys.", options);
      case "cancelled":
        await settle(entry, "cancelled", options);
        throw new LockstepError("JobCancelled", `The job ${job.jobId} was cancelled.`, {
          hint: "Run the command again to start a new one.",
        });
      case "fail":
        return fail(entry, job, step.reason, options);
    }
  }
}

async function fail(
  entry: LedgerEntry,
  { failureReasons, jobId }: JobSnapshot,
  reason: string,
  options: SettleOptions,
): Promise<never> {
  await settle(entry, "failed", { ...options, failureReasons });
  throw new LockstepError("JobFailed", `The job ${jobId} failed. ${reason}`, {
    hint: jobFailureHint(failureReasons, entry.record.intent),
  });
}

/**
 * AWS forgets a job 90 days after its end. A ledger that names such a job must not stand in the way for ever.
 * @throws always: what the error means
 */
async function judgeMissing(
  created: NotedJob,
  error: unknown,
  options: SettleOptions & DriveJobOptions,
): Promise<never> {
  const isMissing = isLockstepError(error) && error.code === "JobNotFound";
  if (!isMissing || !created.isFromEarlierRun) throw error;
  const { intent } = created.entry.record;
  if ((await options.jobs.find(intent, options.signal)) !== undefined) throw error;
  await settle(created.entry, "failed", options);
  throw new LockstepError(
    "JobFailed",
    `AWS does not know the job ${created.jobId} of an earlier run any more, so nobody can say how it ended.`,
    {
      hint: "Run the command again to start a new one for what is left.",
      cause: error,
    },
  );
}

/** What a record is settled with. */
interface SettleOptions extends Omit<DriveJobOptions, "jobs" | "jobLimits"> {
  /** What was seen of the job. Absent: it was not followed. */
  readonly progress?: ProgressSeries;
  /** Why it failed, by AWS. Absent: it did not, or nobody knows. */
  readonly failureReasons?: JobSnapshot["failureReasons"];
}

/** So many are noted: AWS tells one or two. */
const REASONS_LIMIT = 3;

/** The last note of an intent. Another desk that followed the same job may have written it before us. */
export async function settle(
  entry: LedgerEntry,
  outcome: LedgerOutcome,
  options: SettleOptions,
): Promise<void> {
  const {
    emit,
    failureReasons = [],
    ledger,
    progress,
    promiseDigest,
    signal,
    vaultBuckets,
  } = options;
  const change: Partial<Omit<LedgerRecord, "version" | "intent">> = {
    state: "settled",
    outcome,
    vaultBuckets: [...vaultBuckets],
    ...(promiseDigest === undefined ? {} : { promiseDigest }),
  };
  const seen = progress?.record;
  const reasons = failureReasons
    .slice(0, REASONS_LIMIT)
    .map(({ code, reason }) => ({ code: cut(code), reason: cut(reason) }));
  try {
    // Two desks that follow one job see it at other moments; that is no conflict.
    await ledger.update(
      entry,
      {
        ...change,
        ...(seen === undefined ? {} : { progress: seen }),
        ...(reasons.length === 0 ? {} : { failureReasons: reasons }),
      },
      signal,
      (current) => contains(current, change),
    );
  } catch (error) {
    if (!isLockstepError(error) || error.code !== "LedgerConflict") throw error;
    emit({ type: "warning", code: error.code, message: error.message });
  }
}
