import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { BatchFixture, generator } from "./fixture";
import {
  allow,
  batchStatements,
  OPERATIONS_BUCKET,
  replicationStatements,
  REPLICATION_ROLE,
  rule,
  SECOND,
  SECOND_BUCKET,
  SOURCE,
  SOURCE_BUCKET,
  VAULT_BUCKET,
  vaultPolicy,
  VAULT,
} from "../replication/fixture";

const md5 = (data: string | Buffer) => createHash("md5").update(data).digest("hex");

/** `origin` replicates into the source bucket, in one account, so that the source bucket holds replicas. */
function withOrigin(): BatchFixture {
  const fixture = new BatchFixture();
  fixture.bucket(SOURCE, "origin");
  fixture.rolePolicy(REPLICATION_ROLE, [
    ...replicationStatements(),
    allow("s3:*", [
      "arn:aws:s3:::origin",
      "arn:aws:s3:::origin/*",
      `arn:aws:s3:::${SOURCE_BUCKET}/*`,
    ]),
  ]);
  fixture.rulesOf("origin", rule({ Destination: { Bucket: `arn:aws:s3:::${SOURCE_BUCKET}` } }));
  return fixture;
}

function putOrigin(fixture: BatchFixture, key: string): void {
  fixture.call(SOURCE, "s3", "PutObject", { Bucket: "origin", Key: key, Body: Buffer.from(key) });
  fixture.settle();
}

describe("replicas", () => {
  it("are not passed on live, but by a job that asks for them", () => {
    const fixture = withOrigin();
    fixture.rules(rule());
    putOrigin(fixture, "a");
    const middle = fixture.current(SOURCE_BUCKET, "a");
    expect(middle.replicationStatus).to.equal("REPLICA");
    expect(fixture.replica(middle)).to.equal(undefined);
    const job = fixture.run({
      ManifestGenerator: generator({ ObjectReplicationStatuses: ["REPLICA"] }),
    });
    expect(job.ProgressSummary?.NumberOfTasksSucceeded).to.equal(1);
    expect(fixture.replica(middle)?.versionId).to.equal(middle.versionId);
    expect(middle.replicationStatus).to.equal("REPLICA");
  });

  it("send their modifications back only where a rule asks for it", () => {
    const fixture = withOrigin();
    putOrigin(fixture, "a");
    const back = { Destination: { Bucket: "arn:aws:s3:::origin" } };
    const tag = (value: string) => {
      fixture.call(SOURCE, "s3", "PutObjectTagging", {
        Bucket: SOURCE_BUCKET,
        Key: "a",
        Tagging: { TagSet: [{ Key: "state", Value: value }] },
      });
      fixture.settle();
    };
    fixture.rules(rule(back));
    tag("kept here");
    expect(fixture.current("origin", "a").tags).to.equal(undefined);
    fixture.rules(
      rule({
        ...back,
        SourceSelectionCriteria: { ReplicaModifications: { Status: "Enabled" } },
      }),
    );
    tag("sent");
    expect(fixture.current("origin", "a").tags?.get("state")).to.equal("sent");
    expect(fixture.current(SOURCE_BUCKET, "a").replicationStatus).to.equal("REPLICA");
  });

  it("show PENDING while a modification is on its way back, and FAILED when it cannot go", () => {
    const fixture = withOrigin();
    putOrigin(fixture, "a");
    fixture.rules(
      rule({
        Destination: { Bucket: "arn:aws:s3:::origin" },
        SourceSelectionCriteria: { ReplicaModifications: { Status: "Enabled" } },
      }),
    );
    const target = { Bucket: SOURCE_BUCKET, Key: "a" };
    const shown = () => fixture.call(SOURCE, "s3", "HeadObject", target).ReplicationStatus;
    const tag = (Value: string) =>
      fixture.call(SOURCE, "s3", "PutObjectTagging", {
        ...target,
        Tagging: { TagSet: [{ Key: "state", Value }] },
      });
    expect(shown()).to.equal("REPLICA");
    tag("sent");
    expect(shown()).to.equal("PENDING");
    fixture.settle();
    expect(shown()).to.equal("REPLICA");
    fixture.rolePolicy(REPLICATION_ROLE, [allow("s3:ListBucket", "*")]);
    tag("kept");
    fixture.settle();
    expect(shown()).to.equal("FAILED");
    expect(fixture.current(SOURCE_BUCKET, "a").replicationStatus, "for jobs").to.equal("REPLICA");
  });
});

