/** What a clean verdict is clean beside: it is counted, and nothing is claimed of it, by a verdict and in each format of a report. */

import { expect } from "chai";
import { verdictLines } from "../../automation/cli/render/verdict-words";
import { closingVerdict } from "../../automation/judge/closing-verdict";
import type { Outcome } from "../../automation/judge/outcome";
import { formVerdict } from "../../automation/judge/verdict";
import type { JudgedVersion, Look } from "../../automation/look/look";
import { PROOF_CODES } from "../../automation/levels/proofs";
import { reportHtml } from "../../automation/report/html";
import { reportJunit } from "../../automation/report/junit";
import { reportMarkdown } from "../../automation/report/markdown";
import type { AcceptableCode } from "../../components/config/types";
import { VERSION } from "../helpers/judged-world";
import { judged, lookOf } from "../helpers/looks";
import { reportOf } from "../helpers/reports";

/** Versions of one outcome. */
const some = (count: number, kind: Outcome["kind"], code: Outcome["code"]): JudgedVersion[] =>
  Array.from({ length: count }, (_, index) => {
    const one = judged(`${code}/${index}`, "noRight");
    return { ...one, outcomes: one.outcomes.map((outcome) => ({ ...outcome, kind, code })) };
  });

const objective = { objectiveMs: 60_000, nowEpochMs: VERSION.lastModifiedEpochMs + 1_000 };
const PROVEN = judged("a", "proven");
const LATE = lookOf([PROVEN, ...some(5, "unverifiable", "too-new")], { objective });
const ARCHIVED = lookOf([PROVEN, ...some(3, "unprotected", "archived")]);

const verdictOf = (look: Look, ...accept: AcceptableCode[]) =>
  formVerdict({ look, accept, guard: [] });

describe("a clean verdict beside versions that are not as promised", () => {
  it("does not prove that each is there, and says for how many", () => {
    for (const [verdict, excused] of [
      [verdictOf(LATE), { configuration: 0, level: 0, objective: 5, unproven: ["presence"] }],
      [
        verdictOf(ARCHIVED, "archived"),
        { configuration: 3, level: 0, objective: 0, unproven: ["presence"] },
      ],
    ] as const) {
      expect(verdict).to.deep.include({ clean: true, excused });
      expect(verdict.proves).not.to.include("presence");
      expect(verdict.doesNotProve).to.include("presence");
      // Of each copy that is there all else is.
      expect(verdict.proves).to.include.members(["version-id", "lock-mode", "retain-until"]);
      expect([...(verdict.proves ?? []), ...(verdict.doesNotProve ?? [])]).to.have.members([
        ...PROOF_CODES,
      ]);
    }
  });

  it("proves all that its level does where there are none", () => {
    for (const look of [
      lookOf([PROVEN, judged("m", "marker")]),
      lookOf([PROVEN, judged("b", "missing")]),
    ]) {
      const verdict = verdictOf(look, "archived");
      expect(verdict).not.to.have.property("excused");
      expect(verdict.proves).to.include("presence");
    }
  });

  it("does not prove the locks of what has lapsed, nor anything of what only the customer's key opens", () => {
    const lapsed = verdictOf(lookOf([PROVEN, judged("b", "lapsed")]), "lapsed");
    expect(lapsed.excused?.unproven).to.deep.equal(["lock-mode", "retain-until"]);
    expect(lapsed.proves).to.include("presence");
    const sse = verdictOf(lookOf([PROVEN, ...some(1, "unverifiable", "sse-c")]), "sse-c");
    expect(sse.excused?.unproven).to.include.members(["presence", "etag", "owner", "tags"]);
    expect(sse.proves).not.to.include.members(["size"]);
    // The promise itself has the rule as disabled, and wants nothing there.
    const disabled = verdictOf(
      lookOf([PROVEN, ...some(1, "unprotected", "rule-disabled")]),
      "rule-disabled",
    );
    expect(disabled.excused).to.deep.include({ configuration: 1, unproven: [] });
    expect(disabled.proves).to.include("presence");
  });

  it("names of unproven codes only those that the level proves of the others", () => {
    const look = lookOf([PROVEN, ...some(2, "unverifiable", "tags-unread")], { level: "listing" });
    const unread = verdictOf(look);
    expect(unread.excused).to.deep.equal({
      ...{ configuration: 0, level: 2, objective: 0 },
      unproven: ["presence"],
    });
    const lapsed = verdictOf(
      lookOf([PROVEN, judged("b", "lapsed")], { level: "listing" }),
      "lapsed",
    );
    expect(lapsed.excused?.unproven).to.deep.equal([]);
  });

  it("counts a version once, by the worst of it, and not where something else is open", () => {
    const both = judged("b", { primary: "archived", second: "lapsed" });
    const open = judged("c", { primary: "archived", second: "missing" });
    const verdict = verdictOf(lookOf([PROVEN, both, open]), "archived", "lapsed");
    expect(verdict.clean).to.equal(false);
    expect(verdict.excused).to.deep.include({ configuration: 1 });
    expect(verdict.excused?.unproven).to.include.members(["presence", "lock-mode"]);
  });

  it("is summed over sources, and proves what each of them does", () => {
    const closing = closingVerdict([
      { source: "s0", verdict: verdictOf(LATE) },
      { source: "s1", verdict: verdictOf(ARCHIVED, "archived") },
      { source: "s2", verdict: verdictOf(lookOf([PROVEN])) },
    ]);
    expect(closing.excused).to.deep.equal({
      ...{ configuration: 3, level: 0, objective: 5 },
      unproven: ["presence"],
    });
    expect(closing.doesNotProve).to.include("presence");
    const listed = verdictOf(lookOf([PROVEN], { level: "listing" }));
    const lapsed = verdictOf(lookOf([PROVEN, judged("b", "lapsed")]), "lapsed");
    const mixed = closingVerdict([
      { source: "s0", verdict: lapsed },
      { source: "s1", verdict: listed },
    ]);
    // A listing proves no lock, whatever is excused.
    expect(mixed.excused).to.deep.include({ configuration: 1, unproven: [] });
    expect(closingVerdict([{ source: "s", verdict: listed }])).not.to.have.property("excused");
  });

  it("says so in the command line's own words", () => {
    const text = verdictLines(verdictOf(LATE)).join("\n");
    expect(text).to.contain("Verdict: clean, but for 5 versions that are still on the way");
    expect(text).to.contain("not proven, for 5 versions that are still on the way: presence");
    expect(text).to.match(/level full, which says nothing of: (?!.*presence)/);
    const accepted = verdictLines(verdictOf(ARCHIVED, "archived")).join("\n");
    expect(accepted).to.contain("clean, but for 3 versions that the configuration accepts");
    const whole = verdictLines(verdictOf(lookOf([PROVEN]))).join("\n");
    expect(whole).to.match(/Verdict: clean$/m);
    expect(whole).not.to.contain("not proven, for");
  });
});

