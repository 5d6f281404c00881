import type { StateValue } from "@aws-sdk/client-cloudwatch";
import type { AlarmDefinition, StaticComparison } from "./model";

/**
 * What state an alarm's data ask for. Pure.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */

/** One period of an alarm; `value` is undefined when it has no data. */
export interface Datapoint {
  /** Start of the period. */
  readonly epochMs: number;
  readonly value?: number;
  readonly sampleCount?: number;
}

export interface Verdict {
  /** Undefined: the alarm keeps the state that it has. */
  readonly value?: StateValue;
  /** The data points that decided, newest first. */
  readonly datapoints: readonly Required<Datapoint>[];
  /** How many periods without data were counted as TreatMissingData says. */
  readonly filledCount: number;
}

/**
 * How many periods beyond EvaluationPeriods are looked at, so that late or missing data need not be made up. AWS's
 * example has three evaluation periods in a range of five; that it is two always is assumed.
 */
export const EXTRA_PERIODS = 2;

/** @param range newest first, EvaluationPeriods + EXTRA_PERIODS long */
export function evaluate(
  definition: Pick<
    AlarmDefinition,
    | "EvaluationPeriods"
    | "DatapointsToAlarm"
    | "Threshold"
    | "ComparisonOperator"
    | "TreatMissingData"
  >,
  range: readonly Datapoint[],
): Verdict {
  const periods = definition.EvaluationPeriods;
  const toAlarm = definition.DatapointsToAlarm ?? periods;
  const real = range.filter(hasData).slice(0, periods);
  const missingCount = periods - real.length;
  const breachingCount = real.filter(({ value }) => breaches(definition, value)).length;
  const decide = (value: StateValue | undefined, filledCount = 0): Verdict => ({
    value,
    datapoints: real,
    filledCount,
  });

  if (missingCount === 0) return decide(breachingCount >= toAlarm ? "ALARM" : "OK");
  switch (definition.TreatMissingData ?? "missing") {
    case "breaching":
      return decide(breachingCount + missingCount >= toAlarm ? "ALARM" : "OK", missingCount);
    case "notBreaching":
      return decide(breachingCount >= toAlarm ? "ALARM" : "OK", missingCount);
    case "ignore":
      if (real.length === 0) return decide(undefined);
      break;
    default:
      if (real.length === 0) return decide("INSUFFICIENT_DATA", missingCount);
  }
  // Some data, and what is missing is not made up: what is there decides as far as it can.
  if (breachingCount >= toAlarm) return decide("ALARM");
  if (breachingCount < real.length) return decide("OK");
  if (definition.TreatMissingData === "ignore") return decide(undefined);
  // All that is there breaches: an alarm once the oldest of it is old enough, so that one value that comes early does
  // not raise it.
  const oldest = range.findLastIndex((point, index) => index < periods && hasData(point));
  return decide(oldest + 1 >= toAlarm ? "ALARM" : undefined);
}

function breaches(
  definition: { readonly ComparisonOperator: StaticComparison; readonly Threshold: number },
  value: number,
): boolean {
  switch (definition.ComparisonOperator) {
    case "GreaterThanOrEqualToThreshold":
      return value >= definition.Threshold;
    case "GreaterThanThreshold":
      return value > definition.Threshold;
    case "LessThanThreshold":
      return value < definition.Threshold;
    case "LessThanOrEqualToThreshold":
      return value <= definition.Threshold;
  }
}

function hasData(point: Datapoint): point is Required<Datapoint> {
  return point.value !== undefined;
}
