/** What is read where. Pure but for what it puts aside. */
import { ManifestsCount } from "../backfill/own-manifest";
import { checksumPrice, type Price } from "../backfill/price";
import type { Look } from "../look/look";
import { type PriceOverrides, pricesOf } from "../prices/prices-of";
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
  /** Those that jobs are yet to be made for. */
  readonly versions: Sequence<VersionToRead>;
  /** What they hold together. */
  readonly sizeBytes: number;
  /** Jobs, one for each manifest that they take. */
  readonly jobsCount: number;
  /** Of versions of a job that an earlier run has made. */
  readonly openBytes: number;
}

/** What an earlier run has of one side. */
export interface KnownOfSide {
  /** Whether a report has a version. */
  readonly isRead: (name: string) => boolean;
  /** Those of a job that is carried on. */
  readonly open: Pick<NameMap, "has">;
}

/**
 * The versions that a look found rightly at a vault, or for the source at any of them.
 * @param side name of the vault, null for the source; and the bucket there
 */
export function toBeRead(
  { versions }: Pick<Look, "versions">,
  { bucketName, vault }: { readonly bucketName: string; readonly vault: string | null },
  { isRead, open }: KnownOfSide,
): SideToRead {
  const found = new SpilledList<VersionToRead>();
  const manifests = new ManifestsCount(bucketName);
  let sizeBytes = 0;
  let openBytes = 0;
  for (const { outcomes, version } of versions) {
    const isWanted = outcomes.some(
      (outcome) => isToBeRead(outcome) && (vault === null || outcome.vault === vault),
    );
    const name = versionName(version);
    if (!isWanted || isRead(name)) continue;
    if (open.has(name)) {
      openBytes += version.sizeBytes;
      continue;
    }
    const one = { key: version.key, versionId: version.versionId, sizeBytes: version.sizeBytes };
    found.push(one);
    manifests.add(one);
    sizeBytes += version.sizeBytes;
  }
  return { versions: found, sizeBytes, jobsCount: manifests.count, openBytes };
}

/** A job of an earlier run that is carried on. */
export interface OpenOfSide {
  /** How far it has come, by AWS's word: a job is charged as it is made, and its tasks as they are done. */
  readonly stage: "not-made" | "waiting" | "running";
  /** Versions of its manifest. */
  readonly tasksCount: number;
}

/** A side, as its price is asked for. */
export type PricedSide = SideToRead & {
  readonly vault: string | null;
  readonly region: string;
  readonly open: OpenOfSide | undefined;
};

/** What is charged from here on: of the jobs that are yet to be made, and of those that are made and wait to run. */
export function priceOfReading(
  sides: readonly PricedSide[],
  prices: PriceOverrides | undefined,
): Price {
  return checksumPrice(
    sides.map(({ jobsCount, open, openBytes, region, sizeBytes, vault, versions }) => {
      const { stage, tasksCount } = open ?? { stage: "running", tasksCount: 0 };
      return {
        vault,
        region,
        jobsCount: jobsCount + (stage === "not-made" ? 1 : 0),
        tasksCount: versions.length + (stage === "running" ? 0 : tasksCount),
        sizeBytes: sizeBytes + (stage === "running" ? 0 : openBytes),
      };
    }),
    prices,
  );
}

/** Regions in which bytes are read whose price nobody has told. */
export function unpricedRegions(
  sides: readonly Pick<PricedSide, "open" | "openBytes" | "region" | "sizeBytes">[],
  prices: PriceOverrides | undefined,
): readonly string[] {
  const reading = sides.filter(
    ({ open, openBytes, sizeBytes }) =>
      sizeBytes > 0 || (openBytes > 0 && open?.stage !== "running"),
  );
  return [...new Set(reading.map(({ region }) => region))].filter(
    (region) => pricesOf(region, prices).usdPerGbChecksummed === undefined,
  );
}
