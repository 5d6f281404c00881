/** The sentences of a report, by what they say of one and of several, and of what is not known. */

import { expect } from "chai";
import type { VerdictFields } from "../../automation/events";
import type {
  Grouping,
  LiveLag,
  LookedAt,
  Report,
  SourceReport,
} from "../../automation/report/fields";
import {
  acceptedAt,
  acceptedWords,
  asideWords,
  groupingNote,
  groupRows,
  headline,
  headlineMeaning,
  jobWords,
  lagWords,
  locksNote,
  lookWords,
  lossWords,
  notToldWords,
  onTopCount,
  problemsOf,
  proofWords,
  shown,
  toldNote,
} from "../../automation/report/words";
import { judged, lookOf } from "../helpers/looks";
import { reportOf } from "../helpers/reports";

const REPORT = reportOf({ look: lookOf([judged("a", "proven")]) });
const [SOURCE] = REPORT.sources;
const VERDICT = SOURCE?.verdict;
if (SOURCE === undefined || VERDICT === undefined) throw new Error("no verdict");

const sourceOf = (
  verdict: Partial<VerdictFields> | undefined,
  source = "orders",
): SourceReport => ({
  source,
  jobs: [],
  live: [],
  ...(verdict === undefined ? {} : { verdict: { ...VERDICT, ...verdict } }),
});
const reportWith = (
  verdicts: readonly (Partial<VerdictFields> | undefined)[],
  more: Partial<Report> = {},
): Report => ({
  ...REPORT,
  sources: verdicts.map((one, index) => sourceOf(one, `source-${index}`)),
  ...more,
});

describe("the headline of a report", () => {
  for (const [what, report, words] of [
    ["a whole guard alone", reportWith([]), "The vaults' guard is whole"],
    ["a lost guard alone", reportWith([], { clean: false }), "The vaults' guard is NOT whole"],
    [
      "what is not clean, be it empty",
      reportWith([{ empty: true }], { clean: false }),
      "NOT clean: something has to be done",
    ],
    [
      "sources that are all empty",
      reportWith([{ empty: true }, { empty: true }]),
      "Clean, and empty: there is nothing to prove yet",
    ],
    [
      "one empty source beside another",
      reportWith([{ empty: true }, {}]),
      "Clean: what is promised is in the vaults",
    ],
    [
      "levels that prove all",
      reportWith([{ level: "full" }, { level: "checksum" }]),
      "Clean: what is promised is in the vaults",
    ],
    [
      "a verdict of an earlier version, which has no level",
      reportWith([{ level: undefined } as never]),
      "Clean: what is promised is in the vaults",
    ],
    [
      "a lesser level of one of several",
      reportWith([{ level: "full" }, { level: "sample" }]),
      "Clean as far as level sample proves, which is not all that is promised",
    ],
    [
      "a source without a verdict beside it",
      reportWith([undefined, { level: "listing" }]),
      "Clean as far as level listing proves, which is not all that is promised",
    ],
  ] as const) {
    it(`says of ${what}: ${words}`, () => expect(headline(report)).to.equal(words));
  }
});

