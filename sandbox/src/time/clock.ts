/**
 * Time in the sandbox. Nothing under `sandbox/` but this file reads the machine's clock or sets a timer.
 *
 * A `SystemClock` follows the machine's time, a `ManualClock` stands still. Both can be moved forward; moving runs what
 * falls due on the way, each task at its own due time, in the order of due time, then of scheduling.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowEpochMs(): number;
  /** Runs `task` once, `delayMs` from now. */
  schedule(delayMs: number, task: () => void, options?: ScheduleOptions): ScheduledTask;
  /**
   * Moves time forward by `durationMs`.
   * @throws RangeError when `durationMs` is negative or no number
   */
  advance(durationMs: number): void;
  /**
   * Moves time forward to `epochMs`.
   * @throws RangeError when that is in the past: what has happened cannot be undone
   */
  setTime(epochMs: number): void;
  /** Drops everything scheduled and goes on. */
  clear(): void;
  /** Drops everything scheduled; later calls of `schedule` are dropped as well. */
  close(): void;
}

export interface ScheduledTask {
  cancel(): void;
}

export interface ScheduleOptions {
  /**
   * Work of the calendar (lifecycle, inventory) that comes round whether anything is under way or not. It runs when its
   * time comes, but nobody who waits for the sandbox to be idle waits for it: a daily report would never let it be.
   */
  readonly isBackground?: boolean;
}

export interface SystemClockOptions {
  /** Told of an error that a task throws; the clock goes on. Default: a warning of the process. */
  readonly onDefect?: (error: unknown) => void;
}

/** The longest delay that a Node timer takes; a longer one would fire at once. */
const MAX_TIMER_DELAY_MS = 2 ** 31 - 1;

const NOT_SCHEDULED: ScheduledTask = { cancel: () => undefined };

/**
 * Follows the machine's time, ahead of it by as much as it was moved. Timers do not keep the process alive. One timer is
 * set at a time, for what is due first.
 */
export class SystemClock implements Clock {
  private readonly queue = new TaskQueue();
  private readonly onDefect: (error: unknown) => void;
  private aheadMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private timerDueEpochMs = Number.POSITIVE_INFINITY;
  private isClosed = false;

  constructor(options: SystemClockOptions = {}) {
    this.onDefect = options.onDefect ?? warnOfDefect;
  }

  nowEpochMs(): number {
    return Date.now() + this.aheadMs;
  }

  schedule(delayMs: number, task: () => void, options?: ScheduleOptions): ScheduledTask {
    if (this.isClosed) return NOT_SCHEDULED;
    const dueEpochMs = this.nowEpochMs() + Math.max(0, delayMs);
    const entry = this.queue.add(dueEpochMs, task, options?.isBackground);
    this.arm();
    return {
      cancel: () => {
        this.queue.cancel(entry);
        this.arm();
      },
    };
  }

  advance(durationMs: number): void {
    requireForward(durationMs);
    const targetEpochMs = this.nowEpochMs() + durationMs;
    for (;;) {
      const next = this.queue.takeDue(targetEpochMs);
      if (next === undefined) break;
      this.catchUp(next.dueEpochMs);
      this.run(next.task);
    }
    this.catchUp(targetEpochMs);
    // The timer that is set counts from before the move.
    clearTimeout(this.timer);
    this.timer = undefined;
    this.arm();
  }

  setTime(epochMs: number): void {
    this.advance(epochMs - this.nowEpochMs());
  }

  clear(): void {
    this.queue.clear();
    this.arm();
  }

  close(): void {
    this.isClosed = true;
    this.clear();
  }

  private catchUp(epochMs: number): void {
    this.aheadMs += Math.max(0, epochMs - this.nowEpochMs());
  }

  private arm(): void {
    const dueEpochMs = this.queue.firstDueEpochMs();
    if (dueEpochMs === this.timerDueEpochMs && this.timer !== undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.timerDueEpochMs = dueEpochMs;
    if (dueEpochMs === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.min(Math.max(0, dueEpochMs - this.nowEpochMs()), MAX_TIMER_DELAY_MS);
    this.timer = setTimeout(() => this.tick(), delayMs).unref();
  }

  /** What is due now, but not what that schedules for now: requests are answered in between. */
  private tick(): void {
    this.timer = undefined;
    const nowEpochMs = this.nowEpochMs();
    const lastOrder = this.queue.lastOrder;
    for (;;) {
      const next = this.queue.takeDue(nowEpochMs, lastOrder);
      if (next === undefined) break;
      this.run(next.task);
    }
    this.arm();
  }

  private run(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.onDefect(error);
    }
  }
}

/** Stands still until moved. An error that a task throws comes out of the call that moved the clock. */
export class ManualClock implements Clock {
  private readonly queue = new TaskQueue();
  private isClosed = false;

  constructor(private currentEpochMs: number) {}

  nowEpochMs(): number {
    return this.currentEpochMs;
  }

  schedule(delayMs: number, task: () => void, options?: ScheduleOptions): ScheduledTask {
    if (this.isClosed) return NOT_SCHEDULED;
    const dueEpochMs = this.currentEpochMs + Math.max(0, delayMs);
    const entry = this.queue.add(dueEpochMs, task, options?.isBackground);
    return { cancel: () => this.queue.cancel(entry) };
  }

