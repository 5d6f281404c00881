import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type CloudWatchClient,
  type ComparisonOperator,
  type Dimension,
  type MetricAlarm,
  type MetricDataQuery,
  type StandardUnit,
  type Statistic,
} from "@aws-sdk/client-cloudwatch";
import { z } from "zod";
import { send } from "../../send";
import type { Clients } from "../clients";
import type { AwsType } from "../resource";
import { tagChanges, taggedInputs, tagMap, tagSet, tagSetIfAny } from "../tags";

const strings = z.array(z.string());
const count = z.number().int();
const dimensions = z.record(z.string(), z.string());

const metricQuery = z.strictObject({
  id: z.string(),
  accountId: z.string().optional(),
  expression: z.string().optional(),
  label: z.string().optional(),
  period: count.optional(),
  returnData: z.boolean().optional(),
  metric: z
    .strictObject({
      dimensions: dimensions.optional(),
      metricName: z.string(),
      namespace: z.string().optional(),
      period: count,
      stat: z.string(),
      unit: z.string().optional(),
    })
    .optional(),
});

const inputs = z.strictObject({
  name: z.string(),
  alarmDescription: z.string().optional(),
  actionsEnabled: z.boolean().optional(),
  alarmActions: strings.optional(),
  okActions: strings.optional(),
  insufficientDataActions: strings.optional(),
  comparisonOperator: z.string().optional(),
  datapointsToAlarm: count.optional(),
  dimensions: dimensions.optional(),
  evaluateLowSampleCountPercentiles: z.string().optional(),
  evaluationPeriods: count.optional(),
  extendedStatistic: z.string().optional(),
  metricName: z.string().optional(),
  metricQueries: z.array(metricQuery).optional(),
  namespace: z.string().optional(),
  period: count.optional(),
  statistic: z.string().optional(),
  threshold: z.number().optional(),
  thresholdMetricId: z.string().optional(),
  treatMissingData: z.string().optional(),
  unit: z.string().optional(),
  region: z.string().optional(),
  ...taggedInputs,
});

type Inputs = z.infer<typeof inputs>;

/** `aws.cloudwatch.MetricAlarm`. The id is the alarm's name. What the sandbox's CloudWatch does not have, it refuses. */
export const metricAlarm: AwsType<Inputs> = {
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  noun: "CloudWatch Metric Alarm",
  inputs,
  identity: ["name"],
  replaceOn: ["name", "region"],
  defaults: {
    actionsEnabled: true,
    alarmActions: [],
    alarmDescription: "",
    datapointsToAlarm: undefined,
    dimensions: {},
    insufficientDataActions: [],
    okActions: [],
    treatMissingData: "missing",
    unit: "",
  },
  keptInputs: ["evaluateLowSampleCountPercentiles"],
  computed: ["arn", "evaluateLowSampleCountPercentiles", "tagsAll"],
  autoNamed: { property: "name", maxLength: 255 },
  isRegional: true,
  isTagged: true,
  isUnordered: (path) => path.length === 1 && String(path[0]).endsWith("Actions"),

  async create(alarm, clients) {
    await put(alarm, clients, tagSetIfAny(alarm.tagsAll));
    return alarm.name;
  },

  async read(name, clients, region) {
    const cloudwatch = await clients.cloudwatch(region);
    const found = await find(name, cloudwatch);
    if (found === undefined) return undefined;
    const { Tags: tags } = await send(
      cloudwatch,
      new ListTagsForResourceCommand({ ResourceARN: found.AlarmArn }),
    );
    return { ...fromCloudWatch(found), tags: tagMap(tags) };
  },

  async update(name, news, olds, clients) {
    await put(news, clients);
    const { gone, changed } = tagChanges(news.tagsAll, olds.tagsAll);
    if (gone.length === 0 && Object.keys(changed).length === 0) return;
    const cloudwatch = await clients.cloudwatch(news.region);
    const ResourceARN = (await find(name, cloudwatch))?.AlarmArn;
    if (gone.length > 0) {
      await send(cloudwatch, new UntagResourceCommand({ ResourceARN, TagKeys: gone }));
    }
    if (Object.keys(changed).length > 0) {
      await send(cloudwatch, new TagResourceCommand({ ResourceARN, Tags: tagSet(changed) }));
    }
  },

  async delete(name, { region }, clients) {
    await send(await clients.cloudwatch(region), new DeleteAlarmsCommand({ AlarmNames: [name] }));
  },
};

async function find(name: string, cloudwatch: CloudWatchClient): Promise<MetricAlarm | undefined> {
  const { MetricAlarms: found = [] } = await send(
    cloudwatch,
    new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ["MetricAlarm"] }),
  );
  return found[0];
}

