import * as errors from "./errors";
import type { StatisticName } from "./model";

const NAMES: readonly StatisticName[] = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];
/** `p99`, `tm90`, `tc90`, `ts90`, `wm98`, `PR(...)`, `TM(...)`, `IQM`: they need the single values. */
const EXTENDED = /^(p|tm|tc|ts|wm)\d|^(PR|TM|TC|TS|WM)\(|^IQM$/;

/** @throws AwsError NotImplemented for an extended statistic, a validation error for no statistic */
export function requireStatistic(name: string): StatisticName {
  const known = NAMES.find((one) => one === name);
  if (known !== undefined) return known;
  if (EXTENDED.test(name)) throw errors.notImplemented(`the extended statistic ${name}`);
  throw errors.constraint(
    "statistic",
    name,
    `Member must satisfy enum value set: [${NAMES.join(", ")}]`,
  );
}
