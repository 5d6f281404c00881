import type { PeriodStatistics, StatisticName, StatisticSet, StoredDatum } from "./model";

/** Arithmetic on statistic sets. Pure. */

export function merge(left: StatisticSet, right: StatisticSet): StatisticSet {
  return {
    sampleCount: left.sampleCount + right.sampleCount,
    sum: left.sum + right.sum,
    minimum: Math.min(left.minimum, right.minimum),
    maximum: Math.max(left.maximum, right.maximum),
  };
}

/** The set of one value that was observed `count` times. */
export function setOf(value: number, count = 1): StatisticSet {
  return { sampleCount: count, sum: value * count, minimum: value, maximum: value };
}

export function statistic(set: StatisticSet, name: StatisticName): number {
  switch (name) {
    case "SampleCount":
      return set.sampleCount;
    case "Average":
      return set.sum / set.sampleCount;
    case "Sum":
      return set.sum;
    case "Minimum":
      return set.minimum;
    case "Maximum":
      return set.maximum;
  }
}

/** Statistics for each period that has data, in order of time; units are kept apart. */
export function byPeriod(
  data: readonly StoredDatum[],
  periodMs: number,
  originEpochMs = 0,
): PeriodStatistics[] {
  const periods = new Map<string, PeriodStatistics>();
  for (const { epochMs, unit, statistics } of data) {
    const start = epochMs - ((((epochMs - originEpochMs) % periodMs) + periodMs) % periodMs);
    const key = `${start} ${unit}`;
    const known = periods.get(key);
    periods.set(key, {
      epochMs: start,
      unit,
      statistics: known === undefined ? statistics : merge(known.statistics, statistics),
    });
  }
  return [...periods.values()].sort((left, right) => left.epochMs - right.epochMs);
}
