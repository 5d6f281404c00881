import type { VaultLockOutputs, VaultOutputs } from "../promise/outputs";

/** What an earlier deployment said of a vault's lock. */
export type PreviousLock = Pick<VaultOutputs, "name" | "bucketName" | "lock">;

/**
 * Since when a vault's lock is deployed as it is: by an earlier deployment of the same bucket with the same mode and period, else
 * from now on. Undefined where an earlier version of Lockstep deployed it and did not say when: what came since was locked by
 * that deployment, and must not be asked for more. Pure.
 * @param now what time it is; absent for another team's vault, of whose lock only that team knows when it was deployed
 */
export function lockSince(
  vault: {
    readonly name: string;
    readonly bucketName: string;
    readonly lock: Pick<VaultLockOutputs, "mode" | "retentionDays">;
  },
  previous: readonly PreviousLock[],
  now: string | undefined,
): string | undefined {
  const before = previous.find(
    ({ bucketName, name }) => name === vault.name && bucketName === vault.bucketName,
  )?.lock;
  const isSame =
    before?.mode === vault.lock.mode && before.retentionDays === vault.lock.retentionDays;
  return isSame ? before.since : now;
}
