import { PILOT_RETENTION_DAYS } from "../config/fill-in";
import type { LockStage } from "../config/types";
import { relockRoleName, roleArn } from "../derived-names";
import type { RelockLimits } from "../policy-documents/relock-role-policy";

/**
 * So many days pass at the most between the plan of a job and its last task: a lock that was long enough on the day of the plan
 * is let in while the job runs.
 */
const DAYS_OF_A_JOB = 7;

/** How a vault locks, as far as its relock role's limits follow from it. */
export interface RelockedLock {
  readonly stage: LockStage;
  readonly retentionDays?: number;
  readonly minimumRetentionDays?: number;
}

/**
 * Within which limits the relock role of a vault extends. Where it may bypass, a lock of less than the vault's retention is refused:
 * whoever takes the role over must not shorten a GOVERNANCE lock by way of a short COMPLIANCE one. A floor of the config's own
 * takes the place of the retention. Pure.
 */
export function relockLimitsOf(
  vault: { readonly accountId: string; readonly region: string },
  bucketName: string,
  lock: RelockedLock,
): RelockLimits {
  const mayBypass = lock.stage === "compliance";
  return {
    roleArn: roleArn(vault, relockRoleName(bucketName)),
    modes: mayBypass ? ["COMPLIANCE"] : ["GOVERNANCE", "COMPLIANCE"],
    mayBypass,
    minimumDays: Math.max(1, relockFloorDays(lock) - DAYS_OF_A_JOB),
  };
}

/** A job locks no version for less than this, from the day of its plan on. Whole days. */
export function relockFloorDays(lock: RelockedLock): number {
  const { minimumRetentionDays, retentionDays = PILOT_RETENTION_DAYS, stage } = lock;
  return minimumRetentionDays ?? (stage === "compliance" ? retentionDays : 1);
}
