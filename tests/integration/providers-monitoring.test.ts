import {
  DescribeAlarmsCommand,
  GetDashboardCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { DescribeRuleCommand, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { GetTopicAttributesCommand, ListSubscriptionsCommand } from "@aws-sdk/client-sns";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { failureOf, useLocalStacks } from "../helpers/local-stacks";
import { useSandbox } from "../../sandbox/tests/helpers/sandbox";

/** What a test varies of the program. */
interface Variation {
  threshold?: number;
  display?: string;
  topicName?: string;
  isRuleOff?: boolean;
  extraTopic?: object;
}

interface Endpoint {
  endpoint?: unknown;
}

const SECRET_ADDRESS = "on-call@example.com";

describe("Topics, alarms, dashboards and event rules of the local aws provider", function () {
  this.timeout(120_000);
  const sandbox = useSandbox();
  const makeStack = useLocalStacks(sandbox);
  let stack: Stack;
  let variation: Variation = {};

  const program = () => {
    const provider = new aws.Provider("source", {
      region: "eu-west-1",
      profile: "source",
      defaultTags: { tags: { owner: "records" } },
    });
    const options = { provider };
    const topic = new aws.sns.Topic(
      "news",
      { name: variation.topicName, displayName: variation.display, ...variation.extraTopic },
      options,
    );
    new aws.sns.TopicPolicy(
      "news",
      {
        arn: topic.arn,
        policy: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "events.amazonaws.com" },
              Action: "sns:Publish",
              Resource: topic.arn,
            },
          ],
        },
      },
      options,
    );
    const mail = new aws.sns.TopicSubscription(
      "mail",
      { topic: topic.arn, protocol: "email", endpoint: pulumi.secret(SECRET_ADDRESS) },
      options,
    );
    new aws.sns.TopicSubscription(
      "web",
      { topic: topic.arn, protocol: "https", endpoint: "https://example.com/hook" },
      options,
    );
    const alarm = new aws.cloudwatch.MetricAlarm(
      "failed",
      {
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 1,
        metricName: "OperationsFailedReplication",
        namespace: "AWS/S3",
        period: 60,
        statistic: "Sum",
        threshold: variation.threshold ?? 0,
        treatMissingData: "notBreaching",
        dimensions: { SourceBucket: "records", DestinationBucket: "vault", RuleId: "all" },
        alarmActions: [topic.arn],
        tags: { use: "replication" },
      },
      options,
    );
    const dashboard = new aws.cloudwatch.Dashboard(
      "replication",
      { dashboardName: "replication", dashboardBody: JSON.stringify({ widgets: [] }) },
      options,
    );
    const rule = new aws.cloudwatch.EventRule(
      "failures",
      {
        eventPattern: JSON.stringify({ source: ["aws.s3"] }),
        state: variation.isRuleOff ? "DISABLED" : undefined,
      },
      options,
    );
    new aws.cloudwatch.EventTarget(
      "failures",
      {
        rule: rule.name,
        arn: topic.arn,
        inputTransformer: {
          inputPaths: { key: "$.detail.object.key" },
          inputTemplate: '"<key> was not copied"',
        },
      },
      options,
    );
    return Promise.resolve({
      topicArn: topic.arn,
      isPending: mail.pendingConfirmation,
      mail: mail.endpoint,
      alarmName: alarm.name,
      alarmTags: alarm.tagsAll,
      dashboardArn: dashboard.dashboardArn,
      ruleName: rule.name,
    });
  };

  before(async () => {
    stack = await makeStack("dev", program);
  });

  async function up(change: Variation): Promise<Record<string, unknown>> {
    variation = change;
    const { outputs, summary } = await stack.up();
    const values = Object.entries(outputs).map(([name, { value }]) => [name, value as unknown]);
    return {
      ...(Object.fromEntries(values) as object),
      changes: summary.resourceChanges ?? {},
      isMailSecret: outputs["mail"]?.secret,
    };
  }

  let made: Record<string, unknown>;
  const text = (name: string): string => String(made[name]);

  async function alarmNow() {
    const { MetricAlarms: alarms = [] } = await sandbox()
      .cloudwatch("source")
      .send(new DescribeAlarmsCommand({ AlarmNames: [text("alarmName")] }));
    return alarms[0];
  }

  it("are made, with the provider's tags", async () => {
    made = await up({});
    expect(made["changes"]).to.deep.equal({ create: 10 });
    expect(text("topicArn")).to.match(/^arn:aws:sns:eu-west-1:111111111111:news-[0-9a-f]{7}$/);
    expect(made["alarmTags"]).to.deep.equal({ owner: "records", use: "replication" });
    const { Attributes: topic } = await sandbox()
      .sns("source")
      .send(new GetTopicAttributesCommand({ TopicArn: text("topicArn") }));
    expect(topic?.["Policy"]).to.contain("events.amazonaws.com");
    expect(await alarmNow()).to.deep.include({
      TreatMissingData: "notBreaching",
      AlarmActions: [made["topicArn"]],
    });
    const dashboard = await sandbox()
      .cloudwatch("source")
      .send(new GetDashboardCommand({ DashboardName: "replication" }));
    expect(dashboard.DashboardArn).to.equal(made["dashboardArn"]);
    const { Targets: targets } = await sandbox()
      .eventbridge("source")
      .send(new ListTargetsByRuleCommand({ Rule: text("ruleName") }));
    expect(targets?.[0]).to.deep.include({
      Arn: made["topicArn"],
      InputTransformer: {
        InputPathsMap: { key: "$.detail.object.key" },
        InputTemplate: '"<key> was not copied"',
      },
    });
  });

  it("leave it to people and web addresses to confirm, and keep a secret endpoint secret", async () => {
    const { Subscriptions: found = [] } = await sandbox()
      .sns("source")
      .send(new ListSubscriptionsCommand({}));
    expect(found.map((one) => one.SubscriptionArn)).to.deep.equal([
      "PendingConfirmation",
      "PendingConfirmation",
    ]);
    expect(made["isPending"]).to.equal(true);
    expect(made["isMailSecret"]).to.equal(true);
    // The export is made with secrets shown: what is encrypted in the state is wrapped in it.
    const { resources } = (await stack.exportStack()).deployment as {
      resources: { urn: string; inputs?: Endpoint; outputs?: Endpoint }[];
    };
    const mail = resources.find(({ urn }) => urn.endsWith("TopicSubscription::mail"));
    for (const endpoint of [mail?.inputs?.endpoint, mail?.outputs?.endpoint]) {
      expect(endpoint).to.have.property("plaintext", JSON.stringify(SECRET_ADDRESS));
    }
  });

  it("stay as they are the second time; a refresh shows the topic the policy it was given", async () => {
    expect((await up({}))["changes"]).to.deep.equal({ same: 10 });
    await stack.refresh();
    const { summary } = await stack.refresh();
    expect(summary.resourceChanges).to.deep.equal({ same: 10 });
    expect((await up({}))["changes"]).to.deep.equal({ same: 10 });
  });

  it("change in place, and drift is put back", async () => {
    const { AlarmName, Namespace, MetricName, Dimensions, ...alarm } = (await alarmNow()) ?? {};
    await sandbox()
      .cloudwatch("source")
      .send(
        new PutMetricAlarmCommand({
          AlarmName,
          Namespace,
          MetricName,
          Dimensions,
          ComparisonOperator: alarm.ComparisonOperator,
          EvaluationPeriods: 1,
          Period: 60,
          Statistic: "Sum",
          Threshold: 0,
          TreatMissingData: "notBreaching",
          ActionsEnabled: false,
          AlarmDescription: "quiet",
        }),
      );
    const { summary } = await stack.refresh();
    expect(summary.resourceChanges).to.deep.equal({ same: 9, update: 1 });
    const changed = await up({ threshold: 5, display: "News", isRuleOff: true });
    expect(changed["changes"]).to.deep.equal({ same: 7, update: 3 });
    const repaired = await alarmNow();
    expect(repaired).to.include({ Threshold: 5, ActionsEnabled: true });
    expect(repaired?.AlarmActions).to.deep.equal([made["topicArn"]]);
    expect(repaired?.AlarmDescription ?? "").to.equal("");
    const rule = await sandbox()
      .eventbridge("source")
      .send(new DescribeRuleCommand({ Name: text("ruleName") }));
    expect(rule.State).to.equal("DISABLED");
  });

  it("a topic of another name is another topic, with what hangs on it", async () => {
    made = await up({ topicName: "renamed" });
    expect(text("topicArn")).to.equal("arn:aws:sns:eu-west-1:111111111111:renamed");
    expect(made["changes"]).to.have.property("replace").greaterThan(3);
    expect((await alarmNow())?.AlarmActions).to.deep.equal([made["topicArn"]]);
  });

  it("a property that is not acted on is refused by name", async () => {
    const message = await failureOf(up({ topicName: "renamed", extraTopic: { fifoTopic: true } }));
    expect(message).to.contain("does not act on the property fifoTopic");
  });

  it("are taken over when they are there already", async () => {
    const { topicArn, ruleName } = { topicArn: text("topicArn"), ruleName: text("ruleName") };
    const importing = await makeStack("import", () => {
      const provider = new aws.Provider("source", {
        region: "eu-west-1",
        profile: "source",
        defaultTags: { tags: { owner: "records" } },
      });
      const take = (id: string) => ({ provider, import: id, retainOnDelete: true });
      new aws.sns.Topic("topic", { name: "renamed" }, take(topicArn));
      new aws.cloudwatch.EventRule(
        "rule",
        { name: ruleName, eventPattern: JSON.stringify({ source: ["aws.s3"] }) },
        take(ruleName),
      );
      new aws.cloudwatch.Dashboard(
        "dashboard",
        { dashboardName: "replication", dashboardBody: '{ "widgets": [] }' },
        take("replication"),
      );
      return Promise.resolve({});
    });
    const { summary } = await importing.up();
    expect(summary.resourceChanges).to.deep.equal({ create: 2, import: 3 });
    expect((await importing.up()).summary.resourceChanges).to.deep.equal({ same: 5 });
  });

  it("go, with subscriptions that nobody confirmed", async () => {
    await stack.destroy();
    const gone = await failureOf(
      sandbox()
        .sns("source")
        .send(new GetTopicAttributesCommand({ TopicArn: text("topicArn") })),
    );
    expect(gone).to.contain("does not exist");
    expect(await alarmNow()).to.equal(undefined);
  });
});
