import type { OperatorFacts } from "../operator-facts";
import type { OperatorRow } from "../operator-row";

const monitored =
  (resources: (facts: OperatorFacts) => readonly string[]) =>
  (facts: OperatorFacts): readonly string[] =>
    facts.hasMonitoring ? resources(facts) : [];

const topics = monitored(({ arnOf }) => [arnOf("sns", "lockstep-*", "*")]);
const eventRules = monitored(({ arnOf }) => [arnOf("events", "rule/lockstep-*")]);
const alarms = monitored(({ arnOf }) => [arnOf("cloudwatch", "alarm:*", "*")]);
const dashboards = monitored(({ dashboardArn, hasDashboard }) =>
  hasDashboard ? [dashboardArn] : [],
);

/** CloudWatch takes no resource for it. @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html */
const metrics = ({ hasMetrics }: OperatorFacts): readonly string[] => (hasMetrics ? ["*"] : []);

/** Rights for monitoring, in the accounts of sources. */
export const MONITORING_ROWS: readonly OperatorRow[] = [
  {
    sid: "Topics",
    side: "source",
    why: "who is told is told by topics",
    resources: topics,
    actions: {
      preview: [
        "sns:GetSubscriptionAttributes",
        "sns:GetTopicAttributes",
        "sns:ListTagsForResource",
      ],
      up: [
        "sns:CreateTopic",
        "sns:GetSubscriptionAttributes",
        "sns:GetTopicAttributes",
        "sns:ListTagsForResource",
        "sns:SetTopicAttributes",
        "sns:Subscribe",
        "sns:TagResource",
        "sns:UntagResource",
        "sns:Unsubscribe",
      ],
      destroy: [
        "sns:DeleteTopic",
        "sns:GetTopicAttributes",
        "sns:SetTopicAttributes",
        "sns:Unsubscribe",
      ],
    },
  },
  {
    sid: "Alarms",
    side: "source",
    why: "alarms tell of late and failed replication; one that is looked for is found in the list of all",
    resources: alarms,
    actions: {
      preview: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
      up: [
        "cloudwatch:DescribeAlarms",
        "cloudwatch:ListTagsForResource",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
      ],
      destroy: ["cloudwatch:DeleteAlarms"],
    },
  },
  {
    sid: "Dashboards",
    side: "source",
    why: "a dashboard shows them",
    resources: dashboards,
    actions: {
      preview: ["cloudwatch:GetDashboard"],
      up: ["cloudwatch:GetDashboard", "cloudwatch:PutDashboard"],
      destroy: ["cloudwatch:DeleteDashboards"],
    },
  },
  {
    sid: "RemoveTopicKeys",
    side: "source",
    why: "the keys of the topics go with them; those of data stay",
    resources: monitored(({ arnOf }) => [arnOf("kms", "key/*", "*")]),
    actions: { destroy: ["kms:ScheduleKeyDeletion"] },
  },
  {
    sid: "JobEvents",
    side: "source",
    why: "events of batch jobs reach the topics",
    resources: eventRules,
    actions: {
      preview: ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"],
      up: [
        "events:DescribeRule",
        "events:ListTagsForResource",
        "events:ListTargetsByRule",
        "events:PutRule",
        "events:PutTargets",
        "events:TagResource",
        "events:UntagResource",
      ],
      destroy: ["events:DeleteRule", "events:RemoveTargets"],
    },
  },
  {
    sid: "ReadReplicationMetrics",
    side: "source",
    why: "a report shows how far live replication is behind; without it, it says that this is not known",
    resources: metrics,
    actions: { verify: ["cloudwatch:GetMetricData"] },
    goesOn: ["verify"],
    warnings: { verify: "MetricsUnread" },
  },
];
