import { createHash } from "node:crypto";
import { expect } from "chai";
import { BatchFixture, generator, reasons } from "./fixture";
import {
  batchStatements,
  OPERATIONS_BUCKET,
  replicationStatements,
  REPLICATION_ROLE,
  rule,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
} from "../replication/fixture";

const md5 = (text: string | Buffer) => createHash("md5").update(text).digest("hex");

describe("a batch replication job", () => {
  it("goes the whole road, and waits for its confirmation", () => {
    const fixture = new BatchFixture();
    fixture.put("a b/ü+1.txt");
    fixture.put("plain");
    fixture.rules(rule());
    const jobId = fixture.create({ ConfirmationRequired: true });
    expect(fixture.statuses(jobId)).to.deep.equal(["New", "Preparing", "Suspended"]);
    const suspended = fixture.describe(jobId);
    expect(suspended).to.include({ SuspendedCause: "AWAITING_CONFIRMATION" });
    expect(suspended.SuspendedDate).to.be.instanceOf(Date);
    expect(suspended.ProgressSummary).to.include({
      TotalNumberOfTasks: 2,
      NumberOfTasksSucceeded: 0,
      NumberOfTasksFailed: 0,
    });
    expect(fixture.current(SOURCE_BUCKET, "plain").replicationStatus).to.equal(undefined);

    expect(fixture.confirm(jobId)).to.equal("Ready");
    expect(fixture.statuses(jobId, 1)).to.deep.equal(["Ready"]);
    expect(fixture.statuses(jobId)).to.deep.equal(["Ready", "Active", "Completing", "Complete"]);
    const done = fixture.describe(jobId);
    expect(done.TerminationDate).to.be.instanceOf(Date);
    expect(done.FailureReasons).to.equal(undefined);
    expect(done.ProgressSummary).to.include({ NumberOfTasksSucceeded: 2, NumberOfTasksFailed: 0 });
    for (const key of ["a b/ü+1.txt", "plain"]) {
      expect(fixture.current(VAULT_BUCKET, key).replicationStatus).to.equal("REPLICA");
    }
  });

  it("counts a task as succeeded when its copy is initiated; it arrives later", () => {
    const fixture = new BatchFixture();
    const version = fixture.put("a");
    fixture.rules(rule());
    const jobId = fixture.create();
    // New, Preparing and Ready take 5 seconds each; the tasks run at once after that, and the copy takes another second.
    fixture.clock.advance(15_001);
    expect(fixture.describe(jobId).ProgressSummary?.NumberOfTasksSucceeded).to.equal(1);
    expect(version.replicationStatus).to.equal("PENDING");
    fixture.clock.advance(1000);
    expect(version.replicationStatus).to.equal("COMPLETED");
  });

  it("takes every version, and settles each under its own id", () => {
    const fixture = new BatchFixture();
    const versions = ["one", "two", "three"].map((body) => fixture.put("a", body));
    fixture.call(SOURCE, "s3", "DeleteObject", { Bucket: SOURCE_BUCKET, Key: "a" });
    fixture.rules(rule());
    const job = fixture.run();
    expect(job.ProgressSummary?.NumberOfTasksSucceeded).to.equal(3);
    for (const version of versions) {
      expect(fixture.replica(version)?.etag).to.equal(version.etag);
    }
  });

  it("writes a report of what each task did, with checksums that hold", () => {
    const fixture = new BatchFixture();
    const good = fixture.put('records/a b,"c"/ü+.txt');
    const archived = fixture.put("records/archived", "x", { StorageClass: "DEEP_ARCHIVE" });
    fixture.rules(rule());
    const job = fixture.run({ ManifestGenerator: generator({}) });
    expect(job.Status).to.equal("Complete");
    const folder = fixture.reportFolder(job.JobId ?? "");
    const text = fixture.text(`${folder}/manifest.json`);
    const sidecar = fixture.text(`${folder}/manifest.json.md5`);
    expect(sidecar).to.have.length(33);
    expect(sidecar.trim()).to.equal(md5(text));
    const manifest = JSON.parse(text);
    expect(manifest).to.include({
      Format: "Report_CSV_20180820",
      ReportSchema: "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
    });
    expect(manifest.ReportCreationDate).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(manifest.Results.map((one: object) => Object.keys(one))).to.deep.equal([
      ["TaskExecutionStatus", "Bucket", "MD5Checksum", "Key"],
      ["TaskExecutionStatus", "Bucket", "MD5Checksum", "Key"],
    ]);
    const texts = manifest.Results.map((result: { Key: string; MD5Checksum: string }) => {
      expect(result.Key).to.match(/^reports\/job-[0-9a-f-]{36}\/results\/[0-9a-f]{40}\.csv$/);
      expect(md5(fixture.text(result.Key))).to.equal(result.MD5Checksum);
      return fixture.text(result.Key);
    });
    expect(manifest.Results[0]).to.include({
      TaskExecutionStatus: "succeeded",
      Bucket: OPERATIONS_BUCKET,
    });
    expect(texts).to.deep.equal([
      `${SOURCE_BUCKET},records/a%20b%2C%22c%22/%C3%BC%2B.txt,${good.versionId},succeeded,200,,success\n`,
      `${SOURCE_BUCKET},records/archived,${archived.versionId},failed,500,SrcObjectNotEligible,Object is not eligible for replication\n`,
    ]);
    expect(
      fixture.current(OPERATIONS_BUCKET, manifest.Results[0].Key).encryption.algorithm,
    ).to.equal("AES256");
    expect(archived.replicationStatus, "no status for the ineligible").to.equal(undefined);
  });

  it("reports failed tasks only when asked so, and nothing when not enabled", () => {
    const fixture = new BatchFixture();
    fixture.put("good");
    fixture.put("bad", "x", { StorageClass: "GLACIER" });
    fixture.rules(rule());
    const report = fixture.request().Report;
    const only = fixture.run({
      Report: { ...report, Enabled: true, ReportScope: "FailedTasksOnly" },
      ManifestGenerator: generator({}),
    });
    const rows = fixture.reportRows(only.JobId ?? "");
    expect(rows.map((row) => row.slice(3, 6))).to.deep.equal([
      ["failed", "500", "SrcObjectNotEligible"],
    ]);
    const keysCount = fixture.keys().length;
    const none = fixture.run({
      Report: { Enabled: false },
      ManifestGenerator: generator(
        {},
        { EnableManifestOutput: false, ManifestOutputLocation: undefined },
      ),
    });
    expect(none.Status).to.equal("Complete");
    expect(fixture.keys()).to.have.length(keysCount);
  });

  it("keeps the generated manifest in inventory's layout, and says where", () => {
    const fixture = new BatchFixture();
    const first = fixture.put("a b");
    const second = fixture.put("a b", "again");
    fixture.rules(rule());
    const job = fixture.run();
    const location = job.GeneratedManifestDescriptor?.Location;
    const key = (location?.ObjectArn ?? "").replace(`arn:aws:s3:::${OPERATIONS_BUCKET}/`, "");
    expect(key).to.match(/^manifests\//);
    expect(location?.ETag).to.equal(fixture.current(OPERATIONS_BUCKET, key).etag);
    const manifest = JSON.parse(fixture.text(key));
    expect(manifest).to.include({
      sourceBucket: SOURCE_BUCKET,
      destinationBucket: `arn:aws:s3:::${OPERATIONS_BUCKET}`,
      version: "2016-11-30",
      fileFormat: "CSV",
    });
    expect(manifest.fileSchema).to.match(/^Bucket, Key, VersionId, /);
    const file = fixture.current(OPERATIONS_BUCKET, manifest.files[0].key);
    expect(md5(file.body)).to.equal(manifest.files[0].MD5checksum);
    expect(file.sizeBytes).to.equal(manifest.files[0].size);
    expect(fixture.manifestRows(job).map((row) => row.slice(0, 4))).to.deep.equal([
      [SOURCE_BUCKET, "a%20b", second.versionId, "true"],
      [SOURCE_BUCKET, "a%20b", first.versionId, "false"],
    ]);
  });

  it("reports what the job's role may not do, task by task", () => {
    const fixture = new BatchFixture(batchStatements(["s3:InitiateReplication"]));
    const version = fixture.put("a");
    fixture.rules(rule());
    const job = fixture.run();
    expect(job.Status, "fewer than 1,000 tasks").to.equal("Complete");
    expect(job.ProgressSummary).to.include({ NumberOfTasksSucceeded: 0, NumberOfTasksFailed: 1 });
    expect(job.FailureReasons).to.equal(undefined);
    expect(fixture.reportRows(job.JobId ?? "")[0]?.slice(3, 6)).to.deep.equal([
      "failed",
      "403",
      "InitiateReplicationNotPermitted",
    ]);
    expect(version.replicationStatus).to.equal(undefined);
  });

  it("reports what the replication role may not do with its code, and leaves the version FAILED", () => {
    const fixture = new BatchFixture();
    const version = fixture.put("a");
    fixture.rules(rule());
    fixture.rolePolicy(
      REPLICATION_ROLE,
      replicationStatements([VAULT_BUCKET], ["s3:GetObjectVersionForReplication"]),
    );
    const job = fixture.run();
    expect(fixture.reportRows(job.JobId ?? "")[0]?.[5]).to.equal("SrcGetObjectNotPermitted");
    expect(version.replicationStatus).to.equal("FAILED");

    fixture.rolePolicy(REPLICATION_ROLE, replicationStatements());
    fixture.run({
      ManifestGenerator: generator({ ObjectReplicationStatuses: ["FAILED", "NONE"] }),
    });
    expect(version.replicationStatus).to.equal("COMPLETED");
  });

  it("does not send again what is there, and cannot bring back what was deleted by id", () => {
    const fixture = new BatchFixture();
    fixture.bucket(VAULT, "plain");
    fixture.bucketPolicy(VAULT, "plain", {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: REPLICATION_ROLE },
          Action: "s3:Replicate*",
          Resource: "arn:aws:s3:::plain/*",
        },
      ],
    });
    fixture.rolePolicy(REPLICATION_ROLE, replicationStatements([VAULT_BUCKET, "plain"]));
    fixture.rules(rule({ Destination: { Bucket: "arn:aws:s3:::plain" } }));
    const kept = fixture.put("kept");
    const purged = fixture.put("purged");
    fixture.settle();
    const { versionId } = purged;
    fixture.call(VAULT, "s3", "DeleteObject", {
      Bucket: "plain",
      Key: "purged",
      VersionId: versionId,
    });
    const replica = fixture.replica(kept, "plain");
    const job = fixture.run();
    const rows = fixture.reportRows(job.JobId ?? "");
    expect(rows.map((row) => [row[1], row[5]])).to.deep.equal([
      ["kept", ""],
      ["purged", "DstObjectHardDeleted"],
    ]);
    expect(fixture.replica(kept, "plain")).to.equal(replica);
    expect(kept.replicationStatus).to.equal("COMPLETED");
  });
});

