import { expect } from "chai";
import { OPERATIONS_BUCKET, rule, SOURCE_BUCKET } from "../replication/fixture";
import { allow } from "../replication/fixture";
import { BatchFixture, generator } from "./fixture";

const holdJob = { S3PutObjectLegalHold: { LegalHold: { Status: "ON" as const } } };

describe("jobs of operations other than replication", () => {
  it("are not counted among the six active replication jobs, nor held up by them", () => {
    const fixture = new BatchFixture(
      [
        allow("s3:*", `arn:aws:s3:::${SOURCE_BUCKET}`),
        allow("s3:*", `arn:aws:s3:::${SOURCE_BUCKET}/*`),
        allow("s3:*", `arn:aws:s3:::${OPERATIONS_BUCKET}/*`),
      ],
      {},
      { sourceLocked: true },
    );
    for (let index = 0; index < 1000; index++) fixture.put(`a/${index}`, "x");
    fixture.rules(rule());
    const replications = Array.from({ length: 7 }, () => fixture.create());
    const holds = Array.from({ length: 7 }, () =>
      fixture.create({ Operation: holdJob, Priority: 1, ManifestGenerator: generator({}) }),
    );
    fixture.clock.advance(15_003);
    const active = (ids: string[]) => ids.filter((id) => fixture.status(id) === "Active").length;
    expect([active(replications), active(holds)]).to.deep.equal([6, 7]);
    fixture.settle();
    for (const jobId of holds) {
      expect(fixture.describe(jobId).ProgressSummary?.NumberOfTasksSucceeded).to.equal(1000);
    }
  });

  it("fail above half of a thousand failed tasks, with a report of those that ran", () => {
    const fixture = new BatchFixture(
      [
        allow("s3:GetBucketObjectLockConfiguration", `arn:aws:s3:::${SOURCE_BUCKET}`),
        allow("s3:*", `arn:aws:s3:::${OPERATIONS_BUCKET}/*`),
      ],
      {},
      { sourceLocked: true },
    );
    for (let index = 0; index < 1200; index++) fixture.put(`a/${index}`, "x");
    const rows = Array.from({ length: 1200 }, (_, index) => `${SOURCE_BUCKET},a/${index},\n`);
    const job = fixture.run({ Operation: holdJob, ...fixture.manifestOf(rows.join("")) });
    expect(job.Status).to.equal("Failed");
    expect(job.FailureReasons?.[0]?.FailureReason).to.match(/50 percent/);
    const report = fixture.reportRows(job.JobId ?? "");
    expect(report).to.have.length(1000);
    expect(new Set(report.map((row) => row[5]))).to.deep.equal(new Set(["AccessDenied"]));
  });
});
