/** Which cases a report as JUnit XML has, which of them fail, and with which lines. */

import { expect } from "chai";
import type { VerdictFields } from "../../automation/events";
import type { GuardLoss } from "../../automation/judge/outcome";
import type {
  AcceptedFields,
  CauseFields,
  LookedAt,
  Report,
  SourceReport,
} from "../../automation/report/fields";
import { reportJunit } from "../../automation/report/junit";
import { judged, lookOf } from "../helpers/looks";
import { reportOf } from "../helpers/reports";

const REPORT = reportOf({ look: lookOf([judged("a", "proven")]) });
const [SOURCE] = REPORT.sources;
const { looked: LOOKED, verdict: VERDICT } = SOURCE ?? {};
const [COUNTS] = VERDICT?.vaults ?? [];
if (LOOKED === undefined || VERDICT === undefined || COUNTS === undefined) throw new Error("none");

const LOSS: GuardLoss = {
  vault: "primary",
  protection: "versioning",
  resource: "vault",
  expected: "Enabled",
  found: null,
  allows: "writing",
  restoredBy: "up",
};
const LOST =
  'versioning of vault is nothing, "Enabled" is deployed. It allows writing. Restored by `lockstep up`';

/** Suites as `name {counts}: cases`, and cases as their name, with `FAILS` and its lines, `SKIPPED` and why, or `says` and its lines. */
function suitesOf(xml: string): Record<string, { counts: string; cases: Record<string, string> }> {
  const suites: ReturnType<typeof suitesOf> = {};
  for (const [, name = "", timestamp = "", counts = "", body = ""] of xml.matchAll(
    /<testsuite name="([^"]*)" timestamp="([^"]*)" ([^>]*)>([^]*?)<\/testsuite>/g,
  )) {
    expect(timestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    const cases: Record<string, string> = {};
    for (const [, classname, one = "", , inner = ""] of body.matchAll(
      /<testcase classname="([^"]*)" name="([^"]*)"(\/>|>([^]*?)<\/testcase>)/g,
    )) {
      expect(classname).to.equal(`lockstep.dev.${name}`);
      const failure = /<failure message="([^"]*)" type="verdict">([^]*?)<\/failure>/.exec(inner);
      const skipped = /<skipped message="([^"]*)"\/>/.exec(inner);
      const output = /<system-out>([^]*?)<\/system-out>/.exec(inner);
      expect(failure?.[2]?.split("\n")[0]).to.equal(failure?.[1]);
      cases[one] = [
        ...(failure === null ? [] : [`FAILS ${failure[2]}`]),
        ...(skipped === null ? [] : [`SKIPPED ${skipped[1]}`]),
        ...(output === null ? [] : [`says ${output[1]}`]),
      ].join("\n");
    }
    suites[name] = { counts, cases };
  }
  return suites;
}

const reportWith = (sources: readonly SourceReport[], more: Partial<Report> = {}): Report => ({
  ...REPORT,
  sources,
  ...more,
});
const sourceOf = (verdict: Partial<VerdictFields>, looked?: Partial<LookedAt>): SourceReport => ({
  source: "orders",
  jobs: [],
  live: [],
  verdict: { ...VERDICT, doesNotProve: [], notProven: [], ...verdict },
  ...(looked === undefined ? {} : { looked: { ...LOOKED, ...looked } }),
});
const casesOf = (source: SourceReport) =>
  suitesOf(reportJunit(reportWith([source])))["source orders"]?.cases ?? {};
const countsOf = (vault: string, more: object = {}) => ({ ...COUNTS, proven: 0, vault, ...more });
const failureOf = (key: string, vault = "primary") => ({
  key,
  versionId: "v",
  vault,
  cause: "gone",
});
const PRIMARY = "every version in vault primary";

