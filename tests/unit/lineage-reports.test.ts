/** What is counted of a job's report, and how many tasks it has to tell. Through Athena: tests/athena/lineage.test.ts. */

import { expect } from "chai";
import { MissingFile } from "../../automation/backfill/download";
import type { JobSnapshot } from "../../automation/backfill/job-state";
import type { LedgerRecord } from "../../automation/backfill/ledger";
import { linesOf } from "../../automation/cli/render/event-words";
import { isLockstepError } from "../../automation/errors";
import { askReports } from "../../automation/jobs/athena/ask-reports";
import { Finding } from "../../automation/jobs/athena/report-answers";
import type { ReportsAthena } from "../../automation/jobs/athena/reports-athena";
import { expectedCount, heldAgainst } from "../../automation/jobs/athena/seen-tasks";
import type { JobsOptions } from "../../automation/jobs/source-jobs";
import { TaskOutcomes, type ReportedJob } from "../../automation/jobs/told-report";

const JOB: JobSnapshot = {
  ...{ jobId: "job-1", status: "Complete", totalCount: 12, succeededCount: 7, failedCount: 3 },
  failureReasons: [],
};
const record = (
  reportScope: "AllTasks" | "FailedTasksOnly",
  progress?: LedgerRecord["progress"],
): Pick<LedgerRecord, "intent" | "progress"> => ({
  intent: { reportScope } as LedgerRecord["intent"],
  progress,
});
const told = (tasksCount: number) => {
  const outcomes = new TaskOutcomes();
  if (tasksCount > 0) {
    outcomes.add({ succeeded: true, httpStatus: 200, errorCode: "" }, tasksCount);
  }
  return { rows: [], outcomes };
};

describe("the tasks that a report has to tell", () => {
  it("are those that AWS counts of a job that came to its end, of which the report is", () => {
    expect(expectedCount(record("AllTasks"), JOB)).to.equal(10);
    expect(expectedCount(record("FailedTasksOnly"), JOB)).to.equal(3);
    for (const status of ["Failed", "Cancelled", "Active"] as const) {
      expect(expectedCount(record("AllTasks"), { ...JOB, status }), status).to.equal(undefined);
    }
  });

  it("are those of the ledger once AWS has forgotten the job, where it was followed to its end", () => {
    const followed = { totalCount: 10, samples: [[1, 4, 0] as const, [2, 10, 3] as const] };
    const whole = followed as unknown as LedgerRecord["progress"];
    expect(expectedCount(record("AllTasks", whole), undefined)).to.equal(10);
    expect(expectedCount(record("FailedTasksOnly", whole), undefined)).to.equal(3);
    const left = { ...followed, totalCount: 11 } as unknown as LedgerRecord["progress"];
    expect(expectedCount(record("AllTasks", left), undefined)).to.equal(undefined);
    expect(expectedCount(record("AllTasks"), undefined)).to.equal(undefined);
  });

  it("are all there, or what the job did is not known", () => {
    const right = told(10);
    expect(heldAgainst("job-1", right, 10)).to.equal(right);
    expect(heldAgainst("job-1", told(0), 0)).not.to.be.an("error");
    for (const count of [0, 9, 11]) {
      const error = heldAgainst("job-1", told(count), 10);
      expect(isLockstepError(error) && error.code).to.equal("ReportUnreadable");
      expect(isLockstepError(error) && error.message).to.equal(
        `${count} of 10 tasks of the job job-1 are seen in its report; without --engine athena its report is read on this machine.`,
      );
    }
  });
});

describe("what Athena finds of a report that has something in it", () => {
  it("is a row at least, even where nobody counts them, and none that is no task", () => {
    const finding = new Finding("job-1");
    const messageOf = () => isLockstepError(finding.told) && finding.told.message;
    expect(messageOf()).to.contain("Athena has seen nothing of the report of the job job-1");
    finding.outcomes.add({ succeeded: true, httpStatus: 200, errorCode: "" });
    expect(finding.told).to.equal(finding);
    finding.strayCount = 2;
    expect(messageOf()).to.contain("reads 2 rows of the report of the job job-1 as none of a task");
  });
});

