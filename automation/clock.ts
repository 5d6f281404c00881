import { setTimeout as delay } from "node:timers/promises";
import { throwIfAborted } from "./errors";
import { allowManyListeners } from "./signals";

/** Time as the library sees it; tests give one that does not wait. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowEpochMs(): number;
  /**
   * Waits for `durationMs`.
   * @throws LockstepError `Aborted` as soon as the signal is given
   */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's time. */
export const systemClock: Clock = {
  nowEpochMs: () => Date.now(),
  async sleep(durationMs, signal) {
    throwIfAborted(signal);
    allowManyListeners(signal);
    try {
      await delay(durationMs, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throwIfAborted(signal);
      throw error;
    }
  },
};

/** How often to look and when to give up. */
export interface WaitLimits {
  /** First pause between two looks, in milliseconds. */
  readonly intervalMs: number;
  /** Pauses grow by a half each time up to this, in milliseconds. */
  readonly maxIntervalMs: number;
  /** Give up after this many milliseconds. */
  readonly deadlineMs: number;
}

/** The next pause: half as long again, up to the limit. */
export function nextIntervalMs(currentMs: number, limits: WaitLimits): number {
  return Math.min(limits.maxIntervalMs, Math.ceil(currentMs * 1.5));
}
