/** A report as Markdown, JUnit XML and JSON: by what they say, not by their bytes. */

import { expect } from "chai";
import type { GuardLoss } from "../../automation/judge/outcome";
import { reportJson } from "../../automation/report/json";
import { reportJunit } from "../../automation/report/junit";
import { makeReport } from "../../automation/report/make-report";
import { reportMarkdown } from "../../automation/report/markdown";
import { reportHtml } from "../../automation/report/html";
import { LockstepError } from "../../automation/errors";
import { VERSION } from "../helpers/judged-world";
import { expectJunit } from "../helpers/junit-schema";
import { judged, lookOf } from "../helpers/looks";
import { EVIL_KEY, reportOf } from "../helpers/reports";

const LOSS: GuardLoss = {
  vault: "primary",
  protection: "versioning",
  resource: "arn:aws:s3:::vault",
  expected: "Enabled",
  found: "Suspended",
  allows: "writing over what is there",
  restoredBy: "up",
};

const CLEAN = reportOf({ look: lookOf([judged("a", "proven")]) });
const BAD = reportOf({
  look: lookOf([
    judged("a", "proven"),
    judged(EVIL_KEY, "missing"),
    judged("b", "archived"),
    judged("c", "lapsed"),
    judged("d", "noRight"),
  ]),
  parts: { guard: { checked: ["primary"], unknown: ["far"], losses: [LOSS] } },
});
const BROKEN = makeReport({
  lockstepVersion: "1.2.3",
  stack: "dev",
  madeEpochMs: 0,
  result: {
    clean: false,
    guard: [],
    sources: [
      { source: "orders", error: new LockstepError("StackOutOfDate", "too <old>", { hint: "" }) },
    ],
  },
  seen: new Map(),
});

