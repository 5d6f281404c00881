/**
 * How long to wait between two looks at a job: soon at first, since a small job is over in seconds, then at the steady pause. What
 * the first looks were too many is saved later, while the end is known to be far: an hour costs as many looks as the steady
 * pause has in it, and no more.
 */
import { nextIntervalMs, type WaitLimits } from "../clock";

/** What a look has shown that the next pause depends on. */
export interface LookedAt {
  /** By the rate so far; null where nobody knows. */
  readonly remainingMs: number | null;
}

export class Pace {
  readonly #startEpochMs: number;
  #intervalMs: number;
  #looksCount = 0;

  constructor(
    private readonly limits: WaitLimits,
    nowEpochMs: number,
  ) {
    this.#startEpochMs = nowEpochMs;
    this.#intervalMs = limits.intervalMs;
  }

  /** The pause after a look. */
  next(nowEpochMs: number, { remainingMs }: LookedAt): number {
    const { maxIntervalMs } = this.limits;
    this.#looksCount++;
    const dueCount = (nowEpochMs - this.#startEpochMs) / maxIntervalMs + 1;
    const isAhead = this.#looksCount > dueCount;
    const isSteady = this.#intervalMs >= maxIntervalMs;
    // Twice the pause only where the end is further off than that: it is noticed within one pause all the same.
    if (isAhead && isSteady && remainingMs !== null && remainingMs > 4 * maxIntervalMs) {
      return 2 * maxIntervalMs;
    }
    const pauseMs = this.#intervalMs;
    this.#intervalMs = nextIntervalMs(pauseMs, this.limits);
    return pauseMs;
  }
}
