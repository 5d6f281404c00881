import { SystemClock } from "../time/clock";
import type { World } from "../world/world";

const machineClock = new SystemClock();

/**
 * The times against which a signature may be held, the sandbox's first: boto3 and the AWS CLI sign by the machine's time
 * whatever the answers' dates say, so that a clock that was moved would leave them out for good.
 */
export function signingTimes({ clock, settings }: Pick<World, "clock" | "settings">): number[] {
  const nowEpochMs = clock.nowEpochMs();
  return settings.acceptsMachineTime ? [nowEpochMs, machineClock.nowEpochMs()] : [nowEpochMs];
}

/** Whether what a time has to do with a signature holds at one of them. @throws what `check` throws at the first */
export function holdsAtOne(times: readonly number[], check: (nowEpochMs: number) => void): void {
  let refusal: unknown;
  for (const [index, nowEpochMs] of times.entries()) {
    try {
      check(nowEpochMs);
      return;
    } catch (error) {
      if (index === 0) refusal = error;
    }
  }
  throw refusal;
}
