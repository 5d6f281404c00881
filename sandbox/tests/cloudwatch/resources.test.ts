import {
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourcesCommand,
  UpdateResourceCommand,
  type ProgressEvent,
} from "@aws-sdk/client-cloudcontrol";
import {
  DeleteDashboardsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { expect } from "chai";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { expectAwsError } from "../expect-aws-error";

const BODY = JSON.stringify({ widgets: [] });

describe("CloudWatch dashboards", () => {
  const sandbox = useSandboxWithManualClock();
  const client = () => sandbox().cloudwatch();

  it("are the account's, in every Region, and are deleted all or none", async () => {
    for (const DashboardName of ["ops-a", "ops-b"]) {
      await client().send(new PutDashboardCommand({ DashboardName, DashboardBody: BODY }));
    }
    const elsewhere = sandbox().cloudwatch("source", { region: "us-east-1" });
    const found = await elsewhere.send(new GetDashboardCommand({ DashboardName: "ops-a" }));
    expect(found).to.deep.include({
      DashboardArn: "arn:aws:cloudwatch::111111111111:dashboard/ops-a",
      DashboardBody: BODY,
    });
    const names = async () => {
      const list = await client().send(new ListDashboardsCommand({ DashboardNamePrefix: "ops-" }));
      return list.DashboardEntries?.map((entry) => entry.DashboardName);
    };
    expect(await names()).to.deep.equal(["ops-a", "ops-b"]);
    const remove = (...DashboardNames: string[]) =>
      client().send(new DeleteDashboardsCommand({ DashboardNames }));
    const error = await expectAwsError(remove("ops-a", "ops-c"), {
      name: "ResourceNotFound",
      status: 404,
    });
    expect(error.message).to.equal("Dashboard ops-c does not exist");
    expect(await names()).to.have.lengthOf(2);
    await remove("ops-a", "ops-b");
    expect(await names()).to.deep.equal([]);
  });

  it("must be JSON with widgets", async () => {
    for (const DashboardBody of ["no json", "[]", "{}"]) {
      const call = new PutDashboardCommand({ DashboardName: "bad", DashboardBody });
      const error = await expectAwsError(client().send(call), {
        name: "DashboardInvalidInputError",
        status: 400,
      });
      expect(error["Code"]).to.equal("InvalidParameterInput");
    }
  });
});

describe("CloudWatch in Cloud Control", () => {
  const sandbox = useSandboxWithManualClock({ settings: { cloudControlDelayMs: 1000 } });
  const control = () => sandbox().cloudcontrol();

  async function finished(event: ProgressEvent | undefined): Promise<ProgressEvent> {
    sandbox().clock.advance(1000);
    const RequestToken = event?.RequestToken;
    const answer = await control().send(new GetResourceRequestStatusCommand({ RequestToken }));
    return answer.ProgressEvent ?? {};
  }

  async function create(TypeName: string, model: object): Promise<ProgressEvent> {
    const DesiredState = JSON.stringify(model);
    const answer = await control().send(new CreateResourceCommand({ TypeName, DesiredState }));
    return finished(answer.ProgressEvent);
  }

  async function update(TypeName: string, Identifier: string, patch: object[]) {
    const PatchDocument = JSON.stringify(patch);
    const call = new UpdateResourceCommand({ TypeName, Identifier, PatchDocument });
    return finished((await control().send(call)).ProgressEvent);
  }

  async function remove(TypeName: string, Identifier: string): Promise<ProgressEvent> {
    const call = new DeleteResourceCommand({ TypeName, Identifier });
    return finished((await control().send(call)).ProgressEvent);
  }

  async function read(TypeName: string, Identifier: string): Promise<Record<string, unknown>> {
    const answer = await control().send(new GetResourceCommand({ TypeName, Identifier }));
    return JSON.parse(answer.ResourceDescription?.Properties ?? "") as Record<string, unknown>;
  }

  it("makes, changes and deletes an alarm that CloudWatch shows", async () => {
    const type = "AWS::CloudWatch::Alarm";
    const model = {
      AlarmName: "cc-alarm",
      Namespace: "AWS/S3",
      MetricName: "OperationsFailedReplication",
      Dimensions: [{ Name: "RuleId", Value: "all" }],
      Statistic: "Sum",
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "ignore",
      Tags: [{ Key: "team", Value: "one" }],
    };
    const created = await create(type, model);
    expect(created.OperationStatus, created.StatusMessage).to.equal("SUCCESS");
    expect(created.Identifier).to.equal("cc-alarm");
    expect(await read(type, "cc-alarm")).to.deep.include({
      ...model,
      ActionsEnabled: true,
      Arn: "arn:aws:cloudwatch:eu-west-1:111111111111:alarm:cc-alarm",
    });
    expect((await create(type, model)).ErrorCode).to.equal("AlreadyExists");

    const updated = await update(type, "cc-alarm", [
      { op: "replace", path: "/Threshold", value: 5 },
      { op: "replace", path: "/Tags", value: [{ Key: "team", Value: "two" }] },
    ]);
    expect(updated.OperationStatus, updated.StatusMessage).to.equal("SUCCESS");
    expect(await read(type, "cc-alarm")).to.deep.include({
      Threshold: 5,
      Tags: [{ Key: "team", Value: "two" }],
    });
    const { MetricAlarms } = await sandbox().cloudwatch().send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms?.[0]?.Threshold).to.equal(5);
    const list = await control().send(new ListResourcesCommand({ TypeName: type }));
    expect(list.ResourceDescriptions?.map((one) => one.Identifier)).to.deep.equal(["cc-alarm"]);

    expect((await remove(type, "cc-alarm")).OperationStatus).to.equal("SUCCESS");
    expect((await remove(type, "cc-alarm")).ErrorCode).to.equal("NotFound");
  });

  it("makes, changes and deletes a dashboard", async () => {
    const type = "AWS::CloudWatch::Dashboard";
    const created = await create(type, { DashboardName: "cc-board", DashboardBody: BODY });
    expect(created.OperationStatus, created.StatusMessage).to.equal("SUCCESS");
    const changed = JSON.stringify({ widgets: [], periodOverride: "auto" });
    await update(type, "cc-board", [{ op: "replace", path: "/DashboardBody", value: changed }]);
    expect(await read(type, "cc-board")).to.deep.equal({
      DashboardName: "cc-board",
      DashboardBody: changed,
    });
    expect((await remove(type, "cc-board")).OperationStatus).to.equal("SUCCESS");
    expect((await remove(type, "cc-board")).ErrorCode).to.equal("NotFound");
  });
});

