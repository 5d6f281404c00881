/** What is counted for a report, to each limit and at each edge. */

import { expect } from "chai";
import type { Outcome } from "../../automation/judge/outcome";
import type { JudgedVersion } from "../../automation/look/look";
import { versionName } from "../../automation/proof/source-versions";
import { AcceptedCounts } from "../../automation/report/accepted-counts";
import { Causes } from "../../automation/report/causes";
import { summarizeLook } from "../../automation/report/summarize-look";
import { TopGroups } from "../../automation/report/top-groups";
import { judged, lookOf } from "../helpers/looks";

const { promise: PROMISE } = lookOf([]);
const MISSING = { kind: "failed", code: "missing" } as const;
const outcome = (more: Partial<Outcome>): Outcome =>
  ({ key: "k", versionId: "v", vault: "primary", ...MISSING, ...more }) as Outcome;
const times = <Item>(number: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: number }, (_, index) => item(index));
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

describe("what is accepted", () => {
  it("is counted by reason, vault and what accepts it, the most first", () => {
    const counts = new AcceptedCounts();
    const lapsed = outcome({ kind: "lapsed", code: "lapsed" });
    counts.add(
      outcome({ kind: "unverifiable", code: "tags-unread", vault: undefined }),
      "level",
      7,
    );
    counts.add(lapsed, "configuration", 1);
    counts.add(lapsed, "configuration", 2);
    counts.add({ ...lapsed, vault: "second" }, "configuration", 4);
    counts.add({ ...lapsed, vault: "second" }, "configuration", 4);
    counts.add({ ...lapsed, vault: "second" }, "configuration", 4);
    counts.add(lapsed, "objective", 8);
    expect(counts.told).to.deep.equal([
      {
        outcome: "lapsed/lapsed",
        vault: "second",
        versions: 3,
        sizeBytes: 12,
        by: "configuration",
      },
      {
        outcome: "lapsed/lapsed",
        vault: "primary",
        versions: 2,
        sizeBytes: 3,
        by: "configuration",
      },
      { outcome: "unverifiable/tags-unread", versions: 1, sizeBytes: 7, by: "level" },
      { outcome: "lapsed/lapsed", vault: "primary", versions: 1, sizeBytes: 8, by: "objective" },
    ]);
  });
});

