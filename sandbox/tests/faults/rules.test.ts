import { expect } from "chai";
import { FaultsInvalid, parseFaults } from "../../src/faults/fault-file";
import type { Problem } from "../../src/server/problem";
import { canBeStale, FaultPlan, type FaultFacts, type FaultRule } from "../../src/faults/faults";
import { Random } from "../../src/values/random";

const ACCOUNTS = [
  { name: "source", accountId: "111111111111" },
  { name: "vault", accountId: "222222222222" },
];

const PUT: FaultFacts = {
  service: "s3",
  operation: "PutObject",
  accountId: "111111111111",
  accountName: "source",
  bucket: "records",
  key: "2026/07/a.txt",
};

function plan(...rules: FaultRule[]): FaultPlan {
  const faults = new FaultPlan(new Random(1));
  faults.add(rules);
  return faults;
}

/** Which of `count` equal requests are hit, from 1. */
function hitsOf(faults: FaultPlan, count: number, facts: FaultFacts = PUT): number[] {
  const hits: number[] = [];
  for (let index = 1; index <= count; index++) {
    if (faults.hit(facts) !== undefined) hits.push(index);
  }
  return hits;
}

function problemsOf(raw: unknown): readonly Problem[] {
  try {
    parseFaults(raw, ACCOUNTS);
  } catch (error) {
    if (error instanceof FaultsInvalid) return error.problems;
    throw error;
  }
  return [];
}

describe("The matching of faults", () => {
  it("hits everything when a rule names nothing", () => {
    expect(hitsOf(plan({ effect: "throttle" }), 2)).to.deep.equal([1, 2]);
  });

  const cases: { rule: Partial<FaultRule>; isHit: boolean }[] = [
    { rule: { service: "s3" }, isHit: true },
    { rule: { service: "iam" }, isHit: false },
    { rule: { service: ["iam", "s3"] }, isHit: true },
    { rule: { operation: "PutObject" }, isHit: true },
    { rule: { operation: "PutObjectTagging" }, isHit: false },
    { rule: { operation: "Put*" }, isHit: true },
    { rule: { operation: "putobject" }, isHit: false },
    { rule: { account: "source" }, isHit: true },
    { rule: { account: "111111111111" }, isHit: true },
    { rule: { account: "vault" }, isHit: false },
    { rule: { bucket: "rec*" }, isHit: true },
    { rule: { bucket: "rec" }, isHit: false },
    { rule: { key: "2026/*" }, isHit: true },
    { rule: { key: "*.txt" }, isHit: true },
    { rule: { key: "2026/07/a?txt" }, isHit: false },
    { rule: { key: "2026/07/a.t.t" }, isHit: false },
    { rule: { bucket: "records", key: "other" }, isHit: false },
  ];
  for (const { rule, isHit } of cases) {
    it(`${isHit ? "hits" : "passes"} PutObject with ${JSON.stringify(rule)}`, () => {
      expect(hitsOf(plan({ effect: "throttle", ...rule }), 1)).to.have.length(isHit ? 1 : 0);
    });
  }

  it("passes a request without a key or an account when the rule names one", () => {
    const list: FaultFacts = { service: "s3", operation: "ListBuckets" };
    expect(hitsOf(plan({ effect: "throttle", key: "*" }), 1, list)).to.deep.equal([]);
    expect(hitsOf(plan({ effect: "throttle", account: "*" }), 1, list)).to.deep.equal([]);
  });

  it("counts: the first, every n-th, after some, and all of these together", () => {
    const of = (rule: Partial<FaultRule>) => hitsOf(plan({ effect: "throttle", ...rule }), 10);
    expect(of({ first: 2 })).to.deep.equal([1, 2]);
    expect(of({ every: 3 })).to.deep.equal([3, 6, 9]);
    expect(of({ skip: 8 })).to.deep.equal([9, 10]);
    expect(of({ skip: 1, every: 3, first: 2 })).to.deep.equal([4, 7]);
  });

  it("draws from the seed: the same requests are hit again, about as many as the probability says", () => {
    const rule: FaultRule = { effect: "throttle", probability: 0.25 };
    const hits = hitsOf(plan(rule), 2000);
    expect(hitsOf(plan(rule), 2000)).to.deep.equal(hits);
    expect(hits.length).to.be.within(430, 570);
    const other = new FaultPlan(new Random(2));
    other.add([rule]);
    expect(hitsOf(other, 2000)).not.to.deep.equal(hits);
  });

  it("draws for each rule apart: another rule before it changes nothing", () => {
    const rule: FaultRule = { effect: "throttle", probability: 0.5, operation: "PutObject" };
    const other: FaultRule = { effect: "throttle", probability: 0.5, operation: "GetObject" };
    const alone = plan(other, rule);
    const mixed = plan(other, rule);
    const hits: number[] = [];
    for (let index = 1; index <= 100; index++) {
      mixed.hit({ ...PUT, operation: "GetObject" });
      if (mixed.hit(PUT) !== undefined) hits.push(index);
    }
    expect(hits).to.deep.equal(hitsOf(alone, 100));
  });

  it("asks rules in order; what one has hit is not counted by the next", () => {
    const faults = plan(
      { name: "one", effect: "throttle", first: 1 },
      { name: "two", effect: "internal-error", first: 1 },
    );
    const names = [1, 2, 3].map(() => faults.hit(PUT)?.name);
    expect(names).to.deep.equal(["one", "two", undefined]);
    expect(
      faults.status().map(({ matchedCount, hitCount }) => [matchedCount, hitCount]),
    ).to.deep.equal([
      [3, 1],
      [2, 1],
    ]);
  });

  it("makes only S3's reads of buckets stale", () => {
    for (const operation of ["GetBucketReplication", "ListBuckets", "HeadBucket"]) {
      expect(canBeStale("s3", operation), operation).to.equal(true);
    }
    for (const operation of ["GetObject", "ListObjectsV2", "HeadObject", "PutBucketPolicy"]) {
      expect(canBeStale("s3", operation), operation).to.equal(false);
    }
    const faults = plan({ effect: "stale-read", staleMs: 1000 });
    expect(hitsOf(faults, 1)).to.deep.equal([]);
    expect(hitsOf(faults, 1, { ...PUT, operation: "GetBucketPolicy" })).to.deep.equal([1]);
  });
});

