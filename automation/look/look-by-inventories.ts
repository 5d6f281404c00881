/** A look by what the source lists and by the inventories of both sides. No version is asked for that they show as right. */

import { withWorkFolder } from "../analysis/work-folder";
import { objectiveOf } from "../judge/recovery-point";
import type { FoundInventory } from "../inventory/find-inventory";
import type * as AskAthena from "./athena/ask-athena";
import { askInventories, type AskOptions } from "./ask-inventories";
import { awsClock } from "./aws-clock";
import type { InventoryAnswers } from "./inventory-answers";
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
 * @throws LockstepError `InventoryMissing`, `InventoryUnreadable`, `AnalysisIncomplete`, `AnalysisUnavailable`; with Athena what `askAthena` throws
 */
export async function lookByInventories(
  options: Omit<JudgeOptions, "listings">,
): Promise<SeenVersions> {
  const { clock, promise, signal } = options;
  return withWorkFolder(async (folder) => {
    const inventories = await findInventories(promise, options);
    const { answersTo, engine } = await openEngine(folder, inventories, options);
    const { answeredEpochMs, source: listed } = await joinListings(
      { ...promise, vaults: new Map() },
      options,
    );
    const nowEpochMs = awsClock(clock, answeredEpochMs)();
    const lockMonths = options.traits;
    const answers = await answersTo({ promise, listed, nowEpochMs, signal, lockMonths });
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
      lookedEpochMs: nowEpochMs,
      ...measured,
      ...inventoryLocksOf(answers),
      unproven: tellHolds(inventories) ? [] : ["holds"],
      inventory: {
        engine,
        ...factsOf(inventories, left, nowEpochMs),
        goneCount: answers.goneCount,
        gone: answers.gone,
      },
    };
  });
}

interface Engine {
  readonly engine: LookInventory["engine"];
  readonly answersTo: (asked: Omit<AskOptions, "inventories">) => Promise<InventoryAnswers>;
}

/** What is to join them, with all that can be told to be missing before the source is listed. */
async function openEngine(
  folder: string,
  inventories: Inventories<FoundInventory>,
  options: Omit<JudgeOptions, "listings">,
): Promise<Engine> {
  if (options.athena !== undefined) {
    const { askAthena, requirePlaces } = loadAthena();
    requirePlaces({ ...options, inventories });
    return {
      engine: "athena",
      answersTo: (asked) => askAthena(folder, { ...options, ...asked, inventories }),
    };
  }
  const here = await readInventories(inventories, folder, options);
  return {
    engine: "duckdb",
    answersTo: (asked) => askInventories(folder, { ...asked, inventories: here }),
  };
}

/** Only who has Athena asked pays for loading its client. */
function loadAthena(): typeof AskAthena {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` would go past the loader of a clone
  return require("./athena/ask-athena") as typeof AskAthena;
}

/** Known where every vault's inventory was asked. */
function inventoryLocksOf({ vaults }: InventoryAnswers): Pick<SeenVersions, "inventoryLocks"> {
  const months = [...vaults.values()].map(({ lockMonths }) => lockMonths);
  if (months.includes(undefined)) return {};
  return { inventoryLocks: months.flatMap((one) => one ?? []) };
}

/** Event holds are a younger column, which an inventory may not have. */
function tellHolds({ source, vaults }: Inventories<FoundInventory>): boolean {
  const tells = ({ columns }: FoundInventory): boolean => columns.eventHold !== undefined;
  return tells(source) && [...vaults.values()].every(tells);
}

function factsOf(
  { source, vaults }: Inventories<FoundInventory>,
  { again, newer }: LeftInFull,
  nowEpochMs: number,
): Omit<LookInventory, "engine" | "gone" | "goneCount"> {
  const ageSecondsOf = ({ createdEpochMs }: FoundInventory): number =>
    Math.max(0, Math.round((nowEpochMs - createdEpochMs) / 1000));
  return {
    sourceCreatedAt: createdAt(source),
    sourceAgeSeconds: ageSecondsOf(source),
    vaults: [...vaults].map(([vault, one]) => ({
      vault,
      createdAt: createdAt(one),
      ageSeconds: ageSecondsOf(one),
    })),
    newerCount: newer.length,
    againCount: again.length,
  };
}
