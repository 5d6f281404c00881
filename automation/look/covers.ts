import { forEachConcurrently } from "../concurrency";
import type { DeployedPromise } from "../promise/deployed-promise";
import { compareKeys } from "../proof/key-order";
import type { ListedVersion } from "../proof/source-versions";
import type { Sequence } from "../spill/sequence";
import { SpilledList } from "../spill/spilled-list";
import type { Cover } from "./cover";
import { listedAgain } from "./listed-again";
import type { JudgedVersion, LookOptions } from "./look";
import type { VaultListing } from "./vault-listing";
import { findVersion, isUnreadable } from "./version-head";

interface CoverOptions extends LookOptions {
  readonly promise: DeployedPromise;
  /** Versions are listed alone, but for the first of those on top that the source does not list. */
  readonly byListings: boolean;
}

/** So many versions on top are asked for by listings; of the others nobody knows whose they are. */
const ASKED_LIMIT = 10_000;

/**
 * What lies on top of promised versions. Replicas of versions that the source no longer has belong there, and so do delete
 * markers that the source has too and a rule replicates.
 * @param judged in the order of S3, as are the listings
 */
export async function findCovers(
  judged: Sequence<JudgedVersion>,
  listings: ReadonlyMap<string, VaultListing>,
  options: CoverOptions,
): Promise<Sequence<Cover>> {
  const covers = new SpilledList<Cover>();
  let askedCount = 0;
  for (const [vault, { covering }] of listings) {
    const access = options.clients.vaults.get(vault);
    if (access === undefined || covering.length === 0) continue;
    const takesMarkers = options.promise.rules.some(
      (rule) => rule.vault === vault && rule.deleteMarkerReplication === true,
    );
    const entries = abovePromised(vault, covering, judged);
    const { concurrency: limit, signal } = options;
    await forEachConcurrently(entries, { limit, signal }, async ({ isMarkerOfSource, version }) => {
      const { key, versionId } = version;
      if (version.isDeleteMarker) {
        // It may have come to the source after that was listed, and on to the vault.
        if (takesMarkers && (isMarkerOfSource || (await isAtSource(version, options)))) return;
        covers.push({ vault, key, versionId, what: "delete-marker" });
        return;
      }
      if (options.byListings && (await isAtSource(version, options))) return;
      if (options.byListings && askedCount++ >= ASKED_LIMIT) {
        covers.push({ vault, key, versionId, what: "unknown-version" });
        return;
      }
      // The source may have deleted it for good, and another source of the vault may have it.
      const head = await findVersion(access.s3, access.outputs.bucketName, version, signal);
      const seen = isUnreadable(head) ? head.withoutChecksums : head;
      if (seen?.replicationStatus === "REPLICA") return;
      const isUnknown = options.byListings && seen === undefined;
      covers.push({
        vault,
        key,
        versionId,
        what: isUnknown ? "unknown-version" : "foreign-version",
      });
    });
  }
  return covers;
}

/** Whether the source lists it by now, as what it is. */
async function isAtSource(
  version: ListedVersion,
  { clients, promise, signal }: CoverOptions,
): Promise<boolean> {
  const { bucketName } = promise.source;
  const found = await listedAgain(version, clients.source.s3, bucketName, signal);
  return found?.isDeleteMarker === version.isDeleteMarker;
}

interface Above {
  /** The vault's. */
  readonly version: ListedVersion;
  /** The source has a delete marker of the same id. */
  readonly isMarkerOfSource: boolean;
}

/** Of what lies on top in a vault: that of keys that have a version which is promised there. Both sides are in one order. */
function* abovePromised(
  vault: string,
  covering: Iterable<ListedVersion>,
  judged: Iterable<JudgedVersion>,
): Generator<Above> {
  const keys = byKey(judged);
  let source = keys.next();
  for (const version of covering) {
    while (source.done !== true && compareKeys(source.value.key, version.key) < 0) {
      source = keys.next();
    }
    if (source.done === true) return;
    const { key, versions } = source.value;
    if (key !== version.key) continue;
    const isPromised = versions.some(({ outcomes }) => outcomes.some((one) => one.vault === vault));
    if (!isPromised) continue;
    const isMarkerOfSource = versions.some(
      (one) => one.version.isDeleteMarker && one.version.versionId === version.versionId,
    );
    yield { version, isMarkerOfSource };
  }
}

interface KeyOfSource {
  readonly key: string;
  readonly versions: readonly JudgedVersion[];
}

function* byKey(judged: Iterable<JudgedVersion>): Generator<KeyOfSource, undefined> {
  let versions: JudgedVersion[] = [];
  for (const one of judged) {
    const [first] = versions;
    if (first !== undefined && first.version.key !== one.version.key) {
      yield { key: first.version.key, versions };
      versions = [];
    }
    versions.push(one);
  }
  const [first] = versions;
  if (first !== undefined) yield { key: first.version.key, versions };
}
