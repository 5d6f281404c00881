import { expect } from "chai";
import { lockSince } from "../../components/vault/lock-since";

const lock = { mode: "GOVERNANCE", retentionDays: 30 } as const;
const vault = { name: "primary", bucketName: "vault", lock };
const since = "2026-01-01T00:00:00.000Z";
const now = "2026-06-01T00:00:00.000Z";
const before = { ...vault, lock: { ...lock, since } };

describe("the date of a vault's lock", () => {
  it("stays while mode and period do", () => {
    expect(lockSince(vault, [before], now)).to.equal(since);
  });

  it("stays unknown where an earlier version deployed the same lock and did not say when", () => {
    expect(lockSince(vault, [vault], now)).to.equal(undefined);
  });

  for (const [what, previous] of [
    ["another period", { ...before, lock: { ...before.lock, retentionDays: 29 } }],
    ["another mode", { ...before, lock: { ...before.lock, mode: "COMPLIANCE" as const } }],
    ["another bucket", { ...before, bucketName: "other" }],
    ["another vault", { ...before, name: "other" }],
  ] as const) {
    it(`starts anew after ${what}`, () => {
      expect(lockSince(vault, [previous], now)).to.equal(now);
    });
  }

  it("starts with the first deployment", () => {
    expect(lockSince(vault, [], now)).to.equal(now);
    expect(lockSince(vault, [], undefined)).to.equal(undefined);
  });
});
