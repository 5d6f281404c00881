import type {
  Datapoint,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
} from "@aws-sdk/client-cloudwatch";
import type { Operation } from "../../world/operation";
import { accountOf, needOn } from "./access";
import * as errors from "./errors";
import {
  requireDimensions,
  requireNamespace,
  requirePeriodMs,
  requireText,
  requireUnit,
} from "./input-rules";
import { requireStatistic } from "./statistic-name";
import { identityOf } from "./state";
import { byPeriod, statistic } from "./statistics";

const MAX_DATAPOINTS = 1440;

export const getMetricStatistics: Operation<GetMetricStatisticsInput, GetMetricStatisticsOutput> = {
  access: (_input, context) => [needOn(context)],
  handle(input, context) {
    const metricName = requireText(input.MetricName, "MetricName");
    const identity = identityOf(
      requireNamespace(input.Namespace),
      metricName,
      requireDimensions(input.Dimensions),
    );
    const periodMs = requirePeriodMs(input.Period);
    const unit = requireUnit(input.Unit);
    if ((input.ExtendedStatistics ?? []).length > 0) {
      throw errors.notImplemented("ExtendedStatistics of GetMetricStatistics");
    }
    if ((input.Statistics ?? []).length === 0) {
      throw errors.missingParameter(
        "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
      );
    }
    const names = (input.Statistics ?? []).map(requireStatistic);
    const [start, end] = requireSpan(input.StartTime, input.EndTime);
    if ((end - start) / periodMs > MAX_DATAPOINTS) {
      throw errors.invalidCombination(
        `You have requested up to ${Math.ceil((end - start) / periodMs)} datapoints, which exceeds the limit of ${MAX_DATAPOINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
      );
    }
    const series = context.world.cloudWatch.findSeries(
      accountOf(context),
      context.region,
      identity,
    );
    const alignedStart = Math.floor(start / 60_000) * 60_000;
    const periods = byPeriod(series?.between(start, end, unit) ?? [], periodMs, alignedStart);
    const datapoints = periods.map((period): Datapoint => {
      const values = names.map((name) => [name, statistic(period.statistics, name)] as const);
      return {
        Timestamp: new Date(period.epochMs),
        Unit: period.unit,
        ...Object.fromEntries(values),
      };
    });
    return { Label: metricName, Datapoints: datapoints };
  },
};

/** Start and end in milliseconds since the epoch. */
export function requireSpan(start: Date | undefined, end: Date | undefined): [number, number] {
  if (start === undefined) throw errors.required("StartTime");
  if (end === undefined) throw errors.required("EndTime");
  if (start.getTime() < end.getTime()) return [start.getTime(), end.getTime()];
  throw errors.invalidCombination(
    "The parameter StartTime must be less than the parameter EndTime.",
  );
}
