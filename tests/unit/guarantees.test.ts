import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import {
  type BucketFacts,
  bucketProblems,
  closedBucketProblems,
  GUARANTEED_MEMBERS,
} from "../../components/vault/guarantees";

const lock = { mode: "GOVERNANCE", retentionDays: 400 };
const retention = (defaultRetention: unknown): BucketFacts => ({
  objectLockConfiguration: { objectLockEnabled: "Enabled", rule: { defaultRetention } },
});
const asPromised: BucketFacts = {
  objectLockEnabled: true,
  ...retention({ mode: "GOVERNANCE", days: 400 }),
  versioningConfiguration: { status: "Enabled" },
  publicAccessBlockConfiguration: {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  },
  ownershipControls: { rules: [{ objectOwnership: "BucketOwnerEnforced" }] },
};
const RETENTION = "objectLockConfiguration.rule.defaultRetention";

const textOf = (facts: BucketFacts, promised = lock) =>
  bucketProblems(facts, promised).map(({ path, reason }) => `${path}: ${reason}`);

describe("what a vault's bucket promises", () => {
  it("is looked for in these members of the bucket", () => {
    expect([...GUARANTEED_MEMBERS].sort()).to.deep.equal(Object.keys(asPromised).sort());
  });

  it("is kept by a bucket that is as promised, and is broken in each point by one that says nothing", () => {
    expect(textOf(asPromised)).to.deep.equal([]);
    expect(textOf({})).to.deep.equal([
      "objectLockConfiguration.objectLockEnabled: expected Enabled, got nothing",
      `${RETENTION}.mode: expected GOVERNANCE, got nothing`,
      `${RETENTION}.days: expected 400 or more, got nothing`,
      "objectLockEnabled: expected true, got nothing",
      "versioningConfiguration.status: expected Enabled, got nothing",
      "publicAccessBlockConfiguration.blockPublicAcls: expected true, got nothing",
      "publicAccessBlockConfiguration.blockPublicPolicy: expected true, got nothing",
      "publicAccessBlockConfiguration.ignorePublicAcls: expected true, got nothing",
      "publicAccessBlockConfiguration.restrictPublicBuckets: expected true, got nothing",
      "ownershipControls.rules.0.objectOwnership: expected BucketOwnerEnforced, got nothing",
    ]);
  });

  it("is, but for the default retention, that of a bucket beside a vault too", () => {
    const { objectLockConfiguration, ...others } = asPromised;
    expect(objectLockConfiguration).to.not.equal(undefined);
    expect(closedBucketProblems(others)).to.deep.equal([]);
    expect(closedBucketProblems({})).to.have.length(7);
  });

  it("takes null for nothing", () => {
    const nothing = Object.fromEntries(GUARANTEED_MEMBERS.map((member) => [member, null]));
    expect(bucketProblems(nothing, lock)).to.have.length(10);
  });

  it("says what it found", () => {
    const found = (versioningConfiguration: unknown) =>
      textOf({ ...asPromised, versioningConfiguration });
    const path = "versioningConfiguration.status";
    expect(found({ status: "Suspended" })).to.deep.equal([
      `${path}: expected Enabled, got "Suspended"`,
    ]);
    expect(found({ status: pulumi.output("Enabled") })).to.deep.equal([
      `${path}: expected Enabled, got an output, where a plain value is wanted`,
    ]);
  });

  it("lets the mode be stricter, and not weaker or another", () => {
    const mode = (name: string) => ({ ...asPromised, ...retention({ mode: name, days: 400 }) });
    expect(textOf(mode("COMPLIANCE"))).to.deep.equal([]);
    const strict = { ...lock, mode: "COMPLIANCE" };
    expect(textOf(mode("COMPLIANCE"), strict)).to.deep.equal([]);
    expect(textOf(mode("GOVERNANCE"), strict)).to.deep.equal([
      `${RETENTION}.mode: expected COMPLIANCE, got "GOVERNANCE"`,
    ]);
    expect(textOf(mode("NONE"))).to.deep.equal([
      `${RETENTION}.mode: expected GOVERNANCE, got "NONE"`,
    ]);
  });

  it("lets the period be longer, in days or in years, and not shorter", () => {
    const period = (given: object) =>
      textOf({ ...asPromised, ...retention({ mode: "GOVERNANCE", ...given }) });
    for (const enough of [{ days: 400 }, { days: 401 }, { years: 2 }]) {
      expect(period(enough), JSON.stringify(enough)).to.deep.equal([]);
    }
    expect(period({ days: 399 })).to.deep.equal([
      `${RETENTION}.days: expected 400 or more, got 399`,
    ]);
    // 365 days each: a year of AWS's is none of 400.
    expect(period({ years: 1 })).to.deep.equal([
      `${RETENTION}.days: expected 400 or more, got 365`,
    ]);
    expect(period({ days: "4000" })).to.deep.equal([
      `${RETENTION}.days: expected 400 or more, got "4000"`,
    ]);
  });
});