describe("the manifest generator", () => {
  const listed = (fixture: BatchFixture, ...args: Parameters<typeof generator>) => {
    const job = fixture.run({ ManifestGenerator: generator(...args), Report: { Enabled: false } });
    return job.Status === "Complete"
      ? fixture.manifestRows(job).map((row) => row[1])
      : reasons(job);
  };

  it("narrows by key, date, size, class, encryption and status", () => {
    const fixture = new BatchFixture();
    fixture.put("logs/1.txt", "x");
    fixture.clock.advance(1000);
    const middle = new Date(fixture.clock.nowEpochMs());
    fixture.clock.advance(1000);
    fixture.put("records/2.pdf", "longer than ten", { StorageClass: "STANDARD_IA" });
    fixture.rules(rule({ Filter: { Prefix: "else/" } }));
    const first = ["logs/1.txt"];
    const second = ["records/2.pdf"];
    expect(listed(fixture, {})).to.deep.equal([...first, ...second]);
    expect(listed(fixture, { KeyNameConstraint: { MatchAnyPrefix: ["logs/"] } })).to.deep.equal(
      first,
    );
    expect(listed(fixture, { KeyNameConstraint: { MatchAnySuffix: [".pdf"] } })).to.deep.equal(
      second,
    );
    expect(listed(fixture, { KeyNameConstraint: { MatchAnySubstring: ["cords"] } })).to.deep.equal(
      second,
    );
    expect(listed(fixture, { CreatedBefore: middle })).to.deep.equal(first);
    expect(listed(fixture, { CreatedAfter: middle })).to.deep.equal(second);
    expect(listed(fixture, { ObjectSizeGreaterThanBytes: 10 })).to.deep.equal(second);
    expect(listed(fixture, { ObjectSizeLessThanBytes: 10 })).to.deep.equal(first);
    expect(listed(fixture, { MatchAnyStorageClass: ["STANDARD_IA", "GLACIER_IR"] })).to.deep.equal(
      second,
    );
    expect(listed(fixture, { MatchAnyObjectEncryption: [{ SSES3: {} }] })).to.have.length(2);
    expect(listed(fixture, { ObjectReplicationStatuses: ["NONE"] })).to.have.length(2);
    expect(listed(fixture, { ObjectReplicationStatuses: ["COMPLETED"] })).to.deep.equal([
      "Manifest generation found no keys matching the filter criteria.",
    ]);
  });

  it("fails with AWS's sentence and no report when nothing is left to do", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    fixture.rules(rule());
    const todo = {
      EligibleForReplication: true,
      ObjectReplicationStatuses: ["NONE", "FAILED"] as const,
    };
    const filter = { ...todo, ObjectReplicationStatuses: [...todo.ObjectReplicationStatuses] };
    expect(fixture.run({ ManifestGenerator: generator(filter) }).Status).to.equal("Complete");
    const again = fixture.create({ ManifestGenerator: generator(filter) });
    expect(fixture.statuses(again)).to.deep.equal(["New", "Preparing", "Failing", "Failed"]);
    expect(reasons(fixture.describe(again))).to.deep.equal([
      "Manifest generation found no keys matching the filter criteria.",
    ]);
    expect(fixture.describe(again).ProgressSummary?.TotalNumberOfTasks).to.equal(0);
    expect(fixture.keys().some((key) => key.includes(`reports/job-${again}`))).to.equal(false);
  });

  it("finds nothing when the rule is disabled", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    fixture.rules(rule({ Status: "Disabled" }));
    expect(reasons(fixture.run())).to.deep.equal([
      "Manifest generation found no keys matching the filter criteria.",
    ]);
  });

  it("fails without the role's rights, each with its sentence", () => {
    const failing = (...without: string[]) => {
      const fixture = new BatchFixture(batchStatements(without));
      fixture.put("a");
      fixture.rules(rule());
      const job = fixture.run();
      expect(job.Status).to.equal("Failed");
      return reasons(job)[0];
    };
    expect(failing("s3:PutObject")).to.equal(
      "Error occurred when preparing manifest: Failed to write manifest",
    );
    expect(failing("s3:GetObject")).to.equal("Reading the manifest is forbidden: AccessDenied");
    expect(failing("s3:GetReplicationConfiguration")).to.match(/s3:GetReplicationConfiguration/);
    expect(failing("s3:PutInventoryConfiguration")).to.match(/s3:PutInventoryConfiguration/);
  });

  it("fails without a replication configuration, and for another owner than expected", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    expect(fixture.run().FailureReasons?.[0]?.FailureCode).to.equal(
      "SrcBucketReplicationConfigMissing",
    );
    fixture.rules(rule());
    const foreign = generator({}, { ExpectedBucketOwner: VAULT.accountId });
    expect(fixture.run({ ManifestGenerator: foreign }).Status).to.equal("Failed");
  });
});

