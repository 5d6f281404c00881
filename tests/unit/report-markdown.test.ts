/** Which sections a report as Markdown has, and what stands in each: with all of it, with none, and at the edge of what is shown. */

import { expect } from "chai";
import type { VerdictFields } from "../../automation/events";
import type {
  CauseFields,
  Grouping,
  JobHistory,
  LookedAt,
  Report,
  SourceReport,
} from "../../automation/report/fields";
import { reportMarkdown } from "../../automation/report/markdown";
import { judged, lookOf } from "../helpers/looks";
import { reportOf } from "../helpers/reports";

const REPORT = reportOf({ look: lookOf([judged("a", "proven")]) });
const [SOURCE] = REPORT.sources;
const { looked: LOOKED, verdict: VERDICT } = SOURCE ?? {};
const [COUNTS] = VERDICT?.vaults ?? [];
const [GROUP] = LOOKED?.byCause.groups ?? [];
if (SOURCE === undefined || LOOKED === undefined || VERDICT === undefined) throw new Error("none");
if (COUNTS === undefined || GROUP === undefined) throw new Error("none");

const markdownOf = (source: Partial<SourceReport>, more: Partial<Report> = {}): string =>
  reportMarkdown({ ...REPORT, sources: [{ ...SOURCE, ...source }], ...more });

