import { expect } from "chai";
import { BatchFixture, errorOf, generator, reasons } from "./fixture";
import {
  batchStatements,
  DAY_MS,
  rule,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
} from "../replication/fixture";

/** Moves the clock until the job is in a state. */
function until(fixture: BatchFixture, jobId: string, status: string): void {
  for (let count = 0; fixture.status(jobId) !== status; count++) {
    expect(count, `never ${status}, now ${fixture.status(jobId)}`).to.be.lessThan(60_000);
    fixture.clock.advance(1);
  }
}

describe("the end of a batch job", () => {
  it("is Failed above half of a thousand failed tasks, with a report of those that ran", () => {
    const fixture = new BatchFixture();
    fixture.rules(rule({ Filter: { Prefix: "else/" } }));
    for (let index = 0; index < 1300; index++) fixture.put(`a/${index}`, "x");
    const job = fixture.run({ ManifestGenerator: generator({}) });
    expect(job.Status).to.equal("Failed");
    expect(job.FailureReasons?.[0]?.FailureReason).to.match(/50 percent/);
    expect(job.ProgressSummary).to.include({
      TotalNumberOfTasks: 1300,
      NumberOfTasksFailed: 1000,
    });
    expect(fixture.reportRows(job.JobId ?? "")).to.have.length(1000);
  });

  it("is Complete at exactly half of a thousand, Failed with one more", () => {
    const end = (failedCount: number) => {
      const fixture = new BatchFixture();
      for (let index = 0; index < 1000; index++) {
        fixture.put(`${index < failedCount ? "out" : "in"}/${index}`, "x");
      }
      fixture.rules(rule({ Filter: { Prefix: "in/" } }));
      return fixture.run({ ManifestGenerator: generator({}) }).Status;
    };
    expect([end(500), end(501)]).to.deep.equal(["Complete", "Failed"]);
  });

  it("is Complete when fewer than a thousand all fail", () => {
    const fixture = new BatchFixture();
    fixture.rules(rule({ Filter: { Prefix: "else/" } }));
    for (let index = 0; index < 999; index++) fixture.put(`a/${index}`, "x");
    const job = fixture.run({ ManifestGenerator: generator({}) });
    expect(job.Status).to.equal("Complete");
    expect(job.ProgressSummary?.NumberOfTasksFailed).to.equal(999);
  });

  it("is Failed when the report cannot be written, though the copies are made", () => {
    const fixture = new BatchFixture();
    const version = fixture.put("a");
    fixture.rules(rule());
    fixture.bucket(SOURCE, "locked-reports", { lockDays: 1 });
    fixture.rolePolicy(`arn:aws:iam::${SOURCE.accountId}:role/batch`, [
      ...batchStatements(),
      { Effect: "Allow", Action: "s3:PutObject", Resource: "*" },
    ]);
    const locked = fixture.run({
      Report: { ...fixture.request().Report, Enabled: true, Bucket: "arn:aws:s3:::locked-reports" },
    });
    expect(locked.Status).to.equal("Failed");
    expect(reasons(locked)).to.deep.equal([
      "The job report could not be written to your report bucket. Please check your permissions.",
    ]);
    expect(version.replicationStatus).to.equal("COMPLETED");
  });

  it("is Failed when the report's bucket is gone, or the role may not write there", () => {
    const fixture = new BatchFixture();
    const { versionId } = fixture.put("a");
    fixture.rules(rule());
    const Report = { ...fixture.request().Report, Enabled: true };
    const gone = fixture.run({ Report: { ...Report, Bucket: "arn:aws:s3:::gone-reports" } });
    fixture.rolePolicy(
      `arn:aws:iam::${SOURCE.accountId}:role/batch`,
      batchStatements(["s3:PutObject"]),
    );
    const refused = fixture.run(fixture.manifestOf(`${SOURCE_BUCKET},a,${versionId}\n`));
    for (const job of [gone, refused]) {
      expect(job.Status).to.equal("Failed");
      expect(reasons(job)[0]).to.match(/^The job report could not be written/);
      expect(job.ProgressSummary?.NumberOfTasksSucceeded).to.equal(1);
    }
  });

  it("is Failed when the report's bucket is another owner's than expected", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    fixture.rules(rule());
    const Report = { ...fixture.request().Report, Enabled: true };
    const own = fixture.run({ Report: { ...Report, ExpectedBucketOwner: SOURCE.accountId } });
    expect(own.Status).to.equal("Complete");
    const other = fixture.run({ Report: { ...Report, ExpectedBucketOwner: VAULT.accountId } });
    expect(other.Status).to.equal("Failed");
    expect(() => fixture.reportRows(other.JobId ?? "")).to.throw();
  });

  it("has its report without a prefix where none is given", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    fixture.rules(rule());
    const Report = { ...fixture.request().Report, Enabled: true, Prefix: undefined };
    const { JobId } = fixture.run({ Report });
    expect(JSON.parse(fixture.text(`job-${JobId}/manifest.json`)).Results).to.have.length(1);
  });

  it("is no failure of the job where the sandbox itself fails to write the report", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    fixture.rules(rule());
    fixture.create();
    fixture.clock.advance(15_001);
    Object.assign(fixture.world, {
      invoke() {
        throw new TypeError("a fault of the sandbox");
      },
    });
    expect(() => fixture.settle()).to.throw(TypeError, "a fault of the sandbox");
  });

  it("comes by cancel from any state before Completing, and only then", () => {
    const cancelAfter = (elapsedMs: number, tasksCount = 1) => {
      const fixture = new BatchFixture();
      for (let index = 0; index < tasksCount; index++) fixture.put(`a/${index}`, "x");
      fixture.rules(rule());
      const jobId = fixture.create({ ConfirmationRequired: elapsedMs === 11_000 });
      fixture.clock.advance(elapsedMs);
      const before = fixture.status(jobId);
      const answer = fixture.update(jobId, "Cancelled");
      const seen = fixture.statuses(jobId);
      return { before, answer, seen, fixture, jobId };
    };
    for (const [elapsedMs, before] of [
      [0, "New"],
      [5000, "Preparing"],
      [10_000, "Ready"],
    ] as const) {
      const { seen, answer, ...rest } = cancelAfter(elapsedMs);
      expect(rest.before).to.equal(before);
      expect(answer).to.equal("Cancelling");
      expect(seen).to.deep.equal(["Cancelling", "Cancelled"]);
    }
    const suspended = cancelAfter(11_000);
    expect(suspended).to.include({ before: "Suspended", answer: "Cancelled" });
    expect(suspended.fixture.keys().some((key) => key.startsWith("reports/"))).to.equal(false);

    const active = cancelAfter(15_003, 2000);
    expect(active).to.include({ before: "Active", answer: "Cancelling" });
    const { fixture, jobId } = active;
    const ranCount = fixture.describe(jobId).ProgressSummary?.NumberOfTasksSucceeded;
    expect(ranCount).to.be.greaterThan(0).and.lessThan(2000);
    expect(fixture.reportRows(jobId)).to.have.length(ranCount ?? -1);
    const refused = errorOf(() => fixture.update(jobId, "Cancelled"));
    expect(refused).to.include({ code: "JobStatusException", statusCode: 400 });
  });

  it("comes by cancel also while a job is paused for others, and from no other state", () => {
    const fixture = new BatchFixture();
    for (let index = 0; index < 3000; index++) fixture.put(`a/${index}`, "x");
    fixture.rules(rule());
    const [low = "", ...others] = [1, 9, 9, 9, 9, 9].map((Priority) =>
      fixture.create({ Priority }),
    );
    const next = fixture.create({ Priority: 5 });
    fixture.clock.advance(15_003);
    expect([low, next].map((jobId) => fixture.status(jobId))).to.deep.equal(["Pausing", "Ready"]);
    expect(fixture.update(low, "Cancelled")).to.equal("Cancelling");
    const refusal = (jobId: string) => errorOf(() => fixture.update(jobId, "Cancelled")).code;
    expect(refusal(low), "Cancelling").to.equal("JobStatusException");
    expect(fixture.statuses(low)).to.deep.equal(["Cancelling", "Cancelled"]);
    expect(fixture.describe(low).ProgressSummary?.NumberOfTasksSucceeded).to.equal(0);
    expect(
      fixture.keys().some((key) => key.startsWith(fixture.reportFolder(low))),
      "a report of nothing",
    ).to.equal(false);
    for (const jobId of [...others, next]) expect(fixture.status(jobId)).to.equal("Complete");

    const completing = fixture.create();
    const failing = fixture.create({
      ManifestGenerator: generator({ CreatedBefore: new Date(0) }),
    });
    for (const [jobId, status] of [
      [failing, "Failing"],
      [completing, "Completing"],
    ] as const) {
      until(fixture, jobId, status);
      expect(refusal(jobId), status).to.equal("JobStatusException");
    }
    fixture.settle();
    expect([completing, failing].map((jobId) => fixture.status(jobId))).to.deep.equal([
      "Complete",
      "Failed",
    ]);
    for (const jobId of [completing, failing])
      expect(refusal(jobId)).to.equal("JobStatusException");
  });

  it("comes by cancel while Paused, with a report of what was run", () => {
    // Steps are shorter than the tasks take, so that the others hold their slots for a while.
    const fixture = new BatchFixture(undefined, { jobStepMs: 5 });
    for (let index = 0; index < 9000; index++) fixture.put(`a/${index}`, "x");
    fixture.rules(rule());
    const noReport = { Report: { Enabled: false } };
    const low = fixture.create({ Priority: 1 });
    fixture.clock.advance(3);
    for (let count = 0; count < 6; count++) fixture.create({ ...noReport, Priority: 9 });
    until(fixture, low, "Paused");
    const before = fixture.describe(low).ProgressSummary;
    expect(fixture.update(low, "Cancelled")).to.equal("Cancelling");
    fixture.settle();
    expect(fixture.status(low)).to.equal("Cancelled");
    expect(fixture.reportRows(low)).to.have.length(before?.NumberOfTasksSucceeded ?? -1);
  });

  it("comes after 30 days without confirmation, and is forgotten 90 days later", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    fixture.rules(rule());
    const jobId = fixture.create({ ConfirmationRequired: true });
    fixture.clock.advance(20_000);
    const suspendedEpochMs = fixture.describe(jobId).SuspendedDate?.getTime() ?? 0;
    const at = (epochMs: number) => fixture.clock.advance(epochMs - fixture.clock.nowEpochMs());
    at(suspendedEpochMs + 30 * DAY_MS);
    expect(fixture.status(jobId)).to.equal("Suspended");
    at(suspendedEpochMs + 30 * DAY_MS + 1);
    expect(fixture.status(jobId)).to.equal("Failed");
    const failed = fixture.describe(jobId);
    expect(failed.FailureReasons?.[0]?.FailureReason).to.match(/30 days/);
    const endedEpochMs = failed.TerminationDate?.getTime() ?? 0;
    expect(endedEpochMs).to.equal(suspendedEpochMs + 30 * DAY_MS + 1);
    expect(fixture.control("ListJobs", { JobStatuses: ["Failed"] }).Jobs).to.have.length(1);
    at(endedEpochMs + 90 * DAY_MS);
    expect(fixture.status(jobId)).to.equal("Failed");
    at(endedEpochMs + 90 * DAY_MS + 1);
    expect(fixture.control("ListJobs", {}).Jobs).to.deep.equal([]);
    expect(errorOf(() => fixture.describe(jobId)).code).to.equal("NotFoundException");
  });
});

