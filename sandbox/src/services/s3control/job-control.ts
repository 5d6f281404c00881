import type { Job } from "./job";

/** What operations ask of whoever moves jobs along. */
export interface JobControl {
  /** After UpdateJobStatus `Ready`; the caller has made sure that the job is Suspended. */
  confirm(job: Job): void;
  /** After UpdateJobStatus `Cancelled`; the caller has made sure that the state takes it. */
  cancel(job: Job): void;
  /** After a change of priority, or when a slot has come free: starts, pauses and resumes jobs of an account. */
  rebalance(accountId: string): void;
}

/** A job was made, or is in another state than before. */
export interface JobChange {
  readonly kind: "created" | "status-changed";
  readonly job: Job;
}
