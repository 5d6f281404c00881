import type {
  DescribeAlarmsOutput,
  ListTagsForResourceOutput,
  MetricAlarm,
  Tag,
} from "@aws-sdk/client-cloudwatch";
import { alreadyExists, notFound, type HandlerContext, type ResourceType } from "../resource-type";
import { allPages } from "./all-pages";
import { updateCloudWatchTags } from "./cloudwatch-tags";

const TYPE = "AWS::CloudWatch::Alarm";

/** Properties that are members of PutMetricAlarm under the same name. */
const MEMBERS = [
  "AlarmDescription",
  "ActionsEnabled",
  "OKActions",
  "AlarmActions",
  "InsufficientDataActions",
  "MetricName",
  "Namespace",
  "Statistic",
  "Dimensions",
  "Period",
  "Unit",
  "EvaluationPeriods",
  "DatapointsToAlarm",
  "Threshold",
  "ComparisonOperator",
  "TreatMissingData",
] as const;

/** `AWS::CloudWatch::Alarm` over CloudWatch's own operations; what they refuse is refused here. */
export const cloudWatchAlarm: ResourceType = {
  actsOn: ["AlarmName", "Tags", ...MEMBERS],

  identifierOf: (model) => model["AlarmName"] as string | undefined,

  create(model, context) {
    const given = model["AlarmName"] as string | undefined;
    const name = given ?? `alarm-${context.world.random.uuid()}`;
    if (findAlarm(name, context) !== undefined) throw alreadyExists(TYPE, name);
    putAlarm(name, model, context, { Tags: model["Tags"] });
    return name;
  },

  read(name, context) {
    const alarm = requireAlarm(name, context);
    const model: Record<string, unknown> = { AlarmName: name, Arn: alarm.AlarmArn };
    for (const member of MEMBERS) {
      const value = alarm[member];
      const isEmpty = Array.isArray(value) && value.length === 0;
      if (value !== undefined && !isEmpty) model[member] = value;
    }
    const tags = tagsOf(alarm, context);
    if (tags.length > 0) model["Tags"] = tags;
    return model;
  },

  update(name, _current, desired, context) {
    const alarm = requireAlarm(name, context);
    putAlarm(name, desired, context);
    const wanted = (desired["Tags"] ?? []) as readonly Tag[];
    updateCloudWatchTags(alarm.AlarmArn ?? "", tagsOf(alarm, context), wanted, context);
  },

  delete(name, context) {
    requireAlarm(name, context);
    context.call("cloudwatch", "DeleteAlarms", { AlarmNames: [name] });
  },

  list: (_filter, context) =>
    allPages<DescribeAlarmsOutput, MetricAlarm>(
      (token) => context.call("cloudwatch", "DescribeAlarms", { NextToken: token }),
      (page) => ({ items: page.MetricAlarms, next: page.NextToken }),
    ).map((alarm) => alarm.AlarmName ?? ""),
};

function putAlarm(
  name: string,
  model: Readonly<Record<string, unknown>>,
  context: HandlerContext,
  more: object = {},
): void {
  const members = MEMBERS.map((member) => [member, model[member]] as const);
  const input = { AlarmName: name, ...Object.fromEntries(members), ...more };
  context.call("cloudwatch", "PutMetricAlarm", input);
}

function findAlarm(name: string, context: HandlerContext): MetricAlarm | undefined {
  return context.call<DescribeAlarmsOutput>("cloudwatch", "DescribeAlarms", {
    AlarmNames: [name],
  }).MetricAlarms?.[0];
}

function requireAlarm(name: string, context: HandlerContext): MetricAlarm {
  const alarm = findAlarm(name, context);
  if (alarm === undefined) throw notFound(TYPE, name);
  return alarm;
}

function tagsOf(alarm: MetricAlarm, context: HandlerContext): readonly Tag[] {
  return (
    context.call<ListTagsForResourceOutput>("cloudwatch", "ListTagsForResource", {
      ResourceARN: alarm.AlarmArn,
    }).Tags ?? []
  );
}
