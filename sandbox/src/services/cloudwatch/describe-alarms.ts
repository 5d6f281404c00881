import type {
  DescribeAlarmHistoryInput,
  DescribeAlarmHistoryOutput,
  DescribeAlarmsForMetricInput,
  DescribeAlarmsForMetricOutput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  MetricAlarm,
} from "@aws-sdk/client-cloudwatch";
import type { Operation } from "../../world/operation";
import { accountOf, alarmArn, needOn } from "./access";
import * as errors from "./errors";
import { page, requireDimensions, requireNamespace, requireText } from "./input-rules";
import type { Alarm } from "./model";
import { identityKey, identityOf } from "./state";

/** Only metric alarms are there: a request for composite ones finds none. */
export const describeAlarms: Operation<DescribeAlarmsInput, DescribeAlarmsOutput> = {
  access: (_input, context) => [needOn(context, alarmArn(context, "*"))],
  handle(input, context) {
    if (input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined) {
      throw errors.notImplemented("ChildrenOfAlarmName and ParentsOfAlarmName of DescribeAlarms");
    }
    if (input.AlarmNamePrefix !== undefined && input.AlarmNames !== undefined) {
      throw errors.invalidCombination(
        "AlarmNamePrefix and AlarmNames cannot both be specified in one request.",
      );
    }
    const { AlarmNames: names, AlarmNamePrefix: prefix = "", ActionPrefix: action } = input;
    const isAsked = input.AlarmTypes?.includes("MetricAlarm") ?? true;
    const found = context.world.cloudWatch
      .alarmsOf(accountOf(context), context.region)
      .filter(() => isAsked)
      .filter((alarm) => names?.includes(alarm.name) ?? true)
      .filter((alarm) => alarm.name.startsWith(prefix))
      .filter((alarm) => input.StateValue === undefined || alarm.state.value === input.StateValue)
      .filter(
        (alarm) => action === undefined || actionsOf(alarm).some((arn) => arn.startsWith(action)),
      );
    const { items, nextToken } = page(found, pageSize(input.MaxRecords, 50), input.NextToken);
    return { MetricAlarms: items.map(shown), CompositeAlarms: [], NextToken: nextToken };
  },
};

export const describeAlarmsForMetric: Operation<
  DescribeAlarmsForMetricInput,
  DescribeAlarmsForMetricOutput
> = {
  access: (_input, context) => [needOn(context)],
  handle(input, context) {
    if (input.ExtendedStatistic !== undefined) {
      throw errors.notImplemented("ExtendedStatistic of DescribeAlarmsForMetric");
    }
    const wanted = identityKey(
      identityOf(
        requireNamespace(input.Namespace),
        requireText(input.MetricName, "MetricName"),
        requireDimensions(input.Dimensions),
      ),
    );
    const found = context.world.cloudWatch
      .alarmsOf(accountOf(context), context.region)
      .filter((alarm) => identityKey(alarm.metric) === wanted)
      .filter(({ definition }) => is(input.Statistic, definition.Statistic))
      .filter(({ definition }) => is(input.Period, definition.Period))
      .filter(({ definition }) => is(input.Unit, definition.Unit));
    return { MetricAlarms: found.map(shown) };
  },
};

export const describeAlarmHistory: Operation<
  DescribeAlarmHistoryInput,
  DescribeAlarmHistoryOutput
> = {
  access: (input, context) => [needOn(context, alarmArn(context, input.AlarmName ?? "*"))],
  handle(input, context) {
    if (input.AlarmContributorId !== undefined) {
      throw errors.notImplemented("AlarmContributorId of DescribeAlarmHistory");
    }
    const start = input.StartDate?.getTime() ?? Number.NEGATIVE_INFINITY;
    const end = input.EndDate?.getTime() ?? Number.POSITIVE_INFINITY;
    const oldestEpochMs = context.nowEpochMs - HISTORY_MS;
    const isAsked = input.AlarmTypes?.includes("MetricAlarm") ?? true;
    const found = context.world.cloudWatch
      .historyOf(accountOf(context), context.region)
      .filter(() => isAsked)
      .filter((item) => is(input.AlarmName, item.AlarmName))
      .filter((item) => is(input.HistoryItemType, item.HistoryItemType))
      .filter((item) => {
        const epochMs = item.Timestamp?.getTime() ?? 0;
        return epochMs >= Math.max(start, oldestEpochMs) && epochMs <= end;
      });
    if (input.ScanBy !== "TimestampAscending") found.reverse();
    const { items, nextToken } = page(found, pageSize(input.MaxRecords, 100), input.NextToken);
    return { AlarmHistoryItems: items, NextToken: nextToken };
  },
};

const HISTORY_MS = 30 * 86_400_000;

/** A member that is not given asks for nothing. */
const is = (asked: unknown, found: unknown): boolean => asked === undefined || asked === found;

function pageSize(records: number | undefined, byDefault: number): number {
  if (records === undefined) return byDefault;
  if (Number.isInteger(records) && records >= 1 && records <= 100) return records;
  throw errors.constraint(
    "maxRecords",
    String(records),
    "Member must have value between 1 and 100",
  );
}

function actionsOf({ definition }: Alarm): string[] {
  const { AlarmActions = [], InsufficientDataActions = [], OKActions = [] } = definition;
  return [...AlarmActions, ...InsufficientDataActions, ...OKActions];
}

function shown(alarm: Alarm): MetricAlarm {
  const { definition, metric, state } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: definition.AlarmDescription,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configurationUpdatedEpochMs),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: definition.OKActions ?? [],
    AlarmActions: definition.AlarmActions ?? [],
    InsufficientDataActions: definition.InsufficientDataActions ?? [],
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.reasonData,
    StateUpdatedTimestamp: new Date(state.updatedEpochMs),
    StateTransitionedTimestamp: new Date(state.transitionedEpochMs),
    MetricName: metric.metricName,
    Namespace: metric.namespace,
    Dimensions: metric.dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
    Statistic: definition.Statistic,
    Period: definition.Period,
    Unit: definition.Unit,
    EvaluationPeriods: definition.EvaluationPeriods,
    DatapointsToAlarm: definition.DatapointsToAlarm,
    Threshold: definition.Threshold,
    ComparisonOperator: definition.ComparisonOperator,
    TreatMissingData: definition.TreatMissingData,
  };
}
