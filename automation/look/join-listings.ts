import type { VaultAccess } from "../aws/stack-clients";
import type { DeployedPromise } from "../promise/deployed-promise";
import type { ListedVersion } from "../proof/source-versions";
import { SpilledList } from "../spill/spilled-list";
import { KeyCursor } from "./key-cursor";
import type { LookOptions } from "./look";
import { VaultJoin, type VaultListing } from "./vault-listing";

/** What source and vaults hold, as they list it. */
export interface Listings {
  /** Every version and delete marker of the source, in its order. */
  readonly source: SpilledList<ListedVersion>;
  /** By the vault's name; those that nobody told how to reach are not there. */
  readonly vaults: ReadonlyMap<string, VaultListing>;
}

/**
 * Lists the source and its vaults beside each other, key by key: S3 lists all of them in the same order. Of each vault no more is in
 * memory than a page and the versions of one key.
 * @throws LockstepError `ListingOutOfOrder` where one of them is not in order
 */
export async function joinListings(
  { source, vaults }: DeployedPromise,
  { clients, signal }: Pick<LookOptions, "clients" | "signal">,
): Promise<Listings> {
  const versions = new SpilledList<ListedVersion>();
  const joins = new Map<string, VaultJoin>();
  const cursor = await KeyCursor.begin(clients.source.s3, source.bucketName, signal);
  for (const name of vaults.keys()) {
    const access = clients.vaults.get(name);
    if (access !== undefined) joins.set(name, await VaultJoin.begin(access, signal));
  }
  for (let { key } = cursor; key !== undefined; { key } = cursor) {
    const ids = new Set<string>();
    await cursor.of(key, (version) => {
      versions.push(version);
      if (!version.isDeleteMarker) ids.add(version.versionId);
    });
    for (const join of joins.values()) await join.pass(key, ids);
  }
  for (const join of joins.values()) await join.end();
  return { source: versions, vaults: joins };
}

/** Lists of one vault what it has of one version's key. */
export async function listOne(
  { key, versionId }: { readonly key: string; readonly versionId: string },
  access: VaultAccess,
  signal: AbortSignal,
): Promise<VaultListing> {
  const join = await VaultJoin.begin(access, signal, key);
  await join.pass(key, new Set([versionId]));
  return join;
}
