import { expect } from "chai";
import {
  isTerminal,
  JOB_STATUSES,
  nextStep,
  NO_KEYS_REASON,
  parseJobStatus,
  type JobSnapshot,
  type JobStatus,
} from "../../automation/backfill/job-state";

const job = (status: JobStatus, more: Partial<JobSnapshot> = {}): JobSnapshot => ({
  jobId: "00000000-0000-0000-0000-000000000000",
  status,
  totalCount: 10,
  succeededCount: 0,
  failedCount: 10,
  failureReasons: [],
  ...more,
});

describe("job states", () => {
  it("waits in every status that may still change, but for the one that waits for us", () => {
    const waiting = JOB_STATUSES.filter((status) => nextStep(job(status)).do === "wait");
    expect(waiting).to.deep.equal([
      "New",
      "Preparing",
      "Ready",
      "Active",
      "Pausing",
      "Paused",
      "Completing",
      "Cancelling",
      "Failing",
    ]);
  });

  it("ends with Complete, Cancelled and Failed only", () => {
    expect(JOB_STATUSES.filter(isTerminal)).to.deep.equal(["Complete", "Cancelled", "Failed"]);
  });

  it("confirms a suspended job", () => {
    expect(nextStep(job("Suspended"))).to.deep.equal({ do: "confirm" });
  });

  it("reads the report of a complete job even when every task failed", () => {
    expect(nextStep(job("Complete"))).to.deep.equal({ do: "report" });
  });

  it("does not take `no keys` for success by itself", () => {
    const failureReasons = [{ code: "ManifestGenerationFailed", reason: NO_KEYS_REASON }];
    expect(nextStep(job("Failed", { failureReasons }))).to.deep.equal({
      do: "check-nothing-to-do",
    });
  });

  it("names the reasons of a failed job, else its counts", () => {
    const failureReasons = [
      { code: "InvalidManifestContent", reason: "Unexpected number of task fields" },
    ];
    expect(nextStep(job("Failed", { failureReasons }))).to.deep.equal({
      do: "fail",
      reason: "InvalidManifestContent: Unexpected number of task fields",
    });
    expect(nextStep(job("Failed"))).to.deep.equal({ do: "fail", reason: "10 of 10 tasks failed" });
  });

  it("refuses a status that it does not know", () => {
    expect(() => parseJobStatus("Hibernating"))
      .to.throw("Hibernating")
      .with.property("code", "UnknownJobStatus");
    expect(() => parseJobStatus(undefined)).to.throw("(none)");
  });
});
