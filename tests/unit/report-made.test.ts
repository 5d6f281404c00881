/** How a report is put together, of several sources and of what is not known, and how text is shown in it. */

import { expect } from "chai";
import { LockstepError } from "../../automation/errors";
import { explainFailureCode, FAILURE_CODES } from "../../automation/report/failure-codes";
import type { LookedAt } from "../../automation/report/fields";
import { jobHistory, jobsAside } from "../../automation/report/job-history";
import { makeReport, type SeenOfSource } from "../../automation/report/make-report";
import { OUTCOME_MEANINGS } from "../../automation/report/outcome-causes";
import { visible, withoutMarkup } from "../../automation/report/shown-text";
import { judged, lookOf } from "../helpers/looks";
import { reportOf } from "../helpers/reports";

const REPORT = reportOf({ look: lookOf([judged("a", "proven")]) });
const [{ looked: LOOKED, verdict: VERDICT } = {}] = REPORT.sources;
if (LOOKED === undefined || VERDICT === undefined) throw new Error("nothing was looked at");

describe("a report", () => {
  const seenAt = (at: string | undefined, more: Partial<SeenOfSource> = {}): SeenOfSource => ({
    looked: (at === undefined ? LOOKED : { ...LOOKED, at }) as LookedAt,
    jobs: [],
    live: [],
    ...more,
  });
  const made = (
    seen: Readonly<Record<string, SeenOfSource>>,
    sources: Parameters<typeof makeReport>[0]["result"]["sources"] = [],
  ) =>
    makeReport({
      lockstepVersion: "1.2.3",
      stack: "dev",
      madeEpochMs: 1_000,
      result: { clean: false, guard: [LOSS], sources },
      seen: new Map(Object.entries(seen)),
    });
  const LOSS = {
    vault: "primary",
    protection: "versioning",
    resource: "vault",
    expected: "Enabled",
    found: null,
    allows: "writing",
    restoredBy: "up",
  } as const;

  it("is of the time of the last look, whichever source it was of", () => {
    const [early, late] = ["2026-11-30T11:00:00.000Z", "2026-11-30T12:00:00.000Z"];
    expect(made({ a: seenAt(late), b: seenAt(early), c: seenAt(undefined) }).madeAt).to.equal(late);
    expect(made({ c: seenAt(undefined) }).madeAt).to.equal("1970-01-01T00:00:01.000Z");
  });

  it("has of each source what was seen, or that nothing was, and why there is no verdict", () => {
    const aside = { count: 1, first: [{ key: "x", why: "none" }] };
    const live = [{ rule: "all", vault: "primary", points: [] }];
    const { sources } = made({ a: seenAt(undefined, { jobs: null, jobsAside: aside, live }) }, [
      { source: "a", verdict: VERDICT },
      { source: "b", error: new LockstepError("StackOutOfDate", "old", { hint: "" }) },
      { source: "c", error: new TypeError("a bug") },
    ]);
    expect(sources).to.deep.equal([
      { source: "a", verdict: VERDICT, looked: LOOKED, jobs: null, jobsAside: aside, live },
      { source: "b", error: { code: "StackOutOfDate", message: "old" }, jobs: null, live: [] },
      { source: "c", error: { code: "Unexpected", message: "a bug" }, jobs: null, live: [] },
    ]);
  });

  it("has of the guard what was lost, where nothing else is told of it", () => {
    expect(made({}).guard).to.deep.equal({ checked: [], unknown: [], losses: [LOSS] });
  });
});

