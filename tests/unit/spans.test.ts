import { expect } from "chai";
import {
  readPointOfTime,
  readSpanMs,
  resolvePoint,
  tooLongWords,
} from "../../automation/levels/spans";

describe("a span of time", () => {
  for (const [text, ms] of [
    ["90s", 90_000],
    ["15m", 900_000],
    ["24h", 86_400_000],
    ["7d", 604_800_000],
    ["2w", 1_209_600_000],
    // A hundred years of the longest.
    ["36600d", 3_162_240_000_000],
  ] as const) {
    it(`is ${ms} ms: ${text}`, () => {
      expect(readSpanMs(text)).to.equal(ms);
    });
  }

  for (const text of [
    "",
    "15",
    "m",
    "0m",
    "-5m",
    "1.5h",
    "15 m",
    "15min",
    "99999999w",
    "36601d",
    "1e3s",
    "٣m",
  ]) {
    it(`is none: ${JSON.stringify(text)}`, () => {
      expect(readSpanMs(text)).to.equal(undefined);
    });
  }
});

describe("a span of more than a hundred years", () => {
  it("is told by its limit, and nothing else is", () => {
    for (const text of ["36601d", "99999999w", `${"9".repeat(400)}s`]) {
      expect(readSpanMs(text), text).to.equal(undefined);
      expect(tooLongWords(text), text).to.match(/is more than 36600d, a hundred years/);
    }
    for (const text of ["36600d", "15m", "15", "0m", "yesterday", "2026-11-30"]) {
      expect(tooLongWords(text), text).to.equal(undefined);
    }
  });
});

describe("a point of time", () => {
  for (const [text, iso] of [
    ["2026-11-30", "2026-11-30T00:00:00.000Z"],
    ["2026-11-30T08:15", "2026-11-30T08:15:00.000Z"],
    ["2026-11-30T08:15:30Z", "2026-11-30T08:15:30.000Z"],
    ["2026-11-30T08:15:30.250+05:45", "2026-11-30T02:30:30.250Z"],
    ["2028-02-29", "2028-02-29T00:00:00.000Z"],
  ] as const) {
    it(`is ${iso}, wherever the machine stands: ${text}`, () => {
      expect(readPointOfTime(text)).to.deep.equal({ epochMs: Date.parse(iso) });
    });
  }

  it("may be a span before now", () => {
    const point = readPointOfTime("2h");
    expect(point).to.deep.equal({ agoMs: 7_200_000 });
    expect(point && resolvePoint(point, 10_000_000)).to.equal(2_800_000);
    expect(resolvePoint({ epochMs: 5 }, 10_000_000)).to.equal(5);
  });

  for (const text of [
    "yesterday",
    "2026-02-30",
    "2026-13-01",
    "2026-11-30T25:00",
    "2026-11-30T08",
    "26-11-30",
    "on 2026-11-30",
    "2026-11-30 at noon",
  ]) {
    it(`is none: ${text}`, () => {
      expect(readPointOfTime(text)).to.equal(undefined);
    });
  }
});
