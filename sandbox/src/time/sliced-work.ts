import type { Clock } from "./clock";

/**
 * Long work done slice by slice, one piece of work after the other, so that requests are answered in between. Each step
 * of the generator is one slice: one turn of the event loop.
 */
export class SlicedWork {
  private readonly waiting: Generator<void, void>[] = [];

  constructor(private readonly clock: Clock) {}

  add(work: Generator<void, void>): void {
    this.waiting.push(work);
    if (this.waiting.length === 1) this.next();
  }

  private next(): void {
    // Once begun, work is under way like any other: whoever waits until the sandbox is idle waits for its end.
    this.clock.schedule(0, () => {
      let isDone = true;
      try {
        isDone = this.waiting[0]?.next().done ?? true;
      } finally {
        // A defect ends the piece of work that has it, and is the clock's to tell of.
        if (isDone) this.waiting.shift();
        if (this.waiting.length > 0) this.next();
      }
    });
  }
}