/** What stands under each title of a source; those that are folded in `<...>`. */
function partsOf(text: string): Record<string, string> {
  const parts: Record<string, string> = {};
  for (const [, folded, inner = "", open, outer = ""] of text.matchAll(
    /<details><summary>([^<]*)<\/summary>\n\n([^]*?)\n\n<\/details>|^\*\*([A-Z][^*]*)\*\*\n\n([^]*?)(?=\n\n(?:\*\*[A-Z]|<details>|###|<sub>))/gm,
  )) {
    if (folded === undefined) parts[open ?? ""] = outer;
    else parts[`<${folded}>`] = inner;
  }
  return parts;
}
const lookedWith = (more: Partial<LookedAt>): LookedAt => ({ ...LOOKED, ...more });
const verdictWith = (more: Partial<VerdictFields>): VerdictFields => ({ ...VERDICT, ...more });
const times = <Item>(number: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: number }, (_, index) => item(index));

describe("the sections of a report as Markdown", () => {
  it("are folded but for what somebody has to read, and none is empty", () => {
    expect(Object.keys(partsOf(markdownOf({})))).to.deep.equal([
      "<What is proven (level full)>",
      "<Outcomes by prefix>",
      "<Outcomes by cause>",
      "<Outcomes by rule>",
      "<Outcomes by KMS key>",
      "<Outcomes by size>",
      "<When locks end>",
    ]);
    const text = markdownOf({});
    expect(text).to.match(
      /^## ✅ Lockstep .*\n\n- 1 version .*\n\n### Source <code>orders<\/code> \(<code>source<\/code> of account 111111111111\)\n\n\| vault/,
    );
    expect(text).to.match(
      /\n\n### The vaults' guard\n\n- <code>primary<\/code>: as deployed\n\n<sub>Made at .* by Lockstep 1\.2\.3\.<\/sub>\n$/,
    );
    expect(text).not.to.match(/\n\n\n/);
  });

  it("are of a source without a look as many as there is to say", () => {
    const source = { source: "orders", jobs: [], live: [], error: { code: "X", message: "old" } };
    const text = reportMarkdown({ ...REPORT, sources: [source] });
    expect(partsOf(text)).to.deep.equal({
      "What is wrong beside the versions": "- no verdict: old",
    });
    expect(text).to.contain("### Source <code>orders</code>\n\n**What is wrong");
  });

  it("have the counts of each vault", () => {
    const vaults = [
      { ...COUNTS, proven: 1_000, failed: 2, unverifiable: 3, unprotected: 4, lapsed: 5 },
      { ...COUNTS, vault: "second" },
    ];
    const accepted = [
      { outcome: "lapsed/lapsed", vault: "primary", versions: 5, sizeBytes: 0, by: "objective" },
    ] as const;
    const text = markdownOf({ verdict: verdictWith({ vaults }), looked: lookedWith({ accepted }) });
    expect(text).to.contain(
      [
        "| vault | proven | failed | unverifiable | unprotected | lapsed | accepted of these | on top |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        "| <code>primary</code> | 1,000 | 2 | 3 | 4 | 5 | 5 | 0 |",
        "| <code>second</code> | 1 | 0 | 0 | 0 | 0 | 0 | 0 |",
      ].join("\n"),
    );
    const many = times(13, (index) => ({ ...COUNTS, vault: `v${index}` }));
    expect(markdownOf({ verdict: verdictWith({ vaults: many }) })).to.match(
      /v11<.*\n\nAnd 1 more, all with --format json\./,
    );
    const earlier = verdictWith({ vaults: undefined } as never);
    expect(markdownOf({ verdict: earlier })).to.match(/### Source .*\n\n<details>/);
  });

  it("tell by the verdict what is proven, or what was only looked for", () => {
    const verdict = verdictWith({ proves: ["tags"], doesNotProve: ["annotations"], notProven: [] });
    const [, proven] = Object.entries(partsOf(markdownOf({ verdict })))[0] ?? [];
    expect(proven).to.match(/^- proven: .*\n- \*\*not proven\*\*: .*$/);
    const open = markdownOf({ verdict: { ...verdict, clean: false } });
    expect(open).to.match(/- looked for: .*\n- \*\*not proven\*\*/);
  });

  it("show twenty lines of what is wrong, and count the others", () => {
    const wrong = (number: number) => {
      const disagreements = times(number, (index) => `count ${index}`);
      const text = markdownOf({ verdict: verdictWith({ disagreements }) });
      return partsOf(text)["What is wrong beside the versions"]?.split("\n") ?? [];
    };
    expect(wrong(0)).to.deep.equal([]);
    expect(wrong(20)).to.deep.equal(times(20, (index) => `- count ${index}`));
    expect(wrong(22).slice(19)).to.deep.equal([
      "- count 19",
      "- And 2 more, all with --format json.",
    ]);
  });
});

describe("what to do, as Markdown", () => {
  const cause: CauseFields = {
    outcome: "failed/missing",
    versions: 1_200,
    sizeBytes: 1,
    examples: [],
    what: "it is gone",
    account: "111111111111",
    fix: "bring it",
    rerun: "no",
  };
  const told = (causes: readonly CauseFields[]) =>
    partsOf(markdownOf({ looked: lookedWith({ causes }) }))["What to do"];

  it("is as much of each cause as is known", () => {
    const [key, versionId] = ["k", "v"];
    const whole: CauseFields = {
      ...cause,
      failureCode: "SlowDown",
      vault: "primary",
      examples: [
        { key, versionId, cause: "as told" },
        { key: "another", versionId, cause: "as told" },
      ],
      patches: [
        {
          account: "222222222222",
          policy: "bucket",
          on: "arn:aws:s3:::vault",
          statement: { Action: "s3:X", Principal: { AWS: "a@b" } },
        },
      ],
      source: "https://docs.aws.amazon.com/x",
    };
    expect(told([whole, cause])).to.equal(
      [
        "- **1,200** × <code>SlowDown</code> in <code>primary</code>: it is gone",
        "  - in account 111111111111: bring it",
        "  - statement of the bucket policy (arn:aws:s3:::vault, account 222222222222): <code>&#123;&#34;Action&#34;:&#34;s3:X&#34;,&#34;Principal&#34;:&#123;&#34;AWS&#34;:&#34;a&#64;b&#34;&#125;&#125;</code>",
        "  - does a further run help? No.",
        "  - as <code>k</code> <code>v</code>: as told",
        "  - [AWS](https://docs.aws.amazon.com/x)",
        "- **1,200** × <code>failed/missing</code>: it is gone",
        "  - in account 111111111111: bring it",
        "  - does a further run help? No.",
      ].join("\n"),
    );
  });

  it("is told of twelve causes, and the others are counted", () => {
    const number = (text: string | undefined) => text?.match(/^- \*\*/gm)?.length;
    expect(number(told(times(12, () => cause)))).to.equal(12);
    expect(told(times(12, () => cause))).not.to.contain("more");
    expect(number(told(times(14, () => cause)))).to.equal(12);
    expect(told(times(14, () => cause))).to.match(/\n\nAnd 2 more, all with --format json\.$/);
    expect(told([])).to.equal(undefined);
  });
});

describe("the tables of a report as Markdown", () => {
  const group = (name: string) => ({ ...GROUP, name, sizeBytes: 2_048, accepted: 0 });
  const none: Grouping = { groups: [], others: null };

  it("have rows for groups, also for what is in no folder, with notes below", () => {
    const byPrefix: Grouping = { groups: [group(""), group("a/")], others: group("(others)") };
    const byCause = { groups: [group("failed/missing (SlowDown)")], others: null };
    const parts = partsOf(markdownOf({ looked: lookedWith({ byPrefix, byCause, bySize: none }) }));
    const header = [
      "|  | proven | need somebody | accepted | all | size |",
      "| --- | --- | --- | --- | --- | --- |",
    ];
    expect(parts["<Outcomes by prefix>"]).to.equal(
      [
        ...header,
        "| <code>(no folder)</code> | 1 | 0 | 0 | 1 | 2.0 KiB |",
        "| <code>a/</code> | 1 | 0 | 0 | 1 | 2.0 KiB |",
        "| <code>(others)</code> | 1 | 0 | 0 | 1 | 2.0 KiB |",
        "",
        "1 outcome in further groups.",
      ].join("\n"),
    );
    const [, , , , note = ""] = (parts["<Outcomes by cause>"] ?? "").split("\n");
    expect(note).to.match(/^A code in brackets, and that a version was deleted at the vault/);
    expect(parts["<Outcomes by rule>"]).to.equal("Not known: this look does not tell it.");
    expect(parts).not.to.have.property("<Outcomes by size>");
    // A note alone is no table.
    const lower = { ...none, isLowerBound: true } as const;
    const text = markdownOf({ looked: lookedWith({ byPrefix: lower }) });
    expect(partsOf(text)).not.to.have.property("<Outcomes by prefix>");
  });

  it("have two notes of one grouping in one line", () => {
    const byCause: Grouping = {
      groups: [group("failed/missing (SlowDown)")],
      others: group("(others)"),
    };
    expect(
      partsOf(markdownOf({ looked: lookedWith({ byCause }) }))["<Outcomes by cause>"],
    ).to.match(/\n\n1 outcome in further groups\. A code in brackets, /);
  });

  it("say when locks end, by whom, and why it is not known", () => {
    const lock = { month: "2027-01", vault: "primary", versions: 1_000 };
    const locksOf = (more: Partial<LookedAt>, verdict = VERDICT) =>
      partsOf(markdownOf({ looked: lookedWith(more), verdict }))["<When locks end>"];
    const table = [
      "| month | vault | versions |",
      "| --- | --- | --- |",
      "| 2027-01 | <code>primary</code> | 1,000 |",
    ].join("\n");
    expect(locksOf({ locks: [lock] })).to.equal(table);
    expect(locksOf({ locks: [lock], locksBy: "inventories" })).to.equal(
      `As the vaults&#39; inventories tell it.\n\n${table}`,
    );
    expect(locksOf({ locks: [] })).to.equal(undefined);
    expect(locksOf({ locks: [], locksBy: "inventories" })).to.equal(undefined);
    expect(locksOf({ locks: null })).to.equal("Not known: this look does not tell it.");
    const inventory = {
      engine: "athena" as const,
      sourceCreatedAt: "2026-11-30",
      sourceAgeSeconds: 1,
      vaults: [],
      newerCount: 0,
      againCount: 0,
      goneCount: 0,
      gone: [],
    };
    expect(locksOf({ locks: null }, verdictWith({ inventory }))).to.match(
      /^Not known: Athena is asked/,
    );
  });

  it("have a row for each job and for each rule's lag", () => {
    const job: JobHistory = {
      jobId: "job-1",
      sequence: 7,
      state: "settled",
      outcome: "clean",
      samples: [],
      totalCount: null,
      tasksPerSecond: null,
    };
    const live = [
      { rule: "all", vault: "primary", points: [{ at: "12:00", seconds: 3 }] },
      { rule: "rest", vault: "second", points: [], unknown: "no metrics" },
    ];
    const parts = partsOf(markdownOf({ jobs: [job, { ...job, jobId: null, sequence: 8 }], live }));
    expect(parts["<Jobs>"]).to.equal(
      [
        "| number | job | state |",
        "| --- | --- | --- |",
        "| 7 | <code>job-1</code> | settled, clean |",
        "| 8 |  | settled, clean |",
      ].join("\n"),
    );
    expect(parts["<Lag of live replication>"]).to.equal(
      [
        "| rule | vault | lag |",
        "| --- | --- | --- |",
        "| <code>all</code> | <code>primary</code> | 3 s at 12:00, at most 3 s in the time shown |",
        "| <code>rest</code> | <code>second</code> | not known: no metrics |",
      ].join("\n"),
    );
    const jobsOf = (source: Partial<SourceReport>) => partsOf(markdownOf(source))["<Jobs>"];
    expect(jobsOf({ jobs: null })).to.equal("Not known: the ledger cannot be read.");
    expect(jobsOf({ jobs: [] })).to.equal(undefined);
    const jobsAside = { count: 1, first: [{ key: "x", why: "no record" }] };
    expect(jobsOf({ jobs: [], jobsAside })).to.match(/^- 1 file in .*\n- set aside: x: no record$/);
    expect(jobsOf({ jobs: [job], jobsAside })).to.match(/settled, clean \|\n\n- 1 file in /);
  });
});

describe("the guard of the vaults, as Markdown", () => {
  const loss = (vault: string, resource: string) => ({
    vault,
    protection: "versioning",
    resource,
    expected: "Enabled",
    found: null,
    allows: "writing",
    restoredBy: "up" as const,
  });
  const lost = (resource: string): string =>
    `versioning of ${resource} is nothing, &#34;Enabled&#34; is deployed. It allows writing. Restored by &#96;lockstep up&#96;`;

  it("has a line for each vault, and its losses below", () => {
    const guard = {
      checked: ["primary", "whole"],
      unknown: ["far"],
      losses: [loss("primary", "a"), loss("gone", "b"), loss("primary", "c")],
    };
    expect(reportMarkdown({ ...REPORT, clean: false, sources: [], guard })).to.contain(
      [
        "### The vaults' guard",
        "",
        "- <code>primary</code>: **not as deployed**",
        `  - ${lost("a")}`,
        `  - ${lost("c")}`,
        "- <code>whole</code>: as deployed",
        `- <code>gone</code>: ${lost("b")}`,
        "- <code>far</code>: not proven (another team's, or deployed by an earlier version)",
        "",
        "<sub>",
      ].join("\n"),
    );
  });

  it("is no section where nothing is said of it", () => {
    const guard = { checked: [], unknown: [], losses: [] };
    expect(reportMarkdown({ ...REPORT, sources: [], guard })).to.match(
      /^## .*\n\n<sub>.*<\/sub>\n$/,
    );
  });
});
