/**
 * Has Athena join what the source lists with the inventories, in each vault's own account: the same questions as `askInventories` asks on this
 * machine. What it reads lies where nobody of the source can write, or is the vault's own inventory.
 */

import type { AthenaConfig } from "../../../components/config/types";
import type { Row } from "../../analysis/analysis";
import {
  athenaQuery,
  type Asked,
  type QuerySettings,
  type QueryTables,
} from "../../analysis/athena/query";
import { LISTING_COLUMNS } from "../../analysis/athena/relations";
import { runQuery, type AthenaSession } from "../../analysis/athena/session";
import {
  createTable,
  dropTable,
  inventoryColumns,
  type AthenaTable,
} from "../../analysis/athena/table";
import type { FileContent } from "../../aws/put-file";
import type { VaultClients } from "../../aws/stack-clients";
import { LockstepError, messageOf } from "../../errors";
import { sizeBytesOf } from "../../inventory/fetch-inventory";
import type { FoundInventory } from "../../inventory/find-inventory";
import { unreadable } from "../../inventory/problems";
import type { VaultPromise } from "../../judge/facts";
import type { DeployedPromise } from "../../promise/deployed-promise";
import type { ListedVersion } from "../../proof/source-versions";
import type { Sequence } from "../../spill/sequence";
import { SpilledList } from "../../spill/spilled-list";
import { formatUsd } from "../../words";
import {
  candidateOf,
  type Candidate,
  type InventoryAnswers,
  type VaultAnswer,
} from "../inventory-answers";
import type { LookOptions } from "../look";
import type { Inventories } from "../read-inventories";
import { answerRows, runHere } from "./answer-rows";
import { bringInventory, linkInventory } from "./inventory-tables";
import { listingFiles } from "./listing-files";
import { athenaPlan, questionsOf, type PlannedVault } from "./plan";
import {
  emptyPlace,
  locationIn,
  newWorkPlace,
  putInto,
  RESULTS,
  touchedFile,
  type WorkPlace,
} from "./work-place";

/** What is asked. */
export interface AskAthenaOptions extends Pick<
  LookOptions,
  "athena" | "clients" | "clock" | "emit" | "signal"
> {
  readonly promise: DeployedPromise;
  readonly inventories: Inventories<FoundInventory>;
  /** Of the source, in its order. */
  readonly listed: Sequence<ListedVersion>;
  /** AWS's time. Milliseconds since the Unix epoch. */
  readonly nowEpochMs: number;
}

/** A vault, with all that it takes to ask of it. */
interface AskedVault extends PlannedVault {
  readonly promise: VaultPromise;
  readonly inventory: FoundInventory;
  readonly clients: VaultClients;
  readonly listing: readonly FileContent[];
}

/**
 * Asks, once somebody has agreed to the price.
 * @param folder of this machine
 * @throws LockstepError `BudgetExceeded`, `Declined` before anything is charged; `InventoryUnreadable`, `AthenaQueryFailed`
 */
export async function askAthena(
  folder: string,
  options: AskAthenaOptions,
): Promise<InventoryAnswers> {
  const asked = vaultsOf(options);
  await agree(asked, options);
  const vaults = new Map<string, VaultAnswer>();
  let gone: Pick<InventoryAnswers, "gone" | "goneCount"> = { gone: [], goneCount: 0 };
  for (const [index, vault] of asked.entries()) {
    const answers = await answersOf(vault, index === 0, folder, options);
    vaults.set(vault.name, answers);
    if (index === 0) gone = answers;
  }
  return { vaults, gone: gone.gone, goneCount: gone.goneCount };
}

/**
 * Before anything is listed: a place to work in for each vault.
 * @throws LockstepError `ConfigInvalid`
 */
export function requirePlaces({
  athena,
  inventories,
}: Pick<AskAthenaOptions, "athena" | "inventories">): void {
  const places = athena?.places ?? {};
  const lacking = [...inventories.vaults.keys()].filter((name) => !Object.hasOwn(places, name));
  if (lacking.length > 0) {
    throw new LockstepError("ConfigInvalid", "Athena cannot be asked without a place to work in.", {
      problems: lacking.map((name) => ({
        path: `verdict.athena.${name}`,
        message: "is missing: expected { location, workgroup, database } of the vault's account",
      })),
    });
  }
}

