import type { Clock, ScheduledTask } from "./clock";

/**
 * What is to be done when, one entry for an item, kept by a single task of the clock for the entry that is due first.
 * The task is one of the background: see `ScheduleOptions`.
 */
export class Agenda<Item> {
  private readonly dueByItem = new Map<Item, number>();
  private scheduled: { readonly dueEpochMs: number; readonly task: ScheduledTask } | undefined;

  /** `run` is called with the items that have fallen due, in the order in which they came; they are off the agenda then. */
  constructor(
    private readonly clock: Clock,
    private readonly run: (items: readonly Item[]) => void,
  ) {}

  /** Puts an item on the agenda, or forward when it is there for a later time. */
  atLatest(item: Item, dueEpochMs: number): void {
    const known = this.dueByItem.get(item);
    if (known !== undefined && known <= dueEpochMs) return;
    this.dueByItem.set(item, dueEpochMs);
    this.scheduleFor(dueEpochMs);
  }

  drop(item: Item): void {
    // A task that finds nothing to do costs less than looking for the next one here.
    this.dueByItem.delete(item);
  }

  private scheduleFor(dueEpochMs: number): void {
    if (this.scheduled !== undefined) {
      if (this.scheduled.dueEpochMs <= dueEpochMs) return;
      this.scheduled.task.cancel();
    }
    const delayMs = Math.max(0, dueEpochMs - this.clock.nowEpochMs());
    const task = this.clock.schedule(delayMs, () => this.tick(), { isBackground: true });
    this.scheduled = { dueEpochMs, task };
  }

  private tick(): void {
    this.scheduled = undefined;
    const nowEpochMs = this.clock.nowEpochMs();
    const due: Item[] = [];
    let nextEpochMs = Number.POSITIVE_INFINITY;
    for (const [item, dueEpochMs] of this.dueByItem) {
      if (dueEpochMs <= nowEpochMs) due.push(item);
      else nextEpochMs = Math.min(nextEpochMs, dueEpochMs);
    }
    for (const item of due) this.dueByItem.delete(item);
    if (nextEpochMs < Number.POSITIVE_INFINITY) this.scheduleFor(nextEpochMs);
    if (due.length > 0) this.run(due);
  }
}
