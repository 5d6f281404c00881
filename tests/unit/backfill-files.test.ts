/** What manifest and report of a job say, and what is chosen for the next one: the edges that a careless change would move. */

import { expect } from "chai";
import { chooseManifest, driftInTheWay } from "../../automation/backfill/choice";
import { jobCounts, plannedBytes, tasksOf } from "../../automation/backfill/job-findings";
import type { ManifestEntry } from "../../automation/backfill/job-manifest";
import type { JobSnapshot } from "../../automation/backfill/job-state";
import type { ReportRow } from "../../automation/backfill/report";
import { rowDifferences } from "../../automation/backfill/report-sets";
import type { Drift } from "../../automation/judge/outcome";
import { versionName } from "../../automation/proof/source-versions";
import type { RuleOutputs } from "../../components/promise/outputs";
import { RULE, VERSION } from "../helpers/judged-world";

const entry = (key: string, more: Partial<ManifestEntry> = {}): ManifestEntry => ({
  bucket: "src",
  key,
  versionId: "v",
  sizeBytes: undefined,
  ...more,
});
const row = (key: string, more: Partial<ReportRow> = {}): ReportRow => ({
  bucket: "src",
  key,
  versionId: "v",
  succeeded: true,
  httpStatus: 200,
  errorCode: "",
  message: "",
  ...more,
});
const failedRow = (key: string, more: Partial<ReportRow> = {}) =>
  row(key, { succeeded: false, httpStatus: 403, errorCode: "Denied", message: "no", ...more });
const name = (key: string) => versionName({ key, versionId: "v" });

describe("manifest and report as sets", () => {
  const differences = (
    manifest: readonly ManifestEntry[] | undefined,
    rows: readonly ReportRow[] | undefined,
    reportHasAllTasks = true,
  ) => rowDifferences({ sourceBucket: "src", manifest, rows, reportHasAllTasks });

  it("have no differences of their own where one of them cannot be read", () => {
    expect(differences([entry("a")], undefined)).to.deep.equal([]);
    expect(differences(undefined, [row("a")])).to.deep.equal([]);
    expect(differences(undefined, undefined)).to.deep.equal([]);
  });

  it("name a row of another bucket once, by its bucket", () => {
    expect(differences([], [row("a", { bucket: "theirs" })])).to.deep.equal([
      "1 rows of the report are of another bucket: theirs/a v",
    ]);
  });

  it("take each answer of success without an error, or without a status, for success", () => {
    for (const httpStatus of [undefined, 200, 299]) {
      expect(differences([entry("a")], [row("a", { httpStatus })])).to.deep.equal([]);
    }
    for (const httpStatus of [199, 300, 500]) {
      expect(differences([entry("a")], [row("a", { httpStatus })])).to.deep.equal([
        "1 rows of the report say succeeded with an error: src/a v",
      ]);
    }
  });

  it("name five rows, and say when there are more", () => {
    const keys = ["a", "b", "c", "d", "e", "f"];
    const missing = "rows of the manifest are not in the report";
    const five = "src/a v, src/b v, src/c v, src/d v, src/e v";
    const manifest = keys.map((key) => entry(key));
    expect(differences(manifest.slice(0, 5), [])).to.deep.equal([`5 ${missing}: ${five}`]);
    expect(differences(manifest, [])).to.deep.equal([`6 ${missing}: ${five}, ...`]);
  });
});

describe("what a job knows of each version", () => {
  it("is that it was listed, and the error of its task, for the source's own rows alone", () => {
    const manifest = [entry("a"), entry("b"), entry("x", { bucket: "theirs" })];
    const rows = [row("c"), failedRow("b"), failedRow("y", { bucket: "theirs" })];
    const tasks = tasksOf({ manifest, report: { rows } }, "src");
    expect(["a", "b", "c", "x", "y"].map((key) => tasks.get(name(key)))).to.deep.equal([
      {},
      { error: "Denied: no" },
      {},
      undefined,
      undefined,
    ]);
    expect(tasks.size).to.equal(3);
    expect(tasksOf({ manifest: undefined, report: undefined }, "src").size).to.equal(0);
  });

  it("has a size: the manifest's own, else the listing's, else none", () => {
    const versions = [{ ...VERSION, key: "a", versionId: "v", sizeBytes: 7 }];
    const manifest = [entry("a"), entry("a", { sizeBytes: 100 }), entry("gone")];
    expect(plannedBytes(manifest, versions)).to.equal(107);
  });
});

