import type { JobStatus } from "@aws-sdk/client-s3-control";

/**
 * The thirteen states of a batch job and what leads from one to another. Pure.
 *
 *     New -> Preparing -> Suspended --confirm--> Ready -> Active -> Completing -> Complete
 *                |  \________________________________^    | ^           |
 *                |                                        v |           |
 *                |                              Pausing -> Paused       |
 *                +-------------- fail ------> Failing -> Failed <-------+  (report not written)
 *
 *     cancel: Suspended -> Cancelled at once; New, Preparing, Ready, Active, Pausing, Paused -> Cancelling -> Cancelled
 *
 * Which states accept a cancel beyond Suspended and Active is assumed; nothing leaves an end state.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html
 */
export type JobEvent =
  | "prepare"
  | "manifest-ready"
  | "await-confirmation"
  | "confirm"
  | "expire"
  | "start"
  | "preempt"
  | "paused"
  | "resume"
  | "tasks-done"
  | "completed"
  | "fail"
  | "failed"
  | "cancel"
  | "cancelled";

const TRANSITIONS: Readonly<Record<JobStatus, Readonly<Partial<Record<JobEvent, JobStatus>>>>> = {
  New: { prepare: "Preparing", fail: "Failing", cancel: "Cancelling" },
  Preparing: {
    "manifest-ready": "Ready",
    "await-confirmation": "Suspended",
    fail: "Failing",
    cancel: "Cancelling",
  },
  Suspended: { confirm: "Ready", cancel: "Cancelled", expire: "Failed" },
  Ready: { start: "Active", fail: "Failing", cancel: "Cancelling" },
  Active: {
    preempt: "Pausing",
    "tasks-done": "Completing",
    fail: "Failing",
    cancel: "Cancelling",
  },
  Pausing: { paused: "Paused", fail: "Failing", cancel: "Cancelling" },
  Paused: { resume: "Active", fail: "Failing", cancel: "Cancelling" },
  Completing: { completed: "Complete", fail: "Failing" },
  Complete: {},
  Cancelling: { cancelled: "Cancelled" },
  Cancelled: {},
  Failing: { failed: "Failed" },
  Failed: {},
};

/** All states, in the order in which a job meets them. */
export const JOB_STATUSES = Object.keys(TRANSITIONS) as readonly JobStatus[];

/** The state that an event leads to; undefined when the state does not take it. */
export function nextStatus(status: JobStatus, event: JobEvent): JobStatus | undefined {
  return TRANSITIONS[status][event];
}

/** True for Complete, Cancelled and Failed, which nothing leaves. */
export function isTerminal(status: JobStatus): boolean {
  return Object.keys(TRANSITIONS[status]).length === 0;
}
