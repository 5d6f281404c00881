import type { Job } from "./job";

/** Active Batch Replication jobs of one account (S3 User Guide, s3-batch-replication-batch). */
const ACTIVE_JOBS_LIMIT = 6;

type Contender = Pick<Job, "status" | "priority" | "sequence" | "isWaitingForSlot">;

/** Who is to start or resume now, and who is to make room. */
export interface SlotChanges<J extends Contender> {
  readonly start: readonly J[];
  readonly pause: readonly J[];
}

/**
 * Shares the slots of one account out among its jobs. The highest priorities run; among equals who runs already stays,
 * then the older job. A job that is pausing holds its slot until it is paused. Pure.
 */
export function chooseRunning<J extends Contender>(jobs: readonly J[]): SlotChanges<J> {
  const ranked = jobs.filter(wantsSlot).sort(compare);
  const chosen = ranked.slice(0, ACTIVE_JOBS_LIMIT);
  const pause = ranked.slice(ACTIVE_JOBS_LIMIT).filter((job) => job.status === "Active");
  const heldCount = jobs.filter(
    (job) => job.status === "Active" || job.status === "Pausing",
  ).length;
  const freeCount = Math.max(0, ACTIVE_JOBS_LIMIT - heldCount);
  const start = chosen.filter((job) => job.status !== "Active").slice(0, freeCount);
  return { start, pause };
}

function wantsSlot(job: Contender): boolean {
  return (
    job.status === "Active" ||
    job.status === "Paused" ||
    (job.status === "Ready" && job.isWaitingForSlot)
  );
}

function compare(left: Contender, right: Contender): number {
  const isActive = (job: Contender): number => (job.status === "Active" ? 1 : 0);
  return (
    right.priority - left.priority ||
    isActive(right) - isActive(left) ||
    left.sequence - right.sequence
  );
}