describe("the cases of a report as JUnit XML", () => {
  it("have their suites, each with its counts, and the whole document's", () => {
    const broken = { source: "broken", jobs: null, live: [], error: { code: "X", message: "old" } };
    const source = sourceOf({ disagreements: ["3 is not 4"], doesNotProve: ["tags"] });
    const xml = reportJunit(reportWith([broken, source], { clean: false }));
    expect(xml).to.contain(
      '<testsuites name="lockstep dev: NOT clean: something has to be done" tests="7" failures="2" errors="0">',
    );
    const suites = suitesOf(xml);
    expect(Object.entries(suites).map(([name, { counts }]) => [name, counts])).to.deep.equal([
      ["source broken", 'tests="1" failures="1" errors="0" skipped="0"'],
      ["source orders", 'tests="5" failures="1" errors="0" skipped="1"'],
      ["the vaults&#39; guard", 'tests="1" failures="0" errors="0" skipped="0"'],
    ]);
    expect(suites["source broken"]?.cases).to.deep.equal({ "a verdict": "FAILS no verdict: old" });
    const { cases = {} } = suites["source orders"] ?? {};
    expect(cases).to.include({ [PRIMARY]: "", "the counts agree": "FAILS 3 is not 4" });
    expect(Object.entries(cases).at(-1)).to.deep.equal([
      Object.keys(cases).find((name) => name.startsWith("not proven: ")),
      "SKIPPED it was not looked at",
    ]);
  });

  it("are of no suite where there is nothing to say, and of the guard alone where there is no source", () => {
    const guard = { checked: [], unknown: [], losses: [] };
    expect(suitesOf(reportJunit(reportWith([], { guard })))).to.deep.equal({});
    expect(Object.keys(suitesOf(reportJunit(reportWith([]))))).to.deep.equal([
      "the vaults&#39; guard",
    ]);
  });

  it("name each setting that differs, and all that lies on top", () => {
    const drift = {
      side: "source",
      resource: "b",
      path: "rules",
      expected: "on",
      found: null,
    } as const;
    const onTop = [{ vault: "second", key: "k", versionId: "m", what: "delete-marker" as const }];
    expect(casesOf(sourceOf({ drift: [drift], onTop, vaults: undefined } as never))).to.deep.equal({
      "nothing lies on top of promised versions": "FAILS delete marker m of k in second",
      "live settings are as deployed": "FAILS rules of b is nothing, &quot;on&quot; is deployed",
      "the counts agree": "",
    });
    const earlier = { drift: undefined, onTop: undefined, vaults: undefined } as never;
    expect(new Set(Object.values(casesOf(sourceOf(earlier))))).to.deep.equal(new Set([""]));
  });

  it("say by which level it was looked, where there is more to say of it", () => {
    const since = { from: "2026-11-30", inFullCount: 1 };
    const words = "says since: 1 version since 2026-11-30 in full, the others by the listings";
    expect(casesOf(sourceOf({ since, level: "listing" }))).to.include({
      "looked at by level listing": words,
    });
    expect(casesOf(sourceOf({ since, level: undefined } as never))).to.include({
      "looked at by level full": words,
    });
    expect(Object.keys(casesOf(sourceOf({}))).join()).not.to.contain("looked at by level");
  });

  describe("of a vault", () => {
    const cause = (vault: string, more: Partial<CauseFields> = {}): CauseFields => ({
      outcome: "failed/missing",
      vault,
      versions: 1_200,
      sizeBytes: 1,
      examples: [],
      what: "it is gone",
      account: "111111111111",
      fix: "bring it",
      rerun: "no",
      ...more,
    });
    const accepted = (vault: string, versions: number): AcceptedFields => ({
      outcome: "lapsed/lapsed",
      vault,
      versions,
      sizeBytes: 0,
      by: "configuration",
    });
    const saysAccepted = (number: string, vault: string) =>
      `says ${number} (0 bytes), lapsed/lapsed in vault ${vault}: accepted by the configuration (\`lockstep:verdict\`, \`accept\`)`;

    it("fail with its counts, its causes and its versions, and no other vault's", () => {
      const [account, on] = ["222222222222", "arn:aws:s3:::vault"];
      const patch = { account, policy: "bucket", on, statement: { Action: "s3:X" } } as const;
      const source = sourceOf(
        {
          vaults: [
            countsOf("primary", { failed: 1_200, unverifiable: 2, unprotected: 3, lapsed: 4 }),
            countsOf("second", { lapsed: 5 }),
          ],
          failures: [failureOf("k"), failureOf("other", "second")],
        },
        {
          causes: [
            cause("primary", { patches: [patch], rerun: "yes" }),
            cause("second", { failureCode: "SlowDown", versions: 3 }),
          ],
          accepted: [accepted("second", 2)],
        },
      );
      expect(casesOf(source)).to.include({
        [PRIMARY]: [
          "FAILS 1,200 failed, 2 unverifiable, 3 unprotected, 4 lapsed",
          "1,200 x failed/missing: it is gone. In account 111111111111: bring it. Statement of the bucket policy (arn:aws:s3:::vault, account 222222222222): {&quot;Action&quot;:&quot;s3:X&quot;}. Does a further run help? Yes: run `lockstep backfill` again.",
          "k v: gone",
        ].join("\n"),
        "every version in vault second": [
          "FAILS 0 failed, 0 unverifiable, 0 unprotected, 5 lapsed; 2 of these accepted",
          "3 x SlowDown: it is gone. In account 111111111111: bring it. Does a further run help? No.",
          "other v: gone",
          saysAccepted("2 versions", "second"),
        ].join("\n"),
      });
    });

    for (const kind of ["failed", "unverifiable", "unprotected", "lapsed"] as const) {
      it(`fail for what is ${kind}, but not where all of it is accepted`, () => {
        const vaults = [countsOf("primary", { [kind]: 2 })];
        const of = (number: number) =>
          casesOf(sourceOf({ vaults }, { causes: [], accepted: [accepted("primary", number)] }));
        expect(of(1)[PRIMARY]).to.match(/^FAILS .*; 1 of these accepted\nsays 1 version/);
        expect(of(2)[PRIMARY]).to.equal(saysAccepted("2 versions", "primary"));
      });
    }

    it("fail, where nothing tells what is accepted, for what the verdict names, or where it names as many as it can", () => {
      const vaults = [countsOf("primary", { lapsed: 1 })];
      const others = (number: number) =>
        Array.from({ length: number }, (_, index) => failureOf(`${index}`, "second"));
      const of = (failures: VerdictFields["failures"], more = vaults) =>
        casesOf(sourceOf({ vaults: more, failures }))[PRIMARY];
      const words = "FAILS 0 failed, 0 unverifiable, 0 unprotected, 1 lapsed";
      expect(of([])).to.equal("");
      expect(of([failureOf("k")])).to.equal(`${words}\nk v: gone`);
      expect(of(others(99))).to.equal("");
      expect(of(others(100))).to.equal(words);
      expect(of(others(100), [countsOf("primary")])).to.equal("");
    });
  });

  it("fail for what a vault's guard has lost, and are skipped where nobody could look", () => {
    const { checked, losses, unknown } = {
      checked: ["primary", "whole"],
      unknown: ["far", "theirs"],
      losses: ["primary", "primary", "gone", "far"].map((vault) => ({ ...LOSS, vault })),
    };
    const xml = reportJunit(reportWith([], { clean: false, guard: { checked, losses, unknown } }));
    const lost = LOST.replaceAll('"', "&quot;");
    expect(suitesOf(xml)["the vaults&#39; guard"]?.cases).to.deep.equal({
      "guard of vault primary": `FAILS ${lost}\n${lost}`,
      "guard of vault whole": "",
      "guard of vault gone": `FAILS ${lost}`,
      "guard of vault far": `FAILS ${lost}`,
      "guard of vault theirs":
        "SKIPPED another team&#39;s vault, or deployed by an earlier version",
    });
    expect(xml).to.contain('tests="5" failures="3" errors="0" skipped="1"');
  });
});
