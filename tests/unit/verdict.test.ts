import { expect } from "chai";
import { jobAgreement, type JobCounts } from "../../automation/backfill/job-agreement";
import { closingVerdict } from "../../automation/judge/closing-verdict";
import { formVerdict, missingVersions, thereInJob } from "../../automation/judge/verdict";
import type { RolesOutputs } from "../../components/promise/outputs";
import { judged, lookOf } from "../helpers/looks";

const verdictOf = (...args: Parameters<typeof lookOf>) => formVerdict({ look: lookOf(...args) });

describe("the verdict", () => {
  it("is clean when every promised version is proven", () => {
    const verdict = verdictOf([judged("a", "proven"), judged("b", "marker")]);
    expect(verdict).to.deep.include({
      clean: true,
      proven: 1,
      ineligible: 1,
      notApplicable: 1,
      failed: 0,
      promiseDigest: "digest",
      ineligibleReasons: { "delete-marker": 1 },
    });
    expect(verdict).not.to.have.property("empty");
  });

  for (const kind of ["missing", "archived", "lapsed", "noRight"] as const) {
    it(`is not clean beside one version that is ${kind}, and names it`, () => {
      const verdict = verdictOf([judged("a", "proven"), judged("b", kind)]);
      expect(verdict).to.deep.include({ clean: false, proven: 1 });
      expect(verdict.failures.map(({ key, vault }) => [key, vault])).to.deep.equal([
        ["b", "primary"],
      ]);
    });
  }

  it("is that of an empty source only when no version is promised anywhere", () => {
    const both = judged("a", { primary: "missing", second: "marker" });
    expect(verdictOf([both])).not.to.have.property("empty");
    expect(verdictOf([judged("a", "marker")])).to.have.property("empty", true);
  });

  it("accepts by reason what has no copy, and never what is wrong at a vault or cannot be looked at", () => {
    const accept = ["archived", "lapsed"] as const;
    const versions = [judged("a", "proven"), judged("b", "archived"), judged("c", "lapsed")];
    expect(formVerdict({ look: lookOf(versions), accept })).to.deep.include({
      clean: true,
      unprotected: 1,
      lapsed: 1,
      failures: [],
    });
    for (const kind of ["missing", "noRight"] as const) {
      const look = lookOf([...versions, judged("d", kind)]);
      expect(formVerdict({ look, accept }).clean).to.equal(false);
    }
    expect(formVerdict({ look: lookOf([judged("b", "archived")]), accept })).to.deep.include({
      clean: false,
      disagreements: ["nothing is proven"],
    });
  });

  it("does not accept what only reports at the source say, whatever the configuration accepts", () => {
    const look = lookOf([judged("a", "proven"), judged("b", "deletedAtVault")]);
    const verdict = formVerdict({ look, accept: ["deleted-at-vault"] });
    expect(verdict).to.deep.include({ clean: false, unprotected: 1 });
    expect(verdict.failures.map(({ code }) => code)).to.deep.equal(["deleted-at-vault"]);
  });

  it("says what it does not speak of, and over several sources what any of them does not", () => {
    const roles = roleOutputs();
    const verdictWith = (more: object) => {
      const look = lookOf([judged("a", "proven")]);
      return formVerdict({ look: { ...look, promise: { ...look.promise, ...more } } });
    };
    const [known, unknown] = [verdictWith({ roles }), verdictWith({})];
    expect(known).to.deep.include({ clean: true, notProven: ["annotations"] });
    expect(unknown).to.deep.include({ clean: true, notProven: ["annotations", "roles"] });
    const closing = closingVerdict([
      { source: "one", verdict: known },
      { source: "two", verdict: unknown },
    ]);
    expect(closing).to.deep.include({ clean: true, notProven: ["annotations", "roles"] });
  });

  it("counts a version by its worst outcome, and each vault by itself", () => {
    const look = lookOf([judged("a", { primary: "proven", second: "missing" })]);
    const vault = look.promise.vaults.get("primary");
    if (vault === undefined) throw new Error("no vault");
    const vaults = new Map([
      ["primary", vault],
      ["second", { ...vault, name: "second" }],
    ]);
    const listings = new Map([
      ["primary", { versionsCount: 1 }],
      ["second", { versionsCount: 0 }],
    ]);
    const verdict = formVerdict({
      look: { ...look, promise: { ...look.promise, vaults }, listings },
    });
    expect(verdict).to.deep.include({ clean: false, proven: 0, failed: 1 });
    expect(
      verdict.vaults?.map(({ failed, proven, vault: name }) => [name, proven, failed]),
    ).to.deep.equal([
      ["primary", 1, 0],
      ["second", 0, 1],
    ]);
    expect(verdict.vaults?.[1]?.codes).to.deep.equal({ "failed/missing": 1 });
  });

  it("is clean for an empty source with empty vaults, and says so", () => {
    expect(verdictOf([])).to.deep.include({ clean: true, empty: true, proven: 0 });
    const listings = new Map([["primary", { versionsCount: 0 }]]);
    expect(verdictOf([judged("a", "outOfScope")], { listings })).to.deep.include({
      clean: true,
      empty: true,
    });
  });

  it("is not clean for a source that was emptied while its vault holds versions", () => {
    const listings = new Map([["primary", { versionsCount: 7 }]]);
    const verdict = verdictOf([], { listings });
    expect(verdict.clean).to.equal(false);
    expect(verdict.disagreements.join()).to.contain("holds 7");
  });

  it("is not clean with drift, a lost protection, something on top, or a vault that cannot be listed", () => {
    const versions = [judged("a", "proven")];
    const drift = { side: "source", resource: "s", path: "role", expected: 1, found: 2 } as const;
    expect(verdictOf(versions, { drift: [drift] })).to.deep.include({
      clean: false,
      drift: [drift],
    });
    const guard = {
      vault: "primary",
      protection: "versioning",
      resource: "v",
      expected: 1,
      found: 2,
      allows: "everything",
      restoredBy: "up",
    } as const;
    expect(formVerdict({ look: lookOf(versions), guard: [guard] }).clean).to.equal(false);
    const cover = { vault: "primary", key: "a", versionId: "x", what: "delete-marker" } as const;
    const covered = verdictOf(versions, { covers: [cover] });
    expect(covered).to.deep.include({ clean: false, onTop: [cover] });
    expect(covered.vaults?.[0]?.onTop).to.deep.equal({ foreignVersions: 0, deleteMarkers: 1 });
    const listings = new Map([["primary", { versionsCount: 1, problem: "HTTP 403" }]]);
    expect(verdictOf(versions, { listings }).disagreements.join()).to.contain("HTTP 403");
    expect(verdictOf(versions, { listings: new Map() }).clean).to.equal(false);
  });

  it("names what the source calls FAILED, though it is proven", () => {
    const verdict = verdictOf([judged("a", "proven", { sourceStatus: "FAILED" })]);
    expect(verdict).to.deep.include({
      clean: true,
      sourceFailedCount: 1,
      sourceFailed: [{ key: "a", versionId: "version-of-a" }],
    });
  });

  it("names the first hundred, and counts all", () => {
    const versions = Array.from({ length: 150 }, (_, index) => judged(`k${index}`, "missing"));
    const verdict = verdictOf(versions);
    expect(verdict.failures).to.have.length(100);
    expect(verdict.failed).to.equal(150);
    expect([...missingVersions(lookOf(versions))]).to.have.length(150);
  });
});