  advance(durationMs: number): void {
    requireForward(durationMs);
    const targetEpochMs = this.currentEpochMs + durationMs;
    for (;;) {
      const next = this.queue.takeDue(targetEpochMs);
      if (next === undefined) break;
      this.currentEpochMs = Math.max(this.currentEpochMs, next.dueEpochMs);
      next.task();
    }
    this.currentEpochMs = Math.max(this.currentEpochMs, targetEpochMs);
  }

  setTime(epochMs: number): void {
    this.advance(epochMs - this.currentEpochMs);
  }

  /**
   * Moves time until nothing is scheduled any more but work of the background, which runs where it falls due on the way.
   * @throws Error after `maxTasks` tasks: something keeps rescheduling itself.
   */
  runUntilIdle(maxTasks = 1_000_000): void {
    for (let count = 0; this.queue.foregroundCount > 0; count++) {
      const next = this.queue.takeDue(Number.POSITIVE_INFINITY);
      if (next === undefined) return;
      if (count >= maxTasks) throw new Error(`The clock is still busy after ${maxTasks} tasks.`);
      this.currentEpochMs = Math.max(this.currentEpochMs, next.dueEpochMs);
      next.task();
    }
  }

  clear(): void {
    this.queue.clear();
  }

  close(): void {
    this.isClosed = true;
    this.clear();
  }
}

function requireForward(durationMs: number): void {
  if (durationMs >= 0 && Number.isFinite(durationMs)) return;
  throw new RangeError(`Time only moves forward, by a finite duration; got ${durationMs} ms.`);
}

/** A mistake of the sandbox must be seen, but must not end the process that embeds it. */
export function warnOfDefect(error: unknown): void {
  process.emitWarning(error instanceof Error ? (error.stack ?? error.message) : String(error), {
    type: "SandboxDefect",
  });
}

interface Entry {
  readonly dueEpochMs: number;
  readonly order: number;
  readonly task: () => void;
  readonly isBackground: boolean;
  isCancelled: boolean;
}

/** A binary heap by due time, then order of scheduling. Cancelled entries stay until they come up or outnumber the rest. */
class TaskQueue {
  private heap: Entry[] = [];
  private cancelledCount = 0;
  private nextOrder = 0;
  private foregroundTotal = 0;

  /** Entries that are neither cancelled nor of the background. */
  get foregroundCount(): number {
    return this.foregroundTotal;
  }

  /** The order of the entry added last. */
  get lastOrder(): number {
    return this.nextOrder - 1;
  }

  add(dueEpochMs: number, task: () => void, isBackground = false): Entry {
    const order = this.nextOrder++;
    const entry: Entry = { dueEpochMs, order, task, isBackground, isCancelled: false };
    if (!isBackground) this.foregroundTotal++;
    this.heap.push(entry);
    this.moveUp(this.heap.length - 1);
    return entry;
  }

  cancel(entry: Entry): void {
    if (entry.isCancelled) return;
    entry.isCancelled = true;
    if (!entry.isBackground) this.foregroundTotal--;
    this.cancelledCount++;
    if (this.cancelledCount * 2 <= this.heap.length) return;
    this.heap = this.heap.filter((one) => !one.isCancelled);
    this.cancelledCount = 0;
    for (let index = (this.heap.length >> 1) - 1; index >= 0; index--) this.moveDown(index);
  }

  /** Infinity when nothing is scheduled. */
  firstDueEpochMs(): number {
    return this.first()?.dueEpochMs ?? Number.POSITIVE_INFINITY;
  }

  /** Takes the first entry that is due by `limitEpochMs`, unless it was added after `lastOrder`. */
  takeDue(limitEpochMs: number, lastOrder = Number.POSITIVE_INFINITY): Entry | undefined {
    const entry = this.first();
    if (entry === undefined || entry.dueEpochMs > limitEpochMs || entry.order > lastOrder) {
      return undefined;
    }
    this.removeFirst();
    // It runs now: a later cancel must not be counted.
    entry.isCancelled = true;
    if (!entry.isBackground) this.foregroundTotal--;
    return entry;
  }

  clear(): void {
    this.heap = [];
    this.cancelledCount = 0;
    this.foregroundTotal = 0;
  }

  private first(): Entry | undefined {
    for (;;) {
      const entry = this.heap[0];
      if (entry === undefined || !entry.isCancelled) return entry;
      this.removeFirst();
      this.cancelledCount--;
    }
  }

  private removeFirst(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    this.moveDown(0);
  }

  private moveUp(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.swapUnlessOrdered(parent, index)) return;
      index = parent;
    }
  }

  private moveDown(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= this.heap.length) return;
      const right = left + 1;
      const child = right < this.heap.length && this.isBefore(right, left) ? right : left;
      if (!this.swapUnlessOrdered(index, child)) return;
      index = child;
    }
  }

  private swapUnlessOrdered(parent: number, child: number): boolean {
    if (!this.isBefore(child, parent)) return false;
    const [upper, lower] = [this.heap[parent], this.heap[child]];
    if (upper === undefined || lower === undefined) return false;
    this.heap[parent] = lower;
    this.heap[child] = upper;
    return true;
  }

  private isBefore(leftIndex: number, rightIndex: number): boolean {
    const left = this.heap[leftIndex];
    const right = this.heap[rightIndex];
    if (left === undefined || right === undefined) return false;
    return (
      left.dueEpochMs < right.dueEpochMs ||
      (left.dueEpochMs === right.dueEpochMs && left.order < right.order)
    );
  }
}
