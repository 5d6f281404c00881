/** The exact children of monitoring, each alarm in the Region that publishes its metric. */

import { expect } from "chai";
import { parseConfig } from "../../components/config";
import { lockstepProgram } from "../../components/program/program";
import { ruleAlarms } from "../../components/monitoring/alarms";
import { dashboardBody } from "../../components/monitoring/dashboard";
import { listOf, one, record } from "./recording-mocks";

const rule = {
  ruleId: "all",
  sourceBucketName: "acme-records",
  sourceRegion: "eu-west-1",
  destinationBucketName: "acme-vault",
  destinationRegion: "eu-central-1",
};
const thresholds = {
  replicationLatencySeconds: 900,
  bytesPendingReplication: 1000,
  operationsPendingReplication: 10,
};

const program = () =>
  record(() =>
    lockstepProgram(
      parseConfig({
        source: {
          accountId: "111111111111",
          region: "eu-west-1",
          bucket: { name: "acme-records" },
        },
        vaults: [
          {
            name: "v",
            accountId: "222222222222",
            region: "eu-central-1",
            bucket: { name: "acme-vault" },
          },
        ],
        rules: [
          { name: "all", vault: "v", priority: 1 },
          { name: "unwatched", vault: "v", priority: 2, metrics: false },
        ],
        monitoring: {
          subscribers: {
            emails: ["ops@example.com"],
            webhooks: ["https://hooks.example.com/secret"],
            slack: [{ workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" }],
          },
          noReplicationHours: 24,
        },
      }),
    ),
  );

describe("alarms of a rule", () => {
  it("look where AWS publishes each metric", () => {
    const places = ruleAlarms(rule, thresholds).map(({ metricName, region }) => [
      metricName,
      region,
    ]);
    expect(places).to.deep.equal([
      ["OperationsFailedReplication", "eu-west-1"],
      ["ReplicationLatency", "eu-central-1"],
      ["BytesPendingReplication", "eu-central-1"],
      ["OperationsPendingReplication", "eu-central-1"],
    ]);
  });

  it("tell silence only after something was replicated, and take it for no trouble anywhere else", () => {
    const alarms = ruleAlarms(rule, { ...thresholds, noReplicationHours: 6 });
    const none = alarms.find(({ name }) => name === "none");
    expect(none).to.deep.include({
      metricName: "OperationsFailedReplication",
      statistic: "SampleCount",
      treatMissingData: "missing",
      tellsSilence: true,
      period: 3600,
      evaluationPeriods: 6,
      region: "eu-west-1",
    });
    const others = alarms.filter(({ name }) => name !== "none");
    expect(others.every(({ treatMissingData }) => treatMissingData === "ignore")).to.equal(true);
  });
});

describe("monitoring", () => {
  it("has a topic in each Region with an alarm, and tells everybody", async () => {
    const { resources } = await program();
    const monitoring = resources.filter(({ name }) => name.includes("monitoring"));
    expect(listOf(monitoring)).to.deep.equal(
      [
        ...["eu-central-1", "eu-west-1"].flatMap((region) => [
          `aws:kms/key:Key lockstep-monitoring-${region}-key`,
          `aws:sns/topic:Topic lockstep-monitoring-${region}-topic`,
          `aws:sns/topicPolicy:TopicPolicy lockstep-monitoring-${region}-policy`,
          `aws:sns/topicSubscription:TopicSubscription lockstep-monitoring-${region}-email-0`,
          `aws:sns/topicSubscription:TopicSubscription lockstep-monitoring-${region}-webhook-0`,
        ]),
        ...["failed", "latency", "bytes-pending", "operations-pending", "none"].map(
          (alarm) =>
            `aws:cloudwatch/metricAlarm:MetricAlarm lockstep-monitoring-source-all-${alarm}`,
        ),
        "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration lockstep-monitoring-slack-0-channel",
        "aws:cloudwatch/dashboard:Dashboard lockstep-monitoring-source-dashboard",
        "aws:cloudwatch/eventRule:EventRule lockstep-monitoring-jobs",
        "aws:cloudwatch/eventTarget:EventTarget lockstep-monitoring-jobs-topic",
        "aws:iam/role:Role lockstep-monitoring-slack-0-role",
        "aws:s3/bucketNotification:BucketNotification lockstep-monitoring-source-events",
      ].sort(),
    );
    const latency = one(resources, "lockstep-monitoring-source-all-latency").inputs;
    expect(latency).to.deep.include({
      region: "eu-central-1",
      dimensions: {
        SourceBucket: "acme-records",
        DestinationBucket: "acme-vault",
        RuleId: "all",
      },
    });
    const silence = one(resources, "lockstep-monitoring-source-all-none").inputs;
    expect(silence.insufficientDataActions).to.deep.equal(silence.alarmActions);
    expect(latency.insufficientDataActions).to.equal(undefined);
    const topic = one(resources, "lockstep-monitoring-eu-central-1-topic").inputs;
    expect(topic.kmsMasterKeyId).to.be.a("string");
  });

  it("draws each metric from the Region that publishes it", () => {
    const { widgets } = JSON.parse(dashboardBody([rule])) as {
      widgets: { properties: { region: string; metrics: string[][] } }[];
    };
    expect(
      widgets.map(({ properties }) => [properties.metrics[0]?.[1], properties.region]),
    ).to.have.deep.members([
      ["OperationsFailedReplication", "eu-west-1"],
      ["ReplicationLatency", "eu-central-1"],
      ["BytesPendingReplication", "eu-central-1"],
      ["OperationsPendingReplication", "eu-central-1"],
    ]);
  });
});
