import type {
  GetMetricDataInput,
  GetMetricDataOutput,
  MetricDataQuery,
  MetricDataResult,
} from "@aws-sdk/client-cloudwatch";
import type { Operation, RequestContext } from "../../world/operation";
import { accountOf, needOn } from "./access";
import * as errors from "./errors";
import { requireSpan } from "./get-metric-statistics";
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

const MAX_QUERIES = 500;
const MAX_DATAPOINTS = 100_800;

/** Statistics of metrics; expressions of metric math and of Metrics Insights are refused by name. */
export const getMetricData: Operation<GetMetricDataInput, GetMetricDataOutput> = {
  access: (_input, context) => [needOn(context)],
  handle(input, context) {
    const queries = input.MetricDataQueries ?? [];
    if (queries.length > MAX_QUERIES) {
      throw errors.invalidValue(
        `The collection MetricDataQueries must not have a size greater than ${MAX_QUERIES}.`,
      );
    }
    const ids = queries.map(({ Id }) => requireId(Id));
    if (new Set(ids).size < ids.length) {
      throw errors.invalidValue("The values for parameter id in MetricDataQueries are not unique.");
    }
    const span = requireSpan(input.StartTime, input.EndTime);
    if (input.NextToken !== undefined) throw errors.invalidNextToken();
    if (input.LabelOptions?.Timezone !== undefined) {
      throw errors.notImplemented("LabelOptions of GetMetricData");
    }
    const isAscending = input.ScanBy === "TimestampAscending";
    const results = queries.map((query) => answer(query, span, isAscending, context));
    const returned = results.filter((_result, index) => queries[index]?.ReturnData !== false);
    const total = returned.reduce((sum, result) => sum + (result.Values?.length ?? 0), 0);
    // More than one page is more than a sandbox holds in all likelihood: it is refused and not cut off.
    if (total > (input.MaxDatapoints ?? MAX_DATAPOINTS)) {
      throw errors.notImplemented("GetMetricData in pages");
    }
    return { MetricDataResults: returned, Messages: [] };
  },
};

function requireId(id: string | undefined): string {
  const text = requireText(id, "MetricDataQueries.member.Id");
  if (/^[a-z]\w*$/.test(text)) return text;
  throw errors.invalidValue(
    `The value ${text} for parameter MetricDataQueries.member.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
  );
}

function answer(
  query: MetricDataQuery,
  [startEpochMs, endEpochMs]: [number, number],
  isAscending: boolean,
  context: RequestContext,
): MetricDataResult {
  if (query.Expression !== undefined) {
    throw errors.notImplemented(`the expression ${query.Expression} of GetMetricData`);
  }
  if (query.AccountId !== undefined && query.AccountId !== accountOf(context)) {
    throw errors.notImplemented("metrics of linked accounts");
  }
  const { MetricStat: stat } = query;
  if (stat === undefined) {
    throw errors.missingParameter(
      "Either MetricStat or Expression must be given for each of MetricDataQueries.",
    );
  }
  const metricName = requireText(stat.Metric?.MetricName, "MetricStat.Metric.MetricName");
  const identity = identityOf(
    requireNamespace(stat.Metric?.Namespace, "MetricStat.Metric.Namespace"),
    metricName,
    requireDimensions(stat.Metric?.Dimensions),
  );
  const name = requireStatistic(requireText(stat.Stat, "MetricStat.Stat"));
  const periodMs = requirePeriodMs(stat.Period, "MetricStat.Period");
  const unit = requireUnit(stat.Unit);
  const series = context.world.cloudWatch.findSeries(accountOf(context), context.region, identity);
  // The start goes back to the start of its period, so that the first one is whole.
  const from = Math.floor(startEpochMs / periodMs) * periodMs;
  const periods = byPeriod(series?.between(from, endEpochMs, unit) ?? [], periodMs);
  if (!isAscending) periods.reverse();
  return {
    Id: query.Id,
    Label: query.Label ?? metricName,
    Timestamps: periods.map(({ epochMs }) => new Date(epochMs)),
    Values: periods.map(({ statistics }) => statistic(statistics, name)),
    StatusCode: "Complete",
  };
}
