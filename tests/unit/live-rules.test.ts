import { expect } from "chai";
import { requireEnabledRule } from "../../automation/backfill/rules-in-force";
import { liveRule, type LiveRule } from "../../automation/rules/live-rules";

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
