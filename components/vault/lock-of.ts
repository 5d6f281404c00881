import { PILOT_RETENTION_DAYS } from "../config/fill-in";
import type { LockStage } from "../config/types";
import type { LockMode } from "../promise/outputs";

/** A stage and its period, in Object Lock's own words. */
export function lockOf({
  retentionDays = PILOT_RETENTION_DAYS,
  stage,
}: {
  readonly stage: LockStage;
  readonly retentionDays?: number;
}): { mode: LockMode; retentionDays: number } {
  return { mode: stage === "compliance" ? "COMPLIANCE" : "GOVERNANCE", retentionDays };
}
