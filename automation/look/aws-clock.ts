import type { Clock } from "../clock";

/**
 * The time at AWS, from its last answer on by the clock of this machine, which may be years off but goes on as fast. One that is set back
 * meanwhile stands still.
 * @param answeredEpochMs AWS's own time now; undefined where it was not told: this machine's
 */
export function awsClock(
  clock: Pick<Clock, "nowEpochMs">,
  answeredEpochMs = clock.nowEpochMs(),
): () => number {
  const startEpochMs = clock.nowEpochMs();
  return () => answeredEpochMs + Math.max(0, clock.nowEpochMs() - startEpochMs);
}