describe("the causes of a report", () => {
  const causesOf = (...added: Parameters<Causes["add"]>[]) => {
    const causes = new Causes(PROMISE);
    for (const one of added) causes.add(...one);
    return causes.told();
  };

  it("are counted by reason and vault, the most first, with three examples", () => {
    const archived = outcome({ kind: "unprotected", code: "archived", cause: "in GLACIER" });
    const told = causesOf(
      [archived, 1],
      ...times(4, (index): [Outcome, number] => [outcome({ key: `${index}` }), 10]),
      [outcome({ vault: undefined }), 5],
    );
    expect(
      told.map(({ outcome: name, sizeBytes, vault, versions }) => [
        name,
        vault,
        versions,
        sizeBytes,
      ]),
    ).to.deep.equal([
      ["failed/missing", "primary", 4, 40],
      ["unprotected/archived", "primary", 1, 1],
      ["failed/missing", undefined, 1, 5],
    ]);
    expect(told[0]?.examples).to.deep.equal(
      times(3, (index) => ({ key: `${index}`, versionId: "v", cause: "missing" })),
    );
    expect(told[1]?.examples[0]?.cause).to.equal("in GLACIER");
    expect(told[2]).not.to.have.any.keys("vault", "failureCode", "patch", "source", "toldBy");
  });

  it("are no more than thirty with a code, of which those that no page has are one; of what has none no one is lost", () => {
    const coded = (index: number): [Outcome, number, string] => [
      outcome({ vault: `vault-${index % 40}` }),
      1,
      `Code${index}`,
    ];
    const [content, archived] = [
      outcome({ code: "content" }),
      outcome({ kind: "unprotected", code: "archived" }),
    ];
    const told = causesOf(...times(2_000, coded), [content, 1], [archived, 1]);
    expect(told).to.have.length(32);
    expect(told[0]).to.deep.include({ failureCode: "(another code)", versions: 50 });
    expect(told.slice(30).map(({ outcome: name }) => name)).to.deep.equal([
      "failed/content",
      "unprotected/archived",
    ]);
  });

  it("say whose word a code is: its report's, of a code that is known, and of one that is not", () => {
    const [known, other, own] = (["DstBucketNotFound", "constructor", undefined] as const).map(
      (code) => causesOf([outcome({}), 1, code])[0],
    );
    const words = "as the job's report at the source tells it";
    expect(known).to.deep.include({
      failureCode: "DstBucketNotFound",
      toldBy: "job-report",
      what: `the vault's bucket is not there, ${words}`,
      fix: "find out who deleted it and make it again: `lockstep up`",
      rerun: "after-fix",
      account: "222222222222",
      source:
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html",
    });
    expect(other).to.deep.include({
      failureCode: "constructor",
      toldBy: "job-report",
      what: `the version is promised and not at the vault; the reason is constructor, a code that no page of AWS has, ${words}`,
      rerun: "yes",
      account: "111111111111",
    });
    expect(other).not.to.have.property("source");
    expect(own).to.deep.include({ what: "the version is promised and not at the vault" });
    const [deleted] = causesOf([outcome({ kind: "unprotected", code: "deleted-at-vault" }), 1]);
    expect(deleted).to.deep.include({ toldBy: "job-report" });
    expect(deleted?.what).to.contain(`never sends it again, ${words}`);
  });

  it("have the statement that is missing, as its policy takes it", () => {
    const patchOf = (code: string, vault: string | undefined = "primary") =>
      causesOf([outcome({ vault }), 1, code])[0]?.patch;
    expect(patchOf("DstPutAclNotPermitted")).to.deep.equal({
      Effect: "Allow",
      Action: ["s3:ReplicateObject", "s3:ObjectOwnerOverrideToBucketOwner"],
      Principal: { AWS: "arn:aws:iam::111111111111:role/r" },
      Resource: "arn:aws:s3:::vault/*",
    });
    expect(patchOf("InitiateReplicationNotPermitted")).to.deep.equal({
      Effect: "Allow",
      Action: "s3:InitiateReplication",
      Resource: "arn:aws:s3:::source/*",
    });
    // Of a vault that nobody knows no statement can be written; of the source one can.
    expect(patchOf("DstPutAclNotPermitted", "gone")).to.equal(undefined);
    expect(patchOf("SrcGetTaggingNotPermitted", "gone")).to.have.property("Resource");
    expect(patchOf("DstBucketNotFound")).to.equal(undefined);
  });

  it("name the source's account for what is at a vault that nobody knows", () => {
    const content = outcome({ code: "content" });
    expect(causesOf([content, 1])[0]?.account).to.equal("222222222222");
    expect(causesOf([{ ...content, vault: "gone" }, 1])[0]?.account).to.equal("111111111111");
    expect(causesOf([{ ...content, vault: undefined }, 1])[0]?.account).to.equal("111111111111");
  });

  it("say of what is missing how much of it the source calls replicated, in either spelling", () => {
    const fixOf = (one: Outcome, ...statuses: (string | undefined)[]) =>
      causesOf(
        ...statuses.map(
          (status) =>
            [one, 1, undefined, status] as [Outcome, number, undefined, string | undefined],
        ),
      )[0]?.fix;
    expect(fixOf(outcome({}), "COMPLETED", "COMPLETE", "PENDING", undefined)).to.contain(
      "; of 2 versions the source says that it was replicated",
    );
    expect(fixOf(outcome({}), "FAILED", undefined)).not.to.contain("the source says");
    expect(fixOf(outcome({ code: "content" }), "COMPLETED")).not.to.contain("the source says");
  });

  it("say what has to be done before locks can be extended, where the vault lets no role do it", () => {
    const fixOf = (more: Partial<Outcome>, guard?: object) => {
      const [vault] = [...PROMISE.vaults.values()];
      const vaults = new Map([["primary", { ...vault, ...(guard && { guard }) } as never]]);
      const causes = new Causes({ ...PROMISE, vaults });
      causes.add(outcome(more), 1);
      return causes.told()[0]?.fix;
    };
    const before = /^set `relock: true` on the vault primary /;
    const lapsed = { kind: "lapsed", code: "lapsed" } as const;
    for (const by of [lapsed, { code: "lock-weaker" } as const]) {
      expect(fixOf(by)).to.match(before);
      expect(fixOf(by, {})).to.match(before);
      expect(fixOf(by, { relock: { modes: [] } })).not.to.match(before);
      expect(fixOf({ ...by, vault: "gone" })).not.to.match(before);
    }
    expect(fixOf({ code: "wrong-key" })).not.to.match(before);
  });
});

