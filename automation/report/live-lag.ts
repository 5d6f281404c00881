/** How far live replication is behind, as S3 measures it for rules with metrics. Reading only. */

import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { hasMetrics } from "../../components/config/rule";
import type { RuleOutputs } from "../../components/promise/outputs";
import { callerIdentity, type AccountClients } from "../aws/aws-clients";
import type { Clock } from "../clock";
import { awsFailure, messageOf } from "../errors";
import type { Session } from "../events";
import type { DeployedPromise } from "../promise/deployed-promise";
import type { LiveLag } from "./fields";

/** What a report shows: the last day, in 288 points. */
const SPAN_MS = 24 * 60 * 60 * 1000;
const PERIOD_SECONDS = 5 * 60;

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MAX_QUERIES = 500;

interface Measured extends Pick<Session, "emit" | "signal"> {
  readonly promise: Pick<DeployedPromise, "rules" | "source" | "vaults">;
  /** Of the source's account. */
  readonly clients: Pick<AccountClients, "cloudwatch" | "sts">;
  /** Where AWS says no time. */
  readonly clock: Pick<Clock, "nowEpochMs">;
}

/**
 * One for each rule. S3 publishes `ReplicationLatency` in the Region of the rule's destination; the account is the source's
 * (assumed: AWS does not say whose it is across accounts). It says nothing of batch jobs, and no verdict goes by it.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
 */
export async function liveLags(measured: Measured): Promise<readonly LiveLag[]> {
  const { rules, source, vaults } = measured.promise;
  const byRegion = new Map<string, RuleOutputs[]>();
  for (const rule of rules.filter(hasMetrics)) {
    const region = vaults.get(rule.vault)?.region ?? source.region;
    byRegion.set(region, [...(byRegion.get(region) ?? []), rule]);
  }
  const found = new Map<string, Told>();
  for (const [region, ofRegion] of byRegion) {
    for (const [name, told] of await lagsIn(region, ofRegion, measured)) found.set(name, told);
  }
  return rules.map(({ name, vault }) => ({
    rule: name,
    vault,
    ...(found.get(name) ?? {
      points: [],
      unknown: "the rule has no metrics (`metrics: true`), so nobody measures it",
    }),
  }));
}

type Told = Pick<LiveLag, "points" | "unknown">;

/** By the rule's name. What AWS refuses makes no report fail: it says why the lag is not known. */
async function lagsIn(
  region: string,
  rules: readonly RuleOutputs[],
  measured: Measured,
): Promise<ReadonlyMap<string, Told>> {
  try {
    const points = await pointsIn(region, rules, measured);
    return new Map(
      rules.map(({ name }, index) => [name, { points: points.get(idOf(index)) ?? [] }]),
    );
  } catch (error) {
    if (awsFailure(error) === undefined || measured.signal.aborted) throw error;
    const unknown = `CloudWatch in ${region} does not say: ${messageOf(error)}`;
    const message = `The lag of live replication by ${rules.map(({ name }) => name).join(", ")} is not known: ${unknown}`;
    measured.emit({ type: "warning", code: "MetricsUnread", message });
    return new Map(rules.map(({ name }) => [name, { points: [], unknown }]));
  }
}

async function pointsIn(
  region: string,
  rules: readonly RuleOutputs[],
  { clients, clock, promise, signal }: Measured,
): Promise<ReadonlyMap<string, LiveLag["points"]>> {
  const { GetMetricDataCommand, client } = clients.cloudwatch(region);
  // The clock of this machine may be wrong, and CloudWatch is asked for a day by AWS's.
  const { answeredEpochMs = clock.nowEpochMs() } = await callerIdentity(clients, signal);
  const periodMs = PERIOD_SECONDS * 1000;
  const endEpochMs = Math.ceil(answeredEpochMs / periodMs) * periodMs;
  const queries = rules.map(({ name, vault }, index): MetricDataQuery => ({
    Id: idOf(index),
    MetricStat: {
      Metric: {
        Namespace: "AWS/S3",
        MetricName: "ReplicationLatency",
        Dimensions: [
          { Name: "SourceBucket", Value: promise.source.bucketName },
          { Name: "DestinationBucket", Value: promise.vaults.get(vault)?.bucketName },
          { Name: "RuleId", Value: name },
        ],
      },
      Period: PERIOD_SECONDS,
      Stat: "Maximum",
    },
  }));
  const points = new Map<string, LiveLag["points"][number][]>();
  for (let at = 0; at < queries.length; at += MAX_QUERIES) {
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new GetMetricDataCommand({
          StartTime: new Date(endEpochMs - SPAN_MS),
          EndTime: new Date(endEpochMs),
          ScanBy: "TimestampAscending",
          MetricDataQueries: queries.slice(at, at + MAX_QUERIES),
          NextToken,
        }),
        { abortSignal: signal },
      );
      page.MetricDataResults?.forEach(({ Id = "", Timestamps = [], Values = [] }) => {
        const before = points.get(Id) ?? [];
        points.set(Id, before);
        Timestamps.forEach((time, index) => {
          before.push({ at: time.toISOString(), seconds: Values[index] ?? 0 });
        });
      });
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
  return points;
}

/** CloudWatch takes letters and digits, beginning with a small letter; names of rules may have anything. */
function idOf(index: number): string {
  return `r${index}`;
}
