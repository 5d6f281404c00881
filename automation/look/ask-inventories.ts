/** Joins what the source lists with the inventories: what the engine is asked, and what it answers. It decides nothing. */

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Analysis } from "../analysis/analysis";
import { relationText } from "../analysis/question-text";
import type { WrittenRows } from "../analysis/row-file";
import { LockstepError } from "../errors";
import type { LocalInventory } from "../inventory/fetch-inventory";
import type { DeployedPromise } from "../promise/deployed-promise";
import type { ListedVersion } from "../proof/source-versions";
import type { Sequence } from "../spill/sequence";
import { SpilledList } from "../spill/spilled-list";
import { count } from "../words";
import {
  candidateOf,
  type Candidate,
  type InventoryAnswers,
  type VaultAnswer,
} from "./inventory-answers";
import { keepMarks, readDoubtful, readMarks, readUnlisted } from "./inventory-tables";
import { lockNumber, NUMBERED_WORDS, promisedAt, writeListing } from "./listing-table";
import type { LockedInMonth } from "./look";
import type { Inventories } from "./read-inventories";

/** What is asked. */
export interface AskOptions {
  readonly promise: DeployedPromise;
  readonly inventories: Inventories;
  /** Of the source, in its order. */
  readonly listed: Sequence<ListedVersion>;
  /** AWS's time. Milliseconds since the Unix epoch. */
  readonly nowEpochMs: number;
  readonly signal: AbortSignal;
  /** When replicas' locks end is asked too. Default: it is not. */
  readonly lockMonths?: boolean | undefined;
}

/**
 * Asks the engine, in a folder of its own. Of each version it keeps a few numbers; what they show as plainly right is right, and only of
 * the others are the questions asked, by their names.
 * @throws LockstepError `InventoryUnreadable` for a file that is none; `AnalysisIncomplete`; `TemporaryFolderUnusable`
 */
export async function askInventories(
  folder: string,
  options: AskOptions,
): Promise<InventoryAnswers> {
  const { inventories, nowEpochMs, promise, signal } = options;
  const analysis = await Analysis.open(folder, signal);
  try {
    const asked = [...inventories.vaults].flatMap(([name, inventory]) => {
      const vault = promise.vaults.get(name);
      return vault === undefined ? [] : [{ vault, inventory }];
    });
    await analysis.set({
      // By now nobody can change what is compared.
      salt: randomBytes(16).toString("hex"),
      now_ms: nowEpochMs,
      ...NUMBERED_WORDS,
    });
    const vaults = asked.map(({ vault }) => vault);
    // The engine reads the one while the other is written for it.
    const [listing] = await together(
      writeListing(join(folder, "listing.csv"), vaults, options),
      keepMarks(analysis, inventories.source, "source"),
    );
    await analysis.define("listing", listing.select);
    requireAll(await analysis.keep("listed_marks", relationText("listed_marks")), listing);
    const answers = new Map<string, VaultAnswer>();
    for (const [index, { inventory, vault }] of asked.entries()) {
      await keepMarks(analysis, inventory, "vault");
      await analysis.define("promised", promisedAt(index));
      await analysis.set({ lock: lockNumber(vault.lock.mode), lock_mode: vault.lock.mode });
      const lockMonths =
        options.lockMonths === true ? await lockMonthsOf(analysis, vault.name) : undefined;
      answers.set(vault.name, {
        ...(await answerOf(analysis, inventories.source, inventory)),
        ...(lockMonths === undefined ? {} : { lockMonths }),
      });
    }
    return { vaults: answers, ...(await goneOf(analysis, inventories.source)) };
  } finally {
    analysis.close();
  }
}

/** What is not read cannot be missed at a vault. @throws LockstepError `AnalysisIncomplete` */
function requireAll(readCount: number, { rowsCount }: WrittenRows): void {
  if (readCount === rowsCount) return;
  throw new LockstepError(
    "AnalysisIncomplete",
    `The engine that joins inventories has read ${count(readCount)} of ${count(rowsCount)} versions that the source lists.`,
  );
}

/** Both have ended when it ends. */
async function together<One, Other>(
  one: Promise<One>,
  other: Promise<Other>,
): Promise<readonly [One, Other]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

async function answerOf(
  analysis: Analysis,
  source: LocalInventory,
  vault: LocalInventory,
): Promise<VaultAnswer> {
  await analysis.keep("doubtful", relationText("doubtful"));
  // How often a row is there its mark tells.
  await readMarks(analysis);
  const doubled = new Set<number>();
  for await (const { place } of analysis.ask("doubled")) doubled.add(Number(place));
  let versionsCount = 0;
  for await (const row of analysis.ask("count")) versionsCount = Number(row["versions_count"]);
  await readDoubtful(analysis, { source, vault });
  const candidates = new SpilledList<Candidate>();
  for await (const row of analysis.ask("candidates")) candidates.push(candidateOf(row));
  return { versionsCount, candidates, doubled };
}

/** Every replica's, by its marks. */
async function lockMonthsOf(analysis: Analysis, vault: string): Promise<readonly LockedInMonth[]> {
  const months: LockedInMonth[] = [];
  for await (const { month, versions } of analysis.rowsOfRelation("lock_months")) {
    months.push({ month: String(month), vault, versions: Number(versions) });
  }
  return months;
}

async function goneOf(
  analysis: Analysis,
  source: LocalInventory,
): Promise<Pick<InventoryAnswers, "gone" | "goneCount">> {
  const gone: { key: string; versionId: string }[] = [];
  const goneCount = await readUnlisted(analysis, source);
  if (goneCount === 0) return { gone, goneCount };
  for await (const row of analysis.ask("gone")) {
    gone.push({ key: String(row["key"]), versionId: String(row["version_id"]) });
  }
  return { gone, goneCount };
}
