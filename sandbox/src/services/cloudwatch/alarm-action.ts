import type { SnsState } from "../sns/state";
import type { AlarmSurroundings } from "./alarm-records";
import { longTime } from "./alarm-reason";
import type { Alarm, AlarmState } from "./model";
import { regionName } from "./region-names";

const SUBJECT_LIMIT_CHARACTERS = 100;

/** Carries out what an alarm is to do in its new state; how each went is in the alarm's history. */
export function carryOutActions(
  { records, sns }: Pick<AlarmSurroundings, "records" | "sns">,
  alarm: Alarm,
  before: AlarmState,
): void {
  if (!alarm.actionsEnabled) return;
  for (const actionArn of actionsFor(alarm)) {
    const failure = carryOut(sns, alarm, before, actionArn);
    const outcome = failure === undefined ? "Successfully executed" : "Failed to execute";
    records.addHistory(alarm, {
      Timestamp: new Date(alarm.state.updatedEpochMs),
      HistoryItemType: "Action",
      HistorySummary: `${outcome} action ${actionArn}`,
      HistoryData: JSON.stringify({
        actionState: failure === undefined ? "Succeeded" : "Failed",
        stateUpdateTimestamp: alarm.state.updatedEpochMs,
        notificationResource: actionArn,
        publishedMessage: failure === undefined ? message(alarm, before) : null,
        error: failure ?? null,
      }),
    });
  }
}

function actionsFor({ definition, state }: Alarm): readonly string[] {
  switch (state.value) {
    case "ALARM":
      return definition.AlarmActions ?? [];
    case "OK":
      return definition.OKActions ?? [];
    default:
      return definition.InsufficientDataActions ?? [];
  }
}

/** Why it could not be done; undefined when it was. */
function carryOut(
  sns: SnsState,
  alarm: Alarm,
  before: AlarmState,
  actionArn: string,
): string | undefined {
  if (actionArn.split(":")[2] !== "sns") {
    return `The sandbox does not carry out the action ${actionArn}: only topics of SNS are served.`;
  }
  const place = regionName(alarm.region);
  return sns.tryPublishAsService({
    service: "cloudwatch.amazonaws.com",
    topicArn: actionArn,
    region: alarm.region,
    subject: `${alarm.state.value}: "${alarm.name}" in ${place}`.slice(0, SUBJECT_LIMIT_CHARACTERS),
    message: JSON.stringify(message(alarm, before)),
    conditionKeys: {
      "aws:sourcearn": alarm.arn,
      "aws:sourceaccount": alarm.accountId,
      // So that alarms reach a topic of their own account that has its default policy (CloudWatch User Guide, SNS topics).
      "aws:sourceowner": alarm.accountId,
    },
  })?.message;
}

/** Source: the message that AWS's user guide shows for an alarm's notification by e-mail and Lambda. */
function message(alarm: Alarm, before: AlarmState): object {
  const { definition, metric, state } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmDescription: definition.AlarmDescription ?? null,
    AWSAccountId: alarm.accountId,
    AlarmConfigurationUpdatedTimestamp: longTime(alarm.configurationUpdatedEpochMs),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: longTime(state.updatedEpochMs),
    Region: regionName(alarm.region),
    AlarmArn: alarm.arn,
    OldStateValue: before.value,
    OKActions: definition.OKActions ?? [],
    AlarmActions: definition.AlarmActions ?? [],
    InsufficientDataActions: definition.InsufficientDataActions ?? [],
    Trigger: {
      MetricName: metric.metricName,
      Namespace: metric.namespace,
      StatisticType: "Statistic",
      Statistic: definition.Statistic.toUpperCase(),
      Unit: definition.Unit ?? null,
      Dimensions: metric.dimensions.map(({ name, value }) => ({ value, name })),
      Period: definition.Period,
      EvaluationPeriods: definition.EvaluationPeriods,
      DatapointsToAlarm: definition.DatapointsToAlarm ?? definition.EvaluationPeriods,
      ComparisonOperator: definition.ComparisonOperator,
      Threshold: definition.Threshold,
      TreatMissingData: definition.TreatMissingData ?? "missing",
      EvaluateLowSampleCountPercentile: "",
    },
  };
}
