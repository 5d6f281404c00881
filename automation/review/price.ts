import { leafChanges } from "./leaf-changes";
import type { PriceLine } from "./price-line";
import type { PlannedChange } from "../stack/planned-changes";
import { BASE_REGION, REGION_PRICES } from "../prices/region-prices";

/** Where a rule's two sides are; `us-east-1` where that is not told. */
export interface RuleRegions {
  readonly source: string;
  readonly vault: string;
}

/**
 * By type of resource.
 * @see https://aws.amazon.com/kms/pricing/ a key: USD 1 a month
 * @see https://aws.amazon.com/cloudwatch/pricing/ a standard alarm: USD 0.10 a metric; a dashboard: USD 3
 */
const USD_PER_MONTH: Readonly<Record<string, { readonly what: string; readonly usd: number }>> = {
  "aws-native:kms:Key": { what: "KMS key", usd: 1 },
  "aws:kms/key:Key": { what: "KMS key", usd: 1 },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { what: "CloudWatch alarm", usd: 0.1 },
  "aws:cloudwatch/dashboard:Dashboard": { what: "CloudWatch dashboard", usd: 3 },
};

/**
 * What the planned changes do to the bill, a line each. Pure.
 * @param regionsOf where the sides of a rule are, by its id
 */
export function priceLines(
  planned: readonly PlannedChange[],
  regionsOf: (rule: string) => RuleRegions = () => ({ source: BASE_REGION, vault: BASE_REGION }),
): readonly PriceLine[] {
  return planned.flatMap((change) => [
    ...resourceLines(change),
    ...(change.resourceType === "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
      ? ruleLines(change, regionsOf)
      : []),
  ]);
}

/** The sum of what is fixed. Pure. */
export function fixedDifferenceUsd(lines: readonly PriceLine[]): number {
  const cents = lines.map((line) =>
    line.kind === "fixed" ? Math.round(line.differenceUsdPerMonth * 100) : 0,
  );
  return cents.reduce((sum, value) => sum + value, 0) / 100;
}

/** A kept resource is charged on. */
const FACTORS: Readonly<Record<string, number>> = { create: 1, delete: -1 };

function resourceLines(change: PlannedChange): readonly PriceLine[] {
  const price = USD_PER_MONTH[change.resourceType];
  const factor = FACTORS[change.action];
  if (price === undefined || factor === undefined) return [];
  return [
    {
      kind: "fixed",
      what: price.what,
      resource: change.physicalName ?? change.name,
      differenceUsdPerMonth: factor * price.usd,
    },
  ];
}

function ruleLines(
  change: PlannedChange,
  regionsOf: (rule: string) => RuleRegions,
): readonly PriceLine[] {
  const resource = change.physicalName ?? change.name;
  if (change.action === "create") {
    const why = "requests, transfer and storage follow what will be written and replicated";
    return [{ kind: "not-priced", what: "replication", resource, why }];
  }
  return leafChanges(change.changes ?? []).flatMap(({ path, ...values }) => {
    const rule = /^rules\[(.*?)\]/.exec(path)?.[1] ?? "";
    if (/\.destination\.storageClass$/.test(path)) {
      const { vault } = regionsOf(rule);
      return [storageLine(`storage class of rule ${rule}`, resource, vault, values)];
    }
    if (/\.destination\.replicationTime\.status$/.test(path)) {
      const { source } = regionsOf(rule);
      const price = REGION_PRICES[source]?.usdPerGbTimeControl;
      const what = `Replication Time Control of rule ${rule}`;
      if (price === undefined) {
        return [{ kind: "not-priced" as const, what, resource, why: notKnown("it", source) }];
      }
      const usd = (value: unknown): number => (value === "Enabled" ? price : 0);
      return [
        {
          kind: "per-unit" as const,
          what,
          resource,
          unit: "GB replicated",
          oldUsd: usd(values.old),
          newUsd: usd(values.new),
        },
      ];
    }
    if (/\.destination\.metrics\.status$/.test(path)) {
      const why = "charged as custom metrics of CloudWatch while there is something to measure";
      return [{ kind: "not-priced" as const, what: `metrics of rule ${rule}`, resource, why }];
    }
    return [];
  });
}

/** Absent: the class of the source version, which differs from object to object. */
function storageLine(
  what: string,
  resource: string,
  region: string,
  values: { readonly old?: unknown; readonly new?: unknown },
): PriceLine {
  const { usdPerGbMonth = {} } = REGION_PRICES[region] ?? {};
  const classes = [values.old, values.new];
  const [oldUsd, newUsd] = classes.map((name) => usdPerGbMonth[String(name)]);
  if (oldUsd === undefined || newUsd === undefined) {
    const change = `from ${priced(values.old, oldUsd)} to ${priced(values.new, newUsd)}`;
    const unknown = classes.filter((name) => usdPerGbMonth[String(name)] === undefined);
    const isOfRegion = classes.every((name) => typeof name === "string");
    const why = isOfRegion ? `${change}; ${notKnown(unknown.join(" and "), region)}` : change;
    return { kind: "not-priced", what, resource, why };
  }
  return { kind: "per-unit", what, resource, unit: "GB-month of new replicas", oldUsd, newUsd };
}

function notKnown(what: string, region: string): string {
  return `the price of ${what} in ${region} is not known here`;
}

/** With its price, where that is known. */
function priced(storageClass: unknown, usd: number | undefined): string {
  if (typeof storageClass !== "string") return "the class of each source version";
  return usd === undefined ? storageClass : `${storageClass} (USD ${usd} for a GB-month)`;
}
