import { forEachConcurrently } from "../concurrency";
import type { DeployedPromise } from "../promise/deployed-promise";
import { versionName } from "../proof/source-versions";
import type { Cover } from "./cover";
import type { JudgedVersion, LookOptions } from "./look";
import type { VaultListing } from "./vault-listing";
import { findVersion, isUnreadable } from "./version-head";

interface CoverOptions extends LookOptions {
  readonly promise: DeployedPromise;
}

/**
 * What lies on top of promised versions. Replicas of versions that the source no longer has belong there, and so do delete
 * markers that the source has too and a rule replicates.
 */
export async function findCovers(
  judged: readonly JudgedVersion[],
  listings: ReadonlyMap<string, VaultListing>,
  options: CoverOptions,
): Promise<readonly Cover[]> {
  const covers: Cover[] = [];
  const sourceMarkers = new Set(
    judged
      .filter(({ version }) => version.isDeleteMarker)
      .map(({ version }) => versionName(version)),
  );
  for (const [vault, { covering }] of listings) {
    const access = options.clients.vaults.get(vault);
    if (access === undefined || covering.size === 0) continue;
    const promised = promisedKeys(judged, vault);
    const takesMarkers = options.promise.rules.some(
      (rule) => rule.vault === vault && rule.deleteMarkerReplication === true,
    );
    const entries = [...covering].flatMap(([key, found]) => (promised.has(key) ? found : []));
    const { concurrency: limit, signal } = options;
    await forEachConcurrently(entries, { limit, signal }, async (version) => {
      const { key, versionId } = version;
      if (version.isDeleteMarker) {
        if (takesMarkers && sourceMarkers.has(versionName(version))) return;
        covers.push({ vault, key, versionId, what: "delete-marker" });
        return;
      }
      const head = await findVersion(access.s3, access.outputs.bucketName, version, signal);
      if (!isUnreadable(head) && head.replicationStatus === "REPLICA") return;
      covers.push({ vault, key, versionId, what: "foreign-version" });
    });
  }
  return covers;
}

/** Keys that have a version which is promised at the vault. */
function promisedKeys(judged: readonly JudgedVersion[], vault: string): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { outcomes } of judged) {
    for (const outcome of outcomes) {
      if (outcome.vault === vault) keys.add(outcome.key);
    }
  }
  return keys;
}
