import { leafChanges } from "./leaf-changes";
import type { PriceLine } from "./price-line";
import type { PlannedChange } from "../stack/planned-changes";

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
 * First tier, for each GB and month.
 * @see https://aws.amazon.com/s3/pricing/
 */
const STORAGE_USD_PER_GB_MONTH: Readonly<Record<string, number>> = {
  STANDARD: 0.023,
  STANDARD_IA: 0.0125,
  ONEZONE_IA: 0.01,
  GLACIER_IR: 0.004,
  GLACIER: 0.0036,
  DEEP_ARCHIVE: 0.00099,
};

/** For each GB that S3 Replication Time Control carries. @see https://aws.amazon.com/s3/pricing/ */
const TIME_CONTROL_USD_PER_GB = 0.015;

/** What the planned changes do to the bill, a line each. Pure. */
export function priceLines(planned: readonly PlannedChange[]): readonly PriceLine[] {
  return planned.flatMap((change) => [
    ...resourceLines(change),
    ...(change.resourceType === "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
      ? ruleLines(change)
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

function ruleLines(change: PlannedChange): readonly PriceLine[] {
  const resource = change.physicalName ?? change.name;
  if (change.action === "create") {
    const why = "requests, transfer and storage follow what will be written and replicated";
    return [{ kind: "not-priced", what: "replication", resource, why }];
  }
  return leafChanges(change.changes ?? []).flatMap(({ path, ...values }) => {
    const rule = /^rules\[(.*?)\]/.exec(path)?.[1] ?? "";
    if (/\.destination\.storageClass$/.test(path)) {
      return [storageLine(`storage class of rule ${rule}`, resource, values)];
    }
    if (/\.destination\.replicationTime\.status$/.test(path)) {
      const usd = (value: unknown): number => (value === "Enabled" ? TIME_CONTROL_USD_PER_GB : 0);
      return [
        {
          kind: "per-unit" as const,
          what: `Replication Time Control of rule ${rule}`,
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
  values: { readonly old?: unknown; readonly new?: unknown },
): PriceLine {
  const [oldUsd, newUsd] = [values.old, values.new].map(
    (name) => STORAGE_USD_PER_GB_MONTH[String(name)],
  );
  if (oldUsd === undefined || newUsd === undefined) {
    const why = `from ${className(values.old)} to ${className(values.new)}`;
    return { kind: "not-priced", what, resource, why };
  }
  return { kind: "per-unit", what, resource, unit: "GB-month of new replicas", oldUsd, newUsd };
}

function className(value: unknown): string {
  return typeof value === "string" ? value : "the class of each source version";
}
