/** The sums of a report: bounded, whatever the source holds, and right. */

import { expect } from "chai";
import { FAILURE_CODES } from "../../automation/report/failure-codes";
import { OUTCOME_MEANINGS } from "../../automation/report/outcome-causes";
import { OUTCOME_CODES } from "../../automation/judge/outcome";
import { prefixOf, summarizeLook } from "../../automation/report/summarize-look";
import { openOf, TopGroups, totalOf } from "../../automation/report/top-groups";
import { versionName } from "../../automation/proof/source-versions";
import { judged, lookOf } from "../helpers/looks";

describe("groups of a report", () => {
  it("names those that need somebody first, then the largest, and sums up the others", () => {
    const groups = new TopGroups();
    for (let index = 0; index < 30; index++) groups.add(`many-${index}`, "proven", 10);
    groups.add("many-29", "proven", 10);
    groups.add("few", "failed", 7);
    const { groups: told, isLowerBound, others } = groups.grouping(3);
    expect(told.map(({ name }) => name)).to.deep.equal(["few", "many-29", "many-0"]);
    expect(told[0]).to.deep.include({ sizeBytes: 7 });
    expect(others?.counts.proven).to.equal(28);
    expect(others?.sizeBytes).to.equal(280);
    expect(isLowerBound).to.equal(undefined);
  });

  it("loses no count where there are more groups than are counted, and says so", () => {
    const groups = new TopGroups(10);
    groups.add("bad", "failed", 1);
    for (let index = 0; index < 1_000; index++) groups.add(`${index}`, "proven", 1);
    const { groups: told, isLowerBound, others } = groups.grouping(5);
    expect(told[0]?.name).to.equal("bad");
    expect(isLowerBound).to.equal(true);
    const all = [...told, ...(others === null ? [] : [others])];
    expect(all.reduce((sum, { counts }) => sum + totalOf(counts), 0)).to.equal(1_001);
    expect(all.reduce((sum, { counts }) => sum + openOf(counts), 0)).to.equal(1);
    expect(groups.size).to.equal(1_001);
  });

  it("takes the folder of a key at each depth", () => {
    expect([0, 1, 2, 3].map((depth) => prefixOf("a/b/c/d", depth))).to.deep.equal([
      "",
      "a/",
      "a/b/",
      "a/b/c/",
    ]);
    expect(prefixOf("alone", 3)).to.equal("");
    expect(prefixOf("/a", 1)).to.equal("/");
  });
});

