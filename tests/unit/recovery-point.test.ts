/** How far the vaults are behind: what is missing, what is on its way, and what nobody could ask. */

import { expect } from "chai";
import {
  isOnTheWay,
  objectiveOf,
  recoveryPointOf,
  withOnTheWay,
  type Excuses,
} from "../../automation/judge/recovery-point";
import { OUTCOME_CODES, type Outcome } from "../../automation/judge/outcome";
import { recoveryPointWords } from "../../automation/levels/level-words";
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

const NO_EXCUSES: Excuses = { isAccepted: () => false, isBeyondLevel: () => false };
const pointOf = (
  versions: readonly JudgedVersion[],
  listings: ReadonlyMap<string, object> = LISTED,
  excuses: Partial<Excuses> = {},
) =>
  recoveryPointOf(
    versions,
    OBJECTIVE,
    { promise: PROMISE, listings: listings as never },
    { ...NO_EXCUSES, ...excuses },
  );

describe("a recovery point objective", () => {
  it("is of now where one was asked for, and none otherwise", () => {
    expect(objectiveOf({ objectiveMs: 0 }, 7)).to.deep.equal({
      objective: { objectiveMs: 0, nowEpochMs: 7 },
    });
    expect(objectiveOf({}, 7)).to.deep.equal({});
    expect(objectiveOf(undefined, 7)).to.deep.equal({});
  });
});

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

  for (const [why, listings, outcome, notKnown] of [
    [
      "a vault cannot be listed",
      new Map([["primary", { problem: "denied" }]]),
      PROVEN,
      { vaults: ["primary"], versions: {} },
    ],
    [
      "nobody told how to reach a vault",
      new Map<string, object>(),
      PROVEN,
      { vaults: ["primary"], versions: {} },
    ],
    ...OUTCOME_CODES.unverifiable
      .filter((code) => code !== "too-new")
      .map(
        (code) =>
          [
            `it is ${code} of a version`,
            LISTED,
            { kind: "unverifiable", code },
            { vaults: [], versions: { [code]: 2 } },
          ] as const,
      ),
  ] as const) {
    it(`is not met where ${why}, and says what is not known`, () => {
      const point = pointOf([version(90, outcome), version(80, outcome)], listings);
      expect(point).to.deep.include({ behindCount: 0, gapSeconds: 0, met: false, notKnown });
      const told = recoveryPointWords(point);
      expect(told).to.match(/^not known against the objective of 10 min 0 s: /);
      expect(told).to.contain(notKnown.vaults.length > 0 ? "vault primary could" : "2 versions ");
    });
  }

  it("needs not be known of what is younger than the objective", () => {
    const pointAt = (ageMinutes: number) =>
      pointOf([version(ageMinutes, { kind: "unverifiable", code: "no-right" })]);
    expect(pointAt(9.99)).to.deep.include({ met: true });
    expect(pointAt(9.99)).to.not.have.property("notKnown");
    expect(pointAt(10)).to.deep.include({ met: false });
  });

  it("is met beside what the level does not prove, and tells it", () => {
    const versions = [version(90, { kind: "unverifiable", code: "tags-unread" })];
    const point = pointOf(versions, LISTED, { isBeyondLevel: () => true });
    expect(point).to.deep.include({
      met: true,
      notKnown: { vaults: [], versions: { "tags-unread": 1 } },
    });
    expect(recoveryPointWords(point)).to.equal(
      "nothing is behind, within the objective of 10 min 0 s; not known: 1 version whose tags were not read (--level full reads them)",
    );
    // Of a version that nobody may look at no level says so little.
    const both = [...versions, version(90, { kind: "unverifiable", code: "no-right" })];
    const isBeyondLevel: Excuses["isBeyondLevel"] = ({ code }) => code === "tags-unread";
    expect(pointOf(both, LISTED, { isBeyondLevel }).met).to.equal(false);
  });

  for (const [kind, code] of [
    ["unprotected", "archived"],
    ["unprotected", "sse-c"],
    ["unprotected", "deleted-at-vault"],
    ["unprotected", "replica"],
    ["unprotected", "kms-not-taken"],
    ["failed", "missing"],
    ["failed", "content"],
    ["failed", "overwritten"],
    ["failed", "not-replica"],
  ] as const) {
    it(`is behind what is promised and not there, though it is told as ${kind}/${code}`, () => {
      const versions = [version(90, PROVEN), version(40, { kind, code })];
      expect(pointOf(versions)).to.deep.include({ met: false, behindCount: 1, gapSeconds: 2_400 });
      // Nobody wants at the vault what the configuration accepts not to be there.
      const isAccepted: Excuses["isAccepted"] = (outcome) => outcome.code === code;
      expect(pointOf(versions, LISTED, { isAccepted })).to.deep.include({
        met: true,
        behindCount: 0,
        gapSeconds: 0,
      });
    });
  }

  for (const [kind, code] of [
    ["unprotected", "rule-disabled"],
    ["not-applicable", "out-of-scope"],
    ["not-applicable", "delete-marker"],
    ["lapsed", "lapsed"],
    ["failed", "lock-weaker"],
    ["failed", "wrong-key"],
    ["failed", "wrong-class"],
    ["failed", "wrong-owner"],
    ["failed", "tags"],
    ["failed", "legal-hold"],
    ["failed", "event-hold"],
    ["failed", "annotations"],
  ] as const) {
    it(`is not behind what is there or not wanted there: ${kind}/${code}`, () => {
      expect(pointOf([version(90, { kind, code })])).to.deep.include({ met: true, gapSeconds: 0 });
    });
  }

  it("says that the objective will be missed by what nothing brings, before it is", () => {
    const point = pointOf([version(5, MISSING), version(3, TOO_NEW)]);
    expect(point).to.deep.include({ met: false, behindCount: 1, onTheWayCount: 1 });
    expect(recoveryPointWords(point)).to.match(
      /^5 min 0 s behind, and the objective of 10 min 0 s will be missed \(.*\): 1 not at the vaults; 1 on the way$/,
    );
  });

  it("is met where all is there or on its way", () => {
    expect(pointOf([version(90, PROVEN), version(5, TOO_NEW)]).met).to.equal(true);
  });

  it("is never before the time of the look, whatever the source's date says", () => {
    const { gapSeconds, oldest } = pointOf([version(-5, TOO_NEW)]);
    expect([gapSeconds, oldest?.lastModified]).to.deep.equal([0, "2026-11-30T12:05:00.000Z"]);
  });

  it("names the first of versions that are as old, and no vault where it is about none", () => {
    const [one, other] = [version(40, MISSING), version(40, MISSING)];
    const { vault, ...outcome } = other.outcomes[0] ?? expect.fail();
    expect(vault).to.equal("primary");
    const without = { ...other, outcomes: [{ ...outcome, key: "other" }] };
    expect(pointOf([one, without]).oldest).to.include({ vault: "primary" });
    const { oldest } = pointOf([without, one]);
    expect(oldest).to.include({ key: "other" }).and.not.to.have.property("vault");
    expect(pointOf([version(90, PROVEN)])).not.to.have.property("oldest");
  });
});

