/**
 * Has Athena join what the source lists with the inventories, in each vault's own account: the same questions as `askInventories` asks on this
 * machine. What it reads lies where nobody of the source can write, or is the vault's own inventory.
 */

import type { AthenaConfig } from "../../../components/config/types";
import { LockstepError } from "../../errors";
import { sizeBytesOf } from "../../inventory/fetch-inventory";
import type { InventoryAnswers, VaultAnswer } from "../inventory-answers";
import { agree, VERDICT_SECTION } from "./agree";
import { answers, type Answers } from "./answers";
import type { AskAthenaOptions, AskedVault } from "./asked";
import { atWork, type AthenaAt } from "./at-work";
import { bringInventory, linkInventory } from "./inventory-tables";
import { listingFiles } from "./listing-files";
import { tableNames, tablesFor } from "./tables";
import { putInto, type WorkPlace } from "./work-place";

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
  const { clients, inventory, name, place, region } = vault;
  const { source } = options.inventories;
  const at: AthenaAt = {
    where: `vault ${name}`,
    region,
    accountId: clients.outputs.accountId,
    place,
    section: VERDICT_SECTION,
    s3: clients.s3,
    athena: clients.athena,
    buckets: { source: source.listedBucket, other: inventory.listedBucket },
  };
  return atWork(
    at,
    {
      tables: (work) => Object.values(tablesFor(vault, work, source).definitions),
      tablesOf: (look) => tableNames(place.database, look),
      ask: async (session, work) => {
        await fill(vault, work, folder, options);
        const tables = tablesFor(vault, work, source).queried;
        return answers(vault, isFirst, { folder, options, session, tables });
      },
    },
    options,
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