function vaultsOf({
  athena,
  clients,
  inventories,
  listed,
  promise,
  signal,
}: AskAthenaOptions): readonly AskedVault[] {
  const places = athena?.places ?? {};
  return [...inventories.vaults].flatMap(([name, inventory]): readonly AskedVault[] => {
    const [vault, access] = [promise.vaults.get(name), clients.vaults.get(name)];
    const place: AthenaConfig | undefined = places[name];
    if (vault === undefined || access === undefined || place === undefined) return [];
    const listing = listingFiles(listed, vault, promise, signal);
    const sizes = {
      source: sizeBytesOf(inventories.source),
      vault: sizeBytesOf(inventory),
      listing: listing.reduce((sum, { bytes }) => sum + bytes.sizeBytes, 0),
    };
    const { region } = access.outputs;
    return [{ name, region, place, sizes, promise: vault, inventory, clients: access, listing }];
  });
}

async function agree(
  vaults: readonly AskedVault[],
  { athena, emit }: AskAthenaOptions,
): Promise<void> {
  const plan = athenaPlan(vaults, athena?.budgetUsd);
  emit({ type: "athena-plan", ...plan });
  if (plan.budgetUsd !== null && plan.usd > plan.budgetUsd) {
    throw new LockstepError(
      "BudgetExceeded",
      `Athena may charge ${formatUsd(plan.usd)}, more than the budget of ${formatUsd(plan.budgetUsd)}.`,
      { hint: "Raise `lockstep:verdict` athenaBudgetUsd in the stack's config if this is meant." },
    );
  }
  const unknown = plan.vaults.filter(({ isPriceKnown }) => !isPriceKnown);
  if (plan.budgetUsd !== null && unknown.length > 0) {
    throw new LockstepError(
      "BudgetExceeded",
      `What Athena charges in ${unknown.map(({ region }) => region).join(", ")} is not known, so that nothing says whether the budget of ${formatUsd(plan.budgetUsd)} suffices.`,
      {
        hint: `Set usdPerTbScanned in \`lockstep:verdict\` athena of ${unknown.map(({ vault }) => vault).join(", ")}, as AWS's price list has it.`,
      },
    );
  }
  const text = `Ask Athena for at most ${formatUsd(plan.usd)}?`;
  if ((await athena?.confirm({ code: "ask-athena", text })) === true) return;
  throw new LockstepError("Declined", "Athena was not asked.", {
    hint: "Nothing was made or charged. Without --engine athena inventories are joined on this machine.",
  });
}

type Answers = VaultAnswer & Pick<InventoryAnswers, "gone" | "goneCount">;

async function answersOf(
  vault: AskedVault,
  isFirst: boolean,
  folder: string,
  options: AskAthenaOptions,
): Promise<Answers> {
  const { clock, signal } = options;
  const { clients, place } = vault;
  const work = newWorkPlace(place.location, clients.s3, signal);
  const session: AthenaSession = {
    client: clients.athena,
    workgroup: place.workgroup,
    database: place.database,
    resultsLocation: locationIn(work, RESULTS),
    accountId: clients.outputs.accountId,
    clock,
    signal,
  };
  const tables = tablesFor(vault, work, options.inventories.source);
  const made: AthenaTable[] = [];
  try {
    await fill(vault, work, folder, options);
    for (const table of Object.values(tables.definitions)) {
      // Also one whose making is not known to have ended.
      made.push(table);
      await runHere(createTable(table), session);
    }
    const asking = { folder, options, session, tables: tables.queried };
    const found = await answers(vault, isFirst, asking);
    await requireUntouched(work);
    return found;
  } finally {
    await takeAway(vault, work, session, made, options);
  }
}

/** @throws LockstepError `AthenaQueryFailed` where Athena may have read something else than what was put there */
async function requireUntouched(work: WorkPlace): Promise<void> {
  const key = await touchedFile(work);
  if (key === undefined) return;
  throw new LockstepError(
    "AthenaQueryFailed",
    `While Athena was asked, s3://${work.bucketName}/${key} was put there, changed or taken away.`,
    {
      hint: "What it answered is not used. See who writes into `location` of `lockstep:verdict` athena, and that no lifecycle rule empties it within a day.",
    },
  );
}