describe("a job in a report", () => {
  const historyOf = (record: object) =>
    jobHistory({ record: { intent: { sequence: 3 }, state: "created", ...record } } as never);
  const samplesOf = (...samples: readonly (readonly [number, number, number])[]) =>
    historyOf({ progress: { totalCount: 9, samples } }).tasksPerSecond;

  it("has what its record says, and nothing in place of what it does not", () => {
    expect(historyOf({})).to.deep.equal({
      jobId: null,
      sequence: 3,
      state: "created",
      samples: [],
      totalCount: null,
      tasksPerSecond: null,
    });
    const settled = { jobId: "j", state: "settled", outcome: "clean" };
    expect(historyOf({ ...settled, approvedAt: "t", approvedBy: "a" })).to.deep.include({
      ...settled,
      approvedAt: "t",
      approvedBy: "a",
    });
  });

  it("has a rate from its first sample to its last, where there is time between them", () => {
    expect(samplesOf([1_000, 10, 0], [2_000, 11, 0], [5_000, 30, 0])).to.equal(5);
    expect(samplesOf([1_000, 10, 0])).to.equal(null);
    expect(samplesOf([1_000, 10, 0], [1_000, 30, 0])).to.equal(null);
    expect(samplesOf([2_000, 10, 0], [1_000, 30, 0])).to.equal(null);
    expect(samplesOf()).to.equal(null);
  });

  it("is missing beside what the ledger sets aside, named by key and reason alone", () => {
    const aside = { key: "k", why: "no record", body: "{}" };
    expect(jobsAside([aside])).to.deep.equal({
      jobsAside: { count: 1, first: [{ key: "k", why: "no record" }] },
    });
  });
});

describe("text in a report", () => {
  it("is no markup", () => {
    expect(withoutMarkup(`<a href="x">'&'</a>`)).to.equal(
      "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;",
    );
  });

  it("is seen whole, in one line: what hides, turns or ends it is written as JSON writes it", () => {
    for (const [text, shown] of [
      ["plain é \u{1f600} text", "plain é \u{1f600} text"],
      ["\u0000\u001b\n", "\\u0000\\u001b\\u000a"],
      ["a\u202eb\u2066c", "a\\u202eb\\u2066c"],
      ["\u2028\u2029\ufeff", "\\u2028\\u2029\\ufeff"],
      ["\ud800x", "\\ud800x"],
      ["\ufdd0\uffff", "\\ufdd0\\uffff"],
      ["\u{e0041}", "\\udb40\\udc41"],
      ["\u115f\u034f", "\\u115f\\u034f"],
    ] as const) {
      expect(visible(text)).to.equal(shown);
    }
  });
});

describe("what codes and outcomes mean", () => {
  const meanings = { ...FAILURE_CODES, ...OUTCOME_MEANINGS };

  it("is a sentence each, with something to do about it on one of the sides", () => {
    expect(Object.keys(meanings).length).to.be.greaterThan(50);
    for (const [name, { fix, rerun, side, what }] of Object.entries(meanings)) {
      for (const text of [what, fix]) expect(text, name).to.match(/^[a-zA-Z].*[a-z`)\w]$/);
      expect(["source", "vault"], name).to.include(side);
      expect(["yes", "after-fix", "no"], name).to.include(rerun);
    }
  });

  it("has the page of AWS that has the code, and rights of S3 on its own side", () => {
    for (const name of Object.keys(FAILURE_CODES)) {
      const meaning = explainFailureCode(name);
      expect(meaning?.source, name).to.match(/^https:\/\/docs\.aws\.amazon\.com\//);
      if (meaning?.right === undefined) continue;
      const { actions, on, role } = meaning.right;
      expect(meaning.rerun, name).to.equal("after-fix");
      expect(on, name).to.equal(meaning.side);
      expect(on, name).to.equal(name.startsWith("Dst") ? "vault" : "source");
      expect(role, name).to.equal(name.startsWith("Initiate") ? "batch" : "replication");
      expect(actions.length, name).to.be.greaterThan(0);
      for (const action of actions) expect(action, name).to.match(/^s3:[A-Z][A-Za-z]+$/);
    }
  });

  it("is nothing of a code that no page has", () => {
    for (const code of ["constructor", "toString", "dstBucketNotFound", ""]) {
      expect(explainFailureCode(code)).to.equal(undefined);
    }
  });
});
