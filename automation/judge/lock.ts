import type { VaultLockOutputs } from "../../components/promise/outputs";
import type { VersionHead } from "../look/version-head";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Dates in headers have whole seconds. */
const DATE_ROUNDING_MS = 1000;

/** What a replica's lock comes to: `locked` and `lapsed` were made as promised, `weaker` was not. */
export type LockFinding =
  | { readonly lock: "locked" }
  | { readonly lock: "lapsed"; readonly cause: string }
  | { readonly lock: "weaker"; readonly cause: string };

/**
 * Until when a replica has to be locked at least: the vault's promise, counted from the version's own date or from the
 * day on which this lock was deployed, whichever is later; and the source's own date where that is later still. From which
 * moment a default retention counts for a replica AWS does not say; a later date than this is fine.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export function wantedUntilEpochMs(
  lock: Pick<VaultLockOutputs, "retentionDays" | "since">,
  lastModifiedEpochMs: number,
  source: Pick<VersionHead, "retainUntilEpochMs"> | undefined,
): number {
  const sinceEpochMs = lock.since === undefined ? 0 : Date.parse(lock.since);
  const promised = Math.max(lastModifiedEpochMs, sinceEpochMs) + lock.retentionDays * DAY_MS;
  return Math.max(promised, source?.retainUntilEpochMs ?? 0);
}

/**
 * Holds a replica's lock against the stricter of what the vault promises and what the source version has: a source can only
 * raise it. Pure.
 * @param nowEpochMs AWS's time
 */
export function compareLock(
  replica: Pick<VersionHead, "lockMode" | "retainUntilEpochMs">,
  wanted: { readonly mode: string; readonly untilEpochMs: number },
  nowEpochMs: number,
): LockFinding {
  const { lockMode, retainUntilEpochMs } = replica;
  if (lockMode === undefined || retainUntilEpochMs === undefined) {
    return { lock: "weaker", cause: "not locked" };
  }
  if (wanted.mode === "COMPLIANCE" && lockMode !== "COMPLIANCE") {
    return { lock: "weaker", cause: `locked in ${lockMode} mode, ${wanted.mode} is promised` };
  }
  if (retainUntilEpochMs + DATE_ROUNDING_MS < wanted.untilEpochMs) {
    return {
      lock: "weaker",
      cause: `locked only until ${iso(retainUntilEpochMs)}, ${iso(wanted.untilEpochMs)} is promised`,
    };
  }
  return retainUntilEpochMs <= nowEpochMs
    ? { lock: "lapsed", cause: `its lock ended on ${iso(retainUntilEpochMs)}` }
    : { lock: "locked" };
}

/** The stricter of two modes. */
export function stricterMode(one: string, other: string | undefined): string {
  return other === "COMPLIANCE" ? other : one;
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