describe("what a headline means", () => {
  it("tells what may still come and what nobody knows to be promised by what they are, and counts neither twice", () => {
    const of = (objective: number, level: number): readonly string[] => {
      const excused = { configuration: 0, objective, level, unproven: [] };
      const unverifiable = objective + level + 1;
      return headlineMeaning(reportWith([{ proven: 0, failed: 0, unverifiable, excused }]));
    };
    expect(of(1, 1)).to.include.members([
      "1 version is not in every vault yet, and may still come within the recovery point objective.",
      "Of 1 version nobody knows whether it is promised: only a rule that asks for tags may want it, and those were not read.",
      "Of 1 version nobody can say how they are.",
    ]);
    expect(of(2, 3)).to.include.members([
      "2 versions are not in every vault yet, and may still come within the recovery point objective.",
      "Of 3 versions nobody knows whether they are promised: only a rule that asks for tags may want them, and those were not read.",
      "Of 1 version nobody can say how they are.",
    ]);
  });

  const COUNTS = { proven: 0, failed: 0, unverifiable: 0, unprotected: 0, lapsed: 0 };
  const POINT = {
    objectiveSeconds: 600,
    gapSeconds: 0,
    met: true,
    behindCount: 0,
    onTheWayCount: 0,
  };
  const RIGHT = "with the right content and lock, key, class and owner as promised";
  const onTop = { deleteMarkers: 1, foreignVersions: 2, unknownVersions: 4 };
  const [vault] = VERDICT.vaults ?? [];
  if (vault === undefined) throw new Error("no vault");
  const drift = { side: "source", resource: "b", path: "p", expected: 1, found: 2 } as const;
  const loss = REPORT.guard.losses;
  for (const [verdict, one, two, ofTwo] of [
    [
      { proven: 1 },
      `1 version was found in every vault where it is promised, ${RIGHT}.`,
      `2 versions were found in every vault where they are promised, ${RIGHT}.`,
    ],
    [
      { proven: 1, level: "listing" },
      "1 version was found in every vault where it is promised, as far as level listing proves.",
      "2 versions were found in every vault where they are promised, as far as level listing proves.",
    ],
    [
      { failed: 1 },
      "1 version is promised, and missing or wrong in a vault.",
      "2 versions are promised, and missing or wrong in a vault.",
    ],
    [
      { unverifiable: 1 },
      "Of 1 version nobody can say how they are.",
      "Of 2 versions nobody can say how they are.",
    ],
    [
      { unprotected: 1 },
      "1 version has no replica that guards it.",
      "2 versions have no replica that guards them.",
    ],
    [
      { lapsed: 1 },
      "The locks of 1 version have run out.",
      "The locks of 2 versions have run out.",
    ],
    [
      { recoveryPoint: POINT },
      "The recovery point: nothing is behind, within the objective of 10 min 0 s.",
      "The recovery point of source-0: nothing is behind, within the objective of 10 min 0 s.",
      "The recovery point of source-1: nothing is behind, within the objective of 10 min 0 s.",
    ],
    [
      { vaults: [{ ...vault, onTop }] },
      "7 times something lies on top of promised versions in a vault.",
      "14 times something lies on top of promised versions in a vault.",
    ],
    [
      { drift: [drift] },
      "1 live setting differs from what was deployed.",
      "2 live settings differ from what was deployed.",
    ],
    [
      { disagreements: ["x"] },
      "1 count does not agree, or could not be had.",
      "2 counts do not agree, or could not be had.",
    ],
  ] as readonly (readonly [Partial<VerdictFields>, string, string, string?])[]) {
    it(`says of one and of two: ${one}`, () => {
      const all = { ...COUNTS, ...verdict };
      const open = { clean: false };
      expect(headlineMeaning(reportWith([all], open))).to.deep.equal([one]);
      expect(headlineMeaning(reportWith([all, all], open))).to.deep.equal(
        ofTwo === undefined ? [two] : [two, ofTwo],
      );
    });
  }

  it("calls accepted what a clean verdict has of what is open", () => {
    expect(headlineMeaning(reportWith([{ ...COUNTS, unprotected: 1, lapsed: 1 }]))).to.deep.equal([
      "1 version has no replica that guards it, which the configuration accepts.",
      "The locks of 1 version have run out, which the configuration accepts.",
    ]);
  });

  it("says nothing of counts that an earlier version did not tell", () => {
    const earlier = {
      ...COUNTS,
      unverifiable: undefined,
      unprotected: undefined,
      lapsed: undefined,
    };
    const bare = { ...earlier, vaults: undefined, drift: undefined } as Partial<VerdictFields>;
    expect(headlineMeaning(reportWith([bare]))).to.deep.equal([]);
    expect(headlineMeaning(reportWith([{ ...COUNTS, vaults: [] }]))).to.deep.equal([]);
  });

  it("names the sources without a verdict, and counts what the guard has lost", () => {
    expect(loss).to.deep.equal([]);
    const losses = [LOSS, LOSS];
    const lost = { clean: false, guard: { checked: [], unknown: [], losses } };
    expect(headlineMeaning(reportWith([undefined, COUNTS, undefined], lost))).to.deep.equal([
      "The vaults' guard has lost 2 protections.",
      "There is no verdict of source-0, source-2.",
    ]);
  });
});

