/** What Athena will be asked of each vault, and what that costs at most. Pure. */

import type { AthenaConfig } from "../../../components/config/types";
import { chargedBytes, priceUsd, scanPrice } from "../../analysis/athena/price";
import { tablesOf, type Asked, type QueryTables } from "../../analysis/athena/query";
import type { AthenaPlanFields, AthenaPlanOfPlace, AthenaPlanOfVault } from "./fields";

/** How large the tables of a vault are, as they lie in S3. Bytes. */
export type TableSizes = Readonly<Record<keyof QueryTables, number>>;

/** What is known of a vault before it is asked. */
export interface PlannedVault {
  readonly name: string;
  /** AWS's name of it. */
  readonly region: string;
  readonly place: AthenaConfig;
  readonly sizes: TableSizes;
}

/**
 * What is asked of a vault, in this order: first whether the rows are those of the buckets, last whether the whole listing was there for what
 * was asked before. What is gone from the source is the same of every vault.
 */
export function questionsOf(isFirst: boolean): readonly Asked[] {
  return [
    { question: "refused", side: "source" },
    { question: "refused", side: "vault" },
    { question: "candidates" },
    { question: "doubled" },
    { question: "count" },
    ...(isFirst ? [{ question: "gone" } as const] : []),
    { question: "seen" },
  ];
}

/** The plan of one look, beside no other. A table that a question reads is counted as a whole, once for each time that it is read. */
export function athenaPlan(
  source: string,
  vaults: readonly PlannedVault[],
  budgetUsd: number | undefined,
): AthenaPlanFields {
  let allBytes = 0;
  const planned = vaults.map(({ name, place, region, sizes }, index): AthenaPlanOfVault => {
    const bytes = chargedBytes(
      questionsOf(index === 0).map((asked) =>
        tablesOf(asked).reduce((sum, table) => sum + sizes[table], 0),
      ),
    );
    allBytes += bytes;
    return { vault: name, ...planOfPlace(region, place, bytes) };
  });
  return {
    source,
    vaults: planned,
    chargedBytes: allBytes,
    usd: planned.reduce((sum, { usd }) => sum + usd, 0),
    othersUsd: 0,
    broughtBytes: vaults.reduce((sum, { sizes }) => sum + sizes.source, 0),
    budgetUsd: budgetUsd ?? null,
  };
}

/** What so many bytes cost at a place. @param region AWS's name of it */
export function planOfPlace(
  region: string,
  { location, usdPerTbScanned, workgroup }: AthenaConfig,
  bytes: number,
): AthenaPlanOfPlace {
  const price = scanPrice(region, usdPerTbScanned);
  return {
    region,
    workgroup,
    location,
    usdPerTbScanned: price.usdPerTb,
    isPriceKnown: price.isKnown,
    priceReadAt: price.readAt,
    usd: priceUsd(bytes, price),
  };
}