describe("groups that are brought in order", () => {
  it("are those with what is open and not accepted, then the largest, then by name", () => {
    const groups = new TopGroups();
    groups.add("b", "proven", 1);
    groups.add("a", "proven", 1);
    groups.add("large", "proven", 1);
    groups.add("large", "proven", 1);
    for (let index = 0; index < 3; index++) groups.add("accepted", "lapsed", 1, true);
    groups.add("open", "lapsed", 1);
    // Whatever it is called, what is open to nobody is not accepted.
    groups.add("b-proven", "proven", 1, true);
    const { groups: told, others } = groups.grouping();
    expect(told.map(({ accepted, name }) => [name, accepted])).to.deep.equal([
      ["open", 0],
      ["accepted", 3],
      ["large", 0],
      ["a", 0],
      ["b", 0],
      ["b-proven", 0],
    ]);
    expect(others).to.equal(null);
  });

  it("are twenty, and the sum of the others", () => {
    const groups = new TopGroups();
    for (const index of times(22, (one) => one)) groups.add(`${index}`, "lapsed", 2, true);
    const { groups: told, isLowerBound, others } = groups.grouping();
    expect(told).to.have.length(20);
    expect(others).to.deep.include({ name: "(others)", accepted: 2, sizeBytes: 4 });
    expect(others?.counts).to.deep.include({ lapsed: 2, proven: 0 });
    expect(isLowerBound).to.equal(undefined);
  });

  it("lose the half that needs nobody where there are too many, and say so of each name once", () => {
    const groups = new TopGroups(4);
    for (const name of ["a", "b", "c", "d"])
      groups.add(name, name === "d" ? "failed" : "proven", 1);
    expect([groups.size, groups.isWhole]).to.deep.equal([4, true]);
    groups.add("a", "proven", 1);
    expect(groups.isWhole).to.equal(true);
    groups.add("e", "proven", 1);
    expect([groups.size, groups.isWhole]).to.deep.equal([5, false]);
    const before = groups.grouping();
    expect(before.groups.map(({ name }) => name)).to.deep.equal(["d", "a", "e"]);
    expect(before.others).to.deep.include({ name: "(others)", sizeBytes: 2 });
    // To tell them changes nothing.
    expect(groups.grouping(1).others?.sizeBytes).to.equal(5);
    expect(groups.grouping()).to.deep.equal(before);
  });

  it("have one that most are in where it is more than half of all", () => {
    const mostOf = (counts: Readonly<Record<string, number>>, limit?: number) => {
      const groups = new TopGroups(limit);
      for (const [name, number] of Object.entries(counts)) {
        for (let index = 0; index < number; index++) groups.add(name, "proven", 1);
      }
      return groups.most;
    };
    expect(mostOf({})).to.equal(undefined);
    expect(mostOf({ a: 2, b: 2 })).to.equal(undefined);
    expect(mostOf({ a: 2, b: 3 })).to.equal("b");
    expect(mostOf({ a: 3, b: 2 })).to.equal("a");
    // Those that were left out are counted among all.
    expect(mostOf({ a: 3, b: 1, c: 1 }, 2)).to.equal("a");
    expect(mostOf({ a: 3, b: 1, c: 1, d: 1 }, 2)).to.equal(undefined);
  });

  it("take the parts of one in its place", () => {
    const [whole, parts] = [new TopGroups(3), new TopGroups()];
    for (const name of ["a/", "b/", "c/", "d/"]) whole.add(name, "proven", 1);
    for (const name of ["a/", "a/x/", "a/y/", "b/z/"]) parts.add(name, "proven", 1);
    const { groups, isLowerBound, others } = whole.withPartsOf("a/", parts).grouping();
    expect(groups.map(({ name }) => name)).to.deep.equal(["a/", "a/x/", "a/y/", "d/"]);
    expect([others?.sizeBytes, isLowerBound]).to.deep.equal([2, true]);
    expect(whole.withPartsOf("a/", parts).size).to.equal(6);
  });
});

