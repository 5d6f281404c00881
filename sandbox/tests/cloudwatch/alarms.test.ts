import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type MetricAlarm,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { expect } from "chai";
import { evaluate } from "../../src/services/cloudwatch/alarm-evaluation";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { expectAwsError } from "../expect-aws-error";

const MINUTE_MS = 60_000;

describe("CloudWatch alarms", () => {
  const sandbox = useSandboxWithManualClock();
  const client = () => sandbox().cloudwatch();
  const pass = (minutes: number) => sandbox().clock.advance(minutes * MINUTE_MS);

  async function put(
    AlarmName: string,
    overrides: Partial<PutMetricAlarmCommandInput> = {},
  ): Promise<void> {
    await client().send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: "App",
        MetricName: AlarmName,
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "GreaterThanThreshold",
        ...overrides,
      }),
    );
  }

  async function datum(MetricName: string, Value: number): Promise<void> {
    await client().send(
      new PutMetricDataCommand({ Namespace: "App", MetricData: [{ MetricName, Value }] }),
    );
  }

  async function alarm(name: string): Promise<MetricAlarm> {
    const { MetricAlarms = [] } = await client().send(
      new DescribeAlarmsCommand({ AlarmNames: [name] }),
    );
    return MetricAlarms[0] ?? {};
  }

  it("go from no data to OK, to ALARM and back by the clock, and say why", async () => {
    await put("Errors");
    expect(await alarm("Errors")).to.deep.include({
      StateValue: "INSUFFICIENT_DATA",
      StateReason: "Unchecked: Initial alarm creation",
      ActionsEnabled: true,
      Threshold: 1,
    });
    await datum("Errors", 1);
    pass(1);
    const ok = await alarm("Errors");
    expect(ok.StateValue).to.equal("OK");
    expect(ok.StateReason).to.equal(
      "Threshold Crossed: 1 out of the last 1 datapoints [1.0 (30/07/26 12:00:00)] was not greater than the threshold (1.0).",
    );
    await datum("Errors", 4);
    pass(1);
    const raised = await alarm("Errors");
    expect(raised.StateValue).to.equal("ALARM");
    expect(raised.StateReason).to.equal(
      "Threshold Crossed: 1 out of the last 1 datapoints [4.0 (30/07/26 12:01:00)] was greater than the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).",
    );
    expect(JSON.parse(raised.StateReasonData ?? "")).to.include({ statistic: "Sum", period: 60 });
    pass(10);
    const gone = await alarm("Errors");
    expect(gone.StateValue).to.equal("INSUFFICIENT_DATA");
    expect(gone.StateReason).to.equal("Insufficient Data: 1 datapoint was unknown.");

    const { AlarmHistoryItems = [] } = await client().send(
      new DescribeAlarmHistoryCommand({
        AlarmName: "Errors",
        HistoryItemType: "StateUpdate",
        ScanBy: "TimestampAscending",
      }),
    );
    expect(AlarmHistoryItems.map((item) => item.HistorySummary)).to.deep.equal([
      "Alarm updated from INSUFFICIENT_DATA to OK",
      "Alarm updated from OK to ALARM",
      "Alarm updated from ALARM to INSUFFICIENT_DATA",
    ]);
  });

  it("treat missing data as they are told", async () => {
    await put("M-breaching", { TreatMissingData: "breaching" });
    await put("M-not", { TreatMissingData: "notBreaching" });
    await put("M-ignore", { TreatMissingData: "ignore" });
    pass(1);
    expect(await alarm("M-breaching")).to.include({
      StateValue: "ALARM",
      StateReason:
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].",
    });
    expect((await alarm("M-not")).StateValue).to.equal("OK");
    expect((await alarm("M-ignore")).StateValue).to.equal("INSUFFICIENT_DATA");
  });

  it("keep a state set by hand until they look again", async () => {
    await put("By-hand");
    await client().send(
      new SetAlarmStateCommand({ AlarmName: "By-hand", StateValue: "ALARM", StateReason: "test" }),
    );
    expect(await alarm("By-hand")).to.include({ StateValue: "ALARM", StateReason: "test" });
    pass(1);
    expect((await alarm("By-hand")).StateValue).to.equal("INSUFFICIENT_DATA");
    await expectAwsError(
      client().send(
        new SetAlarmStateCommand({ AlarmName: "None", StateValue: "OK", StateReason: "test" }),
      ),
      { name: "ResourceNotFound", status: 404 },
    );
  });

  it("name what they could not carry out in their history", async () => {
    const action = "arn:aws:lambda:eu-west-1:111111111111:function:f";
    await put("Acts", { AlarmActions: [action] });
    const raise = (StateValue: "OK" | "ALARM") =>
      client().send(new SetAlarmStateCommand({ AlarmName: "Acts", StateValue, StateReason: "t" }));
    const actions = async () => {
      const { AlarmHistoryItems = [] } = await client().send(
        new DescribeAlarmHistoryCommand({ AlarmName: "Acts", HistoryItemType: "Action" }),
      );
      return AlarmHistoryItems;
    };
    await client().send(new DisableAlarmActionsCommand({ AlarmNames: ["Acts"] }));
    await raise("ALARM");
    expect(await actions()).to.have.lengthOf(0);
    await client().send(new EnableAlarmActionsCommand({ AlarmNames: ["Acts"] }));
    await raise("OK");
    await raise("ALARM");
    const [failed] = await actions();
    expect(failed?.HistorySummary).to.equal(`Failed to execute action ${action}`);
    expect(failed?.HistoryData).to.contain("does not carry out");
  });

  it("reach a topic of their own account that has its default policy", async () => {
    const { TopicArn = "" } = await sandbox()
      .sns()
      .send(new CreateTopicCommand({ Name: "plain" }));
    await put("Tells", { AlarmActions: [TopicArn] });
    await client().send(
      new SetAlarmStateCommand({ AlarmName: "Tells", StateValue: "ALARM", StateReason: "t" }),
    );
    const { AlarmHistoryItems = [] } = await client().send(
      new DescribeAlarmHistoryCommand({ AlarmName: "Tells", HistoryItemType: "Action" }),
    );
    expect(AlarmHistoryItems[0]?.HistorySummary).to.equal(
      `Successfully executed action ${TopicArn}`,
    );
  });

  it("are found by metric, prefix and state, tagged, and deleted", async () => {
    await put("Found-a", { MetricName: "Shared", Tags: [{ Key: "team", Value: "one" }] });
    await put("Found-b", { MetricName: "Shared" });
    const forMetric = await client().send(
      new DescribeAlarmsForMetricCommand({ Namespace: "App", MetricName: "Shared" }),
    );
    expect(forMetric.MetricAlarms?.map((one) => one.AlarmName)).to.deep.equal([
      "Found-a",
      "Found-b",
    ]);
    const byPrefix = await client().send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: "Found-", MaxRecords: 1 }),
    );
    expect(byPrefix.MetricAlarms).to.have.lengthOf(1);
    expect(byPrefix.NextToken).to.be.a("string");

    const ResourceARN = (await alarm("Found-a")).AlarmArn;
    expect(ResourceARN).to.equal("arn:aws:cloudwatch:eu-west-1:111111111111:alarm:Found-a");
    await client().send(
      new TagResourceCommand({ ResourceARN, Tags: [{ Key: "stage", Value: "test" }] }),
    );
    await client().send(new UntagResourceCommand({ ResourceARN, TagKeys: ["team"] }));
    const { Tags } = await client().send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).to.deep.equal([{ Key: "stage", Value: "test" }]);

    await client().send(new DeleteAlarmsCommand({ AlarmNames: ["Found-a", "Found-b", "none"] }));
    expect(await alarm("Found-a")).to.deep.equal({});
    await expectAwsError(client().send(new ListTagsForResourceCommand({ ResourceARN })), {
      name: "ResourceNotFoundException",
      status: 404,
    });
  });

  it("refuse by name what they cannot watch", async () => {
    const refused = { name: "NotImplemented", status: 501 };
    await expectAwsError(put("P", { Statistic: undefined, ExtendedStatistic: "p99" }), refused);
    await expectAwsError(put("P", { ComparisonOperator: "GreaterThanUpperThreshold" }), refused);
    await expectAwsError(put("P", { Period: 90 }), {
      name: "InvalidParameterValueException",
      status: 400,
    });
  });
});

