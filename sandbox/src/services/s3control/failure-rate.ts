import type { Job } from "./job";

/** The failure rate counts from this many tasks on (S3 User Guide, batch-ops-job-status). */
const RATE_FROM_TASKS = 1000;
const MAX_FAILURE_RATE = 0.5;

/** Watched after at least a thousand tasks: over half of them failed. */
export function exceedsFailureRate(job: Pick<Job, "succeededCount" | "failedCount">): boolean {
  const runCount = job.succeededCount + job.failedCount;
  return runCount >= RATE_FROM_TASKS && job.failedCount / runCount > MAX_FAILURE_RATE;
}