describe("the sums of a look", () => {
  const sized = (sizeBytes: number): JudgedVersion => {
    const one = judged(`${sizeBytes}`, "proven");
    return { ...one, version: { ...one.version, sizeBytes } };
  };

  it("go by size from each edge on, in the order of the sizes", () => {
    const edges = [0, 1, 64 * 1024, MIB, 16 * MIB, 128 * MIB, GIB, 5 * GIB];
    const names = [
      "0 bytes",
      "under 64 KiB",
      "64 KiB to 1 MiB",
      "1 MiB to 16 MiB",
      "16 MiB to 128 MiB",
      "128 MiB to 1 GiB",
      "1 GiB to 5 GiB",
      "5 GiB and more",
    ];
    const { bySize } = summarizeLook(lookOf([...edges].reverse().map(sized)));
    expect(bySize.groups.map(({ name, sizeBytes }) => [name, sizeBytes])).to.deep.equal(
      names.map((name, index) => [name, edges[index]]),
    );
    const last = edges.slice(1).map((edge) => edge - 1);
    const below = summarizeLook(lookOf(last.map(sized))).bySize;
    expect(below.groups.map(({ name, sizeBytes }) => [name, sizeBytes])).to.deep.equal(
      last.map((sizeBytes, index) => [names[index], sizeBytes]),
    );
  });

  it("have a code for what is missing alone, and only of what is open", () => {
    const names = new Map(
      ["a", "b", "c"].map((key) => [
        versionName({ key, versionId: `version-of-${key}` }),
        "SlowDown",
      ]),
    );
    const { byCause, causes } = summarizeLook(
      lookOf([judged("a", "missing"), judged("b", "archived"), judged("c", "proven")]),
      names,
    );
    expect(byCause.groups.map(({ name }) => name)).to.deep.equal([
      "failed/missing (another code)",
      "unprotected/archived",
      "proven/etag",
    ]);
    expect(causes.map(({ failureCode }) => failureCode)).to.deep.equal(["SlowDown", undefined]);
  });

  it("have the rule at the vault, and say of what none takes whether one is disabled", () => {
    const traits = (vault: string) => ({ traits: { vaults: [{ vault, rule: "all" }] } });
    const { byRule } = summarizeLook(
      lookOf([
        judged("a", "proven", traits("primary")),
        judged("b", "proven", traits("second")),
        judged("c", "archived", traits("second")),
      ]),
    );
    expect(byRule?.groups.map(({ name }) => name)).to.deep.equal([
      "(disabled rule)",
      "(no rule)",
      "all",
    ]);
  });

  it("are told where every version tells them: of each look in full, and of an empty one", () => {
    const traits = { vaults: [{ vault: "primary", rule: "all", lockedUntilMonth: "2027-01" }] };
    const whole = judged("a", "proven", { traits });
    const isTold = (versions: readonly JudgedVersion[], level: "full" | "checksum" | "listing") => {
      const { byKmsKey, byRule, locks } = summarizeLook(lookOf(versions, { level }));
      return [byKmsKey, byRule, locks].map((one) => one !== null);
    };
    for (const level of ["full", "checksum"] as const) {
      expect(isTold([whole], level)).to.deep.equal([true, true, true]);
      expect(isTold([whole, judged("b", "marker")], level)).to.deep.equal([true, true, true]);
      expect(isTold([], level)).to.deep.equal([true, true, true]);
      expect(isTold([judged("b", "proven")], level)).to.deep.equal([false, false, false]);
    }
    expect(isTold([whole], "listing")).to.deep.equal([false, true, false]);
    expect(isTold([whole, judged("b", "proven")], "listing")).to.deep.equal([false, false, false]);
  });

  it("have locks by month, then by vault, and those of more months than two centuries as one", () => {
    const locked = (vault: string, month: string, index = 0) =>
      judged(`${vault}${month}${index}`, "proven", {
        traits: { vaults: [{ vault, rule: "all", lockedUntilMonth: month }] },
      });
    const { locks } = summarizeLook(
      lookOf([
        locked("second", "2027-02"),
        locked("primary", "2027-02"),
        locked("second", "2027-01"),
        locked("primary", "2027-02", 1),
      ]),
    );
    const sorted = [
      { month: "2027-01", vault: "second", versions: 1 },
      { month: "2027-02", vault: "primary", versions: 2 },
      { month: "2027-02", vault: "second", versions: 1 },
    ];
    expect(locks).to.deep.equal(sorted);
    const [, one, other] = sorted;
    for (const inventoryLocks of [
      [one, other],
      [other, one],
    ] as (typeof sorted)[]) {
      const { locks: told } = summarizeLook(lookOf([judged("a", "proven")], { inventoryLocks }));
      expect(told).to.deep.equal([one, other]);
    }
    const told = { level: "inventory", inventoryLocks: [...sorted].reverse() } as const;
    const byInventories = summarizeLook(lookOf([judged("a", "proven")], told));
    expect(byInventories).to.deep.include({ locks: sorted, locksBy: "inventories" });
    // What was asked of each replica goes before.
    const asked = summarizeLook(lookOf([locked("primary", "2027-03")], { ...told, level: "full" }));
    expect(asked.locks).to.deep.equal([{ month: "2027-03", vault: "primary", versions: 1 }]);
    expect(asked).not.to.have.property("locksBy");

    const monthOf = (index: number) => String(100_000 + index);
    const many = summarizeLook(
      lookOf([
        ...times(2_402, (index) => locked("primary", monthOf(index))),
        locked("primary", monthOf(2_399), 1),
      ]),
    ).locks;
    expect(many).to.have.length(2_401);
    expect(many?.at(-2)).to.deep.equal({ month: monthOf(2_399), vault: "primary", versions: 2 });
    expect(many?.at(-1)).to.deep.equal({ month: "later", vault: "primary", versions: 2 });
  });

  it("say what was looked at, when, and what each vault promises", () => {
    const looked = summarizeLook(lookOf([judged("a", "proven")], { lookedEpochMs: 1_000 }));
    expect(looked).to.deep.include({
      at: "1970-01-01T00:00:01.000Z",
      bucket: "source",
      accountId: "111111111111",
      region: "eu-west-1",
      versions: 1,
      vaults: [
        {
          name: "primary",
          bucket: "vault",
          accountId: "222222222222",
          region: "eu-central-1",
          lockMode: "GOVERNANCE",
          retentionDays: 30,
        },
      ],
    });
    expect(summarizeLook(lookOf([]))).not.to.have.property("at");
  });

  it("go by the folders of the first depth that tells keys apart, however deep all of them are", () => {
    const prefixesOf = (...keys: string[]) =>
      summarizeLook(lookOf(keys.map((key) => judged(key, "proven")))).byPrefix.groups.map(
        ({ name }) => name,
      );
    expect(prefixesOf("a/b/c/d", "a/b/c/e")).to.deep.equal(["a/"]);
    expect(prefixesOf("a/b/c/1", "a/b/d/1")).to.deep.equal(["a/b/c/", "a/b/d/"]);
    expect(prefixesOf("a/1", "b/1")).to.deep.equal(["a/", "b/"]);
    expect(prefixesOf("a/1/x", "a/2/x", "b/1/x", "b/2/x")).to.deep.equal(["a/", "b/"]);
    // Nor is another depth better where there are too many at the first.
    const wide = prefixesOf(
      ...times(
        4_002,
        (index) => `${String(Math.floor(index / 2)).padStart(4, "0")}/${index % 2}/x`,
      ),
    );
    expect(wide.filter((name) => !/^\d{4}\/$/.test(name))).to.deep.equal([]);
    // One that most are in is taken apart, again and again.
    expect(prefixesOf("x", "a/b/1/x", "a/b/2/x", "a/c/x")).to.deep.equal(["a/b/", "", "a/c/"]);
    expect(
      prefixesOf("x", ...times(8, (index) => `a/b/${index % 2}/x${index}`), "a/c/x"),
    ).to.deep.equal(["a/b/0/", "a/b/1/", "", "a/c/"]);
  });
});

describe("a group of what was deleted at a vault", () => {
  it("has the name of its outcome alone: the code that told it is the outcome", () => {
    const version = judged("a", "deletedAtVault");
    const codes = new Map([[versionName(version.version), "DstObjectHardDeleted"]]);
    const { byCause } = summarizeLook(lookOf([version]), codes);
    expect(byCause.groups.map(({ name }) => name)).to.deep.equal(["unprotected/deleted-at-vault"]);
  });
});
