/** A report of several sources: each table has a name of its own, and of a source that nobody looked at nothing is said that nobody tried. */

import { expect } from "chai";
import { LockstepError } from "../../automation/errors";
import type { Report } from "../../automation/report/fields";
import { reportHtml } from "../../automation/report/html";
import { reportJunit } from "../../automation/report/junit";
import { makeReport } from "../../automation/report/make-report";
import { reportMarkdown } from "../../automation/report/markdown";
import { judged, lookOf } from "../helpers/looks";
import { reportOf, twoSources } from "../helpers/reports";

describe("a report of two sources", () => {
  it("gives each landmark of its page a name that no other has", async () => {
    const html = await reportHtml(twoSources());
    const names = [...html.matchAll(/<section class="wide"[^>]* aria-label="([^"]*)"/g)].map(
      ([, name]) => name,
    );
    expect(names).to.have.length.greaterThan(20);
    expect(new Set(names).size).to.equal(names.length);
    expect(names).to.include(
      "Vaults: what they promise, and what was found there (versions), source letters",
    );
    expect(names).to.include("Tasks done, job number 2 of source orders");
  });
});

describe("a report of a source without a verdict", () => {
  const error = new LockstepError("StackNotDeployed", "it is not deployed", { hint: "" });
  const unseen = makeReport({
    lockstepVersion: "1.2.3",
    stack: "dev",
    madeEpochMs: 0,
    result: { clean: false, guard: [], sources: [{ source: "late", error }] },
    seen: new Map(),
  });
  const formatsOf = async (report: Report) => [
    await reportHtml(report),
    reportMarkdown(report),
    reportJunit(report),
  ];

  it("says that there is none, and nothing of jobs that nobody looked for", async () => {
    for (const text of await formatsOf(unseen)) {
      expect(text).to.contain("no verdict: it is not deployed");
      expect(text).not.to.contain("ledger").and.not.to.contain("Jobs");
    }
  });

  it("still says that a ledger cannot be read where somebody tried", async () => {
    const report = reportOf({ look: lookOf([judged("a", "proven")]) });
    const sources = report.sources.map((source) => ({ ...source, jobs: null }));
    const [html, markdown] = await formatsOf({ ...report, sources });
    expect(html).to.contain("the ledger cannot be read");
    expect(markdown).to.contain("the ledger cannot be read");
  });
});
