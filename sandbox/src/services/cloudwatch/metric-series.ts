import type { StandardUnit } from "@aws-sdk/client-cloudwatch";
import type { MetricIdentity, StatisticSet, StoredDatum } from "./model";
import { merge } from "./statistics";

/** CloudWatch keeps hourly data for 455 days. The sandbox keeps the finest it has for as long. */
const RETENTION_MS = 455 * 86_400_000;

/** The data of one metric in order of time. */
export class MetricSeries {
  private data: StoredDatum[] = [];
  private newestWriteEpochMs = Number.NEGATIVE_INFINITY;

  constructor(
    readonly identity: MetricIdentity,
    /** Rises with each new metric of this world: lists go by it. */
    readonly sequence: number,
  ) {}

  /** When somebody wrote to it last, by the sandbox's clock. */
  get writtenEpochMs(): number {
    return this.newestWriteEpochMs;
  }

  /** Start of the newest second or minute with data; minus infinity without any. */
  get newestEpochMs(): number {
    return this.data.at(-1)?.epochMs ?? Number.NEGATIVE_INFINITY;
  }

  /** @param resolutionMs 1,000 or 60,000: values within one such span become one set */
  add(
    epochMs: number,
    unit: StandardUnit,
    statistics: StatisticSet,
    resolutionMs: number,
    nowEpochMs: number,
  ): void {
    const start = Math.floor(epochMs / resolutionMs) * resolutionMs;
    this.newestWriteEpochMs = nowEpochMs;
    const index = this.firstFrom(start);
    for (let at = index; this.data[at]?.epochMs === start; at++) {
      const datum = this.data[at];
      if (datum?.unit !== unit) continue;
      datum.statistics = merge(datum.statistics, statistics);
      return;
    }
    this.data.splice(index, 0, { epochMs: start, unit, statistics });
    const expired = this.firstFrom(nowEpochMs - RETENTION_MS);
    if (expired > 0) this.data.splice(0, expired);
  }

  /** What lies in a span of time, its end left out; of one unit, or of all. */
  between(startEpochMs: number, endEpochMs: number, unit?: StandardUnit): StoredDatum[] {
    const found = this.data.slice(this.firstFrom(startEpochMs), this.firstFrom(endEpochMs));
    return unit === undefined ? found : found.filter((datum) => datum.unit === unit);
  }

  /** Index of the first datum at or after a time. */
  private firstFrom(epochMs: number): number {
    let low = 0;
    let high = this.data.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const datum = this.data[middle];
      if (datum !== undefined && datum.epochMs < epochMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