describe("a manifest of one's own", () => {
  const run = (csv: string, fixture = new BatchFixture()) => {
    fixture.rules(rule());
    fixture.call(SOURCE, "s3", "PutObject", {
      Bucket: OPERATIONS_BUCKET,
      Key: "mine.csv",
      Body: Buffer.from(csv),
    });
    return fixture.run({
      ManifestGenerator: undefined,
      Manifest: {
        Spec: { Format: "S3BatchOperations_CSV_20180820", Fields: ["Bucket", "Key", "VersionId"] },
        Location: {
          ObjectArn: `arn:aws:s3:::${OPERATIONS_BUCKET}/mine.csv`,
          ETag: md5(csv),
        },
      },
    });
  };

  it("is worked through row by row; the report repeats its keys byte for byte", () => {
    const fixture = new BatchFixture();
    const { versionId } = fixture.put("a b");
    const rows = [
      `${SOURCE_BUCKET},a+b,${versionId}`,
      `${SOURCE_BUCKET},a%20b,${versionId.replace(/.$/, (last) => (last === "x" ? "y" : "x"))}`,
      `${SOURCE_BUCKET},none,${versionId}`,
      `${SOURCE_BUCKET},a%20b,`,
      `not-there-bucket,a,${versionId}`,
    ];
    const job = run(`${rows.join("\n")}\n`, fixture);
    expect(job.Manifest?.Spec?.Format).to.equal("S3BatchOperations_CSV_20180820");
    const report = fixture.reportRows(job.JobId ?? "");
    expect(report.map((row) => [row[1], row[3], row[5]])).to.have.deep.members([
      ["a+b", "succeeded", ""],
      ["a%20b", "failed", "SrcVersionNotFound"],
      ["none", "failed", "SrcKeyNotFound"],
      ["a%20b", "failed", "SrcObjectNotFound"],
      ["a", "failed", "SrcBucketNotFound"],
    ]);
  });

  it("fails the job when a row lacks a column or a key is badly encoded", () => {
    expect(reasons(run(`${SOURCE_BUCKET},a\n`))).to.deep.equal([
      "Unexpected number of task fields",
    ]);
    expect(reasons(run(`${SOURCE_BUCKET},%zz,v\n`))).to.deep.equal(["Invalid object key format"]);
  });

  it("fails the job when the role may not read it or it has changed", () => {
    const fixture = new BatchFixture(batchStatements(["s3:GetObjectVersion"]));
    expect(reasons(run("a,b,c\n", fixture))).to.deep.equal([
      "Reading the manifest is forbidden: AccessDenied",
    ]);
    const changed = new BatchFixture();
    changed.rules(rule());
    changed.call(SOURCE, "s3", "PutObject", {
      Bucket: OPERATIONS_BUCKET,
      Key: "mine.csv",
      Body: Buffer.from("changed"),
    });
    const job = changed.run({
      ManifestGenerator: undefined,
      Manifest: {
        Spec: { Format: "S3BatchOperations_CSV_20180820", Fields: ["Bucket", "Key", "VersionId"] },
        Location: { ObjectArn: `arn:aws:s3:::${OPERATIONS_BUCKET}/mine.csv`, ETag: md5("before") },
      },
    });
    expect(job.Status).to.equal("Failed");
  });
});
