/** The inventories that a look goes by: one of the source and one of each vault, as S3 delivered them last. */

import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import type { InventoryOutputs } from "../../components/promise/inventory-outputs";
import { fetchInventory, sizeBytesOf, type LocalInventory } from "../inventory/fetch-inventory";
import { findInventory, type FoundInventory } from "../inventory/find-inventory";
import { missing } from "../inventory/problems";
import type { DeployedPromise } from "../promise/deployed-promise";
import type { LookOptions } from "./look";

/** What was read. */
export interface Inventories<Inventory = LocalInventory> {
  readonly source: Inventory;
  /** By name: of those that somebody told how to reach. */
  readonly vaults: ReadonlyMap<string, Inventory>;
}

type ReadOptions = Pick<LookOptions, "clients" | "clock" | "emit" | "signal">;

const PROGRESS_EVERY_BYTES = 64 * 1024 * 1024;

/**
 * Brings all of them here.
 * @param folder of the look; the files are put into it
 * @throws LockstepError `InventoryUnreadable`
 */
export async function readInventories(
  found: Inventories<FoundInventory>,
  folder: string,
  options: ReadOptions,
): Promise<Inventories> {
  const { clients, clock, emit, signal } = options;
  const all = [found.source, ...found.vaults.values()];
  const totalBytes = all.reduce((sum, one) => sum + sizeBytesOf(one), 0);
  let doneBytes = 0;
  let toldBytes = 0;
  const onBytes = (bytesCount: number): void => {
    doneBytes += bytesCount;
    if (doneBytes < totalBytes && doneBytes - toldBytes < PROGRESS_EVERY_BYTES) return;
    toldBytes = doneBytes;
    emit({ type: "inventory-progress", doneBytes, totalBytes });
  };
  const fetch = (one: FoundInventory, name: string, s3: S3Client): Promise<LocalInventory> =>
    fetchInventory(one, join(folder, name), { s3, clock, signal, onBytes });
  const source = await fetch(found.source, "source", clients.source.s3);
  const vaults = new Map<string, LocalInventory>();
  for (const [name, one] of found.vaults) {
    const access = clients.vaults.get(name);
    if (access === undefined) continue;
    vaults.set(name, await fetch(one, `vault-${vaults.size}`, access.s3));
  }
  return { source, vaults };
}

/**
 * Finds all of them before anything is brought anywhere, so that one that is not there is told at once.
 * @throws LockstepError `InventoryMissing`, `InventoryUnreadable`
 */
export async function findInventories(
  promise: DeployedPromise,
  { clients, emit, signal }: ReadOptions,
): Promise<Inventories<FoundInventory>> {
  const undeclared = [
    ...(promise.source.inventory === undefined ? [`the source ${promise.source.bucketName}`] : []),
    ...[...promise.vaults.values()]
      .filter(({ inventory }) => inventory === undefined)
      .map(({ name }) => `the vault ${name}`),
  ];
  if (undeclared.length > 0) {
    throw missing(`The stack declares no inventory of ${undeclared.join(", ")}.`);
  }
  const find = async (
    bucketName: string,
    inventory: InventoryOutputs | undefined,
    s3: S3Client,
    vault?: string,
  ): Promise<FoundInventory> => {
    if (inventory === undefined) throw missing(`The stack declares no inventory of ${bucketName}.`);
    const warn = (message: string): void =>
      emit({ type: "warning", code: "InventoryPassedOver", message });
    const one = await findInventory(bucketName, inventory, { s3, signal, warn });
    emit({
      type: "inventory-found",
      bucket: bucketName,
      ...(vault === undefined ? {} : { vault }),
      createdAt: createdAt(one),
      filesCount: one.files.length,
      sizeBytes: sizeBytesOf(one),
    });
    return one;
  };
  const { bucketName, inventory } = promise.source;
  const source = await find(bucketName, inventory, clients.source.s3);
  const vaults = new Map<string, FoundInventory>();
  for (const [name, vault] of promise.vaults) {
    const access = clients.vaults.get(name);
    if (access === undefined) continue;
    vaults.set(name, await find(vault.bucketName, vault.inventory, access.s3, name));
  }
  return { source, vaults };
}

/** ISO 8601. */
export function createdAt({ createdEpochMs }: Pick<FoundInventory, "createdEpochMs">): string {
  return new Date(createdEpochMs).toISOString();
}