describe("The description of faults", () => {
  it("takes every effect with what it needs", () => {
    const raw = {
      faults: [
        { effect: "throttle", service: ["s3", "iam"], operation: "*", account: "source", first: 3 },
        { effect: "stale-read", operation: "GetBucketReplication", staleMs: 2000 },
        { effect: "slow-body", bucket: "records", key: "*.bin", bytesPerSecond: 100 },
        { effect: "clock-skew", skewMs: 1_200_000, every: 2 },
        { effect: "reset-after", name: "lost answer", probability: 0.5, skip: 1 },
      ],
    };
    expect(parseFaults(raw, ACCOUNTS)).to.deep.equal(raw.faults);
  });

  it("tells every mistake at once, each with its path", () => {
    const problems = problemsOf({
      faults: [
        { effect: "explode" },
        { effect: "throttle", service: "ec2" },
        { effect: "throttle", service: "s3", operation: ["PutObject", "PutObjekt"] },
        { effect: "throttle", service: "iam", operation: "PutObject", bucket: "records" },
        { effect: "stale-read" },
        { effect: "stale-read", staleMs: 3_600_001, operation: "GetObject" },
        { effect: "throttle", staleMs: 1, probability: 1.5, every: 0, colour: "red" },
        { effect: "throttle", account: "nobody", operation: "" },
        "throttle",
      ],
    });
    expect(problems.map(({ path }) => path)).to.deep.equal([
      "faults[0].effect",
      "faults[1].service",
      "faults[2].operation[1]",
      "faults[3].operation",
      "faults[3].bucket",
      "faults[4].staleMs",
      "faults[5].staleMs",
      "faults[5].operation",
      "faults[6].every",
      "faults[6].probability",
      "faults[6].colour",
      "faults[6].staleMs",
      "faults[7].operation",
      "faults[7].account",
      "faults[8]",
    ]);
    expect(problems[2]?.message).to.equal("names no operation of s3");
    expect(problems[4]?.message).to.equal("only requests to s3 have one");
    expect(problems[10]?.message).to.equal("is not known");
    expect(problems[13]?.message).to.equal(
      "names no account: there are source, 111111111111, vault, 222222222222",
    );
  });

  it("tells what the whole must be", () => {
    expect(problemsOf([])).to.have.length(1);
    expect(problemsOf({ faults: 3 })).to.deep.equal([
      { path: "faults", message: "expected a list of faults" },
    ]);
    expect(problemsOf({ faults: [], rules: [] })).to.deep.equal([
      { path: "rules", message: "is not known" },
    ]);
  });
});
