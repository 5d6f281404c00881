/** Where the copies of a stack's promises belong: beside each vault that they fill, where we know how it was deployed. Pure. */

import type { LockstepConfig } from "../../components/config/types";
import type { LockstepOutputs, VaultOutputs } from "../../components/promise/outputs";
import { promiseContent, promiseDigest, promisedVaults } from "../../components/promise/promise";
import { teamStacksOf } from "../stack/joined-stacks";

/** One copy: of which promise, and beside which vault. */
export interface CopyPlace {
  readonly digest: string;
  readonly content: string;
  readonly vault: VaultOutputs;
  readonly bucket: string;
  /** How the vault's account is reached. */
  readonly access: LockstepConfig["vaults"][number];
}

/**
 * The copies that belong to what is deployed. None where two teams deploy: neither knows the whole promise, and who looks into
 * both deploys nothing. None beside a vault of an earlier version, which has no such bucket or said nothing of it.
 * @param sources as the stack's outputs tell them
 */
export function copyPlaces(
  sources: readonly LockstepOutputs[],
  config: LockstepConfig,
): readonly CopyPlace[] {
  if (teamStacksOf(config) !== undefined || config.side !== "both") return [];
  return sources.flatMap((source) => {
    const digest = promiseDigest(source);
    // Outputs that somebody changed by hand are told as such by whoever looks at the promise.
    if (source.promise?.digest !== digest) return [];
    const content = promiseContent(source);
    return promisedVaults(source).flatMap((vault) => {
      const { guard, operationsBucketName: bucket } = vault;
      const access = accessOf(vault, config);
      if (bucket === undefined || guard?.operationsPolicyStatements === undefined) return [];
      return access === undefined ? [] : [{ digest, content, vault, bucket, access }];
    });
  });
}

/** How the account of a deployed vault is reached; undefined where the config means another place by now. */
export function accessOf(
  vault: VaultOutputs,
  { vaults }: Pick<LockstepConfig, "vaults">,
): CopyPlace["access"] | undefined {
  return vaults.find(
    (one) =>
      one.name === vault.name &&
      one.accountId === vault.accountId &&
      one.bucket.name === vault.bucketName,
  );
}
