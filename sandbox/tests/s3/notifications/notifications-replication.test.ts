import { expect } from "chai";
import {
  ReplicationFixture,
  rule,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
  vaultPolicy,
} from "../../replication/fixture";

const TOPIC = `arn:aws:sns:${SOURCE.region}:${SOURCE.accountId}:failures`;

const watched = rule({
  Destination: {
    Bucket: `arn:aws:s3:::${VAULT_BUCKET}`,
    Account: VAULT.accountId,
    Metrics: { Status: "Enabled" },
  },
});

describe("Replication and job events", () => {
  function fixture(): ReplicationFixture {
    const it = new ReplicationFixture().twoAccounts();
    it.topic(TOPIC);
    return it;
  }

  const messages = (it: ReplicationFixture) =>
    it.world.sns.messages(TOPIC).map(({ message }) => JSON.parse(message));

  it("tell of a failed copy with its reason, rule and destination", () => {
    const it = fixture();
    it.rules(watched);
    it.topic(TOPIC, "s3:Replication:*");
    it.bucketPolicy(VAULT, VAULT_BUCKET, {
      ...vaultPolicy(VAULT_BUCKET),
      Statement: vaultPolicy(VAULT_BUCKET).Statement.map((one) => ({ ...one, Effect: "Deny" })),
    });
    const version = it.put("record");
    it.settle();
    expect(version.replicationStatus).to.equal("FAILED");
    const [record] = messages(it)[1].Records;
    expect(record).to.deep.include({
      eventVersion: "2.2",
      eventName: "Replication:OperationFailedReplication",
      userIdentity: { principalId: "s3.amazonaws.com" },
    });
    expect(record.replicationEventData).to.deep.equal({
      replicationRuleId: "all",
      destinationBucket: `arn:aws:s3:::${VAULT_BUCKET}`,
      s3Operation: "OBJECT_PUT",
      requestTime: new Date(version.lastModifiedEpochMs).toISOString(),
      failureReason: it.failureCode(version),
    });
  });

  it("say nothing of failures of a rule without metrics", () => {
    const it = fixture();
    it.rules(rule());
    it.topic(TOPIC, "s3:Replication:*");
    it.call(VAULT, "s3", "DeleteBucketPolicy", { Bucket: VAULT_BUCKET });
    expect(it.put("record").replicationStatus).to.equal("PENDING");
    it.settle();
    expect(messages(it)).to.have.length(1);
  });

  it("tell EventBridge of every state of a batch job, from New on", () => {
    const it = fixture().batch();
    it.put("record");
    it.rules(watched);
    it.call(SOURCE, "eventbridge", "PutRule", {
      Name: "jobs",
      EventPattern: JSON.stringify({
        source: ["aws.s3"],
        "detail-type": ["AWS Service Event via CloudTrail"],
        detail: {
          eventSource: ["s3.amazonaws.com"],
          eventName: ["JobCreated", "JobStatusChanged"],
        },
      }),
    });
    it.call(SOURCE, "eventbridge", "PutTargets", {
      Rule: "jobs",
      Targets: [{ Id: "topic", Arn: TOPIC }],
    });
    const { JobId } = it.call(SOURCE, "s3control", "CreateJob", {
      AccountId: SOURCE.accountId,
      ClientRequestToken: "token",
      ConfirmationRequired: false,
      Operation: { S3ReplicateObject: {} },
      Priority: 1,
      RoleArn: `arn:aws:iam::${SOURCE.accountId}:role/batch`,
      Report: { Enabled: false },
      ManifestGenerator: {
        S3JobManifestGenerator: {
          SourceBucket: `arn:aws:s3:::${SOURCE_BUCKET}`,
          EnableManifestOutput: false,
          Filter: { EligibleForReplication: true, ObjectReplicationStatuses: ["NONE"] },
        },
      },
    });
    it.settle();
    const details = messages(it).map(({ detail }) => detail);
    expect(details.map(({ eventName }) => eventName)).to.deep.equal([
      "JobCreated",
      ...Array.from({ length: 5 }, () => "JobStatusChanged"),
    ]);
    expect(details.map(({ serviceEventDetails }) => serviceEventDetails.status)).to.deep.equal([
      "New",
      "Preparing",
      "Ready",
      "Active",
      "Completing",
      "Complete",
    ]);
    expect(details[0].serviceEventDetails.jobId).to.equal(JobId);
  });
});
