import type { Clock } from "../time/clock";
import { WorkQueue } from "../time/work-queue";

/** Work with a delay of its own: a queue for each length of delay, of which there are few. */
export class DelayedWork<Item> {
  private readonly queues = new Map<number, WorkQueue<Item>>();

  /** @param runSlice as of `WorkQueue` */
  constructor(
    private readonly clock: Clock,
    private readonly runSlice: (items: readonly Item[]) => void,
  ) {}

  get length(): number {
    let length = 0;
    for (const queue of this.queues.values()) length += queue.length;
    return length;
  }

  add(item: Item, delayMs: number): void {
    let queue = this.queues.get(delayMs);
    if (queue === undefined) {
      queue = new WorkQueue(this.clock, () => delayMs, this.runSlice);
      this.queues.set(delayMs, queue);
    }
    queue.add(item);
  }
}
