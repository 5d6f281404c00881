import type { JobOperation } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { allow, OPERATIONS_BUCKET, rule, SOURCE, SOURCE_BUCKET } from "../replication/fixture";
import { BatchFixture, errorOf, generator } from "./fixture";

const holdJob = { S3PutObjectLegalHold: { LegalHold: { Status: "ON" as const } } };

/** Each operation other than replication, with the least that it takes. */
const OPERATIONS: readonly JobOperation[] = [
  { S3ComputeObjectChecksum: {} },
  { S3InitiateRestoreObject: { ExpirationInDays: 1 } },
  { S3PutObjectCopy: { TargetResource: `arn:aws:s3:::${OPERATIONS_BUCKET}` } },
  holdJob,
  { S3PutObjectRetention: { Retention: {} } },
];

/** Those that AWS's pages limit to objects of one bucket. */
const OF_ONE_BUCKET = ["S3PutObjectCopy", "S3PutObjectLegalHold", "S3PutObjectRetention"];

const nameOf = (operation: JobOperation) => Object.keys(operation)[0] ?? "";

/** A role that may do everything, in the source's account. */
function mightyFixture(): BatchFixture {
  const everything = { Effect: "Allow" as const, Action: "*", Resource: "*" };
  return new BatchFixture([everything], {}, { sourceLocked: true });
}

/** The report of a checksum job must name its bucket's owner. */
const withOwner = (fixture: BatchFixture) => ({
  Report: { ...fixture.request().Report, Enabled: true, ExpectedBucketOwner: SOURCE.accountId },
});

describe("jobs of operations other than replication", () => {
  for (const Operation of OPERATIONS) {
    const name = nameOf(Operation);

    it(`list the current versions in a generated manifest: ${name}`, () => {
      const fixture = mightyFixture();
      fixture.put("a", "old", { StorageClass: "GLACIER" });
      const { versionId } = fixture.put("a", "new", { StorageClass: "GLACIER" });
      const job = fixture.run({
        Operation,
        ...withOwner(fixture),
        ManifestGenerator: generator({}),
      });
      expect(job.Operation).to.deep.equal(Operation);
      expect(fixture.manifestRows(job).map((row) => row[2])).to.deep.equal([versionId]);
      expect(fixture.reportRows(job.JobId ?? "").map((row) => row[2])).to.deep.equal([versionId]);
    });

    it(`run seven at a time: ${name}`, () => {
      const fixture = mightyFixture();
      for (let index = 0; index < 401; index++) fixture.put(`a/${index}`, "x");
      const ManifestGenerator = generator({});
      const ids = Array.from({ length: 7 }, () =>
        fixture.create({ Operation, ...withOwner(fixture), ManifestGenerator }),
      );
      fixture.clock.advance(15_002);
      expect(new Set(ids.map((jobId) => fixture.status(jobId)))).to.deep.equal(new Set(["Active"]));
    });

    const mayBeSeveral = !OF_ONE_BUCKET.includes(name);
    it(`${mayBeSeveral ? "take" : "do not take"} objects of two buckets: ${name}`, () => {
      const fixture = mightyFixture();
      const [one, other] = [SOURCE_BUCKET, OPERATIONS_BUCKET];
      fixture.put("a", "a", { StorageClass: "GLACIER" });
      fixture.call(SOURCE, "s3", "PutObject", {
        Bucket: other,
        Key: "a",
        Body: Buffer.from("a"),
        StorageClass: "GLACIER",
      });
      const manifest = fixture.manifestOf(`${one},a,\n${other},a,\n`);
      const job = fixture.run({ Operation, ...withOwner(fixture), ...manifest });
      expect(job.Status).to.equal(mayBeSeveral ? "Complete" : "Failed");
      expect(job.ProgressSummary?.NumberOfTasksSucceeded).to.equal(mayBeSeveral ? 2 : 0);
    });

    it(`take a manifest without version ids, and none without keys: ${name}`, () => {
      const fixture = mightyFixture();
      fixture.put("a", "a");
      const create = (...Fields: ("Bucket" | "Key" | "Ignore")[]) => {
        const { Manifest } = fixture.manifestOf(`${SOURCE_BUCKET},a\n`);
        const Spec = { Format: "S3BatchOperations_CSV_20180820" as const, Fields };
        return fixture.create({
          Operation,
          ...withOwner(fixture),
          ManifestGenerator: undefined,
          Manifest: { Location: Manifest?.Location, Spec },
        });
      };
      create("Bucket", "Key");
      expect(errorOf(() => create("Bucket", "Ignore")).message).to.equal(
        `The manifest's Fields must include Key for ${name}`,
      );
    });
  }

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