describe("the outcomes of a report's tasks", () => {
  it("are counted by what became of them, the most frequent first", () => {
    const outcomes = new TaskOutcomes();
    outcomes.add({ succeeded: false, httpStatus: 403, errorCode: "AccessDenied" });
    outcomes.add({ succeeded: true, httpStatus: 200, errorCode: "" }, 5);
    outcomes.add({ succeeded: false, httpStatus: undefined, errorCode: "403" });
    outcomes.add({ succeeded: false, httpStatus: 403, errorCode: "AccessDenied" });
    expect(outcomes.tasksCount).to.equal(8);
    expect(outcomes.list).to.deep.equal([
      { status: "succeeded", httpStatus: 200, errorCode: "", tasksCount: 5 },
      { status: "failed", httpStatus: 403, errorCode: "AccessDenied", tasksCount: 2 },
      { status: "failed", httpStatus: null, errorCode: "403", tasksCount: 1 },
    ]);
    const event = { source: "orders", jobId: "job-1", scope: "AllTasks" as const };
    const { list, tasksCount } = outcomes;
    expect(
      linesOf({ type: "job-report", ...event, tasksCount, outcomes: list }, false),
    ).to.deep.equal([
      "  report of job-1: 8 tasks, 5 succeeded (200), 2 failed (403 AccessDenied), 1 failed (403)",
    ]);
    const failed = { ...event, scope: "FailedTasksOnly" as const, trial: true as const };
    expect(
      linesOf({ type: "job-report", ...failed, tasksCount: 0, outcomes: [] }, false),
    ).to.deep.equal(["  report of the trial job-1 of failed tasks alone: 0 tasks"]);
  });

  it("are no more than so many kinds, whatever a report calls them, and no task is lost", () => {
    const outcomes = new TaskOutcomes();
    for (let index = 0; index < 1_000; index++) {
      outcomes.add({ succeeded: false, httpStatus: 400, errorCode: `Code${index}` });
      outcomes.add({ succeeded: true, httpStatus: index, errorCode: "" });
    }
    expect(outcomes.tasksCount).to.equal(2_000);
    expect(outcomes.list.length).to.be.at.most(102);
    const others = outcomes.list.filter(({ errorCode }) => errorCode === "(another code)");
    expect(others.map(({ status }) => status).sort()).to.deep.equal(["failed", "succeeded"]);
    expect(others.reduce((sum, { tasksCount }) => sum + tasksCount, 0)).to.equal(1_900);
  });
});

describe("a report that the source's side keeps from Athena", () => {
  it("is not known, and keeps nobody from the others: whatever S3 answers", async () => {
    const refusals = {
      denied: Object.assign(new Error("no"), {
        name: "AccessDenied",
        $metadata: { httpStatusCode: 403 },
      }),
      gone: Object.assign(new Error("no"), {
        name: "NoSuchKey",
        $metadata: { httpStatusCode: 404 },
      }),
      stopped: new TypeError("a bug"),
    };
    const s3 = {
      send: ({ input }: { input: { Key: string } }) => {
        const [, which] = /job-(\w+)\//.exec(input.Key) ?? [];
        return Promise.reject(refusals[which as keyof typeof refusals]);
      },
    };
    const options = {
      emit: () => undefined,
      signal: new AbortController().signal,
      source: "source",
      clients: { source: { s3, s3control: {} } },
      outputs: {
        operations: { bucketName: "ops", reportPrefix: "reports" },
        source: { accountId: "1", region: "eu-west-1" },
      },
    } as unknown as JobsOptions;
    const jobs = (...jobIds: readonly string[]): readonly ReportedJob[] =>
      jobIds.map((jobId) => ({ jobId, record: record("AllTasks") as LedgerRecord }));
    const asked = jobs("denied", "gone");
    const reportOf = await askReports(options, asked, "k", {} as ReportsAthena);
    const answers = await Promise.all(
      asked.map((job) => reportOf(job).catch((error: unknown) => error)),
    );
    for (const error of answers) expect(error).to.have.property("code", "ReportUnreadable");
    expect(String(answers[0])).to.match(/AccessDenied.*HTTP 403/);
    expect(answers[1]).to.be.instanceOf(MissingFile);
    const ended: unknown = await askReports(
      options,
      jobs("stopped"),
      "k",
      {} as ReportsAthena,
    ).catch((error: unknown) => error);
    expect(ended).to.equal(refusals.stopped);
  });
});
