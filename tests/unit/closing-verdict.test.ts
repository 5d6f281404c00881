import { expect } from "chai";
import { HumanRenderer } from "../../automation/cli/render/human";
import { JsonRenderer } from "../../automation/cli/render/json";
import { verdictLines } from "../../automation/cli/render/verdict-words";
import type { LockstepEvent, VerdictFields } from "../../automation/events";
import { closingVerdict } from "../../automation/judge/closing-verdict";

const verdict = (fields: Partial<VerdictFields> = {}): VerdictFields => ({
  clean: true,
  proven: 2,
  ineligible: 1,
  failed: 0,
  counts: { manifest: null, job: null, report: null, vault: null },
  ineligibleReasons: { "delete marker": 1 },
  failures: [],
  disagreements: [],
  ...fields,
});

const failing = verdict({
  clean: false,
  proven: 5,
  failed: 1,
  counts: { manifest: 6, job: 6, report: 6, vault: 5 },
  failures: [{ key: "k", versionId: "v", vault: "primary", cause: "is not there" }],
  disagreements: ["succeeded tasks 6, proven at the vault 5"],
  jobId: "job",
});

describe("the verdict over several sources", () => {
  it("sums what each counts, and names them", () => {
    const closing = closingVerdict([
      { source: "orders", verdict: verdict() },
      { source: "letters", verdict: verdict() },
    ]);
    expect(closing).to.deep.equal({
      ...verdict({ proven: 4, ineligible: 2, ineligibleReasons: { "delete marker": 2 } }),
      sources: ["orders", "letters"],
    });
  });

  it("says that counts differ where those of one do, and sums what is gone from the sources since", () => {
    const goneSince = (succeededCount: number | null) => ({
      count: 3,
      succeededCount,
      atVaultCount: 1,
    });
    const of = (...fields: Partial<VerdictFields>[]) =>
      closingVerdict(fields.map((one, index) => ({ source: `${index}`, verdict: verdict(one) })));
    expect(of({}, {})).to.not.have.any.keys("countsDiffer", "goneSince");
    expect(of({ countsDiffer: false }, {})).to.not.have.property("countsDiffer");
    expect(of({}, { countsDiffer: true }).countsDiffer).to.equal(true);
    expect(
      of({ goneSince: goneSince(2) }, {}, { goneSince: goneSince(1) }).goneSince,
    ).to.deep.equal({
      count: 6,
      succeededCount: 3,
      atVaultCount: 2,
    });
    // Of one nobody can say it.
    expect(of({ goneSince: goneSince(2) }, { goneSince: goneSince(null) }).goneSince).to.deep.equal(
      {
        count: 6,
        succeededCount: null,
        atVaultCount: 2,
      },
    );
  });

  it("names those that have nothing to prove, though it is clean", () => {
    const closing = closingVerdict([
      { source: "orders", verdict: verdict() },
      { source: "letters", verdict: verdict({ empty: true, proven: 0 }) },
    ]);
    expect(closing).to.deep.include({ clean: true, emptySources: ["letters"] });
    expect(verdictLines(closing)[0]).to.equal(
      "  Verdict over 2 sources (orders, letters): clean, with nothing to prove of letters: empty",
    );
  });

  it("is not clean when one is not, wherever it stands, and names whose failure it is", () => {
    const results = [
      { source: "orders", verdict: failing },
      { source: "letters", verdict: verdict() },
    ];
    for (const inSomeOrder of [results, results.toReversed()]) {
      const closing = closingVerdict(inSomeOrder);
      expect(closing).to.deep.include({ clean: false, proven: 7, failed: 1 });
      expect(closing.counts).to.deep.equal({ manifest: 6, job: 6, report: 6, vault: 5 });
      expect(closing.failures).to.deep.equal([{ ...failing.failures[0], source: "orders" }]);
      expect(closing.disagreements).to.deep.equal([
        "orders: succeeded tasks 6, proven at the vault 5",
      ]);
      expect(closing).not.to.have.any.keys("source", "jobId", "promiseDigest");
    }
  });

  it("is never clean without the verdict of each", () => {
    const closing = closingVerdict([
      { source: "orders", error: "AWS does not answer" },
      { source: "letters", verdict: verdict() },
    ]);
    expect(closing).to.deep.include({
      clean: false,
      proven: 2,
      sources: ["orders", "letters"],
      disagreements: ["orders: no verdict: AWS does not answer"],
    });
  });

  it("adds up vaults by name, and tells a loss of a shared vault once", () => {
    const counts = {
      vault: "shared",
      proven: 1,
      provenBySize: 1,
      notApplicable: 0,
      unprotected: 0,
      lapsed: 0,
      failed: 2,
      unverifiable: 0,
      codes: { "failed/missing": 2 },
      onTop: { foreignVersions: 1, deleteMarkers: 0 },
    };
    const loss = {
      vault: "shared",
      protection: "bucket-policy",
      resource: "arn:aws:s3:::shared",
      expected: 1,
      found: 0,
      allows: "deletion",
      restoredBy: "up" as const,
    };
    const one = verdict({ vaults: [counts], guard: [loss], drift: [], unverifiable: 1 });
    const closing = closingVerdict([
      { source: "orders", verdict: one },
      { source: "letters", verdict: one },
    ]);
    expect(closing.vaults).to.deep.equal([
      {
        ...counts,
        proven: 2,
        provenBySize: 2,
        failed: 4,
        codes: { "failed/missing": 4 },
        onTop: { foreignVersions: 2, deleteMarkers: 0 },
      },
    ]);
    expect(closing).to.deep.include({ guard: [loss], drift: [], unverifiable: 2 });
  });

  it("tells what one source's verdict has and another's lacks", () => {
    const one = {
      drift: [
        { side: "source" as const, resource: "r", path: "versioning", expected: 1, found: 0 },
      ],
      guard: [],
      onTop: [{ vault: "shared", key: "k", versionId: "v", what: "delete-marker" as const }],
      notProven: ["annotations" as const],
    };
    const results = [
      { source: "orders", verdict: verdict() },
      { source: "letters", verdict: verdict({ ...one, vaults: [], clean: false }) },
      { source: "invoices", error: "AWS does not answer" },
    ];
    for (const inSomeOrder of [results, results.toReversed()]) {
      const closing = closingVerdict(inSomeOrder);
      expect(closing).to.deep.include(one);
      expect(closing.failures).to.deep.equal([]);
      expect(closing).not.to.have.property("vaults");
    }
  });

  it("does not prove of all together what a sample of each says of its own", () => {
    const sampled = verdict({
      level: "sample",
      proves: ["presence", "share-of-sample"],
      doesNotProve: ["tags"],
    });
    const closing = closingVerdict([
      { source: "orders", verdict: sampled },
      { source: "letters", verdict: sampled },
    ]);
    expect(closing).to.deep.include({
      level: "sample",
      proves: ["presence"],
      doesNotProve: ["tags", "share-of-sample"],
    });
    expect(closing).to.not.have.property("sample");
    expect(verdictLines(closing).join("\n")).to.contain("says nothing of: tags, share of sample");
  });

  it("tells how far behind the one is that is the furthest behind", () => {
    const point = {
      objectiveSeconds: 900,
      gapSeconds: 60,
      met: true,
      behindCount: 0,
      onTheWayCount: 1,
    };
    const of = (fields: Partial<typeof point>, source: string) => {
      const recoveryPoint = { ...point, ...fields };
      const full = { level: "full", proves: [], doesNotProve: [] } as const;
      return { source, verdict: verdict({ ...full, recoveryPoint }) };
    };
    const missed = { met: false, gapSeconds: 1_000, behindCount: 1 };
    for (const [worst, ...others] of [
      [missed, { gapSeconds: 2_000 }, {}],
      [{ ...missed, gapSeconds: 1_001 }, missed, {}],
      [{ ...missed, behindCount: 2 }, missed, {}],
      [{ met: false, gapSeconds: 0 }, { gapSeconds: 800 }],
      [{ gapSeconds: 61 }, {}],
    ]) {
      const results = [of(worst ?? {}, "orders"), ...others.map((one) => of(one, "letters"))];
      for (const inSomeOrder of [results, results.toReversed()]) {
        const closing = closingVerdict(inSomeOrder);
        expect(closing.recoveryPoint).to.deep.equal({ ...point, ...worst, source: "orders" });
        expect(verdictLines(closing).join("\n")).to.contain("recovery point: orders: ");
      }
    }
    // Of one nobody knows.
    for (const unknown of [{ error: "AWS does not answer" }, { verdict: verdict() }]) {
      const closing = closingVerdict([of({}, "orders"), { source: "invoices", ...unknown }]);
      expect(closing).to.not.have.property("recoveryPoint");
    }
  });

  it("names a hundred failures at most", () => {
    const failures = Array.from({ length: 80 }, (_, index) => ({
      key: String(index),
      versionId: "v",
      cause: "is not there",
    }));
    const many = verdict({ clean: false, failures });
    const results = ["one", "other"].map((source) => ({ source, verdict: many }));
    expect(closingVerdict(results).failures).to.have.length(100);
  });
});

