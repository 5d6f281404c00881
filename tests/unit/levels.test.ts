/** The table of levels, what is asked for by name, and what a sample says of all. */

import { expect } from "chai";
import fc from "fast-check";
import { isLockstepError } from "../../automation/errors";
import { chooseLevel, type LevelWish } from "../../automation/levels/choose-level";
import { randomSeed, SampleDraw } from "../../automation/levels/draw-sample";
import { LEVEL_NAMES, levelFacts } from "../../automation/levels/levels";
import { inOrder, PROOF_CODES } from "../../automation/levels/proofs";
import { maxShareWrong, maxWrongCount } from "../../automation/levels/sample-bound";

describe("levels of proof", () => {
  it("have every code on one side each, in one order", () => {
    for (const name of LEVEL_NAMES) {
      const { doesNotProve, proves } = levelFacts(name);
      expect(inOrder([...proves, ...doesNotProve]), name).to.deep.equal(PROOF_CODES);
      expect([...proves, ...doesNotProve], name).to.have.length(PROOF_CODES.length);
    }
  });

  it("prove no lock, key, replication or content by listings, and no bytes but by reading them", () => {
    expect(levelFacts("listing").doesNotProve).to.include.members([
      "lock-mode",
      "retain-until",
      "encryption-key",
      "replication-status",
      "checksum",
      "content-read",
      "holds",
      "tags",
    ]);
    const proving = LEVEL_NAMES.filter((name) => levelFacts(name).proves.includes("content-read"));
    expect(proving).to.deep.equal(["checksum"]);
  });
});

describe("a level that is asked for", () => {
  const problemsOf = (wish: LevelWish): readonly (readonly [string, string])[] => {
    try {
      chooseLevel(wish);
      return [];
    } catch (error) {
      if (!isLockstepError(error)) throw error;
      expect(error.code).to.equal("ConfigInvalid");
      return error.problems.map(({ message, path }) => [path, message] as const);
    }
  };

  it("has inventories joined by an engine that there is, and by one that charges once alone", () => {
    const inventory = { level: "inventory" } as const;
    expect(problemsOf({ ...inventory, engine: "spark" })).to.deep.equal([
      ["--engine", 'there is no engine "spark": duckdb, athena'],
    ]);
    expect(problemsOf({ engine: "athena" })).to.deep.equal([
      ["--engine", "goes with --level inventory alone"],
    ]);
    expect(problemsOf({ ...inventory, engine: "athena", watch: true })).to.deep.equal([
      ["--engine", "Athena charges for each look: leave --watch out"],
    ]);
    expect(problemsOf({ ...inventory, engine: "duckdb", watch: true })).to.deep.equal([]);
  });

  it("is full where none is named, and a sample is of a thousand", () => {
    expect(chooseLevel({})).to.deep.equal({ level: "full" });
    expect(chooseLevel({ annotations: true })).to.deep.equal({ level: "full" });
    expect(chooseLevel({ level: "inventory" })).to.deep.equal({
      level: "inventory",
      engine: "duckdb",
    });
    expect(chooseLevel({ level: "inventory", engine: "athena" })).to.deep.equal({
      level: "inventory",
      engine: "athena",
    });
    expect(chooseLevel({ level: "listing" })).to.deep.equal({ level: "listing" });
    expect(chooseLevel({ level: "sample" })).to.deep.equal({ level: "sample", sampleCount: 1_000 });
    expect(chooseLevel({ level: "sample", sampleCount: 3, seed: "s" })).to.deep.equal({
      level: "sample",
      sampleCount: 3,
      seed: "s",
    });
    expect(chooseLevel({ level: "checksum", annotations: true, rpo: "15m" })).to.deep.equal({
      level: "checksum",
      objectiveMs: 900_000,
    });
  });

  it("is refused where there is none of that name", () => {
    expect(problemsOf({ level: "everything" })).to.deep.equal([
      ["--level", 'there is no level "everything": listing, sample, full, inventory, checksum'],
    ]);
  });

  it("is refused with every option that does not go with it, at once", () => {
    const paths = (wish: LevelWish) => problemsOf(wish).map(([path]) => path);
    expect(paths({ level: "listing", sampleCount: 5, seed: "s", annotations: true })).to.deep.equal(
      ["--sample", "--sample-seed", "--annotations"],
    );
    expect(paths({ sampleCount: 5 })).to.deep.equal(["--sample"]);
    expect(paths({ level: "sample", sampleCount: 0, seed: "" })).to.deep.equal([
      "--sample-seed",
      "--sample",
    ]);
    expect(paths({ level: "sample", sampleCount: 1_000_001 })).to.deep.equal(["--sample"]);
    expect(paths({ level: "sample", sampleCount: 1.5 })).to.deep.equal(["--sample"]);
    expect(paths({ level: "checksum", watch: true })).to.deep.equal(["--watch"]);
    expect(paths({ level: "checksum", since: "1h" })).to.deep.equal(["--since"]);
  });
});

