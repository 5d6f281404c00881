/** What a configuration accepts, and what only the source tells: the same in every format. */

import { expect } from "chai";
import { jobsAside } from "../../automation/report/job-history";
import { reportHtml } from "../../automation/report/html";
import { reportJson } from "../../automation/report/json";
import { reportJunit } from "../../automation/report/junit";
import { reportMarkdown } from "../../automation/report/markdown";
import { versionName } from "../../automation/proof/source-versions";
import { judged, lookOf } from "../helpers/looks";
import { reportOf } from "../helpers/reports";

const formatsOf = async (report: Parameters<typeof reportHtml>[0]) => ({
  html: await reportHtml(report),
  markdown: reportMarkdown(report),
  junit: reportJunit(report),
  json: reportJson(report),
});

describe("a report with what the configuration accepts", () => {
  const lapsed = Array.from({ length: 50 }, (_, index) => judged(`records/${index}`, "lapsed"));
  const report = reportOf({
    look: lookOf([judged("a", "proven"), ...lapsed]),
    input: { accept: ["lapsed"] },
  });
  const looked = report.sources[0]?.looked;

  it("counts it as accepted, and as nothing that needs somebody", () => {
    expect(report.clean).to.equal(true);
    expect(looked?.causes).to.deep.equal([]);
    const accepted = looked?.accepted.map(({ by, outcome, versions }) => [by, outcome, versions]);
    expect(accepted).to.deep.equal([["configuration", "lapsed/lapsed", 50]]);
    const group = looked?.byCause.groups.find(({ name }) => name === "lapsed/lapsed");
    expect(group?.accepted).to.equal(50);
    expect(group?.counts.lapsed).to.equal(50);
  });

  it("tells no one to do anything about it, in any format", async () => {
    const formats = await formatsOf(report);
    for (const [format, text] of Object.entries(formats)) {
      expect(text, format).not.to.contain("lockstep relock");
      expect(text, format).not.to.contain("What to do");
    }
    expect(formats.html).to.match(
      /50 versions \([^)]*\), lapsed\/lapsed in vault primary: accepted/,
    );
    expect(formats.markdown).to.contain("50 versions").and.to.contain("accepted by the config");
    expect(formats.junit).to.match(/<system-out>50 versions .*accepted by the configuration/);
    // Proven, needs somebody, accepted, all.
    expect(formats.markdown).to.match(/<code>lapsed\/lapsed<\/code> \| 0 \| 0 \| 50 \| 50 \|/);
    expect(formats.html).to.match(
      /lapsed\/lapsed<\/code><\/td>\s*<td class="number">0<\/td>\s*<td class="number">0<\/td>\s*<td class="number">50</,
    );
    expect(formats.markdown).to.match(
      /\| <code>primary<\/code> \| 1 \| 0 \| 0 \| 0 \| 50 \| 50 \| 0 \|/,
    );
  });

  it("does not take for accepted what only the source tells, nor what failed", () => {
    const versions = [judged("a", "proven"), judged("b", "deletedAtVault"), judged("c", "missing")];
    const open = reportOf({
      look: lookOf(versions),
      input: { accept: ["deleted-at-vault", "missing"] as never },
    });
    expect(open.clean).to.equal(false);
    expect(open.sources[0]?.looked?.accepted).to.deep.equal([]);
    expect(open.sources[0]?.looked?.causes).to.have.length(2);
  });

  it("counts what may still come within the objective as accepted by it", () => {
    const base = judged("b", "noRight");
    const young = {
      ...base,
      outcomes: base.outcomes.map((one) => ({ ...one, code: "too-new" as const })),
    };
    const nowEpochMs = young.version.lastModifiedEpochMs + 1_000;
    const look = lookOf([judged("a", "proven"), young], {
      objective: { objectiveMs: 60_000, nowEpochMs },
    });
    const made = reportOf({ look });
    expect(made.sources[0]?.looked?.accepted[0]).to.deep.include({
      by: "objective",
      outcome: "unverifiable/too-new",
    });
    expect(made.sources[0]?.looked?.causes).to.deep.equal([]);
    expect(reportJunit(made)).to.contain("may still come, within the recovery point objective");
  });
});

