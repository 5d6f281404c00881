import { expect } from "chai";
import { compareLock, stricterMode, wantedUntilEpochMs } from "../../automation/judge/lock";
import { DAY_MS, NOW } from "../helpers/judged-world";

const AN_HOUR_MS = 3_600_000;
const wanted = (mode: string, untilEpochMs = NOW + DAY_MS) => ({ mode, untilEpochMs });
const held = (lockMode: string | undefined, retainUntilEpochMs: number | undefined) => ({
  lockMode,
  retainUntilEpochMs,
});

describe("judge: a replica's lock", () => {
  it("is none without a mode, and none without a date", () => {
    for (const replica of [
      held(undefined, NOW + 90 * DAY_MS),
      held("COMPLIANCE", undefined),
      held(undefined, undefined),
    ]) {
      expect(compareLock(replica, wanted("GOVERNANCE"), NOW)).to.deep.equal({
        lock: "weaker",
        cause: "not locked",
      });
    }
  });

  it("in COMPLIANCE mode is as strict as any promise", () => {
    for (const mode of ["COMPLIANCE", "GOVERNANCE"]) {
      const replica = held("COMPLIANCE", NOW + DAY_MS);
      expect(compareLock(replica, wanted(mode), NOW), mode).to.deep.equal({ lock: "locked" });
    }
  });

  it("says the mode and the date that are promised", () => {
    expect(compareLock(held("GOVERNANCE", NOW + DAY_MS), wanted("COMPLIANCE"), NOW)).to.deep.equal({
      lock: "weaker",
      cause: "locked in GOVERNANCE mode, COMPLIANCE is promised",
    });
    expect(
      compareLock(held("GOVERNANCE", NOW + AN_HOUR_MS), wanted("GOVERNANCE"), NOW),
    ).to.deep.equal({
      lock: "weaker",
      cause: "locked only until 2026-07-30T01:00:00.000Z, 2026-07-31T00:00:00.000Z is promised",
    });
  });

  it("that was as promised and is over has lapsed, with its date", () => {
    const replica = held("GOVERNANCE", NOW - DAY_MS);
    expect(compareLock(replica, wanted("GOVERNANCE", NOW - DAY_MS), NOW)).to.deep.equal({
      lock: "lapsed",
      cause: "its lock ended on 2026-07-29T00:00:00.000Z",
    });
  });
});

describe("judge: until when a lock is promised", () => {
  const lock = { retentionDays: 30 };
  const since = new Date(NOW).toISOString();

  it("counts from the version's own date where the day of deployment is not told", () => {
    expect(wantedUntilEpochMs(lock, NOW, undefined)).to.equal(NOW + 30 * DAY_MS);
  });

  it("counts from the later of the two dates, and takes the source's where that is later still", () => {
    const old = NOW - 900 * DAY_MS;
    expect(wantedUntilEpochMs({ ...lock, since }, old, undefined)).to.equal(NOW + 30 * DAY_MS);
    const young = NOW + DAY_MS;
    expect(wantedUntilEpochMs({ ...lock, since }, young, undefined)).to.equal(NOW + 31 * DAY_MS);
    const later = { retainUntilEpochMs: NOW + 60 * DAY_MS };
    expect(wantedUntilEpochMs({ ...lock, since }, old, later)).to.equal(NOW + 60 * DAY_MS);
    const earlier = { retainUntilEpochMs: NOW + DAY_MS };
    expect(wantedUntilEpochMs({ ...lock, since }, old, earlier)).to.equal(NOW + 30 * DAY_MS);
  });
});

describe("judge: the stricter of two modes", () => {
  it("is COMPLIANCE when either is", () => {
    expect(stricterMode("COMPLIANCE", "GOVERNANCE")).to.equal("COMPLIANCE");
    expect(stricterMode("COMPLIANCE", undefined)).to.equal("COMPLIANCE");
    expect(stricterMode("GOVERNANCE", "COMPLIANCE")).to.equal("COMPLIANCE");
    expect(stricterMode("GOVERNANCE", "GOVERNANCE")).to.equal("GOVERNANCE");
    expect(stricterMode("GOVERNANCE", undefined)).to.equal("GOVERNANCE");
  });
});
