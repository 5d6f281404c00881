import type { PutMetricAlarmInput, StandardUnit, StateValue } from "@aws-sdk/client-cloudwatch";

/** The nouns of CloudWatch. */

/** What tells one metric from another; dimensions are in the order of their names. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: readonly MetricDimension[];
}

export interface MetricDimension {
  readonly name: string;
  readonly value: string;
}

/** Everything that CloudWatch keeps of the values of one moment: the values themselves are gone. */
export interface StatisticSet {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Values of one metric and unit within one second or one minute. */
export interface StoredDatum {
  /** Start of the second or the minute. */
  readonly epochMs: number;
  readonly unit: StandardUnit;
  statistics: StatisticSet;
}

/** The statistics of one period. */
export interface PeriodStatistics {
  /** Start of the period. */
  readonly epochMs: number;
  readonly unit: StandardUnit;
  readonly statistics: StatisticSet;
}

/** A metric alarm with its state. */
export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly metric: MetricIdentity;
  /** As it was put; replaced as a whole. */
  definition: AlarmDefinition;
  configurationUpdatedEpochMs: number;
  actionsEnabled: boolean;
  state: AlarmState;
}

export type AlarmDefinition = Readonly<PutMetricAlarmInput> & {
  readonly Statistic: StatisticName;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly ComparisonOperator: StaticComparison;
};

export type StatisticName = "SampleCount" | "Average" | "Sum" | "Minimum" | "Maximum";

/** The comparisons with a fixed threshold; the others need anomaly detection. */
export type StaticComparison =
  | "GreaterThanOrEqualToThreshold"
  | "GreaterThanThreshold"
  | "LessThanThreshold"
  | "LessThanOrEqualToThreshold";

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON text. */
  readonly reasonData?: string;
  /** Of the last change of value or of reason. */
  readonly updatedEpochMs: number;
  /** Of the last change of value. */
  readonly transitionedEpochMs: number;
}

export interface Dashboard {
  readonly name: string;
  readonly arn: string;
  /** JSON text, as given. */
  readonly body: string;
  readonly modifiedEpochMs: number;
}