describe("a report of a level that reads no tags", () => {
  it("counts what only tags decide as what the level does not tell, as the verdict does", async () => {
    const base = judged("b", "noRight");
    const unread = {
      ...base,
      outcomes: base.outcomes.map((one) => ({ ...one, code: "tags-unread" as const })),
    };
    const at = (level: "full" | "listing") =>
      reportOf({ look: lookOf([judged("a", "proven"), unread], { level }) });
    const byListing = at("listing");
    expect(byListing.clean).to.equal(true);
    expect(byListing.sources[0]?.looked?.causes).to.deep.equal([]);
    expect(byListing.sources[0]?.looked?.accepted[0]).to.deep.include({ by: "level", versions: 1 });
    for (const text of [reportMarkdown(byListing), reportJunit(byListing)]) {
      expect(text).to.contain("this level does not tell whether they are promised");
    }
    expect(at("full").sources[0]?.looked?.causes).to.have.length(1);
  });
});

describe("what only a job's report says", () => {
  const WORDS = "as the job's report at the source tells it";
  const codesOf = (code: string) =>
    new Map([[versionName({ key: "b", versionId: "version-of-b" }), code]]);

  it("is nowhere a fact: neither a code that is known, nor one that is not, nor a version deleted at the vault", async () => {
    const missing = lookOf([judged("a", "proven"), judged("b", "missing")]);
    const deleted = lookOf([judged("a", "proven"), judged("b", "deletedAtVault")]);
    for (const report of [
      reportOf({ look: missing, codes: codesOf("DstPutObjectNotPermitted") }),
      reportOf({ look: missing, codes: codesOf("(another code)") }),
      reportOf({ look: deleted }),
    ]) {
      const { html, json, junit, markdown } = await formatsOf(report);
      expect(report.sources[0]?.looked?.causes[0]?.toldBy).to.equal("job-report");
      expect(json).to.contain(WORDS);
      for (const text of [html, junit]) expect(text).to.contain(WORDS.replace("'", "&#39;"));
      expect(markdown).to.contain(WORDS.replace("'", "&#39;"));
      // Groups have names alone, so there is a note beside them.
      for (const text of [html, markdown]) expect(text).to.contain("A code in brackets, and that");
    }
  });

  it("is not said of what was looked at", async () => {
    const report = reportOf({ look: lookOf([judged("a", "proven"), judged("b", "missing")]) });
    expect(report.sources[0]?.looked?.causes[0]).not.to.have.property("toldBy");
    for (const text of Object.values(await formatsOf(report))) {
      expect(text).not.to.contain("report at the source tells it");
    }
  });
});

describe("what a report says to do", () => {
  it("says of what the source calls replicated that a job may be in vain", () => {
    const fixOf = (sourceStatus: string) =>
      reportOf({
        look: lookOf([judged("a", "proven"), judged("b", "missing", { sourceStatus })]),
      }).sources[0]?.looked?.causes[0]?.fix;
    expect(fixOf("COMPLETED")).to.contain("of 1 version the source says that it was replicated");
    expect(fixOf("COMPLETED")).to.contain("DstObjectHardDeleted");
    expect(fixOf("FAILED")).not.to.contain("in vain");
  });

  it("names the key to set before locks can be extended, of a vault that lets no role do it", () => {
    const look = lookOf([judged("a", "proven"), judged("b", "lapsed")]);
    const vault = look.promise.vaults.get("primary");
    if (vault === undefined) throw new Error("no vault");
    const fixOf = (guard: object | undefined) => {
      const vaults = new Map([["primary", { ...vault, ...(guard && { guard }) } as typeof vault]]);
      const { sources } = reportOf({ look: { ...look, promise: { ...look.promise, vaults } } });
      return sources[0]?.looked?.causes[0]?.fix;
    };
    expect(fixOf(undefined)).to.match(/^set `relock: true` on the vault primary .* then decide/);
    expect(fixOf({ relock: { modes: ["GOVERNANCE"] } })).to.match(/^decide/);
  });

  it("names what the ledger sets aside, and counts what it does not name", () => {
    const aside = Array.from({ length: 25 }, (_, index) => ({
      key: `ledger/${index}`,
      why: "w".repeat(400),
    }));
    const { jobsAside: told } = jobsAside(aside);
    expect(told?.count).to.equal(25);
    expect(told?.first).to.have.length(20);
    expect(told?.first[0]?.why).to.have.length(301);
    expect(jobsAside([])).to.deep.equal({});
    const report = reportOf({ look: lookOf([judged("a", "proven")]) });
    const sources = report.sources.map((source) => ({ ...source, jobsAside: told }));
    expect(reportMarkdown({ ...report, sources } as typeof report)).to.contain("and 5 more");
  });
});
