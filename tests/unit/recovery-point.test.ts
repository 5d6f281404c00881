/** How far the vaults are behind: what is missing, what is on its way, and what nobody could ask. */

import { expect } from "chai";
import { isOnTheWay, recoveryPointOf, withOnTheWay } from "../../automation/judge/recovery-point";
import type { Outcome } from "../../automation/judge/outcome";
import type { JudgedVersion } from "../../automation/look/look";
import { VERSION } from "../helpers/judged-world";

const MINUTE_MS = 60_000;
const NOW_EPOCH_MS = Date.parse("2026-11-30T12:00:00Z");
const OBJECTIVE = { objectiveMs: 10 * MINUTE_MS, nowEpochMs: NOW_EPOCH_MS };
const PROMISE = { vaults: new Map([["primary", {}]]) } as never;
const LISTED = new Map([["primary", { versionsCount: 1 }]]);

function version(ageMinutes: number, outcome: Pick<Outcome, "kind" | "code">): JudgedVersion {
  const lastModifiedEpochMs = NOW_EPOCH_MS - ageMinutes * MINUTE_MS;
  const { key, versionId } = VERSION;
  const one = { key: `${key} of ${ageMinutes}`, versionId };
  return {
    version: { ...VERSION, ...one, lastModifiedEpochMs },
    outcomes: [{ ...one, vault: "primary", ...outcome }],
  };
}
const MISSING = { kind: "failed", code: "missing" } as const;
const TOO_NEW = { kind: "unverifiable", code: "too-new" } as const;
const PROVEN = { kind: "proven", code: "etag" } as const;

const pointOf = (
  versions: readonly JudgedVersion[],
  listings: ReadonlyMap<string, object> = LISTED,
) => recoveryPointOf(versions, OBJECTIVE, { promise: PROMISE, listings: listings as never });

describe("a recovery point", () => {
  it("is of the oldest version that is not there, whichever comes first", () => {
    const versions = [version(3, TOO_NEW), version(40, MISSING), version(20, MISSING)];
    for (const order of [versions, [...versions].reverse()]) {
      expect(pointOf([version(90, PROVEN), ...order])).to.deep.equal({
        objectiveSeconds: 600,
        gapSeconds: 2_400,
        met: false,
        behindCount: 2,
        onTheWayCount: 1,
        oldest: {
          key: `${VERSION.key} of 40`,
          versionId: VERSION.versionId,
          vault: "primary",
          lastModified: "2026-11-30T11:20:00.000Z",
        },
      });
    }
  });

  for (const [why, listings, outcome] of [
    ["a vault cannot be listed", new Map([["primary", { problem: "denied" }]]), PROVEN],
    ["nobody told how to reach a vault", new Map<string, object>(), PROVEN],
    ["a version may not be looked at", LISTED, { kind: "unverifiable", code: "no-right" }],
    ["a version could not be looked at", LISTED, { kind: "unverifiable", code: "error" }],
    ["its tags decide, which were not read", LISTED, { kind: "unverifiable", code: "tags-unread" }],
  ] as const) {
    it(`is not met where ${why}`, () => {
      const { behindCount, gapSeconds, met } = pointOf([version(90, outcome)], listings);
      expect({ behindCount, gapSeconds, met }).to.deep.equal({
        behindCount: 0,
        gapSeconds: 0,
        met: false,
      });
    });
  }

  it("is met where all is there, gone from the source, or on its way", () => {
    expect(pointOf([version(90, PROVEN), version(5, TOO_NEW)]).met).to.equal(true);
    expect(pointOf([version(90, { kind: "unverifiable", code: "gone" })]).met).to.equal(true);
  });

  it("is never before the time of the look, whatever the source's date says", () => {
    expect(pointOf([version(-5, TOO_NEW)]).gapSeconds).to.equal(0);
  });
});

describe("a version that is not there", () => {
  it("is on its way until it is as old as the objective, and missing from then on", () => {
    const codeOf = (minutes: number): boolean =>
      withOnTheWay(version(minutes, MISSING), OBJECTIVE).outcomes.every(isOnTheWay);
    expect([0, 9.99, 10, 11].map(codeOf)).to.deep.equal([true, true, false, false]);
  });

  it("is on its way in no other way: what is wrong there is told", () => {
    const weak = version(1, { kind: "failed", code: "lock-weaker" });
    expect(withOnTheWay(weak, OBJECTIVE)).to.deep.equal(weak);
  });
});
