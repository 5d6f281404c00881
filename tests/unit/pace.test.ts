import { expect } from "chai";
import { Pace } from "../../automation/backfill/pace";
import { AWS_LIMITS } from "../../automation/environment/limits";

const HOUR_MS = 3_600_000;
const LIMITS = AWS_LIMITS.jobLimits;

/** Looks at a job of so many hours. @returns how many looks that took, and how late the last one was */
function follow(hours: number, remainingOf: (leftMs: number) => number | null) {
  const endEpochMs = hours * HOUR_MS;
  const pace = new Pace(LIMITS, 0);
  let nowEpochMs = 0;
  let looksCount = 1;
  while (nowEpochMs < endEpochMs) {
    nowEpochMs += pace.next(nowEpochMs, { remainingMs: remainingOf(endEpochMs - nowEpochMs) });
    looksCount++;
  }
  return { looksCount, lateMs: nowEpochMs - endEpochMs };
}

describe("the pace of looks at a job", () => {
  for (const hours of [1, 2, 8, 30.01]) {
    it(`takes at most 120 looks an hour over ${hours} hours, and notices the end within 30 s`, () => {
      const { lateMs, looksCount } = follow(hours, (leftMs) => leftMs);
      expect(looksCount).to.be.at.most(120 * hours + 1);
      expect(lateMs).to.be.below(30_000);
    });
  }

  it("is soon at first: the end of a job of 20 seconds is noticed within 10", () => {
    expect(follow(20 / 3600, () => null).lateMs).to.be.below(10_000);
  });

  it("stays at the steady pause while nobody knows when the end comes", () => {
    const { lateMs, looksCount } = follow(10, () => null);
    expect(lateMs).to.be.below(30_000);
    expect(looksCount).to.be.below(10 * 120 + 12);
  });

  it("does not trust a rate that says the end is near", () => {
    const pace = new Pace(LIMITS, 0);
    const pauses: number[] = [];
    for (let now = 0; now < HOUR_MS; now += pauses.at(-1) ?? 0) {
      pauses.push(pace.next(now, { remainingMs: 60_000 }));
    }
    expect(Math.max(...pauses)).to.equal(30_000);
  });
});