/** The names of an XML's elements, in order; throws where they are not nested. */
function elements(xml: string): readonly string[] {
  const names: string[] = [];
  const open: string[] = [];
  for (const [, slash, name, , empty] of xml.matchAll(
    /<(\/?)(\w+)((?:\s+\w+="[^"<]*")*)\s*(\/?)>/g,
  )) {
    if (slash === "/") expect(open.pop()).to.equal(name);
    else {
      names.push(name ?? "");
      if (empty !== "/") open.push(name ?? "");
    }
  }
  expect(open).to.deep.equal([]);
  return names;
}

describe("a report as Markdown", () => {
  it("counts what lies on top, also where a listing does not tell what it is", () => {
    const covers = ["delete-marker", "foreign-version", "unknown-version"].map((what) => ({
      vault: "primary",
      key: "a",
      versionId: what,
      what: what as "unknown-version",
    }));
    const look = { ...lookOf([judged("a", "proven")]), covers };
    const text = reportMarkdown(reportOf({ look }));
    expect(text).to.contain("3 times something lies on top of promised versions");
    expect(text).to.match(/\| <code>primary<\/code> \|.* 3 \|$/m);
  });

  it("calls a look of less than all clean as far as its level goes", () => {
    const look = { ...lookOf([judged("a", "proven")]), level: "listing" as const };
    const text = reportMarkdown(reportOf({ look }));
    expect(text).to.contain("Clean as far as level listing proves");
    expect(text).to.contain("promised, as far as level listing proves.");
    expect(text).not.to.contain("right content and lock");
    expect(text).to.match(/\*\*not proven\*\*: Each copy is locked in the promised mode/);
    expect(reportMarkdown(BAD))
      .to.contain("looked for: ")
      .and.not.to.match(/^.*- proven: /m);
  });

  it("says how to get what it leaves out, and that has all of it", () => {
    const versions = Array.from({ length: 15 }, (_, index) =>
      judged(`${index}/a`, { [`vault-${index}`]: "missing" }),
    );
    const report = reportOf({ look: lookOf(versions) });
    const text = reportMarkdown(report);
    // Prefixes, and causes: one at each vault.
    expect(text.match(/And 3 more, all with --format json\./g)).to.have.length(2);
    expect(text).not.to.contain("--json");
    const [source] = (JSON.parse(reportJson(report)) as typeof report).sources;
    expect(source?.looked?.byPrefix.groups).to.have.length(15);
    expect(source?.looked?.causes).to.have.length(15);
  });

  it("begins with the verdict in words", () => {
    expect(reportMarkdown(CLEAN)).to.match(/^## ✅ Lockstep <code>dev<\/code>: Clean/);
    expect(reportMarkdown(CLEAN)).to.contain("1 version was found in every vault");
    const bad = reportMarkdown(BAD);
    expect(bad).to.match(/^## ❌ .*NOT clean/);
    expect(bad).to.contain("1 version is promised, and missing or wrong in a vault.");
    expect(bad).to.contain("Of 1 version nobody can say");
    expect(reportMarkdown(BROKEN)).to.contain("no verdict: too &#60;old&#62;");
  });

  it("says what to do about each cause, and whether a further run helps", () => {
    const bad = reportMarkdown(BAD);
    expect(bad).to.contain("in account 111111111111: run &#96;lockstep backfill&#96;");
    expect(bad).to.contain("**What to do**\n\n- **1**");
    expect(bad).to.contain("does a further run help? Yes");
    expect(bad).to.contain("**not as deployed**").and.to.contain("writing over what is there");
    expect(bad).to.contain("<code>far</code>: not proven");
    expect(bad).to.contain("**not proven**: object annotations");
  });

  it("obeys no key", () => {
    const bad = reportMarkdown(BAD);
    expect(bad).not.to.match(/<script|\u001b|\u202e|\u2066|\u0000|\]\(javascript|@everyone/);
    // Nor is anything of it hidden: the backslash is written as markup.
    for (const sign of ["u001b", "u0000", "u202e", "u2066", "ud800", "u000d", "u000a"]) {
      expect(bad).to.contain(`&#92;${sign}`);
    }
    const bars = (line: string): number => line.split("|").length;
    const lines = bad.split("\n");
    for (const [index, line] of lines.entries()) {
      const previous = lines[index - 1] ?? "";
      if (line.startsWith("|") && previous.startsWith("|")) {
        expect(bars(line), line).to.equal(bars(previous));
      }
    }
  });
});

describe("a report as JUnit XML", () => {
  it("has a case for each vault and each check, and none fails in a clean one", () => {
    const xml = reportJunit(CLEAN);
    expect(elements(xml).filter((name) => name === "failure")).to.have.length(0);
    for (const name of [
      "every version in vault primary",
      "nothing lies on top of promised versions",
      "live settings are as deployed",
      "the counts agree",
      "guard of vault primary",
    ]) {
      expect(xml).to.contain(` name="${name}"/>`);
    }
    expect(xml).to.match(/<testcase [^>]*name="not proven: object annotations[^>]*>\s*<skipped /);
  });

  it("fails where the verdict does, with what to do", () => {
    const xml = reportJunit(BAD);
    expect(elements(xml).filter((name) => name === "failure")).to.have.length(2);
    expect(xml).to.match(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites [^>]*failures="2"/,
    );
    expect(xml).to.contain("1 failed, 1 unverifiable, 1 unprotected, 1 lapsed");
    expect(xml).to.contain("run `lockstep backfill`").and.to.contain("writing over what is there");
    expect(elements(reportJunit(BROKEN))).to.include("failure");
  });

  it("is as the schema of Jenkins has it, whatever is in it", async () => {
    const accepted = reportOf({
      look: lookOf([judged("a", "archived"), judged(EVIL_KEY, "missing")]),
      input: { accept: ["archived"] },
    });
    for (const report of [CLEAN, BAD, BROKEN, accepted]) await expectJunit(reportJunit(report));
  });

  it("lets no key write a line", () => {
    const key = "gap/2\n0 failed, 0 unverifiable, 0 unprotected, 0 lapsed";
    const covers = [{ vault: "primary", key, versionId: "v", what: "delete-marker" as const }];
    const look = { ...lookOf([judged("a", "proven"), judged(key, "missing")]), covers };
    const xml = reportJunit(reportOf({ look }));
    expect(xml).to.contain("gap/2\\u000a0 failed, 0 unverifiable");
    expect(xml).not.to.match(/gap\/2(\n|&#10;)/);
    // Of its own there are as many lines as there are things to say.
    expect(xml).to.match(/>1 failed, 0 unverifiable, 0 unprotected, 0 lapsed\n1 x /);
  });

  it("does not fail for what the configuration accepts", () => {
    const look = lookOf([judged("a", "proven"), judged("b", "archived")]);
    const accepted = reportOf({ look, input: { accept: ["archived"] } });
    expect(accepted.clean).to.equal(true);
    const xml = reportJunit(accepted);
    expect(elements(xml)).not.to.include("failure");
    expect(reportMarkdown(accepted)).to.contain("which the configuration accepts");
    // It passes, and says by what.
    expect(xml).to.match(
      /name="every version in vault primary, but for what is accepted or may still come">\s*<system-out>1 version \([^)]*\), unprotected\/archived in vault primary: accepted by the configuration/,
    );
  });

  it("fails for what is not accepted beside what is, with the same figures", () => {
    const versions = [judged("a", "proven"), judged("b", "archived"), judged("c", "lapsed")];
    const report = reportOf({ look: lookOf(versions), input: { accept: ["lapsed"] } });
    const xml = reportJunit(report);
    expect(xml).to.contain("1 unprotected, 1 lapsed; 1 of these accepted");
    expect(xml).to.match(/<\/failure>\s*<system-out>1 version .*lapsed\/lapsed/);
    expect(xml).not.to.contain("lockstep relock");
  });

  it("holds nothing that XML cannot, and obeys no key", () => {
    const xml = reportJunit(BAD);
    // XML 1.0, 2.2: Char. https://www.w3.org/TR/xml/#charsets
    expect(xml).not.to.match(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
    expect(xml).not.to.match(/<script|\u202e/);
    expect(xml).to.contain("&lt;script&gt;").and.to.contain("\\u0000");
  });
});

describe("a report of a look at what is new, against an objective", () => {
  const objective = { objectiveMs: 60_000, nowEpochMs: VERSION.lastModifiedEpochMs + 3_600_000 };
  const since = { fromEpochMs: VERSION.lastModifiedEpochMs, inFullCount: 7 };
  const of = (at: "missing" | "proven") =>
    reportOf({ look: lookOf([judged("a", "proven"), judged("b", at)], { objective, since }) });

  it("says in each format how far the vaults are behind, and what was looked at in full", async () => {
    for (const text of [await reportHtml(of("missing")), reportMarkdown(of("missing"))]) {
      expect(text).to.contain("The recovery point: 1 h 0 min behind, over the objective of 1 min");
      expect(text).to.match(/since: 7 versions since \d{4}-/);
    }
    const xml = reportJunit(of("missing"));
    expect(xml).to.match(
      /<system-out>since: 7 versions since .*\nrecovery point: 1 h 0 min behind/,
    );
    expect(xml).to.match(
      /name="the recovery point objective is met">\s*<failure message="1 h 0 min behind/,
    );
    expect(reportJunit(of("proven"))).to.contain('name="the recovery point objective is met"/>');
    const { sources } = JSON.parse(reportJson(of("missing"))) as typeof BAD;
    expect(sources[0]?.verdict).to.deep.include({
      since: { from: new Date(since.fromEpochMs).toISOString(), inFullCount: 7 },
    });
    expect(sources[0]?.verdict?.recoveryPoint).to.deep.include({ met: false, gapSeconds: 3_600 });
  });

  it("is made when AWS says that it was looked, and by this machine's clock where nothing was", () => {
    const lookedEpochMs = Date.UTC(2027, 0, 2);
    const report = reportOf({ look: lookOf([judged("a", "proven")], { lookedEpochMs }) });
    expect(report.madeAt).to.equal("2027-01-02T00:00:00.000Z");
    expect(report.sources[0]?.looked?.at).to.equal(report.madeAt);
    expect(BROKEN.madeAt).to.equal("1970-01-01T00:00:00.000Z");
  });

  it("says of inventories how old they were", () => {
    const vaults = [
      { vault: "primary", createdAt: "2026-11-29T00:00:00.000Z", ageSeconds: 118_800 },
    ];
    const inventory = {
      engine: "duckdb" as const,
      sourceCreatedAt: "2026-11-28T00:00:00.000Z",
      sourceAgeSeconds: 205_200,
      vaults,
      newerCount: 0,
      againCount: 0,
      goneCount: 0,
      gone: [],
    };
    const look = lookOf([judged("a", "proven")], { level: "inventory", inventory });
    const text = reportMarkdown(reportOf({ look }));
    expect(text).to.contain("2026-11-28T00:00:00.000Z (57 h 0 min old)");
    expect(text).to.contain("2026-11-29T00:00:00.000Z (33 h 0 min old)");
  });
});

describe("a report as JSON", () => {
  it("has its version, and keys exactly as they are", () => {
    const parsed = JSON.parse(reportJson(BAD)) as typeof BAD;
    expect(parsed).to.deep.include({ reportVersion: 1, clean: false, stack: "dev" });
    const keys = parsed.sources[0]?.looked?.causes.flatMap(({ examples }) =>
      examples.map(({ key }) => key),
    );
    expect(keys).to.include(EVIL_KEY);
    const broken = JSON.parse(reportJson(BROKEN)) as typeof BAD;
    expect(broken.sources[0]).to.deep.include({
      error: { code: "StackOutOfDate", message: "too <old>" },
      jobs: null,
    });
  });
});