describe("the state that data ask for", () => {
  const X = 2;
  const none = undefined;
  const verdict = (
    newestLast: readonly (number | undefined)[],
    toAlarm: number,
    TreatMissingData: string,
  ) =>
    evaluate(
      {
        EvaluationPeriods: 3,
        DatapointsToAlarm: toAlarm,
        Threshold: 1,
        ComparisonOperator: "GreaterThanThreshold",
        TreatMissingData,
      },
      [...newestLast].reverse().map((value, index) => ({ epochMs: -index, value, sampleCount: 1 })),
    ).value;
  const treatments = ["missing", "ignore", "breaching", "notBreaching"];

  // The tables of the user guide, "Configuring how CloudWatch alarms treat missing data"; undefined: the state stays.
  const rows = [
    [3, [0, none, X, none, X], ["OK", "OK", "OK", "OK"]],
    [3, [0, none, none, none, none], ["OK", "OK", "OK", "OK"]],
    [3, [none, none, none, none, none], ["INSUFFICIENT_DATA", undefined, "ALARM", "OK"]],
    [3, [0, X, X, none, X], ["ALARM", "ALARM", "ALARM", "ALARM"]],
    [3, [none, none, X, none, none], ["ALARM", undefined, "ALARM", "OK"]],
    [2, [0, none, X, none, X], ["ALARM", "ALARM", "ALARM", "ALARM"]],
    [2, [0, 0, X, 0, X], ["ALARM", "ALARM", "ALARM", "ALARM"]],
    [2, [0, none, X, none, none], ["OK", "OK", "ALARM", "OK"]],
    [2, [none, none, none, none, 0], ["OK", "OK", "ALARM", "OK"]],
    [2, [none, none, none, X, none], ["ALARM", undefined, "ALARM", "OK"]],
  ] as const;
  for (const [toAlarm, data, expected] of rows) {
    const text = data.map((value) => (value === none ? "-" : value === X ? "X" : "0")).join(" ");
    it(`${text}, ${toAlarm} of 3`, () => {
      expect(treatments.map((treatment) => verdict(data, toAlarm, treatment))).to.deep.equal(
        expected,
      );
    });
  }
});
