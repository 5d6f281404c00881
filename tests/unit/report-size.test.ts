/** A report as Markdown goes into a comment, whatever is in it; what is left out is said. */

import { expect } from "chai";
import type { Report } from "../../automation/report/fields";
import { fitParts, type Part } from "../../automation/report/fit-parts";
import { reportMarkdown } from "../../automation/report/markdown";
import { judged, lookOf } from "../helpers/looks";
import { fullReport, reportOf } from "../helpers/reports";

/** GitHub's limit of a comment. */
const COMMENT = 65_536;

const times = (report: Report, count: number): Report => ({
  ...report,
  sources: Array.from({ length: count }, (_, index) => {
    const [source] = report.sources;
    if (source === undefined) throw new Error("no source");
    return { ...source, source: `source-${index}` };
  }),
});

/** Keys that Markdown makes the most of. */
const hostile = (sign: string): Report => {
  const keys = Array.from({ length: 25 }, (_, index) => `${sign.repeat(1_015)}${index}`);
  const covers = keys.map((key) => ({
    vault: "primary",
    key,
    versionId: sign.repeat(100),
    what: "delete-marker" as const,
  }));
  const versions = keys.map((key) => judged(`${key}/x`, "missing"));
  return reportOf({ look: lookOf([judged("a", "proven"), ...versions], { covers }) });
};

describe("a report as Markdown, as a comment takes it", () => {
  it("is never longer, and tells the verdict, what is wrong and what to do", () => {
    for (const report of [hostile("\u0001"), hostile("@"), times(hostile("@"), 20)]) {
      expect(reportMarkdown(report)).to.contain("**What is wrong beside the versions**");
    }
    for (const report of [
      hostile("\u0001"),
      hostile("@"),
      times(hostile("@"), 20),
      times(fullReport(), 40),
    ]) {
      const text = reportMarkdown(report);
      expect(text.length).to.be.below(COMMENT);
      expect(text).to.match(/^## ❌ .*NOT clean/);
      expect(text).to.contain("**What to do**");
      for (const { source } of report.sources) expect(text).to.contain(`<code>${source}</code>`);
      expect(text).to.match(/in account \d{12}: /);
    }
  });

  it("leaves nothing out where there is room, and says so where there is not, with what has it", () => {
    const clean = reportOf({ look: lookOf([judged("a", "proven")]) });
    for (const report of [clean, fullReport(), times(clean, 3)]) {
      expect(reportMarkdown(report)).not.to.contain("Left out");
    }
    const text = reportMarkdown(times(clean, 40));
    expect(text.length).to.be.below(COMMENT);
    expect(text).to.match(
      /\*\*A comment has not room for all of it\.\*\* Left out, all with --format json: .*outcomes by size \(\d+\)/,
    );
    // Each source, and the guard, are there before what is folded.
    expect(text.match(/^### Source /gm)).to.have.length(40);
    expect(text).to.contain("### The vaults' guard");
    const many = reportMarkdown(times(clean, 1_000));
    expect(many.length).to.be.below(COMMENT);
    expect(many).to.match(/sources \(\d+\)/);
  });

  it("tells sources that need somebody before those that are clean", () => {
    const clean = times(reportOf({ look: lookOf([judged("a", "proven")]) }), 1_000);
    const [bad] = hostile("x").sources;
    if (bad === undefined) throw new Error("no source");
    const text = reportMarkdown({
      ...clean,
      clean: false,
      sources: [...clean.sources, { ...bad, source: "in-need" }],
    });
    expect(text).to.contain("### Source <code>in-need</code>");
    expect(text).to.contain("**What to do**");
  });

  it("cuts a line of somebody else's, and says in how many more there is something", () => {
    const text = reportMarkdown(hostile("\u0001"));
    for (const line of text.split("\n")) expect(line.length).to.be.below(7_000);
    const wrong = text.slice(text.indexOf("**What is wrong beside the versions**"));
    expect(wrong).to.match(/- on top in primary: delete marker .*…\n/);
    expect(wrong).to.contain("And 5 more, all with --format json.");
  });
});

describe("parts of a document that there is not room for", () => {
  const part = (name: string, rank: number, texts: readonly string[], under?: Part): Part => ({
    ...{ name, rank, texts },
    ...(under === undefined ? {} : { under }),
  });
  const fit = (parts: readonly Part[], limit: number) => {
    const { leftOut, texts } = fitParts(parts, limit, "\n");
    return [texts, Object.fromEntries(leftOut)];
  };

  it("are left out by rank, in the order of the document", () => {
    const parts = [part("a", 2, ["aaaa"]), part("b", 1, ["bbbb"]), part("c", 2, ["cccc"])];
    expect(fit(parts, 15)).to.deep.equal([["aaaa", "bbbb", "cccc"], {}]);
    expect(fit(parts, 14)).to.deep.equal([["aaaa", "bbbb"], { c: 1 }]);
    expect(fit(parts, 9)).to.deep.equal([["bbbb"], { a: 1, c: 1 }]);
    expect(fit(parts, 4)).to.deep.equal([[], { a: 1, b: 1, c: 1 }]);
  });

  it("are told in their shorter words where these fit", () => {
    const parts = [part("a", 1, ["aaaaaaaa", "aaa", "a"]), part("b", 2, ["b"])];
    expect(fit(parts, 6)).to.deep.equal([["aaa", "b"], {}]);
    expect(fit(parts, 3)).to.deep.equal([["a"], { b: 1 }]);
  });

  it("are nothing without their heading, and no part where there is nothing to tell", () => {
    const heading = part("heading", 1, ["heading"]);
    const parts = [heading, part("b", 2, ["b"], heading), part("empty", 2, ["", ""])];
    expect(fit(parts, 5)).to.deep.equal([[], { heading: 1 }]);
    expect(fit(parts, 20)).to.deep.equal([["heading", "b"], {}]);
    // However much it is needed, it waits for its heading.
    const late = part("late", 3, ["late"]);
    expect(fit([late, part("b", 1, ["b"], late)], 20)).to.deep.equal([["late", "b"], {}]);
  });
});
