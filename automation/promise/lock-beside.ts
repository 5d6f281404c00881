import type { ObjectLockRetentionMode } from "@aws-sdk/client-s3";
import type { VaultOutputs } from "../../components/promise/outputs";

const DAY_MS = 24 * 60 * 60_000;

/** A lock of what is kept beside a vault. */
export interface LockBeside {
  readonly mode: ObjectLockRetentionMode;
  readonly until: Date;
  /** A lock that ends before is renewed. */
  readonly renewBeforeEpochMs: number;
}

/** As the vault locks its replicas; undefined beside a pilot, whose versions may go. @param nowEpochMs what time it is for AWS */
export function lockBeside(
  { guard, lock }: Pick<VaultOutputs, "guard" | "lock">,
  nowEpochMs: number,
): LockBeside | undefined {
  if (guard?.stage === "pilot") return undefined;
  const periodMs = lock.retentionDays * DAY_MS;
  return {
    mode: lock.mode,
    until: new Date(nowEpochMs + periodMs),
    renewBeforeEpochMs: nowEpochMs + periodMs / 2,
  };
}
