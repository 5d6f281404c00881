import type { PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import { requestTagKeys } from "../../authorization/request-tags";
import type { Operation, RequestContext } from "../../world/operation";
import { accountOf, alarmArn, needOn } from "./access";
import { INITIAL_REASON, longTime } from "./alarm-reason";
import * as errors from "./errors";
import {
  requireDimensions,
  requireNamespace,
  requirePeriodMs,
  requireText,
  requireUnit,
} from "./input-rules";
import type { Alarm, AlarmDefinition, StaticComparison } from "./model";
import { requireStatistic } from "./statistic-name";
import { identityKey, identityOf } from "./state";
import { putTags } from "./tags";

const COMPARISONS: readonly StaticComparison[] = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
];
const TREATMENTS = ["breaching", "notBreaching", "ignore", "missing"];
const MAX_ACTIONS = 5;
const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 7 * DAY_SECONDS;

/** A new alarm has INSUFFICIENT_DATA until it is looked at; a changed one keeps its state until then. */
export const putMetricAlarm: Operation<PutMetricAlarmInput, void> = {
  access: (input, context) => [
    needOn(context, alarmArn(context, input.AlarmName ?? ""), requestTagKeys(input.Tags)),
  ],
  handle(input, context) {
    const definition = readDefinition(input);
    const name = requireText(input.AlarmName, "AlarmName");
    const metric = identityOf(
      requireNamespace(input.Namespace),
      requireText(input.MetricName, "MetricName"),
      requireDimensions(input.Dimensions),
    );
    const { cloudWatch } = context.world;
    const known = cloudWatch.alarm(accountOf(context), context.region, name);
    const isSameMetric = known !== undefined && identityKey(known.metric) === identityKey(metric);
    const alarm = isSameMetric ? known : newAlarm(context, name, metric, definition, known);
    alarm.definition = definition;
    alarm.configurationUpdatedEpochMs = context.nowEpochMs;
    alarm.actionsEnabled = input.ActionsEnabled ?? true;
    // Tags are for a new alarm only; a known one keeps its own.
    if (known === undefined) putTags(cloudWatch.tagsOf(alarm.arn), input.Tags);
    cloudWatch.putAlarm(alarm);
    cloudWatch.addHistory(alarm, {
      Timestamp: new Date(context.nowEpochMs),
      HistoryItemType: "ConfigurationUpdate",
      HistorySummary: `Alarm "${name}" ${known === undefined ? "created" : "updated"}`,
      HistoryData: JSON.stringify({
        version: "1.0",
        type: known === undefined ? "Create" : "Update",
        updatedAt: longTime(context.nowEpochMs),
      }),
    });
  },
};

function newAlarm(
  context: RequestContext,
  name: string,
  metric: Alarm["metric"],
  definition: AlarmDefinition,
  known: Alarm | undefined,
): Alarm {
  const { nowEpochMs, region } = context;
  return {
    name,
    arn: alarmArn(context, name),
    accountId: accountOf(context),
    region,
    metric,
    definition,
    configurationUpdatedEpochMs: nowEpochMs,
    actionsEnabled: true,
    state: known?.state ?? {
      value: "INSUFFICIENT_DATA",
      reason: INITIAL_REASON,
      updatedEpochMs: nowEpochMs,
      transitionedEpochMs: nowEpochMs,
    },
  };
}

