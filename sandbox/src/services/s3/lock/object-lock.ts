import type { DefaultRetention, Retention } from "../store/model";

/**
 * What S3 Object Lock lets happen to one version. Pure: facts and a moment in, a decision out.
 *
 *     none/expired --set--> GOVERNANCE --extend--> GOVERNANCE,  COMPLIANCE --extend--> COMPLIANCE
 *                           GOVERNANCE --anything, with bypass--> any, none
 *     legal hold: ON and OFF at will of who may; while ON nothing deletes the version, no bypass helps
 *
 * A version is locked while its date lies in the future; at the very moment of the date it no longer is (assumed).
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */

/** What protects a version now. */
export interface LockFacts {
  readonly retention?: Retention;
  readonly legalHold?: boolean;
}

/** The moment of a request, and whether its caller asked to bypass governance and may. */
export interface LockRequest {
  readonly nowEpochMs: number;
  readonly bypassGovernance: boolean;
}

/** S3 counts days, and years of 365 days (a maximum of 100 years is given as 36,500 days), from the exact moment. */
const DAY_MS = 86_400_000;
const DAYS_PER_YEAR = 365;

/** The retention while its date lies in the future, and no retention afterwards. */
export function retentionInForce(
  retention: Retention | undefined,
  nowEpochMs: number,
): Retention | undefined {
  return retention !== undefined && retention.retainUntilEpochMs > nowEpochMs
    ? retention
    : undefined;
}

/** May this version be deleted for good (or replaced, for a null version)? */
export function mayDeleteVersion(lock: LockFacts, request: LockRequest): boolean {
  if (lock.legalHold === true) return false;
  const retention = retentionInForce(lock.retention, request.nowEpochMs);
  if (retention === undefined) return true;
  return retention.mode === "GOVERNANCE" && request.bypassGovernance;
}

/**
 * May the retention of a version become `wanted` (undefined: taken away)? That `wanted` lies in the future is checked
 * by the operation, with its own error. The legal hold plays no part.
 */
export function mayChangeRetention(
  existing: Retention | undefined,
  wanted: Retention | undefined,
  request: LockRequest,
): boolean {
  const current = retentionInForce(existing, request.nowEpochMs);
  if (current === undefined) return true;
  if (current.mode === "GOVERNANCE" && request.bypassGovernance) return true;
  if (wanted === undefined || wanted.retainUntilEpochMs < current.retainUntilEpochMs) return false;
  // That GOVERNANCE becomes COMPLIANCE takes the bypass, too, is assumed: "users can't ... alter its lock settings unless they have
  // special permissions" speaks for it, and public reports have it both ways.
  return current.mode === wanted.mode;
}

/** The retention that the bucket's default gives to a version made at `fromEpochMs`. */
export function defaultRetentionFrom(
  defaults: DefaultRetention | undefined,
  fromEpochMs: number,
): Retention | undefined {
  if (defaults === undefined) return undefined;
  const days = defaults.days ?? (defaults.years ?? 0) * DAYS_PER_YEAR;
  return { mode: defaults.mode, retainUntilEpochMs: fromEpochMs + days * DAY_MS };
}

/**
 * `s3:object-lock-remaining-retention-days` of a wanted date. A day that has begun counts as a whole one (assumed),
 * so that "retain for N days", said a moment ago, still is N.
 */
export function remainingRetentionDays(retainUntilEpochMs: number, nowEpochMs: number): number {
  return Math.ceil((retainUntilEpochMs - nowEpochMs) / DAY_MS);
}

/** The stricter of two: COMPLIANCE before GOVERNANCE, then the later date. Used where metadata of two copies meet. */
export function stricterRetention(
  left: Retention | undefined,
  right: Retention | undefined,
): Retention | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return {
    mode: left.mode === "COMPLIANCE" || right.mode === "COMPLIANCE" ? "COMPLIANCE" : "GOVERNANCE",
    retainUntilEpochMs: Math.max(left.retainUntilEpochMs, right.retainUntilEpochMs),
  };
}
