/**
 * What canaries of this very promise have shown already. The vault remembers: the replica of a canary lies there, locked, and says for
 * which promise it was written. What the source says of it does not count. Reading only.
 */

import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { VaultAccess } from "../aws/stack-clients";
import { awsFailure } from "../errors";
import { compareLock, wantedUntilEpochMs } from "../judge/lock";
import { isUnderKms } from "../judge/key";
import { placements } from "../judge/placement";
import { findTags } from "../look/tags";
import { findVersion, isUnreadable, type VersionHead } from "../look/version-head";
import type { DeployedPromise } from "../promise/deployed-promise";
import { listVersions, type ListedVersion } from "../proof/source-versions";
import { canaryFolder } from "./canary-key";

/** A rule at one of its vaults, as a member of a set. */
export function ruleAtVault(rule: string, vault: string): string {
  return JSON.stringify([rule, vault]);
}

/** So many of a folder are looked at, the latest first: others may fill a folder. */
const LOOKED_AT_LIMIT = 20;
const LISTED_LIMIT = 10_000;

/**
 * The rules that a canary of this promise has shown to work: its replica is in the vault, and locked as promised.
 * @returns members as `ruleAtVault` makes them
 */
export async function seenCanaries(
  promise: DeployedPromise,
  vaults: ReadonlyMap<string, VaultAccess>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (const [name, access] of vaults) {
    for (const { rule } of await canariesAt(promise, name, access, signal)) {
      seen.add(ruleAtVault(rule, name));
    }
  }
  return seen;
}

/** The replica of a canary of this promise, as it lies in a vault. */
export interface SeenCanary {
  /** Name of the rule that has brought it. */
  readonly rule: string;
  readonly key: string;
  readonly versionId: string;
  /** What the vault says of it: locked as promised, at the least. */
  readonly head: VersionHead;
}

/** The canaries of this promise in one vault, of each rule the latest ones. */
export async function canariesAt(
  promise: DeployedPromise,
  vault: string,
  access: VaultAccess,
  signal: AbortSignal,
): Promise<readonly SeenCanary[]> {
  const found: SeenCanary[] = [];
  const rules = promise.rules.filter((rule) => rule.vault === vault && rule.status === "Enabled");
  const folders = new Set(rules.map(({ prefix }) => canaryFolder(prefix ?? "")));
  for (const folder of folders) {
    for (const version of await latestIn(folder, access, signal)) {
      const shown = await shownBy(version, { promise, access, signal });
      if (shown !== undefined) found.push(shown);
    }
  }
  return found;
}

async function latestIn(
  folder: string,
  { outputs, s3 }: VaultAccess,
  signal: AbortSignal,
): Promise<readonly ListedVersion[]> {
  const found: ListedVersion[] = [];
  try {
    for await (const version of listVersions(s3, outputs.bucketName, signal, folder)) {
      if (!version.isDeleteMarker && version.sizeBytes <= MAX_BYTES) found.push(version);
      if (found.length >= LISTED_LIMIT) break;
    }
  } catch (error) {
    // Who may not list has seen none; the canary that is written then is looked for by its own name.
    if (awsFailure(error)?.httpStatus !== 403) throw error;
  }
  // Keys have the time in them.
  return found.slice(-LOOKED_AT_LIMIT);
}

/** A canary has some hundred. */
const MAX_BYTES = 16 * 1024;

/** By the vault's own answers; undefined for what is no canary of this promise, rightly there. */
async function shownBy(
  version: ListedVersion,
  {
    access: { outputs, s3 },
    promise,
    signal,
  }: {
    readonly promise: DeployedPromise;
    readonly access: VaultAccess;
    readonly signal: AbortSignal;
  },
): Promise<SeenCanary | undefined> {
  const head = await findVersion(s3, outputs.bucketName, version, signal);
  if (isUnreadable(head) || head.replicationStatus !== "REPLICA") return undefined;
  const wanted = {
    mode: outputs.lock.mode,
    untilEpochMs: wantedUntilEpochMs(outputs.lock, head.lastModifiedEpochMs, undefined),
  };
  if (compareLock(head, wanted, 0).lock === "weaker") return undefined;
  const tags = await findTags(s3, outputs.bucketName, version, signal);
  if (isUnreadable(tags)) return undefined;
  if ((await digestOf(version, { outputs, s3 }, signal)) !== promise.digest) return undefined;
  const placed = placements(version.key, { tags, isUnderKms: isUnderKms(head) }, promise.rules);
  const own = placed.find(({ state, vault }) => vault === outputs.name && state === "wanted");
  if (own === undefined) return undefined;
  return { rule: own.rule.name, key: version.key, versionId: version.versionId, head };
}

/** Of the promise that a canary was written for; undefined where it is no canary. */
async function digestOf(
  { key, versionId }: ListedVersion,
  { outputs, s3 }: VaultAccess,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: outputs.bucketName, Key: key, VersionId: versionId }),
      { abortSignal },
    );
    const content: unknown = JSON.parse((await Body?.transformToString()) ?? "");
    if (typeof content !== "object" || content === null) return undefined;
    const { lockstep, promise } = content as { lockstep?: unknown; promise?: unknown };
    return lockstep === "canary" && typeof promise === "string" ? promise : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || awsFailure(error)?.httpStatus === 403) return undefined;
    throw error;
  }
}
