import type { ScheduledTask, ScheduleOptions } from "../../time/clock";
import type { World } from "../../world/world";
import type { Job } from "./job";

/** Between two slices of work, so that requests are answered and a manual clock moves on. */
const SLICE_PAUSE_MS = 1;

/** What is to happen next to each job, of which there is at most one thing. */
export class JobSchedule {
  private readonly scheduled = new Map<Job, ScheduledTask>();

  constructor(private readonly world: Pick<World, "clock" | "settings">) {}

  /** When the next status is due. */
  afterStep(job: Job, work: () => void): void {
    this.after(job, { delayMs: this.world.settings.jobStepMs }, work);
  }

  /** When the next slice of the same work is due. */
  afterPause(job: Job, work: () => void): void {
    this.after(job, { delayMs: SLICE_PAUSE_MS }, work);
  }

  /** Takes the place of what was scheduled. */
  after(
    job: Job,
    { delayMs, ...options }: ScheduleOptions & { readonly delayMs: number },
    work: () => void,
  ): void {
    this.cancel(job);
    this.scheduled.set(job, this.world.clock.schedule(delayMs, work, options));
  }

  cancel(job: Job): void {
    this.scheduled.get(job)?.cancel();
    this.scheduled.delete(job);
  }
}