function readDefinition(input: PutMetricAlarmInput): AlarmDefinition {
  refuseUnsupported(input);
  const periodSeconds = requirePeriodMs(input.Period) / 1000;
  const evaluationPeriods = requireCount(input.EvaluationPeriods, "EvaluationPeriods");
  requireRange(periodSeconds, evaluationPeriods);
  if (input.DatapointsToAlarm !== undefined) {
    const count = requireCount(input.DatapointsToAlarm, "DatapointsToAlarm");
    if (count > evaluationPeriods) {
      throw errors.invalidValue(
        "The parameter DatapointsToAlarm must be less than or equal to EvaluationPeriods.",
      );
    }
  }
  if (input.Threshold === undefined) throw errors.required("Threshold");
  if (input.Statistic === undefined) {
    throw errors.missingParameter(
      "Exactly one of Statistic or ExtendedStatistic must be specified.",
    );
  }
  const treatment = input.TreatMissingData;
  if (treatment !== undefined && !TREATMENTS.includes(treatment)) {
    throw errors.invalidValue(
      `Option ${treatment} is not a valid value for parameter TreatMissingData.`,
    );
  }
  for (const member of ["OKActions", "AlarmActions", "InsufficientDataActions"] as const) {
    requireActions(input[member], member);
  }
  if ((input.AlarmDescription ?? "").length > 1024) {
    throw errors.constraint(
      "alarmDescription",
      input.AlarmDescription ?? "",
      "Member must have length less than or equal to 1024",
    );
  }
  return {
    ...input,
    Statistic: requireStatistic(input.Statistic),
    Period: periodSeconds,
    EvaluationPeriods: evaluationPeriods,
    Threshold: input.Threshold,
    ComparisonOperator: requireComparison(input.ComparisonOperator),
    Unit: requireUnit(input.Unit),
  };
}

/** What the sandbox would have to ignore is refused instead. */
function refuseUnsupported(input: PutMetricAlarmInput): void {
  const members = [
    "Metrics",
    "ExtendedStatistic",
    "ThresholdMetricId",
    "EvaluateLowSampleCountPercentile",
    "EvaluationWindow",
    "WarmUpConfiguration",
    "EvaluationCriteria",
    "EvaluationInterval",
    "ActionConfiguration",
  ] as const;
  for (const member of members) {
    const value = input[member];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    throw errors.notImplemented(`${member} of PutMetricAlarm`);
  }
}

function requireCount(value: number | undefined, member: string): number {
  if (value === undefined) throw errors.required(member);
  if (Number.isInteger(value) && value >= 1) return value;
  throw errors.constraint(
    member,
    String(value),
    "Member must have value greater than or equal to 1",
  );
}

/** The range of an alarm is a day at most, a week where the period is an hour or more. */
function requireRange(periodSeconds: number, evaluationPeriods: number): void {
  const limitSeconds = periodSeconds >= 3600 ? WEEK_SECONDS : DAY_SECONDS;
  if (periodSeconds * evaluationPeriods <= limitSeconds) return;
  throw errors.invalidValue(
    `Metrics cannot be checked across more than ${limitSeconds === DAY_SECONDS ? "a day" : "a week"} (EvaluationPeriods * Period must be <= ${limitSeconds}).`,
  );
}

function requireComparison(operator: string | undefined): StaticComparison {
  if (operator === undefined) throw errors.required("ComparisonOperator");
  const known = COMPARISONS.find((one) => one === operator);
  if (known !== undefined) return known;
  if (/^(LessThanLower|GreaterThanUpper)/.test(operator)) {
    throw errors.notImplemented(`the comparison ${operator}, which needs anomaly detection`);
  }
  throw errors.constraint(
    "comparisonOperator",
    operator,
    `Member must satisfy enum value set: [${COMPARISONS.join(", ")}]`,
  );
}

function requireActions(actions: readonly string[] | undefined, member: string): void {
  if ((actions ?? []).length > MAX_ACTIONS) {
    throw errors.constraint(
      member,
      `[${(actions ?? []).join(", ")}]`,
      `Member must have length less than or equal to ${MAX_ACTIONS}`,
    );
  }
  for (const arn of actions ?? []) {
    if (/^arn:aws[\w-]*:[\w-]+:[\w-]*:/.test(arn)) continue;
    throw errors.constraint(
      member,
      arn,
      "Member must be the ARN of an action that alarms can carry out",
    );
  }
}