describe("CloudWatch alarms and SNS", () => {
  const sandbox = useSandboxWithManualClock();

  /** A topic whose policy may let CloudWatch in. */
  function topic(name: string, isOpen: boolean): string {
    const { world } = sandbox();
    const arn = `arn:aws:sns:eu-west-1:111111111111:${name}`;
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: isOpen ? "Allow" : "Deny",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Resource: arn,
        },
      ],
    });
    world.invoke({
      service: "sns",
      operation: "CreateTopic",
      input: { Name: name, Attributes: { Policy } },
      principal: world.iam.root("111111111111"),
      region: "eu-west-1",
    });
    return arn;
  }

  async function raise(AlarmName: string, action: string): Promise<string | undefined> {
    const client = sandbox().cloudwatch();
    await client.send(
      new PutMetricAlarmCommand({
        AlarmName,
        AlarmActions: [action],
        Namespace: "App",
        MetricName: "M",
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "GreaterThanThreshold",
      }),
    );
    await client.send(
      new SetAlarmStateCommand({ AlarmName, StateValue: "ALARM", StateReason: "by hand" }),
    );
    const history = await client.send(
      new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: "Action" }),
    );
    return history.AlarmHistoryItems?.[0]?.HistorySummary;
  }

  it("tell a topic that lets CloudWatch in", async () => {
    const arn = topic("open", true);
    expect(await raise("open", arn)).to.equal(`Successfully executed action ${arn}`);
    const [message] = sandbox().world.sns.findTopic(arn)?.messages ?? [];
    expect(message?.subject).to.equal('ALARM: "open" in EU (Ireland)');
    expect(JSON.parse(message?.message ?? "")).to.deep.include({
      AlarmName: "open",
      NewStateValue: "ALARM",
      OldStateValue: "INSUFFICIENT_DATA",
      NewStateReason: "by hand",
    });
  });

  it("cannot tell a topic that does not", async () => {
    const arn = topic("closed", false);
    expect(await raise("closed", arn)).to.equal(`Failed to execute action ${arn}`);
    expect(sandbox().world.sns.findTopic(arn)?.messages).to.deep.equal([]);
  });
});