describe("a version that is not there", () => {
  it("is on its way until it is as old as the objective, and missing from then on", () => {
    const codeOf = (minutes: number): boolean =>
      withOnTheWay(version(minutes, MISSING), OBJECTIVE).outcomes.every(isOnTheWay);
    expect([0, 9.99, 10, 11].map(codeOf)).to.deep.equal([true, true, false, false]);
  });

  it("is missing at once where its source calls it FAILED, since nothing brings it again", () => {
    for (const [sourceStatus, code] of [
      ["FAILED", "missing"],
      ["PENDING", "too-new"],
      ["COMPLETED", "too-new"],
    ] as const) {
      const { outcomes } = withOnTheWay({ ...version(1, MISSING), sourceStatus }, OBJECTIVE);
      expect(outcomes.map((one) => one.code)).to.deep.equal([code]);
    }
  });

  it("is on its way by its kind and its code together", () => {
    const isSo = (kind: string, code: string) => isOnTheWay({ kind, code } as never);
    expect(isSo("unverifiable", "too-new")).to.equal(true);
    expect(isSo("unverifiable", "no-right")).to.equal(false);
    expect(isSo("failed", "too-new")).to.equal(false);
  });

  it("is on its way in no other way: what is wrong there is told", () => {
    const weak = version(1, { kind: "failed", code: "lock-weaker" });
    expect(withOnTheWay(weak, OBJECTIVE)).to.deep.equal(weak);
  });
});
