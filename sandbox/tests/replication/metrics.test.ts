import { expect } from "chai";
import type { GetMetricStatisticsOutput, ListMetricsOutput } from "@aws-sdk/client-cloudwatch";
import {
  DAY_MS,
  ReplicationFixture,
  replicationStatements,
  REPLICATION_ROLE,
  rule,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
  type TestAccount,
} from "./fixture";

const MINUTE_MS = 60_000;
const AT_DESTINATION = { ...SOURCE, region: VAULT.region };

const MEASURED = rule({
  Destination: {
    Bucket: `arn:aws:s3:::${VAULT_BUCKET}`,
    Account: VAULT.accountId,
    Metrics: { Status: "Enabled" },
  },
});

class MetricsFixture extends ReplicationFixture {
  /** Values of the last day, a minute each, oldest first. */
  values(account: TestAccount, metricName: string, statistic: "Maximum" | "Sum"): unknown[] {
    const now = this.clock.nowEpochMs();
    const { Datapoints = [] } = this.call(account, "cloudwatch", "GetMetricStatistics", {
      Namespace: "AWS/S3",
      MetricName: metricName,
      Dimensions: [
        { Name: "SourceBucket", Value: SOURCE_BUCKET },
        { Name: "DestinationBucket", Value: VAULT_BUCKET },
        { Name: "RuleId", Value: "all" },
      ],
      StartTime: new Date(now - DAY_MS),
      EndTime: new Date(now),
      Period: 60,
      Statistics: [statistic],
    }) as GetMetricStatisticsOutput;
    return Datapoints.map((point) => point[statistic]);
  }

  metricNames(account: TestAccount): (string | undefined)[] {
    const { Metrics = [] } = this.call(account, "cloudwatch", "ListMetrics", {
      Namespace: "AWS/S3",
    }) as ListMetricsOutput;
    return Metrics.map((metric) => metric.MetricName);
  }
}

describe("replication metrics", () => {
  it("tell what is pending and how late it is, in the destination's Region, minute by minute", () => {
    const fixture = new MetricsFixture({ replicationDelayMs: 90_000 });
    fixture.twoAccounts().rules(MEASURED);
    fixture.put("a", "12345");
    fixture.put("b", "123");
    fixture.clock.advance(10 * MINUTE_MS);
    expect(fixture.values(AT_DESTINATION, "OperationsPendingReplication", "Maximum")).to.deep.equal(
      [2, 2, 0],
    );
    expect(fixture.values(AT_DESTINATION, "BytesPendingReplication", "Maximum")).to.deep.equal([
      8, 8, 0,
    ]);
    expect(fixture.values(AT_DESTINATION, "ReplicationLatency", "Maximum")).to.deep.equal([
      60, 90, 0,
    ]);
    expect(fixture.metricNames(SOURCE)).to.deep.equal(["OperationsFailedReplication"]);
    expect(fixture.metricNames(VAULT)).to.deep.equal([]);
  });

  it("count failures in the source's Region", () => {
    const fixture = new MetricsFixture().twoAccounts();
    fixture.rules(MEASURED);
    fixture.rolePolicy(
      REPLICATION_ROLE,
      replicationStatements([VAULT_BUCKET], ["s3:ReplicateObject"]),
    );
    fixture.put("a");
    fixture.put("b");
    fixture.clock.advance(5 * MINUTE_MS);
    expect(fixture.values(SOURCE, "OperationsFailedReplication", "Sum")).to.deep.equal([2, 0]);
    expect(fixture.metricNames(AT_DESTINATION)).to.not.include("OperationsFailedReplication");
  });

  it("are there with Replication Time Control, and not for a rule without metrics", () => {
    const timed = new MetricsFixture().twoAccounts();
    timed.rules(
      rule({
        Destination: {
          Bucket: `arn:aws:s3:::${VAULT_BUCKET}`,
          Account: VAULT.accountId,
          ReplicationTime: { Status: "Enabled", Time: { Minutes: 15 } },
          Metrics: { Status: "Enabled", EventThreshold: { Minutes: 15 } },
        },
      }),
    );
    timed.put("a");
    timed.clock.advance(5 * MINUTE_MS);
    expect(timed.metricNames(AT_DESTINATION)).to.have.lengthOf(3);

    const plain = new MetricsFixture().twoAccounts();
    plain.rules(rule());
    plain.put("a");
    plain.clock.advance(5 * MINUTE_MS);
    expect(plain.metricNames(AT_DESTINATION)).to.deep.equal([]);
    expect(plain.metricNames(SOURCE)).to.deep.equal([]);
  });

  it("forget what was deleted while it was pending", () => {
    const fixture = new MetricsFixture({ replicationDelayMs: 90_000 });
    fixture.twoAccounts().rules(MEASURED);
    const version = fixture.put("a");
    fixture.call(SOURCE, "s3", "DeleteObject", {
      Bucket: SOURCE_BUCKET,
      Key: "a",
      VersionId: version.versionId,
    });
    fixture.clock.advance(10 * MINUTE_MS);
    expect(fixture.values(AT_DESTINATION, "OperationsPendingReplication", "Maximum")).to.deep.equal(
      [1, 1, 0],
    );
  });

  it("let an alarm watch the failures", () => {
    const fixture = new MetricsFixture().twoAccounts();
    fixture.rules(MEASURED);
    fixture.rolePolicy(
      REPLICATION_ROLE,
      replicationStatements([VAULT_BUCKET], ["s3:ReplicateObject"]),
    );
    fixture.call(SOURCE, "cloudwatch", "PutMetricAlarm", {
      AlarmName: "failures",
      Namespace: "AWS/S3",
      MetricName: "OperationsFailedReplication",
      Dimensions: [
        { Name: "RuleId", Value: "all" },
        { Name: "DestinationBucket", Value: VAULT_BUCKET },
        { Name: "SourceBucket", Value: SOURCE_BUCKET },
      ],
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "ignore",
    });
    fixture.put("a");
    fixture.clock.advance(2 * MINUTE_MS);
    const state = () => fixture.world.cloudWatch.alarm(SOURCE.accountId, SOURCE.region, "failures");
    expect(state()?.state.value).to.equal("ALARM");
    fixture.clock.advance(2 * MINUTE_MS);
    expect(state()?.state.value).to.equal("OK");
  });

  it("keep nobody waiting: the sandbox is idle while they are published", () => {
    const fixture = new MetricsFixture().twoAccounts();
    fixture.rules(MEASURED);
    fixture.put("a");
    fixture.clock.runUntilIdle();
    expect(fixture.world.replication.pendingCount).to.equal(0);
  });
});
