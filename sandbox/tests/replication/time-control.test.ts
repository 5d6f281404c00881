import { expect } from "chai";
import type { WorldSettings } from "../../src/world/settings";
import {
  ReplicationFixture,
  replicationStatements,
  REPLICATION_ROLE,
  rule,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
} from "./fixture";
import { BatchFixture } from "../batch/fixture";

const MINUTE_MS = 60_000;
const TOPIC = `arn:aws:sns:${SOURCE.region}:${SOURCE.accountId}:replication`;
const VAULT_ARN = `arn:aws:s3:::${VAULT_BUCKET}`;

const METRICS = { Status: "Enabled", EventThreshold: { Minutes: 15 } } as const;
const to = (more: object) =>
  rule({ Destination: { Bucket: VAULT_ARN, Account: VAULT.accountId, ...more } });
const timed = to({
  ReplicationTime: { Status: "Enabled", Time: { Minutes: 15 } },
  Metrics: METRICS,
});
const measured = to({ Metrics: { Status: "Enabled" } });

/** Copies arrive when they are told to, and the source bucket tells of its replication. */
function fixture(settings: Partial<WorldSettings>): ReplicationFixture {
  const made = new ReplicationFixture(settings).twoAccounts();
  made.topic(TOPIC, "s3:Replication:*");
  made.rules(timed);
  return made;
}

interface Told {
  readonly name: string;
  readonly key: string;
  readonly data: Record<string, string>;
}

/** What the topic was told of replication, in order. */
function told(of: ReplicationFixture): Told[] {
  return of.world.sns
    .messages(TOPIC)
    .map(({ message }) => JSON.parse(message))
    .filter((message) => message.Records !== undefined)
    .map(({ Records: [record] }) => ({
      name: record.eventName.replace("Replication:", ""),
      key: record.s3.object.key,
      data: record.replicationEventData,
    }));
}

const names = (of: ReplicationFixture) => told(of).map(({ name }) => name);

describe("Replication Time Control", () => {
  it("tells of a version that has not arrived after 15 minutes, and of its arrival", () => {
    const late = fixture({ replicationDelayMs: 20 * MINUTE_MS });
    const writtenEpochMs = late.clock.nowEpochMs();
    const version = late.put("record");
    late.clock.advance(15 * MINUTE_MS - 1);
    expect(names(late)).to.deep.equal([]);
    late.clock.advance(MINUTE_MS);
    expect(names(late)).to.deep.equal(["OperationMissedThreshold"]);
    expect(version.replicationStatus).to.equal("PENDING");
    late.clock.advance(10 * MINUTE_MS);
    expect(version.replicationStatus).to.equal("COMPLETED");
    const data = {
      replicationRuleId: "all",
      destinationBucket: VAULT_ARN,
      s3Operation: "OBJECT_PUT",
      requestTime: new Date(writtenEpochMs).toISOString(),
      threshold: "15",
    };
    expect(told(late)).to.deep.equal([
      { name: "OperationMissedThreshold", key: "record", data },
      {
        name: "OperationReplicatedAfterThreshold",
        key: "record",
        data: {
          ...data,
          replicationTime: new Date(writtenEpochMs + 20 * MINUTE_MS).toISOString(),
        },
      },
    ]);
  });

  it("says nothing of what arrives in time, nor of a rule with metrics alone", () => {
    const inTime = fixture({ replicationDelayMs: 14 * MINUTE_MS });
    inTime.put("record");
    inTime.clock.advance(60 * MINUTE_MS);
    expect(names(inTime)).to.deep.equal([]);
    const untimed = fixture({ replicationDelayMs: 20 * MINUTE_MS });
    untimed.rules(measured);
    untimed.put("record");
    untimed.clock.advance(60 * MINUTE_MS);
    expect(untimed.current(SOURCE_BUCKET, "record").replicationStatus).to.equal("COMPLETED");
    expect(names(untimed)).to.deep.equal([]);
  });

  it("tells of each late version alone", () => {
    const slowKeys = fixture({
      replicationDelays: [{ key: "slow/*", delayMs: 20 * MINUTE_MS }],
    });
    for (const key of ["slow/1", "fast/1", "slow/2"]) {
      slowKeys.put(key);
      slowKeys.clock.advance(MINUTE_MS);
    }
    slowKeys.clock.advance(13 * MINUTE_MS);
    expect(told(slowKeys).map(({ key }) => key)).to.deep.equal(["slow/1"]);
    slowKeys.clock.advance(2 * MINUTE_MS);
    expect(told(slowKeys).map(({ key }) => key)).to.deep.equal(["slow/1", "slow/2"]);
  });

  it("covers changes of metadata, from the change on", () => {
    const late = fixture({ replicationDelayMs: 20 * MINUTE_MS });
    late.put("record");
    late.clock.advance(60 * MINUTE_MS);
    const changedEpochMs = late.clock.nowEpochMs();
    late.call(SOURCE, "s3", "PutObjectTagging", {
      Bucket: SOURCE_BUCKET,
      Key: "record",
      Tagging: { TagSet: [{ Key: "keep", Value: "yes" }] },
    });
    late.clock.advance(60 * MINUTE_MS);
    const [, , missed, arrived] = told(late);
    expect([missed?.name, arrived?.name]).to.deep.equal([
      "OperationMissedThreshold",
      "OperationReplicatedAfterThreshold",
    ]);
    expect(missed?.data.requestTime).to.equal(new Date(changedEpochMs).toISOString());
  });

  it("covers no delete markers", () => {
    const late = fixture({ replicationDelayMs: 20 * MINUTE_MS });
    late.rules({ ...timed, DeleteMarkerReplication: { Status: "Enabled" } });
    late.call(SOURCE, "s3", "DeleteObject", { Bucket: SOURCE_BUCKET, Key: "record" });
    late.clock.advance(60 * MINUTE_MS);
    expect(late.current(VAULT_BUCKET, "record").isDeleteMarker).to.equal(true);
    expect(names(late)).to.deep.equal([]);
  });

  it("covers nothing that a batch job replicates", () => {
    const jobs = new BatchFixture(undefined, { replicationDelayMs: 20 * MINUTE_MS });
    jobs.topic(TOPIC, "s3:Replication:*");
    const version = jobs.put("record");
    jobs.rules(timed);
    expect(jobs.run().Status).to.equal("Complete");
    jobs.clock.advance(60 * MINUTE_MS);
    expect(version.replicationStatus).to.equal("COMPLETED");
    expect(names(jobs)).to.deep.equal([]);
  });

  it("tells of a failure after the threshold as a failure", () => {
    const late = fixture({ replicationDelayMs: 20 * MINUTE_MS });
    late.rolePolicy(
      REPLICATION_ROLE,
      replicationStatements([VAULT_BUCKET], ["s3:ReplicateObject"]),
    );
    late.put("record");
    late.clock.advance(60 * MINUTE_MS);
    expect(told(late).map(({ name, data }) => [name, data.failureReason])).to.deep.equal([
      ["OperationMissedThreshold", undefined],
      ["OperationFailedReplication", "DstPutObjectNotPermitted"],
    ]);
  });

  it("says no more when it was turned off meanwhile", () => {
    const late = fixture({ replicationDelayMs: 20 * MINUTE_MS });
    late.put("record");
    late.rules(measured);
    late.clock.advance(60 * MINUTE_MS);
    expect(names(late)).to.deep.equal([]);
  });

  it("keeps nobody waiting for a threshold that nothing will miss", () => {
    const inTime = fixture({});
    const startEpochMs = inTime.clock.nowEpochMs();
    inTime.put("record");
    inTime.clock.runUntilIdle();
    expect(inTime.clock.nowEpochMs() - startEpochMs).to.be.lessThan(MINUTE_MS);
  });
});

