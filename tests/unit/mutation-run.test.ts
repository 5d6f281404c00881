import { expect } from "chai";

/** The script's modules are not compiled: they are imported as they are. */
const importModule = (path: string): Promise<unknown> => import(path);

interface Mutant {
  readonly fileName: string;
  readonly mutatorName: string;
  readonly status: string;
  readonly replacement?: string;
  readonly location: {
    readonly start: { readonly line: number; readonly column: number };
    readonly end: { readonly line: number; readonly column: number };
  };
}

interface Explained {
  readonly file: string;
  readonly mutator: string;
  readonly original: string;
  readonly reason: string;
  readonly replacement?: string;
}

interface Summary {
  readonly count: number;
  readonly noticedCount: number;
  readonly explainedCount: number;
  readonly timedOut: readonly { readonly original: string }[];
  readonly unexplained: readonly { readonly original: string }[];
  readonly passed: boolean;
}

interface Survivors {
  summarize(
    mutants: readonly Mutant[],
    explained: readonly Explained[],
    sourceOf: (file: string) => string,
  ): Summary;
  unneeded(
    explained: readonly Explained[],
    mutants: readonly Mutant[],
    sourceOf: (file: string) => string,
  ): readonly Explained[];
}

interface Sample {
  isDrawn(mutant: Mutant, sample: { seed: string; share: number }): boolean;
}

interface Lines {
  linesOfDiff(diff: string): Map<string, [number, number][]>;
}

const SOURCE = "const a = 1;\nif (x <\n  y) end();\n";
const mutant = (status: string, fields: Partial<Mutant> = {}): Mutant => ({
  fileName: "a.ts",
  mutatorName: "EqualityOperator",
  status,
  replacement: "x <= y",
  location: { start: { line: 2, column: 5 }, end: { line: 3, column: 4 } },
  ...fields,
});
const because = (fields: Partial<Explained> = {}): Explained => ({
  file: "a.ts",
  mutator: "EqualityOperator",
  original: "x < y",
  reason: "never equal",
  ...fields,
});
const many = (count: number, status: string) => Array.from({ length: count }, () => mutant(status));

describe("mutation run: what was not noticed", () => {
  let survivors: Survivors;
  before(async () => {
    survivors = (await importModule("../../scripts/mutation-survivors.mjs")) as Survivors;
  });
  const summaryOf = (mutants: readonly Mutant[], explained: readonly Explained[] = []) =>
    survivors.summarize(mutants, explained, () => SOURCE);

  it("passes with one in twenty, and fails with more", () => {
    expect(summaryOf([...many(19, "Killed"), mutant("Survived")]).passed).to.equal(true);
    expect(summaryOf([...many(18, "Killed"), mutant("Survived")]).passed).to.equal(false);
    expect(summaryOf([]).passed).to.equal(true);
  });

  it("counts what no test runs as not noticed, and not what could not be tried", () => {
    const mutants = [
      ...["Killed", "Timeout", "Survived", "NoCoverage"].map((status) => mutant(status)),
      ...["Ignored", "CompileError", "RuntimeError"].map((status) => mutant(status)),
    ];
    const { count, noticedCount, unexplained } = summaryOf(mutants);
    expect({ count, noticedCount, unexplained: unexplained.length }).to.deep.equal({
      count: 4,
      noticedCount: 2,
      unexplained: 2,
    });
  });

  it("counts tests that never end as having noticed, and names the change", () => {
    const { noticedCount, timedOut } = summaryOf([mutant("Killed"), mutant("Timeout")]);
    expect(noticedCount).to.equal(2);
    expect(timedOut.map(({ original }) => original)).to.deep.equal(["x <\n  y"]);
  });

  it("shows the original text, and takes an explanation by it wherever its lines are broken", () => {
    const { explainedCount, passed } = summaryOf([mutant("Survived")], [because()]);
    expect({ explainedCount, passed }).to.deep.equal({ explainedCount: 1, passed: true });
    expect(summaryOf([mutant("Survived")]).unexplained[0]?.original).to.equal("x <\n  y");
  });

  const others: Record<string, Partial<Explained>> = {
    file: { file: "b.ts" },
    mutator: { mutator: "ConditionalExpression" },
    text: { original: "x < z" },
    replacement: { replacement: "x >= y" },
  };
  for (const [what, other] of Object.entries(others)) {
    it(`takes no explanation of another ${what}, and says that it is not needed`, () => {
      expect(summaryOf([mutant("Survived")], [because(other)]).passed).to.equal(false);
      const mutants = [mutant("Survived"), mutant("Killed", { fileName: "b.ts" })];
      expect(survivors.unneeded([because(), because(other)], mutants, () => SOURCE)).to.deep.equal([
        because(other),
      ]);
    });
  }
});

describe("mutation run: a sample", () => {
  it("is about the share of all changes, and the same one for a seed", async () => {
    const { isDrawn } = (await importModule("../../scripts/mutation-sample.mjs")) as Sample;
    const mutants = Array.from({ length: 1000 }, (_, line) => {
      const start = { line, column: 1 };
      return mutant("Pending", { location: { start, end: { line, column: 9 } } });
    });
    const drawn = (seed: string, share: number) =>
      mutants.filter((one) => isDrawn(one, { seed, share }));
    expect(drawn("1", 0.25).length).to.be.within(200, 300);
    expect(drawn("1", 0.25)).to.deep.equal(drawn("1", 0.25));
    expect(drawn("2", 0.25)).to.not.deep.equal(drawn("1", 0.25));
    expect(drawn("1", 0.5)).to.include.members(drawn("1", 0.25));
  });
});

describe("mutation run: what changed", () => {
  it("is read off the diff: lines of each file, and none of files that are gone", async () => {
    const { linesOfDiff } = (await importModule("../../scripts/changed-lines.mjs")) as Lines;
    const diff = [
      "diff --git a.ts a.ts",
      "--- a.ts",
      "+++ a.ts",
      "@@ -1 +1,3 @@ x",
      "+one",
      "@@ -9,2 +11 @@",
      "+two",
      "@@ -20,4 +17,0 @@",
      "--- gone.ts",
      "+++ /dev/null",
      "@@ -1,9 +0,0 @@",
      "--- /dev/null",
      "+++ new.ts",
      "@@ -0,0 +1,2 @@",
    ].join("\n");
    expect([...linesOfDiff(diff)]).to.deep.equal([
      [
        "a.ts",
        [
          [1, 3],
          [11, 11],
          [17, 18],
        ],
      ],
      ["new.ts", [[1, 2]]],
    ]);
  });
});
