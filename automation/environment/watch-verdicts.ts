/** Looking again and again, until there is something to tell. */

import type { Clock } from "../clock";
import type { LevelChoice } from "../levels/choose-level";
import type { Call } from "./call";
import type { VerdictsResult, VerifyCallOptions } from "./options";

/** Without an objective a version is waited for until it is so old; what was younger at one look is part of the next. */
const OVERLAP_MS = 15 * 60 * 1000;

/**
 * Looks, waits and looks again, until a verdict is not clean: that is answered. Ends with the call's signal otherwise.
 * @param look one look at all sources
 * @throws what ends a look
 */
export async function watchVerdicts(
  options: VerifyCallOptions,
  { objectiveMs = 0, watchIntervalMs: intervalMs = 0 }: LevelChoice,
  call: Call,
  look: (options: VerifyCallOptions, call: Call) => Promise<VerdictsResult>,
): Promise<VerdictsResult> {
  const overlapMs = Math.max(OVERLAP_MS, objectiveMs);
  const isFull = options.level === undefined || options.level === "full";
  let since = options.since;
  for (;;) {
    const elapsedMs = elapsedSince(call.clock);
    const result = await look({ ...options, since }, call);
    if (!result.clean) return result;
    call.emit({ type: "next-look", inSeconds: intervalMs / 1000 });
    await call.clock.sleep(intervalMs, call.signal);
    if (isFull) since = `${Math.ceil((elapsedMs() + overlapMs) / 1000)}s`;
  }
}

/**
 * How long ago this was called. A clock that was set back hides nothing, since the machine counts beside it; one that was asleep
 * meanwhile did not count, and its clock tells.
 */
function elapsedSince(clock: Pick<Clock, "nowEpochMs">): () => number {
  const [startEpochMs, startMs] = [clock.nowEpochMs(), performance.now()];
  return () => Math.max(clock.nowEpochMs() - startEpochMs, performance.now() - startMs);
}
