/**
 * What Athena charges for queries: the bytes that it scans, each query rounded up to a megabyte and 10 MB at least. Statements that define
 * tables, and queries that fail, cost nothing. Pure.
 * @see https://aws.amazon.com/athena/pricing/
 * @see https://athena.guide/articles/athena-basics-pricing-model
 */

import { ATHENA_PRICES } from "../../prices/athena-prices";
import { BASE_REGION } from "../../prices/region-prices";

const MB_BYTES = 1_000_000;
const LEAST_BYTES = 10 * MB_BYTES;
/** Whether AWS counts a terabyte as 10^12 or 2^40 bytes no page says: this is the dearer one. */
const TB_BYTES = 1_000_000_000_000;

/** Bytes as they are charged. @param scannedBytes of each query */
export function chargedBytes(scannedBytes: readonly number[]): number {
  return scannedBytes.reduce(
    (sum, bytes) => sum + Math.max(LEAST_BYTES, Math.ceil(bytes / MB_BYTES) * MB_BYTES),
    0,
  );
}

/** A price for a terabyte, and where it is from. */
export interface ScanPrice {
  /** US dollars for 10^12 bytes. */
  readonly usdPerTb: number;
  /** False: that of the Region is not known, and this is that of `BASE_REGION`. */
  readonly isKnown: boolean;
  /** Of which day AWS's price is, as in `2026-09-11`; null for the config's. */
  readonly readAt: string | null;
}

/** @param own what the config says. Absent: list prices */
export function scanPrice(region: string, own?: number): ScanPrice {
  if (own !== undefined) return { usdPerTb: own, isKnown: true, readAt: null };
  const listed = ATHENA_PRICES.get(region);
  const { readAt = null, usdPerTbScanned = NaN } = listed ?? ATHENA_PRICES.get(BASE_REGION) ?? {};
  return { usdPerTb: usdPerTbScanned, isKnown: listed !== undefined, readAt };
}

/** US dollars. */
export function priceUsd(bytes: number, { usdPerTb }: Pick<ScanPrice, "usdPerTb">): number {
  return (bytes / TB_BYTES) * usdPerTb;
}
