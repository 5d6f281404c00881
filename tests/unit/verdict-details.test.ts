/** What a verdict names and counts, member by member, and what keeps it from being clean. */

import { expect } from "chai";
import { closingVerdict } from "../../automation/judge/closing-verdict";
import { formVerdict, missingVersions, thereInJob } from "../../automation/judge/verdict";
import type { VerdictFields } from "../../automation/events";
import { PROOF_CODES } from "../../automation/levels/proofs";
import { judged, lookOf, OUTCOMES } from "../helpers/looks";

describe("a verdict's members", () => {
  it("are all there, and nothing else, for one version of each kind", () => {
    const look = lookOf([
      judged("proven", "proven"),
      judged("marker", "marker"),
      judged("outside", "outOfScope"),
      judged("outside-too", "outOfScope"),
      judged("archived", "archived"),
      judged("lapsed", "lapsed"),
      judged("missing", "missing"),
      judged("unreadable", "noRight"),
      { ...judged("unplaced", "proven"), outcomes: [] },
    ]);
    const named = (key: string, outcome: keyof typeof OUTCOMES) => ({
      key,
      versionId: `version-of-${key}`,
      vault: "primary",
      ...OUTCOMES[outcome],
    });
    const { doesNotProve, proves, vaults, ...verdict } = formVerdict({ look });
    expect([...(proves ?? []), ...(doesNotProve ?? [])]).to.have.members([...PROOF_CODES]);
    expect(doesNotProve).to.include.members(["annotations", "roles", "guard"]);
    expect(verdict).to.deep.equal({
      clean: false,
      promiseDigest: "digest",
      proven: 1,
      ineligible: 4,
      failed: 1,
      notApplicable: 3,
      unprotected: 1,
      lapsed: 1,
      unverifiable: 1,
      drift: [],
      guard: [],
      onTop: [],
      counts: { manifest: null, job: null, report: null, vault: null },
      ineligibleReasons: { "delete-marker": 1, "out-of-scope": 2, archived: 1 },
      failures: [
        named("archived", "archived"),
        named("lapsed", "lapsed"),
        named("missing", "missing"),
        named("unreadable", "noRight"),
      ],
      disagreements: [],
      notProven: ["annotations", "roles"],
      level: "full",
    });
    expect(vaults?.[0]).to.deep.include({ vault: "primary", proven: 1, failed: 1 });
  });

  it("name a failure by its code where nobody said why, and without a vault where there is none", () => {
    const one = judged("a", "missing");
    const outcomes = [{ key: "a", versionId: "v", kind: "failed", code: "missing" } as const];
    const { failures } = formVerdict({ look: lookOf([{ ...one, outcomes }]) });
    expect(failures).to.deep.equal([
      { key: "a", versionId: "v", kind: "failed", code: "missing", cause: "missing" },
    ]);
  });

  it("accept nothing that failed, whatever a configuration says", () => {
    const look = lookOf([judged("a", "proven"), judged("b", "missing")]);
    expect(formVerdict({ look, accept: ["missing" as never] }).clean).to.equal(false);
  });

  it("name a hundred at most of what the source calls FAILED and of what lies on top", () => {
    const versions = Array.from({ length: 101 }, (_, index) =>
      judged(`k${index}`, "proven", { sourceStatus: "FAILED" }),
    );
    const covers = versions.map(({ version: { key } }, index) => ({
      vault: "primary",
      key,
      versionId: "x",
      what: index === 0 ? ("delete-marker" as const) : ("foreign-version" as const),
    }));
    const verdict = formVerdict({ look: lookOf(versions, { covers }) });
    expect(verdict.sourceFailed).to.have.length(100);
    expect(verdict.sourceFailedCount).to.equal(101);
    expect(verdict.onTop).to.have.length(100);
    expect(verdict.vaults?.[0]?.onTop).to.deep.equal({ foreignVersions: 100, deleteMarkers: 1 });
  });

  it("are not clean where nobody listed a vault, or nobody could, each in words", () => {
    const versions = [judged("a", "proven")];
    const words = (listings: Map<string, { versionsCount: number; problem?: string }>) =>
      formVerdict({ look: lookOf(versions, { listings }) }).disagreements;
    expect(words(new Map())).to.deep.equal(["nobody told how to reach the vault primary"]);
    expect(words(new Map([["primary", { versionsCount: 1, problem: "HTTP 403" }]]))).to.deep.equal([
      "the vault primary cannot be listed, so nobody can say what lies on top: HTTP 403",
    ]);
  });

  it("are not clean for an emptied source, and only by the vaults that are its own", () => {
    const listings = new Map([["primary", { versionsCount: 7 }]]);
    expect(formVerdict({ look: lookOf([], { listings }) }).disagreements).to.deep.equal([
      "the source has no version that is promised, while the vault primary holds 7: nothing is proven",
    ]);
    const shared = lookOf([judged("m", "marker")], { listings, ownVaults: [] });
    expect(formVerdict({ look: shared })).to.deep.include({ clean: true, empty: true });
    const unlisted = lookOf([], { listings: new Map() });
    expect(formVerdict({ look: unlisted }).disagreements).to.deep.equal([
      "nobody told how to reach the vault primary",
    ]);
  });
});