describe("a batch job takes", () => {
  it("versions that were tagged after they were made", () => {
    const fixture = new BatchFixture();
    fixture.rules(rule({ Filter: { Tag: { Key: "keep", Value: "yes" } } }));
    const version = fixture.put("a");
    fixture.put("b");
    fixture.call(SOURCE, "s3", "PutObjectTagging", {
      Bucket: SOURCE_BUCKET,
      Key: "a",
      Tagging: { TagSet: [{ Key: "keep", Value: "yes" }] },
    });
    const job = fixture.run();
    expect(job.ProgressSummary?.TotalNumberOfTasks).to.equal(1);
    expect(fixture.replica(version)?.tags?.get("keep")).to.equal("yes");
  });

  it("delete markers where the rules carry them: by default in the first schema, not in the second", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    fixture.call(SOURCE, "s3", "DeleteObject", { Bucket: SOURCE_BUCKET, Key: "a" });
    const marker = fixture.current(SOURCE_BUCKET, "a");
    const body = `${SOURCE_BUCKET},a,${marker.versionId}\n`;
    const place = { Bucket: OPERATIONS_BUCKET, Key: "markers.csv" };
    const put = { ...place, Body: Buffer.from(body) };
    const { ETag } = fixture.call(SOURCE, "s3", "PutObject", put);
    const run = () =>
      fixture.run({
        ManifestGenerator: undefined,
        Manifest: {
          Spec: {
            Format: "S3BatchOperations_CSV_20180820",
            Fields: ["Bucket", "Key", "VersionId"],
          },
          Location: { ObjectArn: `arn:aws:s3:::${place.Bucket}/${place.Key}`, ETag },
        },
      });
    fixture.rules(rule());
    expect(fixture.reportRows(run().JobId ?? "")[0]?.[5]).to.equal("SrcObjectNotEligible");
    const firstSchema = { Filter: undefined, Priority: undefined, Prefix: "" };
    fixture.rules(rule({ ...firstSchema, DeleteMarkerReplication: undefined }));
    expect(run().ProgressSummary?.NumberOfTasksSucceeded).to.equal(1);
    expect(fixture.replica(marker)?.isDeleteMarker).to.equal(true);
  });

  it("versions under their author's own key (SSE-C)", () => {
    const fixture = new BatchFixture();
    const customerKey = Buffer.alloc(32, 1);
    fixture.allowCustomerKeys(SOURCE, SOURCE_BUCKET);
    fixture.allowCustomerKeys(VAULT, VAULT_BUCKET);
    const version = fixture.put("a", "a", {
      SSECustomerAlgorithm: "AES256",
      SSECustomerKey: customerKey.toString("base64"),
      SSECustomerKeyMD5: createHash("md5").update(customerKey).digest("base64"),
    });
    fixture.rules(rule());
    const filter = { MatchAnyObjectEncryption: [{ SSEC: {} }] };
    expect(fixture.run({ ManifestGenerator: generator(filter) }).Status).to.equal("Complete");
    expect(fixture.replica(version)?.encryption).to.deep.equal(version.encryption);
  });

  it("but to a vault that blocks such keys, as a new one does, nothing arrives", () => {
    const fixture = new BatchFixture();
    fixture.allowCustomerKeys(SOURCE, SOURCE_BUCKET);
    const version = fixture.put("a", "a", {
      SSECustomerAlgorithm: "AES256",
      SSECustomerKey: Buffer.alloc(32, 1).toString("base64"),
      SSECustomerKeyMD5: createHash("md5").update(Buffer.alloc(32, 1)).digest("base64"),
    });
    fixture.rules(rule());
    fixture.run({ ManifestGenerator: generator({ EligibleForReplication: true }) });
    expect(fixture.replica(version)).to.equal(undefined);
    expect(fixture.current(SOURCE_BUCKET, "a").replicationStatus).to.equal("FAILED");
    expect(fixture.failureCode(version)).to.equal("DstPutObjectNotPermitted");
  });

  it("COMPLETED versions, to fill a vault that was added later", () => {
    const fixture = new BatchFixture();
    fixture.rules(rule());
    const version = fixture.put("a");
    fixture.settle();
    fixture.secondVault();
    fixture.bucketPolicy(SECOND, SECOND_BUCKET, vaultPolicy(SECOND_BUCKET));
    const second = { Bucket: `arn:aws:s3:::${SECOND_BUCKET}` };
    fixture.rules(rule(), rule({ ID: "second", Priority: 2, Destination: second }));
    const first = fixture.replica(version);
    fixture.run({ ManifestGenerator: generator({ ObjectReplicationStatuses: ["COMPLETED"] }) });
    expect(fixture.replica(version, SECOND_BUCKET)?.etag).to.equal(version.etag);
    expect(fixture.replica(version, VAULT_BUCKET), "not sent again").to.equal(first);
    expect(version.replicationStatus).to.equal("COMPLETED");
  });

  it("versions from before versioning, under the id null", () => {
    const fixture = new BatchFixture();
    fixture.call(SOURCE, "s3", "CreateBucket", {
      Bucket: "old",
      CreateBucketConfiguration: { LocationConstraint: SOURCE.region },
    });
    fixture.call(SOURCE, "s3", "PutObject", { Bucket: "old", Key: "a", Body: Buffer.from("a") });
    fixture.call(SOURCE, "s3", "PutBucketVersioning", {
      Bucket: "old",
      VersioningConfiguration: { Status: "Enabled" },
    });
    fixture.rolePolicy(REPLICATION_ROLE, [
      ...replicationStatements(),
      allow("s3:*", ["arn:aws:s3:::old", "arn:aws:s3:::old/*"]),
    ]);
    fixture.rolePolicy(`arn:aws:iam::${SOURCE.accountId}:role/batch`, [
      ...batchStatements(),
      allow("s3:*", ["arn:aws:s3:::old", "arn:aws:s3:::old/*"]),
    ]);
    fixture.rulesOf("old", rule());
    const job = fixture.run({
      ManifestGenerator: generator({}, { SourceBucket: "arn:aws:s3:::old" }),
    });
    expect(fixture.reportRows(job.JobId ?? "")[0]?.slice(1, 4)).to.deep.equal([
      "a",
      "null",
      "succeeded",
    ]);
    expect(fixture.current(VAULT_BUCKET, "a")).to.include({
      versionId: "null",
      replicationStatus: "REPLICA",
    });
  });

  it("an inventory report as its manifest", () => {
    const fixture = new BatchFixture();
    fixture.rules(rule({ Filter: { Prefix: "a" } }));
    const { versionId } = fixture.put("b");
    const data = gzipSync(`"${SOURCE_BUCKET}","b","${versionId}","true"\n`);
    const manifest = JSON.stringify({
      fileFormat: "CSV",
      fileSchema: "Bucket, Key, VersionId, IsLatest",
      files: [{ key: "inventory/data.csv.gz", size: data.length, MD5checksum: md5(data) }],
    });
    const put = (Key: string, body: string | Buffer) =>
      fixture.call(SOURCE, "s3", "PutObject", {
        Bucket: OPERATIONS_BUCKET,
        Key,
        Body: Buffer.from(body),
      });
    put("inventory/data.csv.gz", data);
    put("inventory/manifest.json", manifest);
    const job = fixture.run({
      ManifestGenerator: undefined,
      Manifest: {
        Spec: { Format: "S3InventoryReport_CSV_20161130" },
        Location: {
          ObjectArn: `arn:aws:s3:::${OPERATIONS_BUCKET}/inventory/manifest.json`,
          ETag: md5(manifest),
        },
      },
    });
    expect(fixture.reportRows(job.JobId ?? "").map((row) => row.slice(1, 6))).to.deep.equal([
      ["b", versionId, "failed", "500", "SrcObjectNotEligible"],
    ]);
  });
});

describe("a batch job's report and role", () => {
  it("writes without a prefix when none is given, and no results when none are wanted", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    fixture.rules(rule());
    const report = { ...fixture.request().Report, Enabled: true, Prefix: undefined };
    const job = fixture.run({ Report: { ...report, ReportScope: "FailedTasksOnly" } });
    expect(JSON.parse(fixture.text(`job-${job.JobId}/manifest.json`)).Results).to.deep.equal([]);
  });

  it("fails when the role does not let S3 Batch Operations in", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    fixture.rules(rule());
    const job = fixture.run({ RoleArn: REPLICATION_ROLE });
    expect(job.Status).to.equal("Failed");
    expect(job.FailureReasons?.[0]?.FailureCode).to.equal("AssumeRoleNotPermitted");
  });
});
