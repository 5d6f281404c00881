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
export interface SettleOptions {
  readonly clock: Clock;
  readonly limits: WaitLimits;
  readonly signal: AbortSignal;
  /** Looks at some, by their indexes, and answers with those of them that have not settled. */
  readonly look: (indexes: Uint32Array) => Promise<Iterable<number>>;
  /** Is told once, before the first pause, how many may be left, and how long it is to the deadline. Milliseconds. */
  readonly onWait?: (openCount: number, leftMs: number) => void;
}

/**
 * Looks at each thing until it has settled. Each is looked at at least once, and those that have not settled by the deadline
 * once more after it.
 * @param count how many there are: their indexes are 0 and on
 */
export async function untilSettled(
  count: number,
  { clock, limits, look, onWait, signal }: SettleOptions,
): Promise<void> {
  const startEpochMs = clock.nowEpochMs();
  const isLate = (): boolean => clock.nowEpochMs() - startEpochMs > limits.deadlineMs;
  let open = Uint32Array.from({ length: count }, (_, index) => index);
  let intervalMs = limits.intervalMs;
  for (let round = 0; ; round++) {
    const { rest, sample } = isLate() ? { sample: open, rest: NONE } : sampled(open, round);
    // They may be millions: nobody keeps them while the looks go on.
    open = NONE;
    const left = Uint32Array.from(await look(sample));
    const isTimeForAll = left.length <= sample.length * LEFT_PART;
    const leftOfRest = isTimeForAll && rest.length > 0 ? Uint32Array.from(await look(rest)) : rest;
    open = together(left, leftOfRest);
    const isKnown = isTimeForAll || rest.length === 0;
    if (open.length === 0 || (isKnown && isLate())) return;
    if (isLate()) continue;
    if (round === 0) {
      onWait?.(open.length, Math.max(0, startEpochMs + limits.deadlineMs - clock.nowEpochMs()));
    }
    await clock.sleep(intervalMs, signal);
    intervalMs = nextIntervalMs(intervalMs, limits);
  }
}

const NONE = new Uint32Array();

/** Both, in ascending order, so that what is looked at next to each other lies next to each other. */
export function together(some: Uint32Array, others: Uint32Array): Uint32Array<ArrayBuffer> {
  const all = new Uint32Array(some.length + others.length);
  all.set(some);
  all.set(others, some.length);
  return all.sort();
}

/** Some from everywhere, others each time; all where they are few. */
function sampled(
  indexes: Uint32Array<ArrayBuffer>,
  round: number,
): { readonly sample: Uint32Array<ArrayBuffer>; readonly rest: Uint32Array<ArrayBuffer> } {
  const stride = Math.ceil(indexes.length / SAMPLE_SIZE);
  if (stride <= 1) return { sample: indexes, rest: NONE };
  const isSampled = (_: number, place: number): boolean => place % stride === round % stride;
  return {
    sample: indexes.filter(isSampled),
    rest: indexes.filter((index, place) => !isSampled(index, place)),
  };
}
