/**
 * Follows canaries at their source until S3 has a last word on each.
 *
 *     HEAD --(PENDING, or none yet)--> pause, longer each time --> HEAD ...
 *        \--(COMPLETED, FAILED)--> done      \--(deadline)--> what it was last
 *
 * S3 sets `PENDING` when it takes the version; one that has no status for a while was taken by no rule.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html
 */

import type { S3Client } from "@aws-sdk/client-s3";
import { nextIntervalMs, type WaitLimits } from "../clock";
import type { Session } from "../events";
import { findVersion, isUnreadable, type Unreadable, type VersionHead } from "../look/version-head";
import type { WrittenCanary } from "./write-canary";

/** A canary, and who may look at its source. */
export interface FollowedCanary extends WrittenCanary {
  readonly s3: S3Client;
}

/** How a canary stands. */
export interface CanaryEnd {
  /** `NONE`: no rule has taken it. `UNREAD`: its source could not be looked at. */
  readonly status: "PENDING" | "COMPLETED" | "FAILED" | "NONE" | "UNREAD";
  /** The source's last answer. */
  readonly head: VersionHead | Unreadable;
  /** Since it was written. */
  readonly elapsedMs: number;
}

/** So long a version may have no status: rules take a moment to be in force. */
const NO_STATUS_MS = 2 * 60_000;

/**
 * @param limits its deadline ends the wait, not with an error
 * @returns by key
 * @throws LockstepError `Aborted`
 */
export async function followCanaries(
  canaries: readonly FollowedCanary[],
  limits: WaitLimits,
  session: Session,
): Promise<ReadonlyMap<string, CanaryEnd>> {
  const { clock, signal } = session;
  const startEpochMs = clock.nowEpochMs();
  const ends = new Map<string, CanaryEnd>();
  const told = new Map<string, string>();
  let open = canaries;
  let intervalMs = limits.intervalMs;
  for (;;) {
    const waiting: FollowedCanary[] = [];
    for (const canary of open) {
      const head = await findVersion(canary.s3, canary.bucket, canary, signal);
      const elapsedMs = clock.nowEpochMs() - startEpochMs;
      const end: CanaryEnd = { status: statusOf(head), head, elapsedMs };
      ends.set(canary.key, end);
      tell(canary, end, told, session);
      if (mayChange(end)) waiting.push(canary);
    }
    if (waiting.length === 0 || clock.nowEpochMs() - startEpochMs >= limits.deadlineMs) return ends;
    open = waiting;
    const leftMs = startEpochMs + limits.deadlineMs - clock.nowEpochMs();
    await clock.sleep(Math.min(intervalMs, Math.max(1, leftMs)), signal);
    intervalMs = nextIntervalMs(intervalMs, limits);
  }
}

function statusOf(head: VersionHead | Unreadable): CanaryEnd["status"] {
  if (isUnreadable(head)) return "UNREAD";
  switch (head.replicationStatus) {
    case undefined:
      return "NONE";
    case "COMPLETED":
    case "COMPLETE":
      return "COMPLETED";
    case "FAILED":
      return "FAILED";
    default:
      return "PENDING";
  }
}

function mayChange({ elapsedMs, head, status }: CanaryEnd): boolean {
  switch (status) {
    case "PENDING":
      return true;
    case "NONE":
      return elapsedMs < NO_STATUS_MS;
    case "UNREAD":
      // A server's fault may pass; a refusal does not.
      return isUnreadable(head) && head.unreadable === "error";
    default:
      return false;
  }
}

function tell(
  { bucket, key, versionId }: FollowedCanary,
  { elapsedMs, status }: CanaryEnd,
  told: Map<string, string>,
  { emit }: Session,
): void {
  if (told.get(key) === status) return;
  told.set(key, status);
  emit({ type: "canary-status", bucket, key, versionId, status, elapsedMs });
}
