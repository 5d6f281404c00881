import { defined, type AwsModule } from "../module";
import { dashboard } from "./dashboard";
import { eventRule } from "./event-rule";
import { eventTarget } from "./event-target";
import { metricAlarm } from "./metric-alarm";

export const cloudwatch: AwsModule = {
  types: [defined(dashboard), defined(eventRule), defined(eventTarget), defined(metricAlarm)],
  functions: {},
};
