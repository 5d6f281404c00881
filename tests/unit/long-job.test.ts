/** A job of hours, followed with the limits that AWS is followed with, by a clock that does not wait. */

import { expect } from "chai";
import { followJob } from "../../automation/backfill/follow";
import { AWS_LIMITS } from "../../automation/environment/limits";
import { HumanRenderer } from "../../automation/cli/render/human";
import type { EventTable, LockstepEvent } from "../../automation/events";

const MINUTE_MS = 60_000;
const TOTAL = 1_000_000;

/** Follows a job that is Active for so long; `doneAt` says how many of its tasks are done at a time. */
async function follow(activeMs: number, doneAt: (elapsedMs: number) => number) {
  let nowEpochMs = Date.UTC(2026, 6, 30, 12);
  const startEpochMs = nowEpochMs;
  const progress: EventTable["job-progress"][] = [];
  let text = "";
  const renderer = new HumanRenderer({
    out: () => undefined,
    err: (err) => void (text += err),
    nowEpochMs: () => nowEpochMs,
  });
  const emit = (event: LockstepEvent): void => {
    if (event.type === "job-progress") progress.push(event);
    renderer.render(event);
  };
  await followJob({
    emit,
    signal: new AbortController().signal,
    limits: AWS_LIMITS.jobLimits,
    clock: {
      nowEpochMs: () => nowEpochMs,
      sleep: (durationMs) => {
        nowEpochMs += durationMs;
        return Promise.resolve();
      },
    },
    look: () => {
      const elapsedMs = nowEpochMs - startEpochMs;
      const isDone = elapsedMs >= activeMs;
      return Promise.resolve({
        jobId: "job",
        status: isDone ? ("Complete" as const) : ("Active" as const),
        totalCount: TOTAL,
        succeededCount: isDone ? TOTAL : doneAt(elapsedMs),
        failedCount: 0,
        failureReasons: [],
      });
    },
  });
  renderer.finish();
  const lines = text.split("\n").filter((line) => line.includes("replicating"));
  return { progress, lines };
}

describe("a long job", () => {
  it("is told at every look while it is Active, with its rate and the time that is left", async () => {
    const hourMs = 60 * MINUTE_MS;
    const { progress } = await follow(hourMs, (ms) => Math.floor((ms / hourMs) * TOTAL));
    // One look each thirty seconds, once the pauses have grown.
    expect(progress.length).to.be.within(110, 140);
    const half = progress.find(({ doneCount }) => doneCount >= TOTAL / 2);
    expect(half?.objectsPerSecond).to.be.within(276, 279);
    expect(half?.remainingMs).to.be.within(29 * MINUTE_MS, 30 * MINUTE_MS);
  });

  it("is told also while nothing moves: then its rate falls and the time left grows", async () => {
    const { progress } = await follow(20 * MINUTE_MS, (ms) => Math.min(1000, Math.floor(ms / 60)));
    const [earlier, later] = progress.filter(({ doneCount }) => doneCount === 1000).slice(-2);
    expect(later?.remainingMs).to.be.greaterThan(earlier?.remainingMs ?? Number.POSITIVE_INFINITY);
  });

  it("gives a log that is no terminal lines soon, and few", async () => {
    const dayMs = 24 * 60 * MINUTE_MS;
    const { lines } = await follow(dayMs, (ms) => Math.floor((ms / dayMs) * TOTAL));
    expect(lines.length).to.be.within(10, 110);
    expect(lines[0]).to.match(
      /^ {2}replicating: \d+ of 1,000,000, 12 objects\/s, about 2\d h \d+ min left$/,
    );
  });

  it("of a minute gives a line for each quarter", async () => {
    const { lines } = await follow(MINUTE_MS, (ms) => Math.floor((ms / MINUTE_MS) * TOTAL));
    expect(lines.length).to.be.within(2, 5);
  });
});