describe("several jobs of one account", () => {
  it("run six at a time; a higher priority makes the lowest pause and come back", () => {
    const fixture = new BatchFixture();
    for (let index = 0; index < 5000; index++) fixture.put(`a/${index}`, "x");
    fixture.rules(rule());
    const noReport = { Report: { Enabled: false } };
    const ids = [9, 8, 7, 6, 5, 4].map((Priority) => fixture.create({ ...noReport, Priority }));
    const late = fixture.create({ ...noReport, Priority: 1 });
    fixture.clock.advance(15_008);
    expect(ids.map((id) => fixture.status(id))).to.deep.equal(Array(6).fill("Active"));
    expect(fixture.status(late)).to.equal("Ready");
    fixture.control("UpdateJobPriority", { JobId: late, Priority: 20 });
    expect(fixture.status(ids[5] ?? "")).to.equal("Pausing");
    expect(fixture.status(late)).to.equal("Ready");
    fixture.settle();
    for (const id of [...ids, late]) {
      const job = fixture.describe(id);
      expect(job.Status).to.equal("Complete");
      expect(job.ProgressSummary?.NumberOfTasksSucceeded).to.equal(5000);
    }
  });

  it("show progress and time spent in Active rising", () => {
    const fixture = new BatchFixture();
    for (let index = 0; index < 3000; index++) fixture.put(`a/${index}`, "x");
    fixture.rules(rule());
    const jobId = fixture.create();
    const counts: number[] = [];
    for (let count = 0; count < 25_000; count++) {
      const job = fixture.describe(jobId);
      if (job.Status === "Active") counts.push(job.ProgressSummary?.NumberOfTasksSucceeded ?? 0);
      fixture.clock.advance(1);
    }
    expect(new Set(counts).size).to.be.greaterThan(5);
    expect(counts).to.deep.equal([...counts].sort((left, right) => left - right));
  });
});
