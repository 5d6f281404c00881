import { createHash } from "node:crypto";
import { expect } from "chai";
import { BatchFixture, errorOf, generator, reasons } from "./fixture";
import {
  REPLICATION_ROLE,
  replicationStatements,
  rule,
  SOURCE,
  VAULT,
  SOURCE_BUCKET,
} from "../replication/fixture";

const NO_KEYS = "Manifest generation found no keys matching the filter criteria.";

/** The keys that a generator with this filter lists. */
function listed(fixture: BatchFixture, filter: object): unknown[] {
  const job = fixture.run({ ManifestGenerator: generator(filter), Report: { Enabled: false } });
  return job.Status === "Complete" ? fixture.manifestRows(job).map((row) => row[1]) : reasons(job);
}

describe("the generator's filter by encryption", () => {
  const fixture = new BatchFixture();
  const newKey = () => fixture.call(SOURCE, "kms", "CreateKey", {}).KeyMetadata.Arn as string;
  const key = newKey();
  const otherKey = newKey();
  const customerKey = Buffer.alloc(32, 1);
  fixture.put("plain");
  fixture.put("kms", "x", { ServerSideEncryption: "aws:kms", SSEKMSKeyId: key });
  fixture.put("bucket-key", "x", {
    ServerSideEncryption: "aws:kms",
    SSEKMSKeyId: otherKey,
    BucketKeyEnabled: true,
  });
  fixture.put("dsse", "x", { ServerSideEncryption: "aws:kms:dsse", SSEKMSKeyId: key });
  fixture.allowCustomerKeys(SOURCE, SOURCE_BUCKET);
  fixture.put("customer", "x", {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: customerKey.toString("base64"),
    SSECustomerKeyMD5: createHash("md5").update(customerKey).digest("base64"),
  });
  // No rule matches, so that the listing changes no status.
  fixture.rules(rule({ Filter: { Prefix: "else/" } }));

  for (const [name, wanted, keys] of [
    ["SSES3", { SSES3: {} }, ["plain"]],
    ["SSEKMS", { SSEKMS: {} }, ["bucket-key", "kms"]],
    ["SSEKMS of one key", { SSEKMS: { KmsKeyArn: key } }, ["kms"]],
    ["SSEKMS with a Bucket Key", { SSEKMS: { BucketKeyEnabled: true } }, ["bucket-key"]],
    ["SSEKMS without one", { SSEKMS: { BucketKeyEnabled: false } }, ["kms"]],
    ["DSSEKMS", { DSSEKMS: {} }, ["dsse"]],
    ["DSSEKMS of one key", { DSSEKMS: { KmsKeyArn: key } }, ["dsse"]],
    ["DSSEKMS of another key", { DSSEKMS: { KmsKeyArn: otherKey } }, [NO_KEYS]],
    ["SSEC", { SSEC: {} }, ["customer"]],
    ["NOTSSE, which nothing is any more", { NOTSSE: {} }, [NO_KEYS]],
  ] as const) {
    it(`takes ${name}`, () => {
      expect(listed(fixture, { MatchAnyObjectEncryption: [wanted] })).to.deep.equal(keys);
    });
  }
});

describe("the generator's filter by status", () => {
  it("has one for each but PENDING, several widen, and none takes all", () => {
    const fixture = new BatchFixture();
    fixture.put("none");
    fixture.rules(rule({ Filter: { Prefix: "sent/" } }));
    fixture.put("sent/arrived");
    fixture.settle();
    fixture.rolePolicy(REPLICATION_ROLE, replicationStatements([], []).slice(0, 2));
    fixture.put("sent/failed");
    fixture.settle();
    const only = (...ObjectReplicationStatuses: string[]) =>
      listed(fixture, { ObjectReplicationStatuses, EligibleForReplication: undefined });
    const all = ["none", "sent/arrived", "sent/failed"];
    expect(listed(fixture, {})).to.deep.equal(all);
    expect(only("NONE")).to.deep.equal(["none"]);
    expect(only("REPLICA")).to.deep.equal([NO_KEYS]);
    // Listing makes a job that runs: of what arrived the copy is found there, of what failed it fails again.
    expect(only("FAILED")).to.include("sent/failed").and.not.include("none");
    expect(only("NONE", "FAILED", "COMPLETED")).to.deep.equal(all);
  });

  it("lists what is PENDING when no status is asked for", () => {
    const fixture = new BatchFixture(undefined, { replicationDelayMs: 600_000 });
    fixture.rules(rule());
    fixture.put("on its way");
    const any = ["NONE", "FAILED", "COMPLETED", "REPLICA"];
    expect(listed(fixture, { ObjectReplicationStatuses: any })).to.deep.equal([NO_KEYS]);
    expect(listed(fixture, {})).to.deep.equal(["on%20its%20way"]);
  });
});

