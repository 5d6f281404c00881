import type {
  DimensionFilter,
  ListMetricsInput,
  ListMetricsOutput,
} from "@aws-sdk/client-cloudwatch";
import type { Operation } from "../../world/operation";
import { accountOf, needOn } from "./access";
import * as errors from "./errors";
import { page, requireText } from "./input-rules";
import type { MetricIdentity } from "./model";

const PAGE_SIZE = 500;
/** A metric without new data leaves the list after two weeks. */
const LISTED_MS = 14 * 86_400_000;
const RECENT_MS = 3 * 3_600_000;

export const listMetrics: Operation<ListMetricsInput, ListMetricsOutput> = {
  access: (_input, context) => [needOn(context)],
  handle(input, context) {
    if (input.IncludeLinkedAccounts === true || input.OwningAccount !== undefined) {
      throw errors.notImplemented("metrics of linked accounts");
    }
    if (input.RecentlyActive !== undefined && input.RecentlyActive !== "PT3H") {
      throw errors.constraint(
        "recentlyActive",
        input.RecentlyActive,
        "Member must satisfy enum value set: [PT3H]",
      );
    }
    const withinMs = input.RecentlyActive === undefined ? LISTED_MS : RECENT_MS;
    const oldestEpochMs = context.nowEpochMs - withinMs;
    const filters = input.Dimensions ?? [];
    for (const { Name } of filters) requireText(Name, "Dimensions.member.Name");
    const found = context.world.cloudWatch
      .seriesOf(accountOf(context), context.region)
      .filter((series) => series.writtenEpochMs >= oldestEpochMs)
      .map((series) => series.identity)
      .filter((metric) => input.Namespace === undefined || metric.namespace === input.Namespace)
      .filter((metric) => input.MetricName === undefined || metric.metricName === input.MetricName)
      .filter((metric) => filters.every((filter) => hasDimension(metric, filter)));
    const { items, nextToken } = page(found, PAGE_SIZE, input.NextToken);
    return {
      Metrics: items.map(({ namespace, metricName, dimensions }) => ({
        Namespace: namespace,
        MetricName: metricName,
        Dimensions: dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
      })),
      NextToken: nextToken,
    };
  },
};

/** A filter without a value asks only for the name. */
function hasDimension(metric: MetricIdentity, { Name, Value }: DimensionFilter): boolean {
  return metric.dimensions.some(
    ({ name, value }) => name === Name && (Value === undefined || value === Value),
  );
}
