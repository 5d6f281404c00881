import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import type { Foundation } from "../../world/foundation";
import type { SnsState } from "../sns/state";
import type { MetricSeries } from "./metric-series";
import type { Alarm, MetricIdentity } from "./model";

/** What looking at alarms reads and writes of CloudWatch itself. */
export interface AlarmRecords {
  findSeries(accountId: string, region: string, identity: MetricIdentity): MetricSeries | undefined;
  addHistory(alarm: Alarm, item: Omit<AlarmHistoryItem, "AlarmName" | "AlarmType">): void;
}

/** What alarms work with: their actions go to topics. */
export type AlarmSurroundings = Pick<Foundation, "clock"> & {
  readonly sns: SnsState;
  readonly records: AlarmRecords;
};