describe("verdicts of several sources", () => {
  const orders: LockstepEvent = { type: "verdict", source: "orders", ...failing };
  const letters: LockstepEvent = { type: "verdict", source: "letters", ...verdict() };
  const closing: LockstepEvent = {
    type: "verdict",
    ...closingVerdict([
      { source: "orders", verdict: failing },
      { source: "letters", verdict: verdict() },
    ]),
  };
  const note: LockstepEvent = { type: "note", message: "later" };

  it("are each a line with --json, the last one at the very end", () => {
    const lines: string[] = [];
    const renderer = new JsonRenderer((text) => void lines.push(text));
    for (const event of [orders, letters, closing, note]) renderer.render(event);
    renderer.finish();
    expect(lines.map((line) => JSON.parse(line) as unknown)).to.deep.equal([
      orders,
      letters,
      note,
      closing,
    ]);
  });

  it("name their source to people", () => {
    let text = "";
    const renderer = new HumanRenderer({
      out: (out) => void (text += out),
      err: () => undefined,
    });
    for (const event of [orders, letters, closing]) renderer.render(event);
    const titles = text.split("\n").filter((line) => line.startsWith("  Verdict"));
    expect(titles).to.deep.equal([
      "  Verdict of orders: NOT clean",
      "  Verdict of letters: clean",
      "  Verdict over 2 sources (orders, letters): NOT clean",
    ]);
    expect(text).to.include("      orders: k v in primary: is not there");
  });
});
