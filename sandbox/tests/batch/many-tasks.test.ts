import { expect } from "chai";
import type { Task } from "../../src/services/s3control/task";
import { encodeManifestKey } from "../../src/values/manifest-key";
import { TaskList } from "../../src/services/s3control/task-list";
import { TaskReport } from "../../src/services/s3control/task-report";
import { BatchFixture } from "./fixture";
import { OPERATIONS_BUCKET, rule, SOURCE, SOURCE_BUCKET } from "../replication/fixture";

function task(number: number): Task {
  const key = `folder/näme "${number}",\n+ %`;
  return {
    bucketName: "bucket",
    key,
    keyText: encodeManifestKey(key),
    versionId: `version ${number}`,
  };
}

describe("the tasks of a job", () => {
  it("come off the list as they were put on, a block at a time", () => {
    const tasks = Array.from({ length: 1234 }, (_, index) => task(index));
    const list = new TaskList();
    for (const one of tasks) list.add(one);
    expect(list.addedCount).to.equal(1234);
    const taken: Task[] = [];
    for (let block = list.takeBlock(); block.length > 0; block = list.takeBlock()) {
      expect(block.length).to.be.at.most(400);
      taken.push(...block);
    }
    expect(taken).to.deep.equal(tasks);
    expect(list.addedCount).to.equal(1234);
  });

  it("are reported in files of 50,000 lines, succeeded and failed ones apart", () => {
    const report = new TaskReport({ Enabled: true, ReportScope: "AllTasks" } as never);
    for (let number = 0; number < 50_001; number++) {
      report.add({ ...task(number), keyText: "k" }, { status: "succeeded", message: "success" });
    }
    report.add(task(0), { status: "failed", httpStatus: 404, errorCode: "E", message: "m" });
    const files = [...report.files()].map(({ status, body }) => ({
      status,
      lines: body.toString().trimEnd().split("\n"),
    }));
    expect(files.map(({ status }) => status)).to.deep.equal(["succeeded", "succeeded", "failed"]);
    expect(files.map(({ lines }) => lines.length)).to.deep.equal([50_000, 1, 1]);
    expect(files[0]?.lines[49_999]).to.equal("bucket,k,version 49999,succeeded,200,,success");
    expect(files[1]?.lines[0]).to.equal("bucket,k,version 50000,succeeded,200,,success");
    expect([...report.files()]).to.deep.equal([]);
    report.add(task(0), { status: "succeeded", message: "success" });
    expect([...report.files()], "what comes later").to.have.length(1);
    report.add(task(0), { status: "succeeded", message: "success" });
    report.clear();
    expect([...report.files()], "freed").to.deep.equal([]);
  });

  it("leave no line behind where no report is wanted, nor where only failed ones are", () => {
    const failed = { status: "failed", httpStatus: 404, errorCode: "E", message: "m" } as const;
    for (const [request, statuses] of [
      [{ Enabled: false, ReportScope: "AllTasks" }, []],
      [{ Enabled: true, ReportScope: "FailedTasksOnly" }, ["failed"]],
    ] as const) {
      const report = new TaskReport(request);
      report.add(task(0), { status: "succeeded", message: "success" });
      report.add(task(1), failed);
      expect([...report.files()].map(({ status }) => status)).to.deep.equal(statuses);
    }
  });

  it("are read from a manifest of many blocks, line feeds within quotes and all", () => {
    const fixture = new BatchFixture();
    const version = fixture.put("a\nb");
    fixture.rules(rule());
    const rowsCount = 10_000;
    const row = `"${SOURCE_BUCKET}","a\nb","${version.versionId}"\n`;
    const { ETag } = fixture.call(SOURCE, "s3", "PutObject", {
      Bucket: OPERATIONS_BUCKET,
      Key: "m.csv",
      Body: Buffer.from(row.repeat(rowsCount)),
    });
    const job = fixture.run({
      ManifestGenerator: undefined,
      Manifest: {
        Spec: {
          Format: "S3BatchOperations_CSV_20180820",
          Fields: ["Bucket", "Key", "VersionId"],
        },
        Location: { ObjectArn: `arn:aws:s3:::${OPERATIONS_BUCKET}/m.csv`, ETag },
      },
    });
    expect(job).to.deep.include({ Status: "Complete" });
    expect(job.ProgressSummary).to.include({
      TotalNumberOfTasks: rowsCount,
      NumberOfTasksSucceeded: rowsCount,
    });
  });
});
