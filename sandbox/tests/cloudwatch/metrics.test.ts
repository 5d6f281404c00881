import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
  type MetricDatum,
} from "@aws-sdk/client-cloudwatch";
import { CreateUserCommand, CreateAccessKeyCommand } from "@aws-sdk/client-iam";
import type { IAMClient } from "@aws-sdk/client-iam";
import { SmithyRpcV2CborProtocol } from "@smithy/core/cbor";
import { expect } from "chai";
import { START_EPOCH_MS, useSandboxWithManualClock } from "../helpers/sandbox";
import { expectAwsError } from "../expect-aws-error";

const MINUTE_MS = 60_000;
const at = (minutes: number): Date => new Date(START_EPOCH_MS + minutes * MINUTE_MS);

describe("CloudWatch metrics", () => {
  const sandbox = useSandboxWithManualClock();
  const client = () => sandbox().cloudwatch();

  const put = (Namespace: string, ...MetricData: MetricDatum[]) =>
    client().send(new PutMetricDataCommand({ Namespace, MetricData }));

  it("answers the statistics of each period", async () => {
    const dimensions = [{ Name: "Queue", Value: "a" }];
    const datum = { MetricName: "Depth", Dimensions: dimensions, Unit: "Count" } as const;
    await put(
      "App/Statistics",
      { ...datum, Timestamp: at(-10), Value: 2 },
      { ...datum, Timestamp: at(-9.5), Value: 6 },
      { ...datum, Timestamp: at(-8), Values: [1, 10], Counts: [3, 1] },
      {
        ...datum,
        Timestamp: at(-2),
        StatisticValues: { SampleCount: 4, Sum: 8, Minimum: 1, Maximum: 3 },
      },
    );
    const { Datapoints, Label } = await client().send(
      new GetMetricStatisticsCommand({
        Namespace: "App/Statistics",
        MetricName: "Depth",
        Dimensions: dimensions,
        StartTime: at(-10),
        EndTime: at(0),
        Period: 300,
        Statistics: ["Sum", "Average", "Minimum", "Maximum", "SampleCount"],
      }),
    );
    expect(Label).to.equal("Depth");
    expect(Datapoints).to.deep.equal([
      {
        Timestamp: at(-10),
        Unit: "Count",
        Sum: 21,
        Average: 3.5,
        Minimum: 1,
        Maximum: 10,
        SampleCount: 6,
      },
      {
        Timestamp: at(-5),
        Unit: "Count",
        Sum: 8,
        Average: 2,
        Minimum: 1,
        Maximum: 3,
        SampleCount: 4,
      },
    ]);
  });

  it("answers several queries at once, newest first unless told otherwise", async () => {
    await put(
      "App/Data",
      { MetricName: "M", Timestamp: at(-3), Value: 1 },
      { MetricName: "M", Timestamp: at(-1), Value: 5 },
    );
    const query = (ScanBy?: "TimestampAscending") =>
      client().send(
        new GetMetricDataCommand({
          StartTime: at(-5),
          EndTime: at(0),
          ScanBy,
          MetricDataQueries: [
            {
              Id: "m1",
              MetricStat: {
                Metric: { Namespace: "App/Data", MetricName: "M" },
                Period: 60,
                Stat: "Sum",
              },
            },
            {
              Id: "m2",
              Label: "nothing",
              MetricStat: {
                Metric: { Namespace: "App/Data", MetricName: "Other" },
                Period: 60,
                Stat: "Sum",
              },
            },
          ],
        }),
      );
    const [newest, none] = (await query()).MetricDataResults ?? [];
    expect(newest).to.deep.include({ Id: "m1", Label: "M", StatusCode: "Complete" });
    expect(newest).to.deep.include({ Values: [5, 1], Timestamps: [at(-1), at(-3)] });
    expect(none).to.deep.include({ Id: "m2", Label: "nothing", Values: [], Timestamps: [] });
    const [oldest] = (await query("TimestampAscending")).MetricDataResults ?? [];
    expect(oldest?.Values).to.deep.equal([1, 5]);
  });

  it("refuses metric math and percentiles by name", async () => {
    const send = (query: object) =>
      client().send(
        new GetMetricDataCommand({
          StartTime: at(-5),
          EndTime: at(0),
          MetricDataQueries: [{ Id: "e1", ...query }],
        }),
      );
    const math = await expectAwsError(send({ Expression: "SUM(METRICS())" }), {
      name: "NotImplemented",
      status: 501,
    });
    expect(math.message).to.contain("SUM(METRICS())");
    const Metric = { Namespace: "App/Data", MetricName: "M" };
    const percentile = await expectAwsError(
      send({ MetricStat: { Metric, Period: 60, Stat: "p99" } }),
      { name: "NotImplemented", status: 501 },
    );
    expect(percentile.message).to.contain("p99");
  });

  it("lists metrics by namespace, name and dimensions, in pages", async () => {
    const data = Array.from({ length: 510 }, (_, index) => ({
      MetricName: "Paged",
      Dimensions: [
        { Name: "Index", Value: String(index) },
        { Name: "Even", Value: String(index % 2 === 0) },
      ],
      Value: 1,
    }));
    // Large enough for the SDK to compress the request.
    await put("App/List", ...data);
    const first = await client().send(new ListMetricsCommand({ Namespace: "App/List" }));
    expect(first.Metrics).to.have.lengthOf(500);
    const rest = await client().send(
      new ListMetricsCommand({ Namespace: "App/List", NextToken: first.NextToken }),
    );
    expect(rest.Metrics).to.have.lengthOf(10);
    expect(rest.NextToken).to.equal(undefined);
    const even = await client().send(
      new ListMetricsCommand({
        Namespace: "App/List",
        MetricName: "Paged",
        Dimensions: [{ Name: "Even", Value: "true" }, { Name: "Index" }],
      }),
    );
    expect(even.Metrics).to.have.lengthOf(255);
    await expectAwsError(client().send(new ListMetricsCommand({ NextToken: "none" })), {
      name: "InvalidNextToken",
      status: 400,
    });
  });

  it("takes no data of AWS's own namespaces, of other times or without a value", async () => {
    const invalid = { name: "InvalidParameterValueException", status: 400 };
    await expectAwsError(put("AWS/S3", { MetricName: "M", Value: 1 }), invalid);
    await expectAwsError(put("App", { MetricName: "M", Value: 1, Timestamp: at(121) }), invalid);
    const old = at(-15 * 24 * 60);
    await expectAwsError(put("App", { MetricName: "M", Value: 1, Timestamp: old }), invalid);
    await expectAwsError(put("App", { MetricName: "M" }), {
      name: "MissingRequiredParameterException",
      status: 400,
    });
  });

  it("keeps accounts and Regions apart", async () => {
    await put("App/Apart", { MetricName: "M", Value: 1 });
    const list = new ListMetricsCommand({ Namespace: "App/Apart" });
    expect((await client().send(list)).Metrics).to.have.lengthOf(1);
    const elsewhere = sandbox().cloudwatch("source", { region: "us-east-1" });
    expect((await elsewhere.send(list)).Metrics).to.deep.equal([]);
    expect((await sandbox().cloudwatch("vault").send(list)).Metrics).to.deep.equal([]);
  });

  it("asks for the caller's rights", async () => {
    const iam: IAMClient = sandbox().iam();
    await iam.send(new CreateUserCommand({ UserName: "nobody" }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "nobody" }));
    const nobody = sandbox().cloudwatch("source", {
      credentials: {
        accessKeyId: AccessKey?.AccessKeyId ?? "",
        secretAccessKey: AccessKey?.SecretAccessKey ?? "",
      },
    });
    const error = await expectAwsError(nobody.send(new ListMetricsCommand({})), {
      name: "AccessDenied",
      status: 403,
    });
    expect(error.message).to.contain("cloudwatch:ListMetrics");
  });

  it("is spoken to in CBOR as well, as by the SDKs for Go and Java", async () => {
    const { region, accessKeyId, secretAccessKey } = sandbox().account("source");
    const cbor = new CloudWatchClient({
      endpoint: sandbox().endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
      protocol: SmithyRpcV2CborProtocol,
      systemClockOffset: START_EPOCH_MS - Date.now(),
    });
    const Namespace = "App/Cbor";
    await cbor.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: [{ MetricName: "M", Timestamp: at(-1), Value: 2.5 }],
      }),
    );
    const { Datapoints } = await cbor.send(
      new GetMetricStatisticsCommand({
        Namespace,
        MetricName: "M",
        StartTime: at(-2),
        EndTime: at(0),
        Period: 60,
        Statistics: ["Sum"],
      }),
    );
    expect(Datapoints).to.deep.equal([{ Timestamp: at(-1), Unit: "None", Sum: 2.5 }]);
    await expectAwsError(cbor.send(new ListMetricsCommand({ NextToken: "none" })), {
      name: "InvalidNextToken",
      status: 400,
    });
    cbor.destroy();
  });
});