describe("the counts of manifest, job and report", () => {
  const job: JobSnapshot = {
    jobId: "job",
    status: "Complete",
    totalCount: 5,
    succeededCount: 3,
    failedCount: 2,
    failureReasons: [],
  };
  const versions = ["a", "b"].map((key) => ({ ...VERSION, key, versionId: "v" }));
  const counts = (
    files: { manifest?: readonly ManifestEntry[]; rows?: readonly ReportRow[] },
    reportScope: "AllTasks" | "FailedTasksOnly" = "AllTasks",
  ) => {
    const { manifest, rows } = files;
    const report = rows === undefined ? undefined : { rows };
    const read = { manifest, report, problems: ["cannot be read"] };
    return jobCounts(job, read, versions, { reportScope }, "src");
  };

  it("are read off each, with the differences of their rows and what could not be read", () => {
    const manifest = [entry("a"), entry("b"), entry("c")];
    const rows = [row("a"), row("b"), failedRow("z")];
    expect(counts({ manifest, rows })).to.deep.equal({
      jobId: "job",
      manifestRows: 3,
      jobTotal: 5,
      jobSucceeded: 3,
      jobFailed: 2,
      report: { succeeded: 2, failed: 1 },
      reportHasAllTasks: true,
      reportRowsUnknown: 1,
      unread: ["cannot be read"],
      differences: [
        "1 rows of the report are not in the manifest: src/z v",
        "1 rows of the manifest are not in the report: src/c v",
      ],
    });
  });

  it("are none of what could not be read, and no rows are missed in a report of failed tasks", () => {
    expect(counts({})).to.deep.include({
      manifestRows: null,
      report: null,
      reportRowsUnknown: 0,
      unread: ["cannot be read"],
      differences: [],
    });
    expect(counts({ manifest: [entry("a")], rows: [] }, "FailedTasksOnly")).to.deep.include({
      reportHasAllTasks: false,
      differences: [],
    });
  });
});

describe("S3's list against what is missing", () => {
  it("holds more when any live rule takes a further version, by the beginning of its key", () => {
    const version = (key: string) => ({ ...VERSION, key, versionId: "v" });
    const rules = ["a/", "b/"].map((prefix) => ({ isEnabled: true, prefix }));
    const choose = (further: string) =>
      chooseManifest([version("a/1"), version(further)], new Set([name("a/1")]), rules).by;
    expect(choose("b/1")).to.equal("own");
    expect(choose("c/b/")).to.equal("generator");
  });
});

describe("drift of rules in the way of a job", () => {
  const rule = (ruleName: string, more: Partial<RuleOutputs> = {}): RuleOutputs => ({
    ...RULE,
    name: ruleName,
    ...more,
  });
  const drift = (path: string): Drift => ({
    side: "source",
    resource: "src",
    path,
    expected: 1,
    found: 2,
  });
  const missing = [{ key: "a/1", vault: "primary" }];
  const status = drift('rules["all"].status');

  it("stays there beside rules that could not bring the version either", () => {
    for (const other of [
      rule("other", { vault: "second" }),
      rule("other", { status: "Disabled" }),
      rule("other", { prefix: "b/" }),
      rule("other", { prefix: "/1" }),
    ]) {
      expect(driftInTheWay(missing, [rule("all"), other], [status])).to.deep.equal([status]);
    }
  });

  it("is none where another rule can bring it, for each version by itself", () => {
    const rules = [rule("all"), rule("other", { prefix: "a/" })];
    expect(driftInTheWay(missing, rules, [status])).to.deep.equal([]);
    const more = [...missing, { key: "b/1", vault: "primary" }];
    expect(driftInTheWay(more, rules, [status])).to.deep.equal([status]);
  });

  it("is none of a rule whose name begins alike", () => {
    const alike = drift('rules["all"]2.status');
    expect(driftInTheWay(missing, [rule("all")], [alike])).to.deep.equal([]);
  });

  it("is a role that may do less, and none that may do more than was deployed", () => {
    const role = drift("role.policy");
    const [less, more] = [
      { ...role, breaks: true },
      { ...role, breaks: false },
    ];
    expect(driftInTheWay(missing, [rule("all")], [less])).to.deep.equal([less]);
    expect(driftInTheWay(missing, [rule("all")], [more])).to.deep.equal([]);
  });
});
