/** The limits of a vault's retention beside what the vault and its sources lock for: by the paths of what is found. */

import { expect } from "chai";
import { crossChecks } from "../../components/config/cross-checks";

const paths = (config: object) => crossChecks(config).map(({ path }) => path);
const messageAt = (config: object, path: string) =>
  crossChecks(config).find((problem) => problem.path === path)?.message;

describe("config checks: limits of a lock", () => {
  const limited = (lock: object, more: object = {}) =>
    paths({ vaults: [{ name: "v", lock }], ...more });
  const MAXIMUM = "vaults[0].lock.maximumRetention";
  const MINIMUM = "vaults[0].lock.minimumRetention";
  const governance = (retention: string) => ({ stage: "governance", retention });

  it("leave room for the promised lock itself, to the day", () => {
    const month = governance("30 days");
    expect(limited({ ...month, maximumRetention: "30 days" })).to.deep.equal([]);
    expect(limited({ ...month, maximumRetention: "29 days" })).to.deep.equal([MAXIMUM]);
    expect(limited({ ...month, minimumRetention: "30 days" })).to.deep.equal([]);
    expect(limited({ ...month, minimumRetention: "31 days" })).to.deep.equal([MINIMUM]);
  });

  it("are held against what a stage locks for when nothing is said", () => {
    expect(limited({ minimumRetention: "1 day", maximumRetention: "1 day" })).to.deep.equal([]);
    expect(limited({ minimumRetention: "2 days" })).to.deep.equal([MINIMUM]);
    expect(limited({ stage: "pilot", minimumRetention: "2 days" })).to.deep.equal([MINIMUM]);
    expect(limited({ stage: "governance", minimumRetention: "2 days" })).to.deep.equal([]);
    expect(limited({ stage: "governance", minimumRetention: "9 years" })).to.deep.equal([MINIMUM]);
    // Compliance locks for what is said, and that it is missing is said elsewhere.
    expect(limited({ stage: "compliance", minimumRetention: "9 years" })).to.not.include(MINIMUM);
  });

  it("are not judged where one of them is no period", () => {
    expect(limited({ ...governance("long"), maximumRetention: "1 day" })).to.deep.equal([]);
    expect(limited({ ...governance("30 days"), maximumRetention: "short" })).to.deep.equal([]);
  });

  it("say days in words", () => {
    const say = (lock: object, path: string) => messageAt({ vaults: [{ name: "v", lock }] }, path);
    expect(say({ minimumRetention: "2 days" }, MINIMUM)).to.contain("retention of 1 day,");
    expect(say({ ...governance("30 days"), maximumRetention: "1 day" }, MAXIMUM)).to.contain(
      "retention of 30 days,",
    );
  });

  it("leave room for what the sources of the vault lock for, and for no other's", () => {
    const lock = { ...governance("30 days"), maximumRetention: "30 days" };
    const source = (retention: string) => ({
      name: "s",
      bucket: { name: "s", objectLock: { mode: "GOVERNANCE", retention } },
    });
    const filled = (retention: string, rule: object) =>
      limited(lock, { sources: [source(retention)], rules: [{ name: "r", ...rule }] });
    for (const rule of [{ vault: "v" }, { vault: "v", source: "s" }]) {
      expect(filled("31 days", rule)).to.deep.equal([MAXIMUM]);
      expect(filled("30 days", rule)).to.deep.equal([]);
    }
    expect(filled("31 days", {})).to.not.include(MAXIMUM);
    expect(filled("31 days", { vault: "w" })).to.not.include(MAXIMUM);
    expect(filled("31 days", { vault: "v", source: "other" })).to.not.include(MAXIMUM);
  });

  it("leave room for no source of a vault that has no name, and none that nobody knows", () => {
    const lock = { ...governance("30 days"), maximumRetention: "30 days" };
    const bucket = { objectLock: { retention: "31 days" } };
    const sources = [{ bucket }, {}, { bucket: {} }];
    expect(paths({ vaults: [{ lock }], sources, rules: [{}] })).to.deep.equal([]);
    expect(
      paths({ vaults: [{ name: "v", lock }], sources, rules: [{ vault: "v" }] }),
    ).to.deep.equal([MAXIMUM]);
    const gone = [{ name: "hop", bucket: { vault: "gone" } }];
    const rules = [{ vault: "v", source: "hop" }];
    expect(paths({ vaults: [{ name: "v", lock }], sources: gone, rules })).to.deep.equal([
      "sources[0].bucket.vault",
    ]);
    expect(paths({ vaults: [{ name: "v" }, {}], sources, rules: [{ vault: "v" }] })).to.deep.equal(
      [],
    );
  });

  it("leave room for the day of a pilot before them in a chain", () => {
    const chain = (near: object) =>
      paths({
        vaults: [
          { name: "far", lock: { maximumRetention: "1 day" } },
          { name: "near", ...near },
        ],
        sources: [{ name: "hop", bucket: { vault: "near" } }],
        rules: [{ vault: "far", source: "hop" }],
      });
    expect(chain({})).to.deep.equal([]);
    expect(chain({ lock: { stage: "governance" } })).to.deep.equal([MAXIMUM]);
  });

  it("leave room for what the vault before them in a chain locks for", () => {
    const chain = (retention: string, rule: object) =>
      paths({
        vaults: [
          { name: "far", lock: { ...governance("30 days"), maximumRetention: "30 days" } },
          { name: "near", lock: governance(retention) },
        ],
        sources: [{ name: "hop", bucket: { vault: "near" } }],
        rules: [{ name: "r", vault: "far", ...rule }],
      });
    expect(chain("31 days", { source: "hop" })).to.deep.equal([MAXIMUM]);
    expect(chain("30 days", { source: "hop" })).to.deep.equal([]);
    // A rule without a source is none of a vault's.
    expect(chain("31 days", {})).to.not.include(MAXIMUM);
  });
});
