import { expect } from "chai";
import {
  formVerdict,
  type JobCounts,
  type VersionOutcome,
} from "../../automation/backfill/verdict";

const proven: VersionOutcome = { result: "proven", wasInJob: true };
const live: VersionOutcome = { result: "proven", wasInJob: false };
const marker: VersionOutcome = { result: "ineligible", reason: "delete marker", wasInJob: false };
const missing: VersionOutcome = {
  result: "failed",
  key: "k",
  versionId: "v",
  vault: "primary",
  cause: "not at the vault",
  wasInJob: true,
};

const counts = (more: Partial<JobCounts> = {}): JobCounts => ({
  jobId: "job",
  manifestRows: 2,
  jobTotal: 2,
  jobSucceeded: 2,
  jobFailed: 0,
  reportSucceeded: 2,
  reportFailed: 0,
  reportHasAllTasks: true,
  reportRowsUnknown: 0,
  rowDifferences: [],
  ...more,
});

describe("verdict", () => {
  it("is clean when every version is proven or ineligible and the four counts agree", () => {
    const verdict = formVerdict([proven, proven, live, marker], counts());
    expect(verdict).to.deep.include({ clean: true, proven: 3, ineligible: 1, failed: 0 });
    expect(verdict.counts).to.deep.equal({ manifest: 2, job: 2, report: 2, vault: 2 });
    expect(verdict.ineligibleReasons).to.deep.equal({ "delete marker": 1 });
  });

  it("is not clean when a task succeeded and the vault does not have the version", () => {
    const verdict = formVerdict([proven, missing], counts());
    expect(verdict.clean).to.equal(false);
    expect(verdict.failures).to.deep.equal([
      { key: "k", versionId: "v", vault: "primary", cause: "not at the vault" },
    ]);
    expect(verdict.disagreements).to.deep.equal(["succeeded tasks 2, proven at the vault 1"]);
  });

  it("proves nothing from an empty listing", () => {
    expect(formVerdict([], undefined)).to.deep.include({ clean: false, proven: 0 });
  });

  for (const [what, change] of [
    ["the manifest lists more than the job ran", { manifestRows: 3 }],
    ["the job does not say where its manifest is", { manifestRows: null }],
    ["the job's counters lie", { jobSucceeded: 1, jobFailed: 0 }],
    ["the report has fewer rows than there were tasks", { reportSucceeded: 1 }],
    ["the report has failed rows that the job did not count", { reportFailed: 1 }],
    ["the report names versions that nobody knows", { reportRowsUnknown: 1 }],
    ["rows of the report do not fit the manifest", { rowDifferences: ["a row is there twice"] }],
  ] as const) {
    it(`is not clean when ${what}, though every version is there`, () => {
      const verdict = formVerdict([proven, proven], counts(change));
      expect(verdict).to.deep.include({ clean: false, failed: 0 });
      expect(verdict.disagreements).not.to.have.length(0);
    });
  }

  it("does not miss succeeded rows in a report of failed tasks only", () => {
    const failedOnly = counts({ reportHasAllTasks: false, reportSucceeded: 0 });
    expect(formVerdict([proven, proven], failedOnly).clean).to.equal(true);
  });
});