const LOSS = {
  vault: "primary",
  protection: "versioning",
  resource: "vault",
  expected: "Enabled",
  found: null,
  allows: "writing over what is there",
  restoredBy: "up",
} as const;

describe("what is proven, in words", () => {
  it("is told by the level, or of an earlier verdict without one by what it always looked at", () => {
    const { proves, title } = proofWords({ ...VERDICT, level: "listing", proves: ["checksum"] });
    expect(title).to.equal("What is proven (level listing)");
    expect(proves).to.have.length(1);
    const earlier = proofWords({ ...VERDICT, level: undefined, proves: undefined } as never);
    expect(earlier.title).to.equal("What is proven");
    expect(earlier.proves).to.have.length(1);
    expect(earlier.proves[0]).to.match(
      /^each version counted as proven was asked for at the source/,
    );
    const open = proofWords({ ...VERDICT, clean: false, level: "full", proves: [] });
    expect(open.title).to.equal("What this would prove if it were clean (level full)");
    expect(open.proves).to.deep.equal([]);
  });

  it("says once, in words of its own, what was left out", () => {
    const { doesNotProve } = proofWords({
      ...VERDICT,
      doesNotProve: ["annotations", "tags", "roles"],
      notProven: ["annotations"],
    });
    expect(doesNotProve.filter((text) => text.includes("annotations"))).to.deep.equal([
      "object annotations, which only --annotations looks at",
    ]);
    expect(doesNotProve).to.have.length(3);
    expect(
      proofWords({ ...VERDICT, doesNotProve: [], notProven: undefined } as never),
    ).to.deep.include({ doesNotProve: [] });
  });

  it("counts what was compared by its size alone, over all vaults", () => {
    const [vault] = VERDICT.vaults ?? [];
    if (vault === undefined) throw new Error("no vault");
    const wordsOf = (sizes: readonly number[]) =>
      proofWords({
        ...VERDICT,
        doesNotProve: [],
        notProven: [],
        vaults: sizes.map((provenBySize) => ({ ...vault, provenBySize })),
      }).doesNotProve;
    expect(wordsOf([2, 3])).to.deep.equal([
      "the content of 5 versions: compared by size and version id alone, since both sides are under keys without checksums",
    ]);
    expect(wordsOf([0, 0])).to.deep.equal([]);
    const without = { ...VERDICT, doesNotProve: [], notProven: [], vaults: undefined } as never;
    expect(proofWords(without).doesNotProve).to.deep.equal([]);
  });

  it("has a line for each way in which not all was looked at", () => {
    expect(lookWords(VERDICT)).to.deep.equal([]);
    const lines = lookWords({
      ...VERDICT,
      sample: {
        sizeCount: 10,
        populationCount: 20,
        wrongCount: 0,
        seed: "s",
        confidence: 0.95,
        maxShareWrong: 0.1,
      },
      checksums: { algorithm: "SHA256", jobs: [] } as never,
    });
    expect(lines.map((line) => line.replace(/:.*/, ""))).to.deep.equal(["sample", "checksums"]);
  });
});

