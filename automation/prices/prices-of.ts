import type { RegionPricesConfig } from "../../components/config/types";
import { REGION_PRICES, type RegionPrices } from "./region-prices";

/** By Region: what the config says in place of list prices. */
export type PriceOverrides = Readonly<Record<string, RegionPricesConfig>>;

/** What is known of a Region's prices. A member that is absent is not known. */
export type KnownPrices = Partial<Omit<RegionPrices, "readAt" | "source">> & {
  /** For each GB that a job reads to compute checksums. Of the config alone: no list that could be read has it. */
  readonly usdPerGbChecksummed?: number;
  /** Where the prices are from, for people: the list and its date, the config, or both. */
  readonly from: readonly PriceSource[];
};

/** Where prices of a Region are from. */
export interface PriceSource {
  /** AWS's name of it. */
  readonly region: string;
  /** When they were read, as in `2026-11-29`; null for those of the config. */
  readonly readAt: string | null;
  /** An address, or the config's key. */
  readonly source: string;
}

/** The list prices of a Region, with the config's in their place. Pure. */
export function pricesOf(region: string, overrides: PriceOverrides = {}): KnownPrices {
  const list = Object.hasOwn(REGION_PRICES, region) ? REGION_PRICES[region] : undefined;
  const own = Object.hasOwn(overrides, region) ? overrides[region] : undefined;
  const from = [
    ...(list === undefined ? [] : [{ region, readAt: list.readAt, source: list.source }]),
    ...(own === undefined
      ? []
      : [{ region, readAt: null, source: `lockstep:backfill prices ${region}` }]),
  ];
  const prices = pricesIn(list);
  if (own === undefined) return { ...prices, from };
  const said = Object.fromEntries(
    Object.entries(own).filter(([, value]) => typeof value === "number"),
  );
  const merged = <Name extends MapName>(name: Name): Readonly<Record<string, number>> => ({
    ...prices[name],
    ...own[name],
  });
  return {
    ...prices,
    ...said,
    usdPerGbMonth: merged("usdPerGbMonth"),
    usdPerThousandPuts: merged("usdPerThousandPuts"),
    usdPerGbRetrieved: merged("usdPerGbRetrieved"),
    usdPerGbTransferredTo: merged("usdPerGbTransferredTo"),
    from,
  };
}

/** A list without what it says of itself. */
function pricesIn(list: RegionPrices | undefined): Omit<KnownPrices, "from"> {
  return Object.fromEntries(
    Object.entries(list ?? {}).filter(([name]) => name !== "readAt" && name !== "source"),
  );
}

type MapName =
  "usdPerGbMonth" | "usdPerGbRetrieved" | "usdPerGbTransferredTo" | "usdPerThousandPuts";