describe("the generator's filter", () => {
  it("lists no delete marker (assumed), and what lies under it", () => {
    const fixture = new BatchFixture();
    fixture.put("a");
    fixture.call(SOURCE, "s3", "DeleteObject", { Bucket: SOURCE_BUCKET, Key: "a" });
    fixture.rules(rule({ Filter: { Prefix: "else/" } }));
    expect(listed(fixture, {})).to.deep.equal(["a"]);
  });

  it("narrows by all of its members at once", () => {
    const fixture = new BatchFixture();
    for (const key of ["logs/a.txt", "logs/b.pdf", "else/a.txt"]) fixture.put(key);
    fixture.rules(rule({ Filter: { Prefix: "none/" } }));
    const named = (KeyNameConstraint: object) => listed(fixture, { KeyNameConstraint });
    expect(named({ MatchAnyPrefix: ["logs/"], MatchAnySuffix: [".txt"] })).to.deep.equal([
      "logs/a.txt",
    ]);
    expect(named({ MatchAnySuffix: [".txt"], MatchAnySubstring: ["se/"] })).to.deep.equal([
      "else/a.txt",
    ]);
    expect(named({ MatchAnyPrefix: ["logs/"], MatchAnySubstring: ["se/"] })).to.deep.equal([
      NO_KEYS,
    ]);
  });
});

describe("the generator's filter by time, size and empty lists", () => {
  const fixture = new BatchFixture();
  const before = fixture.put("a", "12345").lastModifiedEpochMs;
  fixture.rules(rule({ Filter: { Prefix: "else/" } }));

  for (const [name, filter, keys] of [
    ["nothing made in the very moment after which", { CreatedAfter: new Date(before) }, NO_KEYS],
    ["what was made later", { CreatedAfter: new Date(before - 1) }, "a"],
    ["nothing made in the very moment before which", { CreatedBefore: new Date(before) }, NO_KEYS],
    ["what was made before", { CreatedBefore: new Date(before + 1) }, "a"],
    ["nothing of the very size that it has to exceed", { ObjectSizeGreaterThanBytes: 5 }, NO_KEYS],
    ["what exceeds it", { ObjectSizeGreaterThanBytes: 4 }, "a"],
    ["nothing of the very size that it has to stay under", { ObjectSizeLessThanBytes: 5 }, NO_KEYS],
    ["what stays under it", { ObjectSizeLessThanBytes: 6 }, "a"],
    ["all with empty lists", { ObjectReplicationStatuses: [], MatchAnyStorageClass: [] }, "a"],
    ["nothing of another class", { MatchAnyStorageClass: ["GLACIER"] }, NO_KEYS],
    ["what is of one of the classes", { MatchAnyStorageClass: ["GLACIER", "STANDARD"] }, "a"],
    ["nothing that no rule carries", { EligibleForReplication: true }, NO_KEYS],
  ] as const) {
    it(`takes ${name}`, () => {
      expect(listed(fixture, filter)).to.deep.equal([keys]);
    });
  }
});

describe("a job that comes while live replication is under way", () => {
  it("leaves the version COMPLETED, and its own copy is no longer wanted: SrcReplicationNotPending", () => {
    const topic = `arn:aws:sns:${SOURCE.region}:${SOURCE.accountId}:replication`;
    const fixture = new BatchFixture(undefined, { replicationDelayMs: 600_000 });
    fixture.topic(topic, "s3:Replication:*");
    fixture.rules(
      rule({
        Destination: {
          Bucket: "arn:aws:s3:::acme-vault",
          Account: VAULT.accountId,
          Metrics: { Status: "Enabled" },
        },
      }),
    );
    const version = fixture.put("a");
    const job = fixture.run({ ManifestGenerator: generator({}) });
    expect(fixture.reportRows(job.JobId ?? "")[0]?.[3], "initiated").to.equal("succeeded");
    fixture.clock.advance(700_000);
    expect(version.replicationStatus).to.equal("COMPLETED");
    const records = fixture.world.sns
      .messages(topic)
      .map(({ message }) => JSON.parse(message).Records?.[0])
      .filter((record) => record !== undefined);
    expect(records.map(({ eventName }) => eventName)).to.deep.equal([
      "Replication:OperationFailedReplication",
    ]);
    expect(records[0].replicationEventData.failureReason).to.equal("SrcReplicationNotPending");
  });
});

describe("a job", () => {
  it("is seen only in the account and the Region that it was made in", () => {
    const fixture = new BatchFixture();
    fixture.rules(rule());
    const JobId = fixture.create();
    const elsewhere = { ...SOURCE, region: VAULT.region };
    for (const account of [elsewhere, VAULT]) {
      expect(errorOf(() => fixture.control("DescribeJob", { JobId }, account)).code).to.equal(
        "NotFoundException",
      );
      expect(fixture.control("ListJobs", {}, account).Jobs).to.deep.equal([]);
    }
    expect(fixture.control("ListJobs", {}).Jobs).to.have.length(1);
  });

  it("that was never confirmed tells EventBridge of its end when its 30 days are over", () => {
    const topic = `arn:aws:sns:${SOURCE.region}:${SOURCE.accountId}:jobs`;
    const fixture = new BatchFixture();
    fixture.topic(topic);
    fixture.call(SOURCE, "eventbridge", "PutRule", {
      Name: "ends",
      EventPattern: JSON.stringify({ detail: { serviceEventDetails: { status: ["Failed"] } } }),
    });
    const Targets = [{ Id: "topic", Arn: topic }];
    fixture.call(SOURCE, "eventbridge", "PutTargets", { Rule: "ends", Targets });
    fixture.put("a");
    fixture.rules(rule());
    const jobId = fixture.create({ ConfirmationRequired: true });
    fixture.clock.advance(31 * 86_400_000);
    const messages = fixture.world.sns.messages(topic).map(({ message }) => JSON.parse(message));
    expect(messages).to.have.length(1);
    expect(messages[0].detail.serviceEventDetails).to.deep.include({
      jobId,
      status: "Failed",
      statusChangeReason: ["The job was not confirmed within 30 days"],
    });
  });
});