describe("A version on its way that S3 does not track any more", () => {
  const late = () => {
    const made = fixture({ replicationDelayMs: 20 * MINUTE_MS });
    made.put("record");
    return made;
  };

  it("is told of when the rule's metrics are turned off, with Replication Time Control or without", () => {
    const timedOnce = late();
    timedOnce.rules(rule());
    timedOnce.clock.advance(60 * MINUTE_MS);
    expect(names(timedOnce)).to.deep.equal(["OperationNotTracked"]);
    const measuredOnce = fixture({ replicationDelayMs: 20 * MINUTE_MS });
    measuredOnce.rules(measured);
    measuredOnce.put("record");
    measuredOnce.rules(rule());
    measuredOnce.clock.advance(60 * MINUTE_MS);
    expect(names(measuredOnce)).to.deep.equal(["OperationNotTracked"]);
  });

  it("is told of when the rule is gone, also after it was late", () => {
    const gone = late();
    gone.clock.advance(16 * MINUTE_MS);
    gone.call(SOURCE, "s3", "DeleteBucketReplication", { Bucket: SOURCE_BUCKET });
    gone.clock.advance(60 * MINUTE_MS);
    expect(names(gone)).to.deep.equal(["OperationMissedThreshold", "OperationNotTracked"]);
    expect(told(gone)[1]?.data).to.not.have.any.keys("threshold", "failureReason");
  });

  it("is a failure when the version itself was deleted", () => {
    const deleted = late();
    const { versionId } = deleted.current(SOURCE_BUCKET, "record");
    deleted.call(SOURCE, "s3", "DeleteObject", {
      Bucket: SOURCE_BUCKET,
      Key: "record",
      VersionId: versionId,
    });
    deleted.clock.advance(60 * MINUTE_MS);
    expect(told(deleted).map(({ name, data }) => [name, data.failureReason])).to.deep.equal([
      ["OperationFailedReplication", "SrcKeyNotFound"],
    ]);
  });
});
