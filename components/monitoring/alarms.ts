/**
 * The alarms of one replication rule, as data. Which Region publishes which metric, and how missing data is to be taken, is
 * AWS's own: pending and latency metrics come from the destination's Region and go on when nothing replicates; the failure
 * metric comes from the source's and is silent then.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
 */

import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch";
import type { MonitoringConfig } from "../config/types";

/** A rule with metrics, and the buckets that it joins. */
export interface WatchedRule {
  ruleId: string;
  sourceBucketName: string;
  sourceRegion: string;
  destinationBucketName: string;
  destinationRegion: string;
}

/** An alarm without its actions. */
export type RuleAlarm = Pick<
  MetricAlarmArgs,
  | "alarmDescription"
  | "comparisonOperator"
  | "evaluationPeriods"
  | "metricName"
  | "namespace"
  | "period"
  | "statistic"
  | "threshold"
  | "treatMissingData"
> & {
  /** Last part of the resource's name. */
  name: string;
  region: string;
  dimensions: Record<string, string>;
  /** Whether going back to INSUFFICIENT_DATA is what is to be told. */
  tellsSilence?: true;
};

const FIVE_MINUTES_SECONDS = 300;
const HOUR_SECONDS = 3600;

/** Thresholds as in the config. */
export type AlarmThresholds = Pick<
  MonitoringConfig,
  | "replicationLatencySeconds"
  | "bytesPendingReplication"
  | "operationsPendingReplication"
  | "noReplicationHours"
>;

export function ruleAlarms(rule: WatchedRule, thresholds: AlarmThresholds): RuleAlarm[] {
  const { noReplicationHours } = thresholds;
  const pending = { ...common(rule), region: rule.destinationRegion, ...aboveForQuarterHour };
  return [
    {
      ...common(rule),
      name: "failed",
      region: rule.sourceRegion,
      alarmDescription: `Rule ${rule.ruleId}: versions were not replicated. S3 does not try them again: see the events for the cause, then run lockstep backfill.`,
      metricName: "OperationsFailedReplication",
      statistic: "Sum",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      period: FIVE_MINUTES_SECONDS,
      evaluationPeriods: 1,
      treatMissingData: "ignore",
    },
    {
      ...pending,
      name: "latency",
      alarmDescription: `Rule ${rule.ruleId}: replicas arrive more than ${thresholds.replicationLatencySeconds} seconds late.`,
      metricName: "ReplicationLatency",
      threshold: thresholds.replicationLatencySeconds,
    },
    {
      ...pending,
      name: "bytes-pending",
      alarmDescription: `Rule ${rule.ruleId}: more than ${thresholds.bytesPendingReplication} bytes wait for replication.`,
      metricName: "BytesPendingReplication",
      threshold: thresholds.bytesPendingReplication,
    },
    {
      ...pending,
      name: "operations-pending",
      alarmDescription: `Rule ${rule.ruleId}: more than ${thresholds.operationsPendingReplication} operations wait for replication.`,
      metricName: "OperationsPendingReplication",
      threshold: thresholds.operationsPendingReplication,
    },
    ...(noReplicationHours === undefined ? [] : [nothingReplicated(rule, noReplicationHours)]),
  ];
}

/**
 * Silence after something was replicated. Each operation, failed or not, is one sample of the failure metric, which has no data
 * where nothing is replicated. CloudWatch cannot tell "not yet" from "no more" by data that is missing; its states can: an
 * alarm begins in INSUFFICIENT_DATA and tells nobody, is OK from the first operation on, and tells when it goes back for want of
 * data. Taken as breaching, missing data would raise it half a minute after a first deployment.
 *
 * CloudWatch looks back some periods further than it is told to before it calls all data missing, so an hour or two may be added.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
function nothingReplicated(rule: WatchedRule, hours: number): RuleAlarm {
  return {
    ...common(rule),
    name: "none",
    region: rule.sourceRegion,
    alarmDescription: `Rule ${rule.ruleId}: INSUFFICIENT_DATA means that nothing was replicated for ${hours} hours. It is so before the first version too, and then told to nobody.`,
    metricName: "OperationsFailedReplication",
    statistic: "SampleCount",
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    period: HOUR_SECONDS,
    evaluationPeriods: hours,
    treatMissingData: "missing",
    tellsSilence: true,
  };
}

const aboveForQuarterHour = {
  statistic: "Maximum",
  comparisonOperator: "GreaterThanThreshold",
  period: FIVE_MINUTES_SECONDS,
  evaluationPeriods: 3,
  treatMissingData: "ignore",
} as const;

function common(rule: WatchedRule): Pick<RuleAlarm, "namespace" | "dimensions"> {
  return { namespace: "AWS/S3", dimensions: dimensionsOf(rule) };
}

/** The dimensions of every replication metric. */
export function dimensionsOf(rule: WatchedRule): Record<string, string> {
  return {
    SourceBucket: rule.sourceBucketName,
    DestinationBucket: rule.destinationBucketName,
    RuleId: rule.ruleId,
  };
}
