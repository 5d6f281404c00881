/**
 * What a change does to the bill: a fixed sum a month, a price for each unit of what nobody knows beforehand, or nothing that
 * can be said. List prices in USD, without free tiers and discounts: of storage in the vault's Region, of keys, alarms and dashboards in us-east-1.
 */
export type PriceLine = {
  /** As in `KMS key`. */
  readonly what: string;
  /** At AWS; Pulumi's name where that is not known yet. */
  readonly resource: string;
} & (
  | {
      /** The same every month, whatever is done. */
      readonly kind: "fixed";
      /** Negative where it goes. */
      readonly differenceUsdPerMonth: number;
    }
  | {
      /** By use, which nobody knows beforehand. */
      readonly kind: "per-unit";
      /** As in `GB replicated`. */
      readonly unit: string;
      /** For each unit, before. */
      readonly oldUsd: number;
      /** For each unit, afterwards. */
      readonly newUsd: number;
    }
  | {
      /** Nothing can be said. */
      readonly kind: "not-priced";
      /** The reason, in words. */
      readonly why: string;
    }
);
