import { expect } from "chai";
import { jobAgreement, type JobCounts } from "../../automation/backfill/job-agreement";

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

describe("agreement of a job's counts", () => {
  it("is told with the four counts", () => {
    expect(jobAgreement(counts(), 2)).to.deep.equal({
      jobId: "job",
      counts: { manifest: 2, job: 2, report: 2, vault: 2 },
      disagreements: [],
    });
  });

  for (const [what, change] of [
    ["the manifest lists more than the job ran", { manifestRows: 3 }],
    ["there is no manifest", { manifestRows: null }],
    ["there is no report", { report: null }],
    ["the job's counters lie", { jobSucceeded: 1 }],
    ["the job ran more than it ended", { jobTotal: 3, manifestRows: 3 }],
    ["the report has fewer rows than there were tasks", { report: { succeeded: 1, failed: 0 } }],
    [
      "the report has failed rows that the job did not count",
      { report: { succeeded: 2, failed: 1 } },
    ],
    ["the report names versions that nobody knows", { reportRowsUnknown: 1 }],
    ["rows of the report do not fit the manifest", { differences: ["a row is there twice"] }],
  ] as const) {
    it(`is missing when ${what}`, () => {
      expect(jobAgreement(counts(change), 2).disagreements).not.to.have.length(0);
    });
  }

  it("is missing when a task succeeded and the vault does not have the version", () => {
    expect(jobAgreement(counts(), 1).disagreements).to.deep.equal([
      "succeeded tasks 2, proven at the vault 1",
    ]);
  });

  it("does not miss succeeded rows in a report of failed tasks only", () => {
    const failedOnly = { reportHasAllTasks: false, report: { succeeded: 0, failed: 0 } };
    expect(jobAgreement(counts(failedOnly), 2).disagreements).to.deep.equal([]);
  });
});
