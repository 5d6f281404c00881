import type { Clock } from "./clock";

/** Work done in one turn of the event loop, so that requests are answered in between. */
const ITEMS_PER_SLICE = 400;
/** Consumed items are cut off in blocks of at least this many; one at a time would cost the length of the queue. */
const COMPACT_FROM_ITEMS = 4096;

interface Entry<Item> {
  readonly dueEpochMs: number;
  readonly item: Item;
}

/**
 * Work that falls due a fixed time after it was added, carried out in that order by a single timer. A timer for each of
 * some hundred thousand copies would cost more than the copies.
 */
export class WorkQueue<Item> {
  private entries: Entry<Item>[] = [];
  private head = 0;
  private isScheduled = false;

  /**
   * `runSlice` is called with some items that are due, at least one. It must not throw: there is nobody to catch.
   */
  constructor(
    private readonly clock: Clock,
    private readonly delayMs: () => number,
    private readonly runSlice: (items: readonly Item[]) => void,
  ) {}

  get length(): number {
    return this.entries.length - this.head;
  }

  add(item: Item): void {
    this.entries.push({ dueEpochMs: this.clock.nowEpochMs() + this.delayMs(), item });
    this.schedule();
  }

  private schedule(): void {
    const next = this.entries[this.head];
    if (this.isScheduled || next === undefined) return;
    this.isScheduled = true;
    this.clock.schedule(Math.max(0, next.dueEpochMs - this.clock.nowEpochMs()), () => this.tick());
  }

  private tick(): void {
    this.isScheduled = false;
    const nowEpochMs = this.clock.nowEpochMs();
    const slice: Item[] = [];
    while (slice.length < ITEMS_PER_SLICE) {
      const entry = this.entries[this.head];
      if (entry === undefined || entry.dueEpochMs > nowEpochMs) break;
      slice.push(entry.item);
      this.head++;
    }
    if (this.head >= COMPACT_FROM_ITEMS && this.head * 2 >= this.entries.length) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
    if (slice.length > 0) this.runSlice(slice);
    this.schedule();
  }
}
