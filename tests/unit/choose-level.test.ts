/** What `lockstep verify` is asked for beside its level: since when, how often, how late, in how much detail. */

import { expect } from "chai";
import { isLockstepError } from "../../automation/errors";
import { chooseEngine, chooseLevel, type LevelWish } from "../../automation/levels/choose-level";

/** The mistakes, by the option that each is about. */
function problemsOf(wish: LevelWish): readonly string[] {
  try {
    chooseLevel(wish);
    return [];
  } catch (error) {
    if (!isLockstepError(error)) throw error;
    expect(error.code).to.equal("ConfigInvalid");
    expect(error.hint).to.contain("docs/levels.md");
    return error.problems.map(({ path }) => path);
  }
}

function messageOf(wish: LevelWish): string {
  try {
    chooseLevel(wish);
    return "";
  } catch (error) {
    if (!isLockstepError(error)) throw error;
    return error.problems.map(({ message }) => message).join("; ");
  }
}

describe("a look that is asked for", () => {
  it("again and again is one each five minutes, or as often as is said", () => {
    expect(chooseLevel({ watch: true })).to.deep.equal({ level: "full", watchIntervalMs: 300_000 });
    expect(chooseLevel({ watch: false })).to.deep.equal({ level: "full" });
    for (const level of ["listing", "inventory", "sample"] as const) {
      const found = chooseLevel({ level, watch: true, interval: "90s" });
      expect(found.watchIntervalMs, level).to.equal(90_000);
    }
  });

  it("in the level inventory says which engine there is not, and takes the others", () => {
    const wish = { level: "inventory" } as const;
    expect(chooseLevel({ ...wish, engine: "duckdb" }).engine).to.equal("duckdb");
    expect(chooseLevel({ ...wish, engine: "athena", watch: false }).engine).to.equal("athena");
    expect(problemsOf({ engine: "spark", watch: true })).to.deep.equal(["--engine", "--engine"]);
    expect(problemsOf({ ...wish, engine: "duckdb", watch: true })).to.deep.equal([]);
  });

  it("at an interval is one that is watched, at a span of time", () => {
    expect(problemsOf({ interval: "5m" })).to.deep.equal(["--interval"]);
    expect(problemsOf({ interval: "often" })).to.deep.equal(["--interval", "--interval"]);
    expect(problemsOf({ watch: true, interval: "often" })).to.deep.equal(["--interval"]);
    expect(problemsOf({ watch: true, interval: "1h" })).to.deep.equal([]);
  });

  it("in detail is one look alone", () => {
    expect(problemsOf({ details: "all.ndjson" })).to.deep.equal([]);
    expect(problemsOf({ details: "all.ndjson", watch: true })).to.deep.equal(["--details"]);
  });

  it("by bytes is one look alone, and may have an objective", () => {
    expect(problemsOf({ level: "checksum", watch: true })).to.deep.equal(["--watch"]);
    expect(problemsOf({ level: "checksum", watch: false })).to.deep.equal([]);
  });

  it("since some time is full for what is new, and a listing for the rest", () => {
    const day = { level: "listing", since: { agoMs: 86_400_000 } };
    expect(chooseLevel({ since: "24h" })).to.deep.equal(day);
    expect(chooseLevel({ level: "full", since: "24h" })).to.deep.equal(day);
    const epochMs = Date.UTC(2026, 10, 30);
    expect(chooseLevel({ since: "2026-11-30" }).since).to.deep.equal({ epochMs });
    expect(problemsOf({ since: "yesterday" })).to.deep.equal(["--since"]);
    for (const level of ["listing", "sample", "inventory", "checksum"] as const) {
      expect(problemsOf({ level, since: "24h" }), level).to.deep.equal(["--since"]);
    }
  });

  it("with an objective has it in milliseconds, in each level", () => {
    for (const level of ["listing", "sample", "full", "inventory", "checksum"] as const) {
      expect(chooseLevel({ level, rpo: "15m" }).objectiveMs, level).to.equal(900_000);
      expect(chooseLevel({ level }), level).to.not.have.property("objectiveMs");
    }
    expect(problemsOf({ rpo: "soon" })).to.deep.equal(["--rpo"]);
  });

  it("with annotations is one that reads them", () => {
    expect(messageOf({ level: "listing", annotations: true })).to.contain("a listing");
    expect(messageOf({ level: "inventory", annotations: true })).to.contain("an inventory");
    for (const level of ["listing", "inventory"] as const) {
      expect(problemsOf({ level, annotations: true }), level).to.deep.equal(["--annotations"]);
      expect(problemsOf({ level, annotations: false }), level).to.deep.equal([]);
    }
    for (const level of ["full", "sample", "checksum"] as const) {
      expect(problemsOf({ level, annotations: true }), level).to.deep.equal([]);
    }
  });

  it("of a sample is of one to a million versions, drawn by any text", () => {
    const sample = (sampleCount: number) => problemsOf({ level: "sample", sampleCount });
    for (const count of [1, 1_000_000]) expect(sample(count), String(count)).to.deep.equal([]);
    for (const count of [-1, 0, NaN, Infinity, 1_000_001]) {
      expect(sample(count), String(count)).to.deep.equal(["--sample"]);
    }
    expect(chooseLevel({ level: "sample" })).to.not.have.property("seed");
    expect(problemsOf({ seed: "s" })).to.deep.equal(["--sample-seed"]);
  });
});

describe("a span that is none", () => {
  it("is told what a span is, and one that is too long its limit", () => {
    expect(messageOf({ rpo: "soon" })).to.match(/"soon" is no span of time: write /);
    expect(messageOf({ rpo: "900000d" })).to.not.match(/no span of time/);
    expect(messageOf({ rpo: "900000d" })).to.match(/years/);
  });
});

describe("what reads reports", () => {
  it("is this machine unless Athena is asked for, and nothing else", () => {
    expect(chooseEngine()).to.equal("duckdb");
    expect(chooseEngine("duckdb")).to.equal("duckdb");
    expect(chooseEngine("athena")).to.equal("athena");
    expect(() => chooseEngine("spark"))
      .to.throw(/^Reports cannot be read/)
      .that.deep.includes({
        code: "ConfigInvalid",
        problems: [{ path: "--engine", message: 'there is no engine "spark": duckdb, athena' }],
      });
  });
});