function choose(of: number, some: number): bigint {
  if (some < 0 || some > of) return 0n;
  let product = 1n;
  for (let i = 0; i < some; i++) product = (product * BigInt(of - i)) / BigInt(i + 1);
  return product;
}

/** The same without logarithms. */
function exactBound(N: number, n: number, k: number): number {
  let bound = 0;
  for (let K = 0; K <= N; K++) {
    let ways = 0n;
    for (let j = 0; j <= k; j++) ways += choose(K, j) * choose(N - K, n - j);
    // P >= 1/20. What was seen binds as well.
    if (ways * 20n >= choose(N, n) && K >= k && N - K >= n - k) bound = K;
  }
  return bound;
}

/** Whether so many wrong ones of N are not ruled out by a sample, in whole numbers. */
function isPossible(K: number, { N, k, n }: { N: number; n: number; k: number }): boolean {
  let ways = 0n;
  for (let j = 0; j <= k; j++) ways += choose(K, j) * choose(N - K, n - j);
  return ways * 20n >= choose(N, n);
}

describe("what a sample says of all", () => {
  it("is the hypergeometric bound, as whole numbers give it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(59), fc.nat(4), (N, drawn, wrong) => {
        const n = Math.min(N, drawn + 1);
        const k = Math.min(n, wrong);
        const counts = { populationCount: N, sizeCount: n, wrongCount: k };
        expect(maxWrongCount(counts), JSON.stringify(counts)).to.equal(exactBound(N, n, k));
      }),
      { numRuns: 400 },
    );
  });

  it("is so too of large samples, of much or of little", () => {
    for (const [N, n] of [
      [600, 300],
      [1_200, 257],
      [1_200, 1_000],
      [20_000, 256],
      [20_000, 400],
      [100_000, 700],
    ] as const) {
      for (const k of [0, 1, 4, 20]) {
        const bound = maxWrongCount({ populationCount: N, sizeCount: n, wrongCount: k });
        const name = `${k} of ${n} of ${N}: ${bound}`;
        expect(isPossible(bound, { N, n, k }), name).to.equal(true);
        expect(isPossible(bound + 1, { N, n, k }), name).to.equal(false);
      }
    }
  });

  it("is so too where one more or less decides, of many wrong ones as well", () => {
    for (const [N, n, k] of [
      // One in twenty to the last digit: not ruled out.
      [20, 1, 0],
      [20, 19, 0],
      [320, 1, 0],
      [10_000, 9_500, 0],
      // One was not drawn, which is wrong with 200 of 4000, or of 4001, which is less.
      [4_000, 3_999, 199],
      [4_001, 4_000, 199],
      [600, 300, 42],
      [700, 400, 158],
      [1_000, 400, 136],
    ] as const) {
      const bound = maxWrongCount({ populationCount: N, sizeCount: n, wrongCount: k });
      const name = `${k} of ${n} of ${N}: ${bound}`;
      expect(isPossible(bound, { N, n, k }), name).to.equal(true);
      expect(isPossible(bound + 1, { N, n, k }), name).to.equal(false);
    }
  });

  it("is never too small of a billion, and too large by one at the most", () => {
    let largerCount = 0;
    const cases = [1e8, 99_999_989, 123_456_789, 1e9, 999_999_937].flatMap((N) =>
      [300, 1_000].flatMap((n) => [0, 1, 5].map((k) => ({ N, n, k }))),
    );
    for (const { N, n, k } of [...cases, { N: 1e9, n: 3_000, k: 5 }, { N: 1e9, n: 300, k: 150 }]) {
      const bound = maxWrongCount({ populationCount: N, sizeCount: n, wrongCount: k });
      const name = `${k} of ${n} of ${N}: ${bound}`;
      expect(isPossible(bound + 1, { N, n, k }), name).to.equal(false);
      expect(isPossible(bound - 1, { N, n, k }), name).to.equal(true);
      if (!isPossible(bound, { N, n, k })) largerCount++;
    }
    expect(largerCount).to.be.at.most(1);
    const billion = { populationCount: 1e9, sizeCount: 1_000, wrongCount: 1 };
    expect(maxWrongCount(billion)).to.equal(4_734_991);
  });

  it("is found whatever is drawn, and however much of it is wrong", () => {
    const bound = (sizeCount: number, wrongCount: number, populationCount = 1e9) =>
      maxWrongCount({ populationCount, sizeCount, wrongCount });
    for (const wrongCount of [0, 1, 5_000, 10_000, 15_000, 19_999, 20_000]) {
      const most = bound(20_000, wrongCount);
      const share = wrongCount / 20_000;
      const wide = 4 * Math.sqrt((share * (1 - share)) / 20_000) + 4 / 20_000;
      expect(most / 1e9, String(wrongCount)).to.be.within(share, share + wide);
      expect(most).to.be.at.most(1e9 - (20_000 - wrongCount));
    }
    expect(bound(20_000, 20_000)).to.equal(1e9);
    expect(bound(0, 0)).to.equal(1e9);
  });

  it("comes near to the rule of three for few of many with nothing wrong", () => {
    for (const sizeCount of [100, 1_000, 100_000]) {
      const share = maxShareWrong({ populationCount: 1e9, sizeCount, wrongCount: 0 });
      expect(share).to.be.closeTo(1 - 0.05 ** (1 / sizeCount), 1e-3 / sizeCount);
      expect(share * sizeCount).to.be.within(2.9, 3);
    }
  });

  it("is what was found where all were drawn, more the less were, and nothing of nothing", () => {
    const share = (sizeCount: number, wrongCount: number) =>
      maxShareWrong({ populationCount: 10_000, sizeCount, wrongCount });
    expect(share(10_000, 0)).to.equal(0);
    expect(share(10_000, 7)).to.equal(7e-4);
    expect(share(9_999, 0)).to.be.at.most(1e-4);
    expect(share(100, 0)).to.be.greaterThan(share(1_000, 0));
    expect(share(1_000, 5)).to.be.greaterThan(share(1_000, 1));
    expect(share(1, 1)).to.equal(1);
    expect(maxShareWrong({ populationCount: 0, sizeCount: 0, wrongCount: 0 })).to.equal(0);
  });
});

