import { defineRule } from "../define-rule";
import type { Program } from "../program/program";
import {
  type Replication,
  replicationsOf,
  type ReplicationRule,
  rulesOf,
} from "../program/replications";
import { hasMetrics, isEnabled } from "../program/rule-facts";
import type { PolicyViolation } from "../rule";
import { at, membersAt, type Read, UNKNOWN } from "../values";

/** What S3 tells of replication, in the namespace `AWS/S3`. */
const METRICS: ReadonlySet<Read> = new Set([
  "OperationsFailedReplication",
  "OperationsPendingReplication",
  "BytesPendingReplication",
  "ReplicationLatency",
]);

/** In a search or a query of metrics. */
const METRICS_IN_TEXT = new RegExp([...METRICS].join("|"));

/**
 * Metrics of each rule, and something that looks at them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
 */
export const replicationAlarm = defineRule({
  id: "replication-alarm",
  title: "Each rule has metrics, and an alarm or a notification tells of failures",
  severity: "warning",
  rationale:
    "A version that S3 could not replicate stays behind for good: FAILED is not tried again, and nobody is told. Metrics, and the event s3:Replication:OperationFailedReplication, exist only for rules with metrics or Replication Time Control.",
  fix: 'Set destination.metrics.status to "Enabled", and declare an alarm on OperationsFailedReplication (namespace AWS/S3) or a bucket notification for s3:Replication:* at the source.',
  references: {
    securityHub: ["S3.11"],
    awsConfig: ["s3-event-notifications-enabled"],
    nist80053: ["CA-7", "SI-4"],
  },
  settings: {},
  check: (program) => [
    ...rulesOf(program).flatMap(([rule, { resource }]): PolicyViolation[] => {
      if (isEnabled(rule) === false || hasMetrics(rule) !== false) return [];
      return [{ resource, message: `${rule.label} has no metrics: nobody sees what it fails on.` }];
    }),
    ...replicationsOf(program).flatMap((replication): PolicyViolation[] => {
      const { resource, rules } = replication;
      if (rules === UNKNOWN || !rules.some(isWatched)) return [];
      if (mayHaveAlarm(program) || mayNotify(program, replication)) return [];
      return [{ resource, message: "It has metrics, and no alarm or notification looks at them." }];
    }),
  ],
});

function isWatched(rule: ReplicationRule): boolean {
  return isEnabled(rule) !== false && hasMetrics(rule) === true;
}

function mayHaveAlarm(program: Program): boolean {
  return program
    .ofKind("aws:cloudwatch:MetricAlarm", "aws-native:cloudwatch:Alarm")
    .some(({ props }) => {
      const queries = [...membersAt(props, "metricQueries"), ...membersAt(props, "metrics")];
      const names: readonly Read[] = [
        at(props, "metricName"),
        ...queries.map((query) => at(query, "metric", "metricName")),
        ...queries.map((query) => at(query, "metricStat", "metric", "metricName")),
      ];
      const expressions = queries.map((query) => at(query, "expression"));
      return (
        names.some((name) => name === UNKNOWN || METRICS.has(name)) ||
        expressions.some((one) => typeof one === "string" && METRICS_IN_TEXT.test(one))
      );
    });
}

/** Inputs with the targets of a notification, of both providers. */
const TARGETS = ["topics", "queues", "lambdaFunctions"];
const INLINE_TARGETS = ["topicConfigurations", "queueConfigurations", "lambdaConfigurations"];

function mayNotify(program: Program, { source }: Replication): boolean {
  if (source === undefined) return true;
  const notification = program.partOf(source, "aws:s3:BucketNotification");
  if (notification === UNKNOWN) return true;
  const inline = at(source.resource?.props, "notificationConfiguration");
  const targets = [
    ...TARGETS.flatMap((name) => membersAt(notification?.props, name)),
    ...INLINE_TARGETS.flatMap((name) => membersAt(inline, name)),
  ];
  return targets
    .flatMap((target) => [...membersAt(target, "events"), ...membersAt(target, "event")])
    .some((event) => event === UNKNOWN || String(event).startsWith("s3:Replication:"));
}
