import { expect } from "chai";
import { requireEnabledRule } from "../../automation/backfill/run";
import { eligibility, liveRule, type LiveRule } from "../../automation/replication-rules";
import type { ListedVersion } from "../../automation/source-versions";

const rule = (more: Partial<LiveRule> = {}): LiveRule => ({
  id: "r",
  isEnabled: true,
  prefix: "",
  tags: {},
  vault: "primary",
  destinationBucket: "vault",
  takesKmsObjects: false,
  ...more,
});
const version = (more: Partial<ListedVersion> = {}): ListedVersion => ({
  key: "records/a",
  versionId: "v",
  isDeleteMarker: false,
  sizeBytes: 1,
  etag: "",
  storageClass: "STANDARD",
  lastModifiedEpochMs: 0,
  ...more,
});
const facts = { tags: {} };

describe("eligibility of a version", () => {
  it("sends a version to every vault that a rule names, once each", () => {
    const rules = [rule(), rule({ id: "s", vault: "second" }), rule({ id: "t" })];
    expect(eligibility(version(), facts, rules)).to.deep.equal({ vaults: ["primary", "second"] });
  });

  it("asks for the prefix and for all tags", () => {
    const rules = [rule({ prefix: "records/", tags: { keep: "yes", class: "a" } })];
    const tags = { keep: "yes", class: "a", more: "" };
    expect(eligibility(version(), { tags }, rules)).to.deep.equal({ vaults: ["primary"] });
    expect(eligibility(version(), { tags: { keep: "yes" } }, rules)).to.have.property("ineligible");
    expect(eligibility(version({ key: "other" }), { tags }, rules)).to.have.property("ineligible");
  });

  for (const [what, one, known, rules, reason] of [
    ["a delete marker", version({ isDeleteMarker: true }), facts, [rule()], "delete marker"],
    [
      "an archived version",
      version({ storageClass: "DEEP_ARCHIVE" }),
      facts,
      [rule()],
      "archived storage class",
    ],
    [
      "a replica",
      version(),
      { tags: {}, replicationStatus: "REPLICA" },
      [rule()],
      "itself a replica",
    ],
    [
      "a version under a disabled rule",
      version(),
      facts,
      [rule({ isEnabled: false })],
      "its rule is disabled",
    ],
    [
      "a KMS version",
      version(),
      { tags: {}, encryption: "aws:kms" },
      [rule()],
      "SSE-KMS not taken by its rule",
    ],
    [
      "a version that only a stranger's rule takes",
      version(),
      facts,
      [rule({ vault: undefined })],
      "no rule matches",
    ],
  ] as const) {
    it(`says why ${what} is not`, () => {
      expect(eligibility(one, known, rules)).to.deep.equal({ ineligible: reason });
    });
  }

  it("takes Glacier Instant Retrieval, and KMS where the rule does", () => {
    expect(eligibility(version({ storageClass: "GLACIER_IR" }), facts, [rule()])).to.have.property(
      "vaults",
    );
    const kms = { tags: {}, encryption: "aws:kms" };
    expect(eligibility(version(), kms, [rule({ takesKmsObjects: true })])).to.have.property(
      "vaults",
    );
  });
});

describe("rules as S3 answers them", () => {
  it("are read with one tag, with prefix and tags, and in the first form", () => {
    const Destination = { Bucket: "arn:aws:s3:::vault" };
    const outputs = { vaults: [] };
    const read = (Filter: object | undefined, more: object = {}) =>
      liveRule({ Status: "Enabled", Destination, Filter, ...more }, outputs);
    expect(read({ Tag: { Key: "a", Value: "1" } })).to.deep.include({
      prefix: "",
      tags: { a: "1" },
    });
    expect(read({ And: { Prefix: "p/", Tags: [{ Key: "a", Value: "1" }] } })).to.deep.include({
      prefix: "p/",
      tags: { a: "1" },
    });
    expect(read(undefined, { Prefix: "old/" })).to.deep.include({ prefix: "old/", tags: {} });
  });

  it("stop a backfill when none of them is enabled", () => {
    expect(() => requireEnabledRule([rule()])).not.to.throw();
    for (const rules of [[], [rule({ isEnabled: false })], [rule({ vault: undefined })]]) {
      expect(() => requireEnabledRule(rules))
        .to.throw("would fail")
        .with.property("code", "RulesDisabled");
    }
  });
});