describe("what is wrong beside the versions, in words", () => {
  it("is why there is no verdict", () => {
    const error = { code: "X", message: "too old" };
    expect(problemsOf({ ...sourceOf(undefined), error })).to.deep.equal(["no verdict: too old"]);
    expect(problemsOf(sourceOf(undefined))).to.deep.equal(["no verdict: it was not looked at"]);
  });

  it("is a line for each count, setting and version on top", () => {
    const drift = {
      side: "source",
      resource: "b",
      path: "rules",
      expected: { a: 1 },
      found: undefined,
    } as const;
    const what = "delete-marker" as const;
    const verdict = {
      disagreements: ["3 is not 4"],
      drift: [drift, { ...drift, found: [1], allows: "reading" }],
      onTop: [{ vault: "primary", key: "k", versionId: "v", what }],
    };
    expect(problemsOf(sourceOf(verdict))).to.deep.equal([
      "3 is not 4",
      'rules of b is nothing, {"a":1} is deployed',
      'rules of b is [1], {"a":1} is deployed: allows reading',
      "on top in primary: delete marker v of k",
    ]);
    const bare = { disagreements: [], drift: undefined, onTop: undefined } as never;
    expect(problemsOf(sourceOf(bare))).to.deep.equal([]);
  });

  it("is who restores what the guard has lost", () => {
    expect(lossWords(LOSS)).to.equal(
      'versioning of vault is nothing, "Enabled" is deployed. It allows writing over what is there. Restored by `lockstep up`',
    );
  });

  it("shows a value as JSON, in part where it is long, and none as nothing", () => {
    expect([null, undefined, 0, "", false].map(shown)).to.deep.equal([
      "nothing",
      "nothing",
      "0",
      '""',
      "false",
    ]);
    expect(shown("a".repeat(400))).to.equal(`"${"a".repeat(299)}…`);
  });

  it("is counted on top by each of its kinds", () => {
    const [vault] = VERDICT.vaults ?? [];
    if (vault === undefined) throw new Error("no vault");
    const countOf = (onTop: object) => onTopCount({ ...vault, onTop } as never);
    expect(countOf({ deleteMarkers: 1, foreignVersions: 2, unknownVersions: 4 })).to.equal(7);
    expect(countOf({ deleteMarkers: 1, foreignVersions: 2 })).to.equal(3);
  });
});

