import type * as CloudWatch from "@aws-sdk/client-cloudwatch";
import type { OperationTable } from "../../world/operation";
import type { OperationsOf } from "../../world/operations-of";
import {
  deleteAlarms,
  disableAlarmActions,
  enableAlarmActions,
  setAlarmState,
} from "./alarm-operations";
import { deleteDashboards, getDashboard, listDashboards, putDashboard } from "./dashboards";
import { describeAlarmHistory, describeAlarms, describeAlarmsForMetric } from "./describe-alarms";
import { getMetricData } from "./get-metric-data";
import { getMetricStatistics } from "./get-metric-statistics";
import { listMetrics } from "./list-metrics";
import { putMetricAlarm } from "./put-metric-alarm";
import { putMetricData } from "./put-metric-data";
import { listTagsForResource, tagResource, untagResource } from "./tags";

/** The operations of CloudWatch. What is not here answers `NotImplemented` by name. */
export const operations: OperationTable = {
  PutMetricData: putMetricData,
  GetMetricData: getMetricData,
  GetMetricStatistics: getMetricStatistics,
  ListMetrics: listMetrics,
  PutMetricAlarm: putMetricAlarm,
  DescribeAlarms: describeAlarms,
  DescribeAlarmsForMetric: describeAlarmsForMetric,
  DescribeAlarmHistory: describeAlarmHistory,
  DeleteAlarms: deleteAlarms,
  SetAlarmState: setAlarmState,
  EnableAlarmActions: enableAlarmActions,
  DisableAlarmActions: disableAlarmActions,
  PutDashboard: putDashboard,
  GetDashboard: getDashboard,
  ListDashboards: listDashboards,
  DeleteDashboards: deleteDashboards,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
} satisfies OperationsOf<typeof CloudWatch>;
