/** Where bundles are kept beside vaults, and under which names. Pure. */

import { EVIDENCE_PREFIX } from "../../components/operations-prefixes";
import type { LockstepConfig } from "../../components/config/types";
import type { VaultOutputs } from "../../components/promise/outputs";
import { accessOf } from "../promise/kept-copies";

/** The operations bucket of a vault's account that takes bundles. */
export interface KeptPlace {
  readonly vault: VaultOutputs;
  readonly bucket: string;
  /** How the account is reached. */
  readonly access: LockstepConfig["vaults"][number];
}

/** One for each account that has vaults: beside the first of them. None beside a vault of an earlier version, which has no such bucket. */
export function keptPlaces(
  vaults: readonly VaultOutputs[],
  config: LockstepConfig,
): readonly KeptPlace[] {
  const places = new Map<string, KeptPlace>();
  for (const vault of vaults) {
    const { accountId, guard, operationsBucketName: bucket } = vault;
    const access = accessOf(vault, config);
    if (bucket === undefined || guard?.operationsPolicyStatements === undefined) continue;
    if (access !== undefined && !places.has(accountId)) {
      places.set(accountId, { vault, bucket, access });
    }
  }
  return [...places.values()];
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

/** Whether a key is one of a stack's bundles. */
export function isKeptKey(key: string, stack: string): boolean {
  const name = key.slice(keptPrefix(stack).length);
  return key.startsWith(keptPrefix(stack)) && /^\d{8}T\d{9}Z-\d{6,}-[0-9a-f]{16}\.tar$/.test(name);
}