/** What was put there goes, however the look ended. What cannot be taken away is told, and is no failure of the look. */
async function takeAway(
  { name }: AskedVault,
  work: WorkPlace,
  session: AthenaSession,
  made: readonly AthenaTable[],
  { emit }: AskAthenaOptions,
): Promise<void> {
  // The look may have been stopped, which is no reason to leave something behind.
  const unstopped = { ...session, signal: new AbortController().signal };
  const why: string[] = [];
  const attempt = (step: Promise<unknown>): Promise<unknown> =>
    step.catch((error: unknown) => why.push(messageOf(error)));
  for (const table of made) await attempt(runQuery(dropTable(table), unstopped));
  await attempt(emptyPlace(work));
  if (why.length === 0) return;
  emit({
    type: "warning",
    code: "AthenaLeftovers",
    message:
      `What Athena was asked of may be left at vault ${name}: s3://${work.bucketName}/${work.prefix} and the tables ` +
      `${work.name}_* of the database ${session.database} (${why.join("; ")})`,
  });
}

interface Tables {
  readonly definitions: Readonly<Record<keyof QueryTables, AthenaTable>>;
  readonly queried: QueryTables;
}

function tablesFor(
  { inventory, place }: AskedVault,
  work: WorkPlace,
  source: FoundInventory,
): Tables {
  const named = (what: keyof QueryTables) => ({
    database: place.database,
    name: `${work.name}_${what}`,
  });
  const ofInventory = (what: "source" | "vault", one: FoundInventory): AthenaTable => ({
    ...named(what),
    columns: inventoryColumns(one),
    format: one.format,
    location: locationIn(work, what),
    isLinked: true,
  });
  return {
    definitions: {
      source: ofInventory("source", source),
      vault: ofInventory("vault", inventory),
      listing: {
        ...named("listing"),
        columns: LISTING_COLUMNS,
        format: "CSV",
        location: locationIn(work, "listing"),
        isLinked: false,
      },
    },
    queried: {
      source: { ...source, ...named("source") },
      vault: { ...inventory, ...named("vault") },
      listing: named("listing"),
    },
  };
}

async function fill(
  { clients: access, inventory, listing }: AskedVault,
  work: WorkPlace,
  folder: string,
  { clients, clock, inventories, signal }: AskAthenaOptions,
): Promise<void> {
  await linkInventory(inventory, work, "vault", folder, { s3: access.s3, clock, signal });
  const ofSource = { s3: clients.source.s3, clock, signal };
  await bringInventory(inventories.source, work, "source", folder, ofSource);
  for (const [index, content] of listing.entries()) {
    await putInto(work, `listing/${index}.csv.gz`, content);
  }
}

interface Asking {
  readonly folder: string;
  readonly options: AskAthenaOptions;
  readonly session: AthenaSession;
  readonly tables: QueryTables;
}

async function answers(vault: AskedVault, isFirst: boolean, asking: Asking): Promise<Answers> {
  const candidates = new SpilledList<Candidate>();
  const doubled = new Set<number>();
  const gone: { key: string; versionId: string }[] = [];
  let [versionsCount, goneCount] = [0, 0];
  for (const asked of questionsOf(isFirst)) {
    for await (const row of rowsOf(asked, vault, asking)) {
      switch (asked.question) {
        case "refused":
          requireNone(
            row,
            asked.side === "source" ? asking.options.inventories.source : vault.inventory,
          );
          break;
        case "candidates":
          candidates.push(candidateOf(row));
          break;
        case "doubled":
          doubled.add(Number(row["place"]));
          break;
        case "count":
          versionsCount = Number(row["versions_count"]);
          break;
        case "gone":
          goneCount = Number(row["gone_count"]);
          gone.push({ key: String(row["key"]), versionId: String(row["version_id"]) });
      }
    }
  }
  return { versionsCount, candidates, doubled, gone, goneCount };
}

function requireNone(row: Row, { bucketName, listedBucket }: FoundInventory): void {
  if (row["refused_count"] === 0) return;
  throw unreadable(
    `that of ${listedBucket} in ${bucketName}`,
    `cannot be read (${String(row["reason"])}; ${String(row["refused_count"])} such rows)`,
  );
}

/** A question's answer, row by row. */
function rowsOf(
  asked: Asked,
  { clients, inventory, name, promise }: AskedVault,
  { folder, options, session, tables }: Asking,
): AsyncIterable<Row> {
  const settings: QuerySettings = {
    lockMode: promise.lock.mode,
    nowMs: options.nowEpochMs,
    sourceBucket: options.inventories.source.listedBucket,
    vaultBucket: inventory.listedBucket,
  };
  return answerRows(athenaQuery(asked, tables, settings), session, {
    s3: clients.s3,
    folder,
    onRan: ({ scannedBytes }) =>
      options.emit({
        type: "athena-answered",
        vault: name,
        question: asked.question,
        scannedBytes,
      }),
  });
}
