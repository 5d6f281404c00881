/** Looks again and again: no version falls between two of them, whatever the clock does. */

import { expect } from "chai";
import { chooseLevel } from "../../automation/levels/choose-level";
import type { Call } from "../../automation/environment/call";
import type { VerdictsResult, VerifyCallOptions } from "../../automation/environment/options";
import { watchVerdicts } from "../../automation/environment/watch-verdicts";
import type { LockstepEvent } from "../../automation/events";

const MINUTE_MS = 60_000;

/** @param lookMs how long each look takes; the one after the last is not clean */
async function watched(
  options: VerifyCallOptions,
  lookMs: readonly number[],
): Promise<{ sinces: (string | undefined)[]; events: LockstepEvent[]; result: VerdictsResult }> {
  let nowEpochMs = Date.parse("2026-11-30T12:00:00Z");
  const sinces: (string | undefined)[] = [];
  const events: LockstepEvent[] = [];
  const call = {
    emit: (event: LockstepEvent) => void events.push(event),
    clock: {
      nowEpochMs: () => nowEpochMs,
      sleep: (ms: number) => Promise.resolve(void (nowEpochMs += ms)),
    },
    signal: new AbortController().signal,
  } as unknown as Call;
  const result = await watchVerdicts(options, chooseLevel(options), call, ({ since }) => {
    sinces.push(since);
    const took = lookMs[sinces.length - 1];
    nowEpochMs += took ?? 0;
    return Promise.resolve({ clean: took !== undefined, guard: [], sources: [] });
  });
  return { sinces, events, result };
}

describe("watching verdicts", () => {
  it("looks in full first, then at what is new since the last look began, and what was on its way then", async () => {
    const { events, result, sinces } = await watched({ watch: true }, [MINUTE_MS, 3 * MINUTE_MS]);
    const overlap = 15;
    expect(sinces).to.deep.equal([
      undefined,
      `${(1 + 5 + overlap) * 60}s`,
      `${(3 + 5 + overlap) * 60}s`,
    ]);
    expect(result.clean).to.equal(false);
    expect(events).to.deep.equal([
      { type: "next-look", inSeconds: 300 },
      { type: "next-look", inSeconds: 300 },
    ]);
  });

  it("begins where it is told to, and goes back as far as the objective", async () => {
    const options = { watch: true, since: "30d", rpo: "2h", interval: "10m" };
    const { sinces } = await watched(options, [0]);
    expect(sinces).to.deep.equal(["30d", `${(10 + 120) * 60}s`]);
  });

  it("leaves nothing out where the clock was set back meanwhile", async () => {
    const startMs = performance.now();
    const { sinces } = await watched({ watch: true }, [-24 * 60 * MINUTE_MS]);
    const [, since = ""] = sinces;
    // What the machine has counted itself is a moment.
    const tookMs = performance.now() - startMs;
    expect(parseInt(since, 10)).to.be.within(15 * 60, Math.ceil(15 * 60 + tookMs / 1000));
  });

  it("takes the full level for what it is, be it named or not", async () => {
    const { sinces } = await watched({ watch: true, level: "full" }, [0]);
    expect(sinces).to.deep.equal([undefined, `${(5 + 15) * 60}s`]);
  });

  it("looks each time as its level says, where it is not the full one", async () => {
    const { sinces } = await watched({ watch: true, level: "listing" }, [0, 0]);
    expect(sinces).to.deep.equal([undefined, undefined, undefined]);
  });
});