describe("the drawing of a sample", () => {
  const draw = (seed: string, count: number, names: readonly string[]): readonly string[] => {
    const sample = new SampleDraw(seed, count);
    for (const [index, name] of names.entries()) sample.offer(name, index);
    expect(sample.offeredCount).to.equal(names.length);
    return [...sample.indexes()].map((index) => names[index] ?? "");
  };
  const names = Array.from({ length: 500 }, (_, index) => `v${index}\0key`);

  it("is the same for a seed, in whichever order names come, and another for another", () => {
    const one = draw("seed", 50, names);
    expect(one).to.have.length(50);
    expect(draw("seed", 50, [...names].reverse())).to.have.members([...one]);
    expect(draw("other", 50, names)).to.not.have.members([...one]);
    expect(randomSeed()).to.not.equal(randomSeed());
  });

  it("is all of them where fewer are offered, and grows by names without losing any", () => {
    expect(draw("seed", 1_000, names)).to.deep.equal(names);
    expect(draw("seed", 60, names)).to.include.members([...draw("seed", 50, names)]);
    expect(draw("seed", 5, [])).to.deep.equal([]);
  });

  it("draws each as often as any other", () => {
    const counts = new Map<string, number>();
    const some = names.slice(0, 20);
    for (let seed = 0; seed < 2_000; seed++) {
      for (const name of draw(String(seed), 5, some)) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    // 500 each are expected; the seeds are fixed, so that this is the same each time.
    for (const name of some) expect(counts.get(name), name).to.be.within(420, 580);
  });
});