describe("the sums of a look", () => {
  it("go by the first folder in which keys differ", () => {
    const look = lookOf([judged("records/a/1", "proven"), judged("records/b/1", "missing")]);
    const { byPrefix } = summarizeLook(look);
    expect(byPrefix.groups.map(({ name }) => name)).to.deep.equal(["records/b/", "records/a/"]);
    const { byPrefix: alone } = summarizeLook(lookOf([judged("records/a/1", "proven")]));
    expect(alone.groups.map(({ name }) => name)).to.deep.equal(["records/"]);
  });

  it("take apart the folder that most are in, beside a key that is in none", () => {
    const name = (index: number): string => `records/${index % 3}/${index}`;
    const many = Array.from({ length: 30 }, (_, index) => judged(name(index), "proven"));
    const letters = ["letters/a/1", "letters/b/1"].map((key) => judged(key, "proven"));
    const { byPrefix } = summarizeLook(lookOf([judged("stray", "proven"), ...letters, ...many]));
    expect(byPrefix.groups.map((one) => [one.name, one.counts.proven])).to.deep.equal([
      ["records/0/", 10],
      ["records/1/", 10],
      ["records/2/", 10],
      ["letters/", 2],
      ["", 1],
    ]);
    expect(byPrefix.others).to.equal(null);
  });

  it("leave a folder whole that has no others in it, and go on where there are too many to count", () => {
    const alone = lookOf([
      judged("stray", "proven"),
      ...["a", "b"].map((key) => judged(`records/${key}`, "proven")),
    ]);
    expect(summarizeLook(alone).byPrefix.groups.map(({ name }) => name)).to.deep.equal([
      "records/",
      "",
    ]);
    const versions = Array.from({ length: 2_500 }, (_, index) =>
      judged(`records/${index}/a`, "proven"),
    );
    const { byPrefix } = summarizeLook(lookOf([judged("stray", "proven"), ...versions]));
    expect(byPrefix.groups).to.have.length(20);
    expect(byPrefix.isLowerBound).to.equal(true);
    const all = [...byPrefix.groups, ...(byPrefix.others === null ? [] : [byPrefix.others])];
    expect(all.reduce((sum, { counts }) => sum + totalOf(counts), 0)).to.equal(2_501);
  });

  it("take locks from the inventories where a look goes by these, and rules from what each version tells", () => {
    const traits = { vaults: [{ vault: "primary", rule: "all" }] };
    const looked = summarizeLook({
      ...lookOf([judged("a", "proven", { traits })]),
      level: "inventory",
      inventoryLocks: [{ month: "2027-02", vault: "primary", versions: 1 }],
    });
    expect(looked.locks).to.deep.equal([{ month: "2027-02", vault: "primary", versions: 1 }]);
    expect(looked).to.deep.include({ locksBy: "inventories", byKmsKey: null });
    expect(looked.byRule?.groups[0]?.name).to.equal("all");
  });

  it("say nothing of rules, keys and locks where only a sample was looked at in full", () => {
    const traits = { vaults: [{ vault: "primary", rule: "all", lockedUntilMonth: "2027-02" }] };
    const look = lookOf([
      judged("a", "proven", { traits, isSampled: true }),
      judged("b", "proven"),
    ]);
    const looked = summarizeLook({ ...look, level: "sample" });
    expect(looked).to.deep.include({ byRule: null, byKmsKey: null, locks: null });
  });

  it("count each version at each vault, by cause, rule, KMS key, size and the month of its lock", () => {
    const kmsKeyArn = "arn:aws:kms:eu-west-1:111111111111:key/k";
    const look = lookOf([
      judged(
        "a",
        { primary: "proven", second: "missing" },
        {
          traits: {
            kmsKeyArn,
            vaults: [
              { vault: "primary", rule: "all", lockedUntilMonth: "2027-02" },
              { vault: "second", rule: "rest" },
            ],
          },
        },
      ),
      judged("b", "proven", {
        traits: { vaults: [{ vault: "primary", rule: "all", lockedUntilMonth: "2027-01" }] },
      }),
      judged("c", "marker", { traits: { vaults: [] } }),
    ]);
    const codes = new Map([
      [versionName({ key: "a", versionId: "version-of-a" }), "DstPutObjectNotPermitted"],
    ]);
    const looked = summarizeLook(look, codes);
    const totals = (name: "byCause" | "byRule" | "byKmsKey" | "bySize") =>
      Object.fromEntries(
        (looked[name]?.groups ?? []).map((one) => [one.name, totalOf(one.counts)]),
      );
    expect(totals("byCause")).to.deep.equal({
      "failed/missing (DstPutObjectNotPermitted)": 1,
      "proven/etag": 2,
      "not-applicable/delete-marker": 1,
    });
    expect(totals("byRule")).to.deep.equal({ rest: 1, all: 2, "(no rule)": 1 });
    expect(totals("byKmsKey")).to.deep.equal({ [kmsKeyArn]: 2, "(no KMS key)": 2 });
    expect(totals("bySize")).to.deep.equal({ "under 64 KiB": 4 });
    expect(looked.locks).to.deep.equal([
      { month: "2027-01", vault: "primary", versions: 1 },
      { month: "2027-02", vault: "primary", versions: 1 },
    ]);
    expect(looked.versions).to.equal(3);
  });

  it("leave out what the look does not tell, and never take it for nothing", () => {
    const looked = summarizeLook(lookOf([judged("a", "proven")]));
    expect(looked).to.deep.include({ byRule: null, byKmsKey: null, locks: null });
  });

  it("stay small and fast for many versions, prefixes and causes", () => {
    function* many() {
      for (let index = 0; index < 30_000; index++) {
        const key = `${String(index).padStart(8, "0")}${"x".repeat(500)}/object`;
        yield judged(key, index % 3 === 0 ? "missing" : "proven");
      }
    }
    const versions = { length: 30_000, [Symbol.iterator]: many };
    const looked = summarizeLook({ ...lookOf([]), versions });
    expect(looked.versions).to.equal(30_000);
    expect(looked.byPrefix.groups).to.have.length(20);
    expect(JSON.stringify(looked).length).to.be.below(100_000);
    const [missing] = looked.causes;
    expect(missing).to.deep.include({ outcome: "failed/missing", versions: 10_000 });
    expect(missing?.examples).to.have.length(3);
  });
});

describe("what causes mean", () => {
  it("has a meaning for each outcome that needs somebody", () => {
    const open = Object.entries(OUTCOME_CODES).flatMap(([kind, codes]) =>
      kind === "proven" || kind === "not-applicable" ? [] : codes.map((code) => `${kind}/${code}`),
    );
    expect(Object.keys(OUTCOME_MEANINGS).sort()).to.deep.equal(open.sort());
  });

  it("has a right exactly where a code says that one is missing", () => {
    for (const [code, explanation] of Object.entries(FAILURE_CODES)) {
      const isRight = code.endsWith("NotPermitted") && code !== "AssumeRoleNotPermitted";
      expect("right" in explanation, code).to.equal(isRight);
    }
  });

  it("gives the missing statement for the policy that has to have it", () => {
    const look = lookOf([judged("a", "missing"), judged("b", "missing"), judged("c", "missing")]);
    const codes = new Map(
      (["a", "b", "c"] as const).map((key, index) => [
        versionName({ key, versionId: `version-of-${key}` }),
        ["DstPutTaggingNotPermitted", "SrcGetRetentionNotPermitted", "NeverHeardOf"][index] ?? "",
      ]),
    );
    const { causes } = summarizeLook(look, codes);
    const of = (code: string) => causes.find(({ failureCode }) => failureCode === code);
    expect(of("DstPutTaggingNotPermitted")).to.deep.include({
      account: "222222222222",
      rerun: "after-fix",
      patch: {
        Effect: "Allow",
        Action: "s3:ReplicateTags",
        Principal: { AWS: "arn:aws:iam::111111111111:role/r" },
        Resource: "arn:aws:s3:::vault/*",
      },
    });
    expect(of("SrcGetRetentionNotPermitted")).to.deep.include({
      account: "111111111111",
      patch: {
        Effect: "Allow",
        Action: "s3:GetObjectRetention",
        Resource: "arn:aws:s3:::source/*",
      },
    });
    // A code of tomorrow is told by what we know of the outcome.
    expect(of("NeverHeardOf")).to.deep.include({ outcome: "failed/missing", rerun: "yes" });
    expect(of("NeverHeardOf")?.patch).to.equal(undefined);
  });
});