describe("the counts of a job", () => {
  const counts = (more: Partial<JobCounts> = {}): JobCounts => ({
    jobId: "job",
    manifestRows: 2,
    jobTotal: 2,
    jobSucceeded: 2,
    jobFailed: 0,
    report: { succeeded: 2, failed: 0 },
    reportHasAllTasks: true,
    reportRowsUnknown: 0,
    differences: [],
    ...more,
  });
  const bothThere = lookOf([
    judged("a", "proven"),
    judged("b", "proven"),
    judged("live", "proven"),
  ]);
  const names = new Map([
    ["version-of-a\0a", {}],
    ["version-of-b\0b", {}],
  ]);
  const verdictWith = (job: JobCounts, look = bothThere) =>
    formVerdict({ look, job: jobAgreement(job, thereInJob(look, names)) });

  it("agree when manifest, job, report and vault say the same", () => {
    const verdict = verdictWith(counts());
    expect(verdict).to.deep.include({ clean: true, proven: 3, jobId: "job" });
    expect(verdict.counts).to.deep.equal({ manifest: 2, job: 2, report: 2, vault: 2 });
  });

  it("disagree when a task succeeded and the vault does not have the version", () => {
    const look = lookOf([judged("a", "proven"), judged("b", "missing")]);
    expect(verdictWith(counts(), look).disagreements).to.deep.equal([
      "succeeded tasks 2, proven at the vault 1",
    ]);
  });

  for (const [what, change] of [
    ["the manifest lists more than the job ran", { manifestRows: 3 }],
    ["there is no manifest to count", { manifestRows: null }],
    ["there is no report to count", { report: null }],
    ["the job's total is not what ended", { manifestRows: 3, jobTotal: 3 }],
    ["the job's counters lie", { jobSucceeded: 1, jobFailed: 0 }],
    ["the report has fewer rows than there were tasks", { report: { succeeded: 1, failed: 0 } }],
    [
      "the report has failed rows that the job did not count",
      { report: { succeeded: 2, failed: 1 } },
    ],
    ["the report names versions that nobody knows", { reportRowsUnknown: 1 }],
    ["rows of the report do not fit the manifest", { differences: ["a row is there twice"] }],
  ] as const) {
    it(`disagree when ${what}, though every version is there`, () => {
      const verdict = verdictWith(counts(change));
      expect(verdict).to.deep.include({ clean: false, failed: 0 });
      expect(verdict.disagreements).not.to.have.length(0);
    });
  }

  it("do not miss succeeded rows in a report of failed tasks only", () => {
    const failedOnly = counts({ reportHasAllTasks: false, report: { succeeded: 0, failed: 0 } });
    expect(verdictWith(failedOnly).clean).to.equal(true);
  });
});

function roleOutputs(): RolesOutputs {
  const role = { roleArn: "arn", existing: false, policies: [], managedPolicyArns: [] };
  return { replication: role, batch: role };
}
