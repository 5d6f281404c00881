/** A look by what the source lists and by the inventories of both sides. No version is asked for that they show as right. */

import { withWorkFolder } from "../analysis/work-folder";
import { objectiveOf } from "../judge/recovery-point";
import type { FoundInventory } from "../inventory/find-inventory";
import { askAthena } from "./athena/ask-athena";
import { askInventories } from "./ask-inventories";
import { awsClock } from "./aws-clock";
import type { LookInventory } from "./inventory-fields";
import { joinListings } from "./join-listings";
import { judgeByInventories, type LeftInFull } from "./judge-by-inventories";
import { judgeInFull, type JudgeOptions } from "./judge-in-full";
import { JudgedVersions } from "./judged-versions";
import type { SeenVersions } from "./look";
import { createdAt, findInventories, readInventories, type Inventories } from "./read-inventories";
import { together } from "./until-settled";

/**
 * Looks. What there is at the source its listing says, now, and not its inventory: that lies where whoever has the source can write.
 * @throws LockstepError `InventoryMissing`, `InventoryUnreadable`, `AnalysisUnavailable`; with Athena what `askAthena` throws
 */
export async function lookByInventories(
  options: Omit<JudgeOptions, "listings">,
): Promise<SeenVersions> {
  const { clock, promise, signal } = options;
  return withWorkFolder(async (folder) => {
    const inventories = await findInventories(promise, options);
    const here =
      options.athena === undefined
        ? await readInventories(inventories, folder, options)
        : undefined;
    const { answeredEpochMs, source: listed } = await joinListings(
      { ...promise, vaults: new Map() },
      options,
    );
    const nowEpochMs = awsClock(clock, answeredEpochMs)();
    const asked = { promise, listed, nowEpochMs, signal };
    const answers =
      here === undefined
        ? await askAthena(folder, { ...options, ...asked, inventories })
        : await askInventories(folder, { ...asked, inventories: here });
    const judged = new JudgedVersions(listed);
    const left = judgeByInventories(judged, {
      ...options,
      listed,
      inventories,
      answers,
      nowEpochMs,
    });
    const listings = new Map(
      [...answers.vaults].map(([name, { versionsCount }]) => [
        name,
        // Who owns a replica an inventory is not asked.
        { versionsCount, foreignOwners: new Map<string, string>() },
      ]),
    );
    const measured = objectiveOf(options.level, nowEpochMs);
    const part = { indexes: together(left.newer, left.again), isSample: false };
    await judgeInFull(judged, listed, part, { ...options, listings, ...measured });
    return {
      versions: judged,
      covers: [],
      listings,
      ...measured,
      unproven: tellHolds(inventories) ? [] : ["holds"],
      inventory: {
        engine: here === undefined ? "athena" : "duckdb",
        ...factsOf(inventories, left),
        goneCount: answers.goneCount,
        gone: answers.gone,
      },
    };
  });
}

/** Event holds are a younger column, which an inventory may not have. */
function tellHolds({ source, vaults }: Inventories<FoundInventory>): boolean {
  const tells = ({ columns }: FoundInventory): boolean => columns.eventHold !== undefined;
  return tells(source) && [...vaults.values()].every(tells);
}

function factsOf(
  { source, vaults }: Inventories<FoundInventory>,
  { again, newer }: LeftInFull,
): Omit<LookInventory, "engine" | "gone" | "goneCount"> {
  return {
    sourceCreatedAt: createdAt(source),
    vaults: [...vaults].map(([vault, one]) => ({ vault, createdAt: createdAt(one) })),
    newerCount: newer.length,
    againCount: again.length,
  };
}
