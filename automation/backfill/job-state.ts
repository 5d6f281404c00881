/**
 * The states of a batch job and what a follower does in each of them.
 *
 *     New -> Preparing -> Suspended -> Ready -> Active -> Completing -> Complete
 *                 |           |                 |  ^
 *                 |           |                 v  |
 *                 |           |          Pausing/Paused (a higher priority job runs)
 *                 v           v                 v
 *              Failing -> Failed    Cancelling -> Cancelled
 *
 * A poller may skip states; nothing here needs to have seen each one.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html
 */
import { LockstepError } from "../errors";

/** The thirteen statuses of S3 Batch Operations, in AWS's spelling. */
export const JOB_STATUSES = [
  "New",
  "Preparing",
  "Suspended",
  "Ready",
  "Active",
  "Pausing",
  "Paused",
  "Completing",
  "Complete",
  "Cancelling",
  "Cancelled",
  "Failing",
  "Failed",
] as const;

/** One of `JOB_STATUSES`, AWS's own words. */
export type JobStatus = (typeof JOB_STATUSES)[number];

/**
 * A job that nobody confirms fails after so long.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-create-job.html
 */
export const CONFIRM_WITHIN_DAYS = 30;

/** The sentence of AWS when the generator listed nothing. It proves nothing alone: a wrong set-up gives it as well. */
export const NO_KEYS_REASON = "Manifest generation found no keys matching the filter criteria.";

/** What the driver reads of a job. */
export interface JobSnapshot {
  readonly jobId: string;
  readonly status: JobStatus;
  readonly totalCount: number;
  readonly succeededCount: number;
  readonly failedCount: number;
  readonly failureReasons: readonly { readonly code: string; readonly reason: string }[];
  /** Where the generated manifest is; there once the generator has run. */
  readonly manifest?: { readonly bucket: string; readonly key: string; readonly etag: string };
  readonly statusUpdateReason?: string;
}

/** What to do after a look at a job. */
export type NextStep =
  | { readonly do: "wait" }
  | { readonly do: "confirm" }
  | { readonly do: "report" }
  | { readonly do: "check-nothing-to-do" }
  | { readonly do: "fail"; readonly reason: string }
  | { readonly do: "cancelled" };

/**
 * Reads a status as AWS sent it.
 * @throws LockstepError `UnknownJobStatus`: an unknown status must not be taken for "still running"
 */
export function parseJobStatus(status: string | undefined): JobStatus {
  const known = JOB_STATUSES.find((candidate) => candidate === status);
  if (known !== undefined) return known;
  throw new LockstepError(
    "UnknownJobStatus",
    `The job has the status ${status ?? "(none)"}, which Lockstep does not know.`,
  );
}

/** Decides what comes next. Pure. */
export function nextStep(job: JobSnapshot): NextStep {
  switch (job.status) {
    case "New":
    case "Preparing":
    case "Ready":
    case "Active":
    case "Pausing":
    case "Paused":
    case "Completing":
    case "Failing":
    case "Cancelling":
      return { do: "wait" };
    case "Suspended":
      return { do: "confirm" };
    case "Complete":
      return { do: "report" };
    case "Cancelled":
      return { do: "cancelled" };
    case "Failed":
      return foundNoKeys(job)
        ? { do: "check-nothing-to-do" }
        : { do: "fail", reason: failureText(job) };
  }
}

/** True when the job failed because the generator listed nothing. */
function foundNoKeys(job: JobSnapshot): boolean {
  return job.failureReasons.some(({ reason }) => reason === NO_KEYS_REASON);
}

/** True when the status never changes again. */
export function isTerminal(status: JobStatus): boolean {
  return status === "Complete" || status === "Cancelled" || status === "Failed";
}

/** Those that change yet. */
export const UNFINISHED_STATUSES: readonly JobStatus[] = JOB_STATUSES.filter(
  (status) => !isTerminal(status),
);

function failureText(job: JobSnapshot): string {
  if (job.failureReasons.length > 0) {
    return job.failureReasons.map(({ code, reason }) => `${code}: ${reason}`).join("; ");
  }
  if (job.statusUpdateReason !== undefined) return job.statusUpdateReason;
  return `${job.failedCount} of ${job.totalCount} tasks failed`;
}
