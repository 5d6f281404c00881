/** Waiting for many things, by a clock that moves only while it sleeps. */

import { expect } from "chai";
import fc from "fast-check";
import { abortedError } from "../../automation/errors";
import { SAMPLE_SIZE, untilSettled } from "../../automation/look/until-settled";

const START_EPOCH_MS = Date.UTC(2026, 10, 30);
const LIMITS = { intervalMs: 2_000, maxIntervalMs: 30_000, deadlineMs: 600_000 };

interface Waited {
  /** By item: when it was looked at last. */
  readonly lastLooks: readonly number[];
  readonly looksCount: number;
  readonly roundsCount: number;
  readonly endedAtMs: number;
  /** How many were looked at each time. */
  readonly sizes: readonly number[];
}

/** Waits for items that settle at times of their own. */
async function wait(settledAtMs: readonly number[], limits = LIMITS): Promise<Waited> {
  let nowMs = 0;
  let looksCount = 0;
  let roundsCount = 1;
  const sizes: number[] = [];
  const lastLooks = settledAtMs.map(() => -1);
  await untilSettled(settledAtMs.length, {
    limits,
    signal: new AbortController().signal,
    clock: {
      nowEpochMs: () => START_EPOCH_MS + nowMs,
      sleep: (durationMs) => {
        nowMs += durationMs;
        roundsCount++;
        return Promise.resolve();
      },
    },
    look: (items) => {
      looksCount += items.length;
      sizes.push(items.length);
      expect(
        [...items].every((item, place) => place === 0 || item > (items[place - 1] ?? 0)),
      ).to.equal(true, "not in order");
      for (const item of items) lastLooks[item] = nowMs;
      return Promise.resolve(items.filter((item) => (settledAtMs[item] ?? 0) > nowMs));
    },
  });
  return { lastLooks, looksCount, roundsCount, endedAtMs: nowMs, sizes };
}

describe("waiting until all have settled", () => {
  it("looks at each once where nothing is on its way", async () => {
    const settled = Array.from({ length: 5_000 }, () => 0);
    const { endedAtMs, looksCount } = await wait(settled);
    expect({ endedAtMs, looksCount }).to.deep.equal({ endedAtMs: 0, looksCount: 5_000 });
  });

  it("looks at a sample of many until they settle, and at each once more", async () => {
    const count = 10_000;
    const { looksCount, roundsCount } = await wait(Array.from({ length: count }, () => 120_000));
    expect(roundsCount).to.be.greaterThan(5);
    expect(looksCount).to.be.at.most(count + roundsCount * SAMPLE_SIZE);
  });

  it("looks at few each time", async () => {
    const { looksCount, roundsCount } = await wait(Array.from({ length: 20 }, () => 120_000));
    expect(looksCount).to.equal(20 * roundsCount);
  });

  it("looks at all but the odd one while that is waited for", async () => {
    const count = 10_000;
    const oneIsLate = Array.from({ length: count }, (_, index) => (index === 4_711 ? 500_000 : 0));
    const { looksCount, roundsCount } = await wait(oneIsLate);
    expect(looksCount).to.be.at.most(count + roundsCount);
  });

  it("looks at all once no more than a quarter of a sample is left, and never at none", async () => {
    const sizesWith = async (lateCount: number) => {
      // Each hundredth is in the first sample.
      const settled = Array.from({ length: 10_000 }, (_, index) =>
        index % 100 === 0 && index / 100 < lateCount ? 1 : 0,
      );
      return (await wait(settled)).sizes;
    };
    expect(await sizesWith(25)).to.deep.equal([100, 9_900, 25]);
    expect((await sizesWith(26)).slice(0, 2)).to.deep.equal([100, 100]);
    expect((await wait([0, 5_000])).sizes).to.deep.equal([2, 1, 1]);
  });

  it("looks once more after the deadline, not at it", async () => {
    const limits = { intervalMs: 1_000, maxIntervalMs: 1_000, deadlineMs: 3_000 };
    expect((await wait([Infinity], limits)).endedAtMs).to.equal(4_000);
  });

  it("looks at all at once where the deadline passes while a sample is looked at", async () => {
    let nowMs = 0;
    const sizes: number[] = [];
    await untilSettled(1_000, {
      limits: LIMITS,
      signal: new AbortController().signal,
      clock: {
        nowEpochMs: () => START_EPOCH_MS + nowMs,
        sleep: () => Promise.reject(new Error("slept")),
      },
      look: (items) => {
        sizes.push(items.length);
        nowMs += LIMITS.deadlineMs + 1;
        return Promise.resolve(items);
      },
    });
    expect(sizes).to.deep.equal([100, 1_000]);
  });

  it("ends at its deadline, and has looked at all of them after it", async () => {
    const count = 1_000;
    const never = Array.from({ length: count }, () => Infinity);
    const { endedAtMs, lastLooks, looksCount, roundsCount } = await wait(never);
    expect(endedAtMs).to.be.within(LIMITS.deadlineMs, LIMITS.deadlineMs + LIMITS.maxIntervalMs);
    expect(new Set(lastLooks)).to.deep.equal(new Set([endedAtMs]));
    expect(looksCount).to.be.at.most(count + roundsCount * SAMPLE_SIZE);
  });

  it("has seen each of them settle, or looked at it after the deadline, whenever they settle", async () => {
    const times = fc.array(fc.integer({ min: 0, max: 700_000 }), { minLength: 0, maxLength: 600 });
    await fc.assert(
      fc.asyncProperty(times, async (settledAtMs) => {
        const { endedAtMs, lastLooks, looksCount, roundsCount } = await wait(settledAtMs);
        for (const [item, atMs] of settledAtMs.entries()) {
          const lastMs = lastLooks[item] ?? -1;
          expect(lastMs >= atMs || (lastMs === endedAtMs && lastMs > LIMITS.deadlineMs)).to.equal(
            true,
            `${item} settled at ${atMs}, and was looked at last at ${lastMs}`,
          );
        }
        expect(looksCount).to.be.at.most(settledAtMs.length * roundsCount);
      }),
      { numRuns: 200 },
    );
  });

  it("tells once what is waited for, before the first pause, and nothing where there is none", async () => {
    for (const [settledAtMs, told] of [
      [[0, 0], []],
      [[0, 70_000, 9_000], [[2, LIMITS.deadlineMs, 0]]],
      [[Infinity], [[1, LIMITS.deadlineMs, 0]]],
    ] as const) {
      let nowMs = 0;
      const waits: number[][] = [];
      await untilSettled(settledAtMs.length, {
        limits: LIMITS,
        signal: new AbortController().signal,
        clock: {
          nowEpochMs: () => START_EPOCH_MS + nowMs,
          sleep: (durationMs) => Promise.resolve(void (nowMs += durationMs)),
        },
        look: (items) => Promise.resolve(items.filter((item) => (settledAtMs[item] ?? 0) > nowMs)),
        onWait: (openCount, leftMs) => void waits.push([openCount, leftMs, nowMs]),
      });
      expect(waits).to.deep.equal(told);
    }
  });

  it("stops when it is told to", async () => {
    const stopped = untilSettled(1, {
      limits: LIMITS,
      signal: new AbortController().signal,
      clock: { nowEpochMs: () => 0, sleep: () => Promise.reject(abortedError()) },
      look: (items) => Promise.resolve(items),
    });
    const error: unknown = await stopped.catch((reason: unknown) => reason);
    expect(error).to.have.property("code", "Aborted");
  });
});