describe("what a job has to bring, and what of it is there", () => {
  const all = ["proven", "lapsed", "missing", "noRight", "archived"] as const;

  it("is missing, not what failed otherwise", () => {
    const wrong = judged("wrong", "missing");
    const look = lookOf([
      ...all.map((kind) => judged(kind, kind)),
      {
        ...wrong,
        outcomes: wrong.outcomes.map((one) => ({ ...one, code: "content" as const })),
      },
    ]);
    expect([...missingVersions(look)].map(({ key }) => key)).to.deep.equal(["missing"]);
  });

  it("is there when it is proven or lapsed at a vault and wrong at none", () => {
    const versions = [
      ...all.map((kind) => judged(kind, kind)),
      judged("half", { primary: "proven", second: "missing" }),
      judged("dark", { primary: "proven", second: "noRight" }),
      judged("both", { primary: "proven", second: "archived" }),
    ];
    const there = (...keys: string[]) =>
      thereInJob(
        lookOf(versions),
        new Map(keys.map((key) => [`version-of-${key}\0${key}`, undefined])),
      );
    const counts = ["proven", "lapsed", "missing", "noRight", "archived", "half", "dark", "both"];
    expect(counts.map((key) => there(key))).to.deep.equal([1, 1, 0, 0, 0, 0, 0, 1]);
    expect([there(), there(...counts)]).to.deep.equal([0, 3]);
  });
});

describe("one verdict over several sources, member by member", () => {
  const counts = (vault: string, n: number) => ({
    vault,
    proven: n,
    provenBySize: n + 1,
    notApplicable: n + 2,
    unprotected: n + 3,
    lapsed: n + 4,
    failed: n + 5,
    unverifiable: n + 6,
    codes: { "failed/missing": n },
    onTop: { foreignVersions: n + 7, deleteMarkers: n + 8 },
  });
  const drift = { side: "source", resource: "s", path: "role", expected: 1, found: 2 } as const;
  const cover = { vault: "v", key: "k", versionId: "x", what: "delete-marker" } as const;
  const bare: VerdictFields = {
    clean: true,
    proven: 1,
    ineligible: 2,
    failed: 3,
    counts: { manifest: 1, job: 2, report: 3, vault: 4 },
    ineligibleReasons: { archived: 1 },
    failures: [],
    disagreements: [],
  };
  const whole: VerdictFields = {
    ...bare,
    notApplicable: 1,
    unprotected: 2,
    lapsed: 3,
    unverifiable: 4,
    vaults: [counts("v", 1), counts("w", 2)],
    drift: [drift],
    onTop: [cover],
    sourceFailedCount: 2,
    guard: [],
    empty: true,
  };
  const closing = (...verdicts: VerdictFields[]) =>
    closingVerdict(verdicts.map((verdict, index) => ({ source: `s${index}`, verdict })));

  it("sums what is counted, and tells what is shared once", () => {
    const twice = (vault: string, n: number) => {
      const one = counts(vault, n);
      const doubled = Object.entries(one).map(([name, value]) => [
        name,
        typeof value === "number" ? 2 * value : value,
      ]);
      return {
        ...(Object.fromEntries(doubled) as typeof one),
        codes: { "failed/missing": 2 * n },
        onTop: { foreignVersions: 2 * (n + 7), deleteMarkers: 2 * (n + 8) },
      };
    };
    expect(closing(whole, whole)).to.deep.equal({
      sources: ["s0", "s1"],
      clean: true,
      proven: 2,
      ineligible: 4,
      failed: 6,
      notApplicable: 2,
      unprotected: 4,
      lapsed: 6,
      unverifiable: 8,
      vaults: [twice("v", 1), twice("w", 2)],
      drift: [drift],
      onTop: [cover],
      sourceFailedCount: 4,
      guard: [],
      empty: true,
      emptySources: ["s0", "s1"],
      counts: { manifest: 2, job: 4, report: 6, vault: 8 },
      ineligibleReasons: { archived: 2 },
      failures: [],
      disagreements: [],
    });
  });

  it("says once what no verdict proves", () => {
    const some = { ...bare, notProven: ["annotations" as const] };
    const more = { ...bare, notProven: ["annotations" as const, "roles" as const] };
    expect(closing(bare, some, more).notProven).to.deep.equal(["annotations", "roles"]);
    expect(closing(bare)).to.not.have.property("notProven");
  });

  it("proves what each proves, and names a level that all have", () => {
    const full = {
      ...bare,
      level: "full" as const,
      proves: ["presence" as const, "lock-mode" as const],
      doesNotProve: ["roles" as const],
    };
    const listing = {
      ...full,
      level: "listing" as const,
      proves: ["presence" as const],
      doesNotProve: ["lock-mode" as const, "roles" as const],
    };
    expect(closing(full, full)).to.deep.include({ level: "full", proves: full.proves });
    const both = closing(full, listing);
    expect(both).to.deep.include({
      proves: ["presence"],
      doesNotProve: ["lock-mode", "roles", "share-of-sample"],
    });
    expect(both).to.not.have.property("level");
    expect(closing(full, bare)).to.not.have.any.keys("level", "proves", "doesNotProve");
  });

  it("is empty only when each is, and leaves out what none counts", () => {
    expect(closing(whole, bare)).to.not.have.property("empty");
    expect(closing(whole, bare)).to.deep.include({ unverifiable: 4, sourceFailedCount: 2 });
    expect(Object.keys(closing(bare)).sort()).to.deep.equal(
      [...Object.keys(bare), "sources"].sort(),
    );
    expect(closing()).to.not.have.property("empty");
  });

  it("names a source that was not looked at, and a hundred of what lies on top", () => {
    expect(closingVerdict([{ source: "s" }])).to.deep.include({
      clean: false,
      disagreements: ["s: no verdict: it was not looked at"],
    });
    const onTop = Array.from({ length: 101 }, (_, index) => ({ ...cover, key: String(index) }));
    expect(closing({ ...bare, onTop }).onTop).to.have.length(100);
  });
});