describe("jobs and lags, in words", () => {
  it("say how a job ended, or where it is", () => {
    const job = { jobId: "j", sequence: 1, samples: [], totalCount: null, tasksPerSecond: null };
    expect(jobWords({ ...job, state: "created" })).to.equal("created");
    expect(jobWords({ ...job, state: "settled", outcome: "not-clean-at-all" })).to.equal(
      "settled, not clean at all",
    );
  });

  it("say what the ledger sets aside, and how much of it is not named", () => {
    const first = [{ key: "x", why: "no record" }];
    expect(asideWords(sourceOf({}))).to.deep.equal([]);
    const [one, named, ...rest] = asideWords({ ...sourceOf({}), jobsAside: { count: 1, first } });
    expect(one).to.match(/^1 file in the ledger's place is not believed/);
    expect([named, rest]).to.deep.equal(["set aside: x: no record", []]);
    const more = asideWords({ ...sourceOf({}), jobsAside: { count: 1_002, first } });
    expect(more[0]).to.match(/^1,002 files in the ledger's place are not believed/);
    expect(more.slice(1)).to.deep.equal(["set aside: x: no record", "and 1,001 more"]);
  });

  it("say the last and the largest that was measured, or why nothing was", () => {
    const lagOf = (seconds: readonly number[], unknown?: string) => {
      const points = seconds.map((one, index) => ({ at: `t${index}`, seconds: one }));
      return lagWords({
        rule: "all",
        vault: "primary",
        points,
        ...(unknown && { unknown }),
      } as LiveLag);
    };
    expect(lagOf([5, 1_900, 7])).to.equal("7 s at t2, at most 1,900 s in the time shown");
    expect(lagOf([])).to.equal("not known: nothing was measured");
    expect(lagOf([], "no metrics")).to.equal("not known: no metrics");
  });
});

describe("notes and rows of a grouping", () => {
  const counts = {
    proven: 1,
    failed: 2,
    unprotected: 4,
    unverifiable: 8,
    lapsed: 16,
    "not-applicable": 32,
  };
  const group = { name: "a/", counts, accepted: 3, sizeBytes: 9 };
  const grouping = (more: Partial<Grouping>): Grouping => ({
    groups: [group],
    others: null,
    ...more,
  });

  it("say how many are in further groups, or that the named ones may have more", () => {
    expect(groupingNote(grouping({}))).to.equal(undefined);
    expect(groupingNote(grouping({ others: group }))).to.equal("63 outcomes in further groups.");
    expect(groupingNote(grouping({ others: group, isLowerBound: true }))).to.match(
      /^There were too many/,
    );
  });

  it("take what is accepted out of what needs somebody", () => {
    const others = { ...group, name: "(others)" };
    expect(groupRows(grouping({}))).to.deep.equal([["a/", 1, 27, 3, 63, 9]]);
    expect(groupRows(grouping({ others }))).to.deep.equal([
      ["a/", 1, 27, 3, 63, 9],
      ["(others)", 1, 27, 3, 63, 9],
    ]);
  });

  const looked = SOURCE.looked;
  if (looked === undefined) throw new Error("nothing was looked at");
  it("say who tells when locks end, and of how many it is not told", () => {
    const inventory = (newerCount: number) => ({ ...VERDICT, inventory: { newerCount } }) as never;
    const byInventories: LookedAt = { ...looked, locksBy: "inventories" };
    expect(locksNote(looked, inventory(2))).to.equal(undefined);
    for (const verdict of [undefined, VERDICT, inventory(0)]) {
      expect(locksNote(byInventories, verdict)).to.equal("As the vaults' inventories tell it.");
    }
    expect(locksNote(byInventories, inventory(2))).to.equal(
      "As the vaults' inventories tell it. Of 2 versions that may be newer they need not tell it.",
    );
  });

  it("say why a look does not tell something: by Athena for what it costs", () => {
    const by = (engine: string) => ({ ...VERDICT, inventory: { engine } }) as never;
    expect(notToldWords(by("athena"))).to.match(/^Not known: Athena is asked no more than/);
    for (const verdict of [undefined, VERDICT, by("duckdb")]) {
      expect(notToldWords(verdict)).to.equal("Not known: this look does not tell it.");
    }
  });

  it("say of causes which of them only a report tells", () => {
    const noteOf = (...names: string[]) => {
      const groups = names.map((name) => ({ ...group, name }));
      return toldNote({ ...looked, byCause: grouping({ groups }) });
    };
    const told = ["failed/missing (SlowDown)", "unprotected/deleted-at-vault"];
    for (const name of told) expect(noteOf("proven/etag", name)).to.match(/^A code in brackets/);
    expect(noteOf("proven/etag", "failed/missing", "(x) y")).to.equal(undefined);
    expect(noteOf("unprotected/deleted-at-vault/no")).to.equal(undefined);
  });

  it("name what is accepted, and count it at each vault", () => {
    const accepted = [
      {
        outcome: "lapsed/lapsed",
        vault: "primary",
        versions: 3,
        sizeBytes: 1_024,
        by: "configuration",
      },
      { outcome: "lapsed/lapsed", vault: "second", versions: 4, sizeBytes: 0, by: "objective" },
      { outcome: "unverifiable/tags-unread", versions: 1, sizeBytes: 7, by: "level" },
      {
        outcome: "unprotected/archived",
        vault: "primary",
        versions: 5,
        sizeBytes: 7,
        by: "configuration",
      },
    ] as const;
    expect(acceptedWords(accepted).slice(0, 3)).to.deep.equal([
      "3 versions (1.0 KiB), lapsed/lapsed in vault primary: accepted by the configuration (`lockstep:verdict`, `accept`)",
      "4 versions (0 bytes), lapsed/lapsed in vault second: may still come, within the recovery point objective",
      "1 version (7 bytes), unverifiable/tags-unread: this level does not tell whether they are promised (`--level full` reads tags)",
    ]);
    expect(acceptedAt({ ...looked, accepted }, "primary")).to.equal(8);
    expect(acceptedAt(undefined, "primary")).to.equal(0);
  });
});
