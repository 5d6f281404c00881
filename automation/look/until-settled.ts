/**
 * Waiting for things that settle by themselves and have to be looked at to know. While they are many, a sample of them says
 * whether it is time to look at all.
 */
import { type Clock, nextIntervalMs, type WaitLimits } from "../clock";

/** How many are looked at each time, before most have settled. */
export const SAMPLE_SIZE = 100;

/** A look at all is worth it once no more than this part of a sample is left: each look at all has so much less to do. */
const LEFT_PART = 0.25;

/** How to wait, and for what. */
export interface SettleOptions<Item> {
  readonly clock: Clock;
  readonly limits: WaitLimits;
  readonly signal: AbortSignal;
  /** Looks at some, and answers with those of them that have not settled. */
  readonly look: (items: readonly Item[]) => Promise<readonly Item[]>;
}

/**
 * Looks at each item until it has settled. Each is looked at at least once, and those that have not settled by the deadline
 * once more after it.
 */
export async function untilSettled<Item>(
  items: readonly Item[],
  { clock, limits, look, signal }: SettleOptions<Item>,
): Promise<void> {
  const startEpochMs = clock.nowEpochMs();
  const isLate = (): boolean => clock.nowEpochMs() - startEpochMs > limits.deadlineMs;
  let open = items;
  let intervalMs = limits.intervalMs;
  for (let round = 0; ; round++) {
    const { rest, sample } = isLate() ? { sample: open, rest: [] } : sampled(open, round);
    const left = await look(sample);
    const isTimeForAll = left.length <= sample.length * LEFT_PART;
    const leftOfRest = isTimeForAll && rest.length > 0 ? await look(rest) : rest;
    open = [...left, ...leftOfRest];
    const isKnown = isTimeForAll || rest.length === 0;
    if (open.length === 0 || (isKnown && isLate())) return;
    if (isLate()) continue;
    await clock.sleep(intervalMs, signal);
    intervalMs = nextIntervalMs(intervalMs, limits);
  }
}

/** Some from everywhere, others each time; all where they are few. */
function sampled<Item>(
  items: readonly Item[],
  round: number,
): { readonly sample: readonly Item[]; readonly rest: readonly Item[] } {
  const stride = Math.ceil(items.length / SAMPLE_SIZE);
  if (stride <= 1) return { sample: items, rest: [] };
  const isSampled = (_: Item, index: number): boolean => index % stride === round % stride;
  return {
    sample: items.filter(isSampled),
    rest: items.filter((item, index) => !isSampled(item, index)),
  };
}
