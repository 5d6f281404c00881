/**
 * Has Athena join what the source lists with the inventories, in each vault's own account: the same questions as `askInventories` asks on this
 * machine. What it reads lies where nobody of the source can write, or is the vault's own inventory.
 */

import type { AthenaConfig } from "../../../components/config/types";
import type { AthenaSession } from "../../analysis/athena/session";
import { createTable } from "../../analysis/athena/table";
import { LockstepError } from "../../errors";
import { sizeBytesOf } from "../../inventory/fetch-inventory";
import type { InventoryAnswers, VaultAnswer } from "../inventory-answers";
import { agree } from "./agree";
import { runHere } from "./answer-rows";
import { answers, type Answers } from "./answers";
import type { AskAthenaOptions, AskedVault } from "./asked";
import { bringInventory, linkInventory } from "./inventory-tables";
import { Leavings } from "./leavings";
import { listingFiles } from "./listing-files";
import { sweep } from "./sweep";
import { tablesFor } from "./tables";
import { takeAway, type Traces } from "./take-away";
import {
  locationIn,
  newWorkPlace,
  putInto,
  RESULTS,
  touchedFile,
  type WorkPlace,
} from "./work-place";

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
    const found = await answersOf(vault, index === 0, folder, options);
    vaults.set(vault.name, found);
    if (index === 0) gone = found;
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
      listing: listing.files.reduce((sum, { bytes }) => sum + bytes.sizeBytes, 0),
    };
    const { region } = access.outputs;
    return [{ name, region, place, sizes, promise: vault, inventory, clients: access, listing }];
  });
}

async function answersOf(
  vault: AskedVault,
  isFirst: boolean,
  folder: string,
  options: AskAthenaOptions,
): Promise<Answers> {
  const { clock, emit, signal } = options;
  const { clients, place } = vault;
  const buckets = {
    source: options.inventories.source.listedBucket,
    vault: vault.inventory.listedBucket,
  };
  const work = newWorkPlace(place.location, buckets, clients.s3, signal);
  const traces: Traces = { tables: [], hasAnswers: false };
  const leavings = new Leavings(vault.region);
  const session: AthenaSession = {
    client: clients.athena,
    workgroup: place.workgroup,
    database: place.database,
    resultsLocation: locationIn(work, RESULTS),
    accountId: clients.outputs.accountId,
    clock,
    signal,
    onBegun: () => (traces.hasAnswers = true),
    onLeft: (queryId, why) => leavings.add({ queryId }, why),
  };
  const tables = tablesFor(vault, work, options.inventories.source);
  try {
    // First, and for nothing: a work group, database or right that does not do is found before anything is moved.
    for (const table of Object.values(tables.definitions)) {
      const onBegun = (): void => {
        traces.hasAnswers = true;
        traces.tables.push(table);
      };
      await runHere(createTable(table), { ...session, onBegun });
    }
    await sweep(vault, work, session, leavings, options);
    await fill(vault, work, folder, options);
    const asking = { folder, options, session, tables: tables.queried };
    const found = await answers(vault, isFirst, asking);
    await requireUntouched(work);
    return found;
  } finally {
    await takeAway(vault.name, work, session, traces, leavings, emit);
  }
}

/** @throws LockstepError `AthenaQueryFailed` where Athena may have read something else than what was put there */
async function requireUntouched(work: WorkPlace): Promise<void> {
  const key = await touchedFile(work);
  if (key === undefined) return;
  throw new LockstepError(
    "AthenaQueryFailed",
    `While Athena was asked, s3://${work.bucketName}/${key} was put there, changed, archived or taken away.`,
    {
      hint: "What it answered is not used. See who writes into `location` of `lockstep:verdict` athena, and that no lifecycle rule moves or empties it within a day.",
    },
  );
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
  for (const [index, content] of listing.files.entries()) {
    await putInto(work, `listing/${index}.csv.gz`, content);
  }
}
