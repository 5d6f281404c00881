import type { Job } from "./job";

type Contender = Pick<Job, "status" | "priority" | "sequence" | "isWaitingForSlot">;

/** Who is to start or resume now, and who is to make room. */
export interface SlotChanges<J extends Contender> {
  readonly start: readonly J[];
  readonly pause: readonly J[];
}

/**
 * Shares the slots of one account for jobs of one operation out among them. The highest priorities run; among equals who runs already stays,
 * then the older job. A job that is pausing holds its slot until it is paused. Pure.
 */
export function chooseRunning<J extends Contender>(
  jobs: readonly J[],
  activeJobsLimit: number,
): SlotChanges<J> {
  const ranked = jobs.filter(wantsSlot).sort(compare);
  const chosen = ranked.slice(0, activeJobsLimit);
  const pause = ranked.slice(activeJobsLimit).filter((job) => job.status === "Active");
  const heldCount = jobs.filter(
    (job) => job.status === "Active" || job.status === "Pausing",
  ).length;
  const freeCount = Math.max(0, activeJobsLimit - heldCount);
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
