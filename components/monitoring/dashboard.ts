/**
 * The body of a dashboard: a row for each rule, a graph for each metric, each from the Region that publishes it.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */

import { dimensionsOf, type WatchedRule } from "./alarms";

/** A dashboard is 24 units wide: four graphs a row. */
const WIDTH = 6;
const HEIGHT = 6;

const GRAPHS = [
  { metric: "OperationsFailedReplication", stat: "Sum", from: "sourceRegion" },
  { metric: "ReplicationLatency", stat: "Maximum", from: "destinationRegion" },
  { metric: "BytesPendingReplication", stat: "Maximum", from: "destinationRegion" },
  { metric: "OperationsPendingReplication", stat: "Maximum", from: "destinationRegion" },
] as const;

export function dashboardBody(rules: readonly WatchedRule[]): string {
  const widgets = rules.flatMap((rule, row) =>
    GRAPHS.map(({ from, metric, stat }, column) => ({
      type: "metric",
      x: column * WIDTH,
      y: row * HEIGHT,
      width: WIDTH,
      height: HEIGHT,
      properties: {
        title: `${rule.ruleId}: ${metric}`,
        region: rule[from],
        view: "timeSeries",
        stat,
        period: 300,
        metrics: [["AWS/S3", metric, ...Object.entries(dimensionsOf(rule)).flat()]],
      },
    })),
  );
  return JSON.stringify({ widgets });
}
