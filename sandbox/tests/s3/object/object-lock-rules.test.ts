import { expect } from "chai";
import type { Retention } from "../../../src/services/s3/store/model";
import {
  defaultRetentionFrom,
  mayChangeRetention,
  mayDeleteVersion,
  remainingRetentionDays,
  retentionInForce,
  stricterRetention,
} from "../../../src/services/s3/lock/object-lock";

const DATE = Date.UTC(2030, 0, 1);
const DAY_MS = 86_400_000;
const governance: Retention = { mode: "GOVERNANCE", retainUntilEpochMs: DATE };
const compliance: Retention = { mode: "COMPLIANCE", retainUntilEpochMs: DATE };
const at = (nowEpochMs: number, bypassGovernance = false) => ({ nowEpochMs, bypassGovernance });

describe("object lock rules", () => {
  it("retain until just before the date, and no longer at it", () => {
    expect(retentionInForce(compliance, DATE - 1)).to.equal(compliance);
    expect(retentionInForce(compliance, DATE)).to.equal(undefined);
    expect(retentionInForce(compliance, DATE + 1)).to.equal(undefined);
    expect(retentionInForce(undefined, DATE)).to.equal(undefined);
  });

  for (const [name, retention, beforeDate, withBypass] of [
    ["GOVERNANCE", governance, false, true],
    ["COMPLIANCE", compliance, false, false],
    ["no retention", undefined, true, true],
  ] as const) {
    it(`let a version of ${name} go as its mode says before, and freely at and after the date`, () => {
      expect(mayDeleteVersion({ retention }, at(DATE - 1))).to.equal(beforeDate);
      expect(mayDeleteVersion({ retention }, at(DATE - 1, true))).to.equal(withBypass);
      expect(mayDeleteVersion({ retention }, at(DATE))).to.equal(true);
      expect(mayDeleteVersion({ retention }, at(DATE + 1))).to.equal(true);
    });
  }

  it("never let a version under legal hold go, date or bypass or not", () => {
    expect(mayDeleteVersion({ legalHold: true }, at(DATE, true))).to.equal(false);
    const expired = { retention: governance, legalHold: true };
    expect(mayDeleteVersion(expired, at(DATE + DAY_MS, true))).to.equal(false);
    expect(mayDeleteVersion({ ...expired, legalHold: false }, at(DATE))).to.equal(true);
  });

  it("let COMPLIANCE only be extended", () => {
    const to = (retainUntilEpochMs: number, mode: Retention["mode"] = "COMPLIANCE") =>
      mayChangeRetention(compliance, { mode, retainUntilEpochMs }, at(DATE - DAY_MS, true));
    expect(to(DATE - 1)).to.equal(false);
    expect(to(DATE)).to.equal(true);
    expect(to(DATE + 1)).to.equal(true);
    expect(to(DATE + 1, "GOVERNANCE")).to.equal(false);
    expect(mayChangeRetention(compliance, undefined, at(DATE - 1, true))).to.equal(false);
    expect(mayChangeRetention(compliance, undefined, at(DATE))).to.equal(true);
  });

  it("let GOVERNANCE be shortened and taken away with the bypass only", () => {
    const shorter: Retention = { mode: "GOVERNANCE", retainUntilEpochMs: DATE - 1 };
    const longer: Retention = { mode: "GOVERNANCE", retainUntilEpochMs: DATE + 1 };
    const stricter: Retention = { mode: "COMPLIANCE", retainUntilEpochMs: DATE + 1 };
    const now = DATE - DAY_MS;
    expect(mayChangeRetention(governance, shorter, at(now))).to.equal(false);
    expect(mayChangeRetention(governance, undefined, at(now))).to.equal(false);
    expect(mayChangeRetention(governance, shorter, at(now, true))).to.equal(true);
    expect(mayChangeRetention(governance, undefined, at(now, true))).to.equal(true);
    expect(mayChangeRetention(governance, governance, at(now))).to.equal(true);
    expect(mayChangeRetention(governance, longer, at(now))).to.equal(true);
    // Assumed: whether it takes the bypass to become COMPLIANCE is said both ways.
    expect(mayChangeRetention(governance, stricter, at(now))).to.equal(false);
    expect(mayChangeRetention(governance, stricter, at(now, true))).to.equal(true);
  });

  it("count a default retention in whole days of 24 hours from the moment given", () => {
    expect(defaultRetentionFrom({ mode: "GOVERNANCE", days: 1 }, DATE)).to.deep.equal({
      mode: "GOVERNANCE",
      retainUntilEpochMs: DATE + DAY_MS,
    });
    expect(defaultRetentionFrom({ mode: "COMPLIANCE", years: 2 }, DATE)).to.deep.equal({
      mode: "COMPLIANCE",
      retainUntilEpochMs: DATE + 730 * DAY_MS,
    });
    expect(defaultRetentionFrom(undefined, DATE)).to.equal(undefined);
  });

  it("count a day that has begun as a remaining day", () => {
    expect(remainingRetentionDays(DATE + 10 * DAY_MS, DATE)).to.equal(10);
    expect(remainingRetentionDays(DATE + 10 * DAY_MS, DATE + 1)).to.equal(10);
    expect(remainingRetentionDays(DATE + 10 * DAY_MS + 1, DATE)).to.equal(11);
  });

  it("take the stricter mode and the later date of two retentions, whichever has it", () => {
    const later: Retention = { mode: "GOVERNANCE", retainUntilEpochMs: DATE + 1 };
    const both: Retention = { mode: "COMPLIANCE", retainUntilEpochMs: DATE + 1 };
    expect(stricterRetention(compliance, later)).to.deep.equal(both);
    expect(stricterRetention(later, compliance)).to.deep.equal(both);
    expect(stricterRetention(governance, later)).to.deep.equal(later);
    expect(stricterRetention(undefined, later)).to.equal(later);
    expect(stricterRetention(later, undefined)).to.equal(later);
    expect(stricterRetention(undefined, undefined)).to.equal(undefined);
  });
});
