/**
 * Finds a canary in each vault, and has one written where there is none.
 *
 * The vault's policy lets nobody write but replication, so that a canary comes as every replica does: written into the source, brought
 * by a rule, locked by the vault. One that lies there of this promise, from `doctor --canary`, a backfill or an earlier run, is taken
 * again: each stays until its lock ends.
 */

import type { WaitLimits } from "../clock";
import { canariesAt, type SeenCanary } from "../canary/seen-canaries";
import type { CanarySource } from "../canary/prepare-canaries";
import { sendCanaries } from "../canary/send-canaries";
import { isLockstepError } from "../errors";
import type { Confirm, Session } from "../events";
import { deployedPromise } from "../promise/deployed-promise";
import { LOCKED_FOR_MS, type LockedCanary } from "./canary-attempts";
import type { TriedVault } from "./callers";

/** What is needed to have canaries written. */
export interface FindOptions extends Session {
  readonly sources: readonly CanarySource[];
  readonly confirm: Confirm;
  /** How to wait for replication. */
  readonly limits: WaitLimits;
}

/** The canaries that there are, by the vault's name; and why there is none in others. */
export interface FoundCanaries {
  readonly canaries: ReadonlyMap<string, LockedCanary>;
  readonly without: "no-canary" | "declined";
}

export async function findCanaries(
  vaults: readonly TriedVault[],
  options: FindOptions,
): Promise<FoundCanaries> {
  const seen = await inVaults(vaults, options);
  const lacking = new Set(vaults.map(nameOf).filter((name) => !seen.has(name)));
  if (lacking.size === 0) return { canaries: seen, without: "no-canary" };
  const isWanted: NonNullable<CanarySource["isWanted"]> = (canary) => {
    const isLacking = canary.vaults.some((name) => lacking.has(name));
    // One is enough for each vault, whichever rule brings it.
    for (const name of canary.vaults) lacking.delete(name);
    return isLacking;
  };
  const sources = options.sources.map((source) => ({ ...source, isWanted }));
  try {
    await sendCanaries({ ...options, sources });
  } catch (error) {
    if (!isLockstepError(error) || error.code !== "Declined") throw error;
    return { canaries: seen, without: "declined" };
  }
  return { canaries: await inVaults(vaults, options), without: "no-canary" };
}

async function inVaults(
  vaults: readonly TriedVault[],
  { clock, signal, sources }: FindOptions,
): Promise<ReadonlyMap<string, LockedCanary>> {
  const found = new Map<string, LockedCanary>();
  for (const { nowEpochMs = clock.nowEpochMs(), outputs, own } of vaults) {
    const { bucketName: bucket, name: vault } = outputs;
    for (const source of sources) {
      const promise = deployedPromise(source.outputs);
      if (found.has(vault) || !promise.vaults.has(vault)) continue;
      const seen = await canariesAt(promise, vault, { outputs, s3: own.s3 }, signal);
      const best = longestLocked(seen, nowEpochMs + LOCKED_FOR_MS);
      if (best !== undefined) found.set(vault, { vault, bucket, ...best });
    }
  }
  return found;
}

function longestLocked(
  seen: readonly SeenCanary[],
  atLeastEpochMs: number,
): Omit<LockedCanary, "vault" | "bucket"> | undefined {
  let best: { readonly canary: SeenCanary; readonly untilEpochMs: number } | undefined;
  for (const canary of seen) {
    const { lockMode, retainUntilEpochMs: untilEpochMs = 0 } = canary.head;
    if (lockMode === undefined || untilEpochMs < atLeastEpochMs) continue;
    if (best === undefined || untilEpochMs > best.untilEpochMs) best = { canary, untilEpochMs };
  }
  if (best === undefined) return undefined;
  const { head, key, versionId } = best.canary;
  return {
    key,
    versionId,
    lockMode: head.lockMode === "COMPLIANCE" ? "COMPLIANCE" : "GOVERNANCE",
    lockedUntil: new Date(best.untilEpochMs).toISOString(),
  };
}

function nameOf({ outputs }: TriedVault): string {
  return outputs.name;
}
