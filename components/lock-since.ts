import type { VaultLockOutputs, VaultOutputs } from "./outputs";

/** What an earlier deployment said of a vault's lock. */
export type PreviousVault = Pick<VaultOutputs, "name" | "bucketName" | "lock">;

/**
 * Since when a vault's lock is deployed as it is, by an earlier deployment of the same bucket with the same mode and period;
 * undefined when it is from now on. Pure.
 */
export function lockSince(
  vault: {
    readonly name: string;
    readonly bucketName: string;
    readonly lock: Pick<VaultLockOutputs, "mode" | "retentionDays">;
  },
  previous: readonly PreviousVault[],
): string | undefined {
  const before = previous.find(
    ({ bucketName, name }) => name === vault.name && bucketName === vault.bucketName,
  )?.lock;
  const isSame =
    before?.mode === vault.lock.mode && before.retentionDays === vault.lock.retentionDays;
  return isSame ? before.since : undefined;
}
