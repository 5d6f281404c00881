import { notes, type ServiceCoverage } from "../../coverage/coverage-model";

export const coverage: ServiceCoverage = {
  operations: {
    PutMetricData: {
      state: "partial",
      note: "`EntityMetricData` is refused by name; data can be read at once",
      evidence: "API",
    },
    GetMetricData: {
      state: "partial",
      note: "expressions, extended statistics, linked accounts and more than one page are refused by name",
      evidence: "API",
    },
    GetMetricStatistics: {
      state: "partial",
      note: "`ExtendedStatistics` are refused by name; data are kept at full resolution for 455 days",
      evidence: "API",
    },
    ListMetrics: {
      state: "partial",
      note: "linked accounts are refused by name; a metric is listed at once",
      evidence: "API",
    },
    PutMetricAlarm: {
      state: "partial",
      note: "metric math, percentiles, anomaly detection and PromQL are refused by name",
      evidence: "API",
    },
    DescribeAlarms: {
      state: "partial",
      note: "metric alarms only; parents and children are refused by name",
      evidence: "API",
    },
    ...notes(
      [
        "DescribeAlarmsForMetric",
        "DeleteAlarms",
        "SetAlarmState",
        "EnableAlarmActions",
        "DisableAlarmActions",
        "GetDashboard",
        "ListDashboards",
        "DeleteDashboards",
        "TagResource",
        "UntagResource",
        "ListTagsForResource",
      ],
      { state: "done", evidence: "API" },
    ),
    DescribeAlarmHistory: {
      state: "partial",
      note: "the latest 10,000 entries of an account and Region; texts of data are assumed",
      evidence: "API",
    },
    PutDashboard: {
      state: "partial",
      note: "what the widgets say is not looked into",
      evidence: "API",
    },
  },
  rules: [
    {
      rule: "Protocols: JSON 1.0, RPC v2 CBOR and query, with the query protocol's error codes; gzip bodies",
      state: "done",
      evidence: "model, Smithy specification",
    },
    {
      rule: "State by the clock: M of N, missing data as all four treatments, reason and reason data",
      state: "done",
      evidence: "UG alarms-and-missing-data; two periods beyond the evaluated ones are assumed",
    },
    {
      rule: "Alarm actions: messages to SNS topics",
      state: "done",
      evidence: "UG; the text of a failed action in the history is assumed",
    },
    {
      rule: "Alarm actions of other services: named as not carried out in the alarm's history",
      state: "refused",
      evidence: "assumed",
    },
  ],
};
