/** What is read where. Pure but for what it puts aside. */
import { checksumPrice, type Price } from "../backfill/price";
import type { Look } from "../look/look";
import type { PriceOverrides } from "../prices/prices-of";
import { versionName } from "../proof/source-versions";
import type { NameMap } from "../spill/name-map";
import type { Sequence } from "../spill/sequence";
import { SpilledList } from "../spill/spilled-list";
import { isToBeRead } from "./compare-content";

/** A version that a job is made for. */
export interface VersionToRead {
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
}

/** What is yet to be read at one side. */
export interface SideToRead {
  readonly versions: Sequence<VersionToRead>;
  readonly sizeBytes: number;
}

/**
 * The versions that a look found rightly at a vault, or for the source at any of them.
 * @param vault name of the vault; null for the source
 * @param known those that a job of an earlier run has already
 */
export function toBeRead(
  { versions }: Pick<Look, "versions">,
  vault: string | null,
  known: Pick<NameMap, "has">,
): SideToRead {
  const found = new SpilledList<VersionToRead>();
  let sizeBytes = 0;
  for (const { outcomes, version } of versions) {
    const isWanted = outcomes.some(
      (outcome) => isToBeRead(outcome) && (vault === null || outcome.vault === vault),
    );
    if (!isWanted || known.has(versionName(version))) continue;
    const { key, versionId } = version;
    found.push({ key, versionId, sizeBytes: version.sizeBytes });
    sizeBytes += version.sizeBytes;
  }
  return { versions: found, sizeBytes };
}

/** What the jobs cost that are yet to be made. One a side; where a manifest cannot hold all, there are more, of a quarter dollar each. */
export function priceOfReading(
  sides: readonly (SideToRead & { readonly vault: string | null; readonly region: string })[],
  prices: PriceOverrides | undefined,
): Price {
  const reading = sides.filter(({ versions }) => versions.length > 0);
  return checksumPrice(
    reading.map(({ region, sizeBytes, vault, versions }) => ({
      vault,
      region,
      jobsCount: 1,
      tasksCount: versions.length,
      sizeBytes,
    })),
    prices,
  );
}
