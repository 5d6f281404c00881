/** Where bundles lie beside vaults, and under which names. Pure. */

import { EVIDENCE_PREFIX } from "../../components/operations-prefixes";
import type { LockstepConfig } from "../../components/config/types";
import type { VaultOutputs } from "../../components/promise/outputs";
import { accessOf } from "../promise/kept-copies";

/** An operations bucket beside a vault that takes bundles. */
export interface KeptPlace {
  readonly vault: VaultOutputs;
  readonly bucket: string;
  /** How the account is reached. */
  readonly access: LockstepConfig["vaults"][number];
}

/** Where bundles of what is deployed belong. */
export interface KeptPlaces {
  /** One for each account that has vaults: beside the first of them. */
  readonly places: readonly KeptPlace[];
  /** Accounts that have vaults and no such place: their vaults are of an earlier version, or the config means other ones by now. */
  readonly without: readonly string[];
}

/** Where a new bundle is written. */
export function keptPlaces(vaults: readonly VaultOutputs[], config: LockstepConfig): KeptPlaces {
  const places = new Map<string, KeptPlace>();
  for (const vault of vaults) {
    const bucket = takingBucket(vault);
    const access = accessOf(vault, config);
    if (bucket === undefined || access === undefined || places.has(vault.accountId)) continue;
    places.set(vault.accountId, { vault, bucket, access });
  }
  const accounts = new Set(vaults.map(({ accountId }) => accountId));
  return {
    places: [...places.values()],
    without: [...accounts].filter((accountId) => !places.has(accountId)),
  };
}

/** Where bundles of what is deployed may lie by now. */
export interface AskedPlaces {
  /** Beside every vault: which of them was the first of its account changes with the config. */
  readonly places: readonly KeptPlace[];
  /** Buckets of accounts that the config no longer tells how to reach. */
  readonly unreachable: readonly string[];
}

/**
 * Where the last bundle is looked for. A vault that has another name in the config by now is asked as others of its account are: its
 * bundles are there all the same.
 */
export function askedPlaces(vaults: readonly VaultOutputs[], config: LockstepConfig): AskedPlaces {
  const places = new Map<string, KeptPlace>();
  const unreachable = new Set<string>();
  for (const vault of vaults) {
    const bucket = takingBucket(vault);
    if (bucket === undefined) continue;
    const near = config.vaults.find(({ accountId }) => accountId === vault.accountId);
    const access = accessOf(vault, config) ?? (near && { ...near, region: vault.region });
    if (access === undefined) unreachable.add(bucket);
    else if (!places.has(bucket)) places.set(bucket, { vault, bucket, access });
  }
  return { places: [...places.values()], unreachable: [...unreachable] };
}

/** None beside a vault of an earlier version, which has no such bucket or said nothing of it. */
function takingBucket({ guard, operationsBucketName }: VaultOutputs): string | undefined {
  return guard?.operationsPolicyStatements === undefined ? undefined : operationsBucketName;
}

/** What the keys of a stack's bundles begin with. */
export function keptPrefix(stack: string): string {
  return `${EVIDENCE_PREFIX}/${stack}/`;
}

/** What a key is made of. */
export interface KeptName {
  readonly stack: string;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly sequence: number;
  /** SHA-256 in hex. */
  readonly statementDigest: string;
}

/** As in `evidence/prod/20261130T060000000Z-000002-0123456789abcdef.tar`. */
export function keptKey({ madeAt, sequence, stack, statementDigest }: KeptName): string {
  const number = String(sequence).padStart(6, "0");
  const date = madeAt.replaceAll(/[-:.]/g, "");
  return `${keptPrefix(stack)}${date}-${number}-${statementDigest.slice(0, 16)}.tar`;
}

const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-\d{6,}-[0-9a-f]{16}\.tar$/;

/** Whether a key is one of a stack's bundles. */
export function isKeptKey(key: string, stack: string): boolean {
  return key.startsWith(keptPrefix(stack)) && NAME.test(key.slice(keptPrefix(stack).length));
}

/** The date in the name of a bundle, in milliseconds since the Unix epoch; NaN where there is no such date. */
export function keptEpochMs(key: string): number {
  const [, year, month, day, hour, minute, second, milliseconds] =
    NAME.exec(key.slice(key.lastIndexOf("/") + 1)) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`);
}