async function put(
  alarm: Inputs,
  clients: Clients,
  tags?: { Key: string; Value: string }[],
): Promise<void> {
  await send(
    await clients.cloudwatch(alarm.region),
    new PutMetricAlarmCommand({
      AlarmName: alarm.name,
      AlarmDescription: alarm.alarmDescription,
      ActionsEnabled: alarm.actionsEnabled ?? true,
      AlarmActions: alarm.alarmActions,
      OKActions: alarm.okActions,
      InsufficientDataActions: alarm.insufficientDataActions,
      ComparisonOperator: alarm.comparisonOperator as ComparisonOperator | undefined,
      DatapointsToAlarm: alarm.datapointsToAlarm,
      Dimensions: dimensionList(alarm.dimensions),
      EvaluateLowSampleCountPercentile: alarm.evaluateLowSampleCountPercentiles,
      EvaluationPeriods: alarm.evaluationPeriods,
      ExtendedStatistic: alarm.extendedStatistic,
      MetricName: alarm.metricName,
      Metrics: alarm.metricQueries?.map(queryToCloudWatch),
      Namespace: alarm.namespace,
      Period: alarm.period,
      Statistic: alarm.statistic as Statistic | undefined,
      Threshold: alarm.threshold,
      ThresholdMetricId: alarm.thresholdMetricId,
      TreatMissingData: alarm.treatMissingData ?? "missing",
      Unit: alarm.unit as StandardUnit | undefined,
      Tags: tags,
    }),
  );
}

function fromCloudWatch(found: MetricAlarm): Inputs & { arn?: string } {
  return {
    arn: found.AlarmArn,
    name: found.AlarmName ?? "",
    alarmDescription: found.AlarmDescription,
    actionsEnabled: found.ActionsEnabled,
    alarmActions: nonEmpty(found.AlarmActions),
    okActions: nonEmpty(found.OKActions),
    insufficientDataActions: nonEmpty(found.InsufficientDataActions),
    comparisonOperator: found.ComparisonOperator,
    datapointsToAlarm: found.DatapointsToAlarm,
    dimensions: dimensionMap(found.Dimensions),
    evaluateLowSampleCountPercentiles: found.EvaluateLowSampleCountPercentile ?? "",
    evaluationPeriods: found.EvaluationPeriods,
    extendedStatistic: found.ExtendedStatistic,
    metricName: found.MetricName,
    metricQueries: nonEmpty(found.Metrics)?.map(queryFromCloudWatch),
    namespace: found.Namespace,
    period: found.Period,
    statistic: found.Statistic,
    threshold: found.Threshold,
    thresholdMetricId: found.ThresholdMetricId,
    treatMissingData: found.TreatMissingData ?? "missing",
    unit: found.Unit,
  };
}

function queryToCloudWatch(query: z.infer<typeof metricQuery>): MetricDataQuery {
  const { metric } = query;
  return {
    Id: query.id,
    AccountId: query.accountId,
    Expression: query.expression,
    Label: query.label,
    Period: query.period,
    ReturnData: query.returnData ?? false,
    MetricStat:
      metric === undefined
        ? undefined
        : {
            Metric: {
              MetricName: metric.metricName,
              Namespace: metric.namespace,
              Dimensions: dimensionList(metric.dimensions),
            },
            Period: metric.period,
            Stat: metric.stat,
            Unit: metric.unit as StandardUnit | undefined,
          },
  };
}

function queryFromCloudWatch(query: MetricDataQuery): z.infer<typeof metricQuery> {
  const stat = query.MetricStat;
  return {
    id: query.Id ?? "",
    accountId: query.AccountId,
    expression: query.Expression,
    label: query.Label,
    period: query.Period,
    returnData: query.ReturnData,
    metric:
      stat === undefined
        ? undefined
        : {
            metricName: stat.Metric?.MetricName ?? "",
            namespace: stat.Metric?.Namespace,
            dimensions: dimensionMap(stat.Metric?.Dimensions),
            period: stat.Period ?? 0,
            stat: stat.Stat ?? "",
            unit: stat.Unit,
          },
  };
}

function dimensionList(
  dimensions: Readonly<Record<string, string>> | undefined,
): Dimension[] | undefined {
  return dimensions === undefined
    ? undefined
    : Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

function dimensionMap(list: readonly Dimension[] | undefined): Record<string, string> | undefined {
  const entries = (list ?? []).map(({ Name = "", Value = "" }) => [Name, Value] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function nonEmpty<Item>(items: Item[] | undefined): Item[] | undefined {
  return items === undefined || items.length === 0 ? undefined : items;
}
