/**
 * Time in the sandbox. Nothing under `sandbox/` but this file reads the machine's clock or sets a timer.
 *
 * A `SystemClock` follows the machine's time. A `ManualClock` stands still until a test moves it; moving it runs
 * what was scheduled, in the order of due time, then of scheduling.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowEpochMs(): number;
  /** Runs `task` once, `delayMs` from now. Errors thrown by it are the task's own business: it must catch them. */
  schedule(delayMs: number, task: () => void): ScheduledTask;
  /** Drops everything scheduled; later calls of `schedule` are dropped as well. */
  close(): void;
}

export interface ScheduledTask {
  cancel(): void;
}

/** Follows the machine's time; timers do not keep the process alive. */
export class SystemClock implements Clock {
  private readonly timers = new Set<NodeJS.Timeout>();
  private closed = false;

  nowEpochMs(): number {
    return Date.now();
  }

  schedule(delayMs: number, task: () => void): ScheduledTask {
    if (this.closed) return { cancel: () => undefined };
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        task();
      },
      Math.min(delayMs, MAX_TIMER_DELAY_MS),
    );
    timer.unref();
    this.timers.add(timer);
    return {
      cancel: () => {
        clearTimeout(timer);
        this.timers.delete(timer);
      },
    };
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}

/** The longest delay that a Node timer takes. */
const MAX_TIMER_DELAY_MS = 2 ** 31 - 1;

interface Entry {
  readonly dueEpochMs: number;
  readonly order: number;
  readonly task: () => void;
}

/** Stands still until moved. */
export class ManualClock implements Clock {
  private entries: Entry[] = [];
  private order = 0;
  private closed = false;

  constructor(private currentEpochMs: number) {}

  nowEpochMs(): number {
    return this.currentEpochMs;
  }

  schedule(delayMs: number, task: () => void): ScheduledTask {
    if (this.closed) return { cancel: () => undefined };
    const entry: Entry = {
      dueEpochMs: this.currentEpochMs + Math.max(0, delayMs),
      order: this.order++,
      task,
    };
    this.entries.push(entry);
    return {
      cancel: () => {
        this.entries = this.entries.filter((other) => other !== entry);
      },
    };
  }

  /** Moves time forward by `durationMs`, running what falls due on the way at its own due time. */
  advance(durationMs: number): void {
    const targetEpochMs = this.currentEpochMs + durationMs;
    for (;;) {
      const next = this.nextDue(targetEpochMs);
      if (next === undefined) break;
      this.entries = this.entries.filter((other) => other !== next);
      this.currentEpochMs = Math.max(this.currentEpochMs, next.dueEpochMs);
      next.task();
    }
    this.currentEpochMs = targetEpochMs;
  }

  /**
   * Moves time until nothing is scheduled any more.
   * @throws Error after `maxTasks` tasks: something keeps rescheduling itself.
   */
  runUntilIdle(maxTasks = 1_000_000): void {
    for (let count = 0; this.entries.length > 0; count++) {
      if (count >= maxTasks) throw new Error(`The clock is still busy after ${maxTasks} tasks.`);
      const next = this.nextDue(Number.POSITIVE_INFINITY);
      if (next !== undefined) this.advance(Math.max(0, next.dueEpochMs - this.currentEpochMs));
    }
  }

  close(): void {
    this.closed = true;
    this.entries = [];
  }

  private nextDue(limitEpochMs: number): Entry | undefined {
    let best: Entry | undefined;
    for (const entry of this.entries) {
      if (entry.dueEpochMs > limitEpochMs) continue;
      if (
        best === undefined ||
        entry.dueEpochMs < best.dueEpochMs ||
        (entry.dueEpochMs === best.dueEpochMs && entry.order < best.order)
      ) {
        best = entry;
      }
    }
    return best;
  }
}