describe("a report beside versions that are not as promised", () => {
  const late = reportOf({ look: LATE });
  const archived = reportOf({ look: ARCHIVED, input: { accept: ["archived"] } });
  const PRESENCE = "Every promised version has a copy at each vault that it is promised at";

  it("has them in its headline, in each format", async () => {
    for (const [report, words] of [
      [late, "Clean, but for 5 versions that are still on the way: all else that is promised"],
      [archived, "Clean, but for 3 versions that the configuration accepts: all else that is"],
    ] as const) {
      for (const text of [await reportHtml(report), reportMarkdown(report), reportJunit(report)]) {
        expect(text).to.contain(words);
        expect(text).not.to.contain("Clean: what is promised is in the vaults");
      }
    }
    const listed = reportOf({ look: { ...LATE, level: "listing" } });
    expect(reportMarkdown(listed)).to.contain(
      "Clean, but for 5 versions that are still on the way, as far as level listing proves, which is",
    );
  });

  it("calls it not proven that each is there, and says for which", async () => {
    const html = await reportHtml(late);
    expect(html).to.contain("What is not proven, for 5 versions that are still on the way");
    expect(html.indexOf(PRESENCE)).to.be.greaterThan(html.indexOf("What is not proven, for"));
    expect(reportMarkdown(archived)).to.contain(
      `**not proven**, for 3 versions that the configuration accepts: ${PRESENCE}`,
    );
    for (const text of [html, reportMarkdown(late)]) {
      expect(text.split(PRESENCE)).to.have.length(2);
      expect(text).to.contain("5 versions are not in every vault yet, and may still come");
      expect(text).not.to.contain("nobody can say how they are");
    }
  });

  it("has no case of JUnit that passes for every version of a vault", () => {
    for (const report of [late, archived]) {
      const xml = reportJunit(report);
      expect(xml).not.to.contain('name="every version in vault primary"');
      expect(xml).to.match(
        /name="every version in vault primary, but for what is accepted or may still come">\s*<system-out>/,
      );
      expect(xml).to.match(
        /name="not proven: Every promised version has a copy[^"]*">\s*<skipped message="not of \d versions that/,
      );
    }
    // One that fails has the name that it always has.
    const versions = [...ARCHIVED.versions, judged("lost", "missing")];
    const open = reportOf({ look: { ...ARCHIVED, versions }, input: { accept: ["archived"] } });
    expect(reportJunit(open)).to.match(
      /name="every version in vault primary">\s*<failure message="1 failed, /,
    );
    const clean = reportJunit(reportOf({ look: lookOf([PROVEN]) }));
    expect(clean).to.contain('name="every version in vault primary"/>');
    expect(clean).not.to.contain(PRESENCE);
  });

  it("still counts what nobody can say beside what is on its way", () => {
    const look = { ...LATE, versions: [...LATE.versions, judged("dark", "noRight")] };
    const text = reportMarkdown(reportOf({ look }));
    expect(text).to.contain("NOT clean");
    expect(text).to.contain("Of 1 version nobody can say");
    expect(text).to.contain("5 versions are not in every vault yet");
  });
});
