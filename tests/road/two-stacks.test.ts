/** Two environments side by side in one account and Region: neither takes anything from the other. */

import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
} from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import {
  GetBucketNotificationConfigurationCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { expect } from "chai";
import { SystemClock } from "lockstep-sandbox";
import { ACCOUNTS, EngineProject } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";

const HOUR_MS = 3_600_000;
const SILENCE_HOURS = 2;

function config(environment: string) {
  return {
    source: { ...ACCOUNTS.source, bucket: { name: `${environment}-records` } },
    vaults: [
      {
        name: "primary",
        ...ACCOUNTS.vault,
        bucket: { name: `${environment}-vault` },
        encryption: { kms: "create" },
      },
    ],
    rules: [{ name: "all", vault: "primary" }],
    monitoring: { noReplicationHours: SILENCE_HOURS },
  };
}

describe("two environments in one account and Region", function () {
  this.timeout(300_000);
  const clock = new SystemClock();
  let project: EngineProject;
  let clients: {
    cloudwatch: CloudWatchClient;
    events: EventBridgeClient;
    iam: IAMClient;
    sns: SNSClient;
  };

  before(async () => {
    project = await EngineProject.start({ clock });
    const options = project.clientOptions("source");
    clients = {
      cloudwatch: new CloudWatchClient(options),
      events: new EventBridgeClient(options),
      iam: new IAMClient(options),
      sns: new SNSClient(options),
    };
    for (const environment of ["dev", "staging"])
      await project.up(config(environment), environment);
  });
  after(async () => {
    for (const client of Object.values(clients ?? {})) client.destroy();
    await project?.close();
  });

  /** Everything of the source's account and Region that has a name of its own there. */
  async function names() {
    const { cloudwatch, events, iam, sns } = clients;
    const [alarms, dashboards, rules, roles, topics] = await Promise.all([
      cloudwatch.send(new DescribeAlarmsCommand({})),
      cloudwatch.send(new ListDashboardsCommand({})),
      events.send(new ListRulesCommand({})),
      iam.send(new ListRolesCommand({})),
      sns.send(new ListTopicsCommand({})),
    ]);
    return {
      alarms: (alarms.MetricAlarms ?? []).map(({ AlarmName }) => AlarmName),
      dashboards: (dashboards.DashboardEntries ?? []).map(({ DashboardName }) => DashboardName),
      rules: (rules.Rules ?? []).map(({ Name }) => Name),
      roles: (roles.Roles ?? []).map(({ RoleName }) => RoleName),
      topics: (topics.Topics ?? []).map(({ TopicArn }) => TopicArn),
    };
  }

  const silenceAlarm = async (environment: string) => {
    const { MetricAlarms = [] } = await clients.cloudwatch.send(new DescribeAlarmsCommand({}));
    const found = MetricAlarms.find(
      ({ Dimensions = [], Statistic }) =>
        Statistic === "SampleCount" &&
        Dimensions.some(({ Value }) => Value === `${environment}-records`),
    );
    if (found === undefined) throw new Error(`${environment} has no alarm for silence`);
    return found;
  };
  const told = async (AlarmName: string | undefined) => {
    const { AlarmHistoryItems = [] } = await clients.cloudwatch.send(
      new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: "Action" }),
    );
    return AlarmHistoryItems.length;
  };

  it("have a dashboard each, which shows its own source", async () => {
    const { dashboards } = await names();
    expect(dashboards).to.have.members(["lockstep-dev-records", "lockstep-staging-records"]);
    for (const environment of ["dev", "staging"]) {
      const { DashboardBody } = await clients.cloudwatch.send(
        new GetDashboardCommand({ DashboardName: `lockstep-${environment}-records` }),
      );
      expect(DashboardBody).to.include(`"${environment}-records"`);
    }
  });

  it("are told of silence once something was replicated, and of none before that", async () => {
    clock.advance((SILENCE_HOURS + 1) * HOUR_MS);
    const untouched = await silenceAlarm("dev");
    expect(untouched.StateValue).to.equal("INSUFFICIENT_DATA");
    expect(await told(untouched.AlarmName)).to.equal(0);

    await project
      .s3("source")
      .send(new PutObjectCommand({ Bucket: "dev-records", Key: "a", Body: "a" }));
    await eventually(() =>
      project.s3("vault").send(new HeadObjectCommand({ Bucket: "dev-vault", Key: "a" })),
    );
    clock.advance(HOUR_MS);
    expect((await silenceAlarm("dev")).StateValue).to.equal("OK");
    const before = await told(untouched.AlarmName);
    clock.advance((SILENCE_HOURS + 3) * HOUR_MS);
    const silent = await silenceAlarm("dev");
    expect(silent.StateValue).to.equal("INSUFFICIENT_DATA");
    expect(await told(untouched.AlarmName)).to.equal(before + 1);
  });

  it("leave each other whole when one is destroyed", async () => {
    const both = await names();
    await project.destroy(config("staging"), "staging");
    const left = await names();
    expect(left.dashboards).to.deep.equal(["lockstep-dev-records"]);
    for (const kind of ["alarms", "rules", "topics"] as const) {
      expect(left[kind], kind).to.have.length(both[kind].length / 2);
    }
    expect(left.roles).to.include.members([
      "lockstep-batch-dev-records",
      "lockstep-replication-dev-records",
    ]);
    expect(Object.keys(await project.preview(config("dev"), "dev"))).to.deep.equal(["same"]);
    await project
      .s3("source")
      .send(new PutObjectCommand({ Bucket: "dev-records", Key: "b", Body: "b" }));
    await eventually(() =>
      project.s3("vault").send(new HeadObjectCommand({ Bucket: "dev-vault", Key: "b" })),
    );
    const { TopicConfigurations = [] } = await project
      .s3("source")
      .send(new GetBucketNotificationConfigurationCommand({ Bucket: "dev-records" }));
    expect(TopicConfigurations.map(({ TopicArn }) => TopicArn)).to.have.length(1);
    expect(left.topics).to.include(TopicConfigurations[0]?.TopicArn);
  });
});
