/** Looks into the vaults for a canary, with the vaults' own credentials, and judges it like any other version. */

import { GetObjectRetentionCommand } from "@aws-sdk/client-s3";
import type { VaultAccess } from "../aws/stack-clients";
import { ask } from "../guard/ask";
import type { Outcome } from "../judge/outcome";
import { lookAtVersion, type VersionOptions } from "../look/look-at-version";
import { listOne } from "../look/join-listings";
import type { VaultListing } from "../look/vault-listing";
import { findVersion, isUnreadable, type Unreadable, type VersionHead } from "../look/version-head";
import type { ListedVersion } from "../proof/source-versions";
import type { WrittenCanary } from "./write-canary";

/** What became of a canary at one vault. */
export interface CanaryAtVault extends Outcome {
  /** Name of the vault in the config. */
  readonly vault: string;
  /** Object Lock's word of the replica. Absent where it is not locked, or not there. */
  readonly lockMode?: string;
  /** ISO 8601. */
  readonly lockedUntil?: string;
  /** Actions that were refused meanwhile: what they would have told is not judged. */
  readonly refused: readonly string[];
}

/** Reads and judges; nothing is changed. */
export async function lookAtCanary(
  canary: WrittenCanary,
  sourceHead: VersionHead | Unreadable,
  options: Pick<VersionOptions, "clients" | "promise" | "signal">,
): Promise<readonly CanaryAtVault[]> {
  const { signal } = options;
  const listings = new Map<string, VaultListing>();
  for (const name of canary.vaults) {
    const access = options.clients.vaults.get(name);
    if (access !== undefined) listings.set(name, await listOne(canary, access, signal));
  }
  const version = asListed(canary, sourceHead);
  const judged = await lookAtVersion(version, { ...options, listings, tasks: new Map() });
  const found: CanaryAtVault[] = [];
  for (const outcome of judged.outcomes) {
    const { vault } = outcome;
    // One that is promised at a further vault, whose rule is not in force, was not written for it.
    if (vault === undefined || !canary.vaults.includes(vault)) continue;
    const access = options.clients.vaults.get(vault);
    const isListed = listings.get(vault)?.problem === undefined;
    const refused = isListed ? [] : ["s3:ListBucketVersions"];
    const seen = access === undefined ? undefined : await lockSeen(version, access, signal);
    found.push({
      ...outcome,
      vault,
      ...seen?.lock,
      refused: [...refused, ...(seen?.refused ?? [])],
    });
  }
  return found;
}

/** As the source's listing would show it. */
function asListed(
  { key, sizeBytes, versionId }: WrittenCanary,
  head: VersionHead | Unreadable,
): ListedVersion {
  const known = isUnreadable(head) ? undefined : head;
  return {
    key,
    versionId,
    isDeleteMarker: false,
    sizeBytes,
    etag: known?.etag ?? "",
    storageClass: known?.storageClass ?? "STANDARD",
    lastModifiedEpochMs: known?.lastModifiedEpochMs ?? 0,
  };
}

interface LockSeen {
  readonly lock: Pick<CanaryAtVault, "lockMode" | "lockedUntil">;
  readonly refused: readonly string[];
}

/**
 * The lock of a replica. HEAD leaves it out for who may not read retentions, so that its absence is asked about.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
async function lockSeen(
  version: ListedVersion,
  { outputs, s3 }: VaultAccess,
  signal: AbortSignal,
): Promise<LockSeen> {
  const head = await findVersion(s3, outputs.bucketName, version, signal);
  if (isUnreadable(head)) return { lock: {}, refused: [] };
  if (head.lockMode !== undefined && head.retainUntilEpochMs !== undefined) {
    const lockedUntil = new Date(head.retainUntilEpochMs).toISOString();
    return { lock: { lockMode: head.lockMode, lockedUntil }, refused: [] };
  }
  const asked = await ask(
    "s3:GetObjectRetention",
    ["NoSuchObjectLockConfiguration", "InvalidRequest"],
    () =>
      s3.send(
        new GetObjectRetentionCommand({
          Bucket: outputs.bucketName,
          Key: version.key,
          VersionId: version.versionId,
        }),
        { abortSignal: signal },
      ),
  );
  return { lock: {}, refused: "unreadable" in asked ? [asked.action] : [] };
}
