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
  /** AWS's own time, when the last page of the source was there. Milliseconds; absent when something on the way took it out. */
  readonly answeredEpochMs?: number;
  /** The same of its first page, at whose time the listing began. */
  readonly begunEpochMs?: number;
}

/**
 * Lists the source and its vaults beside each other, key by key: S3 lists all of them in the same order. Of each vault no more is in
 * memory than a page and the versions of one key.
 * @param keepsReplicas what the vaults list of each version of the source is kept
 * @throws LockstepError `ListingOutOfOrder` where one of them is not in order
 */
export async function joinListings(
  { source, vaults }: DeployedPromise,
  { clients, signal }: Pick<LookOptions, "clients" | "signal">,
  keepsReplicas = false,
): Promise<Listings> {
  const versions = new SpilledList<ListedVersion>();
  const joins = new Map<string, VaultJoin>();
  const cursor = await KeyCursor.begin(clients.source.s3, source.bucketName, signal);
  for (const name of vaults.keys()) {
    const access = clients.vaults.get(name);
    if (access === undefined) continue;
    joins.set(name, await VaultJoin.begin(access, signal, undefined, keepsReplicas));
  }
  for (let { key } = cursor; key !== undefined; { key } = cursor) {
    const ofKey: ListedVersion[] = [];
    await cursor.of(key, (version) => {
      versions.push(version);
      ofKey.push(version);
    });
    for (const join of joins.values()) await join.pass(key, ofKey);
  }
  for (const join of joins.values()) await join.end();
  const { answeredEpochMs, begunEpochMs } = cursor;
  return {
    source: versions,
    vaults: joins,
    ...(answeredEpochMs === undefined ? {} : { answeredEpochMs }),
    ...(begunEpochMs === undefined ? {} : { begunEpochMs }),
  };
}

/** Lists of one vault what it has of one version's key; what it has of the version itself is the first of `replicas`. */
export async function listOne(
  version: { readonly key: string; readonly versionId: string } & Partial<ListedVersion>,
  access: VaultAccess,
  signal: AbortSignal,
): Promise<VaultListing> {
  const join = await VaultJoin.begin(access, signal, version.key, true);
  await join.pass(version.key, [{ ...version, isDeleteMarker: false }]);
  return join;
}
