import { expect } from "chai";
import { BatchFixture, errorOf, generator, reasons } from "./batch-fixture";
import { batchStatements, DAY_MS, rule, SOURCE } from "./replication-fixture";

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
    at(suspendedEpochMs + 120 * DAY_MS);
    expect(fixture.status(jobId)).to.equal("Failed");
    at(suspendedEpochMs + 120 * DAY_MS + 1);
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
