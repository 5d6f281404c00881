/** Attempts on a canary. What is accepted costs the canary, or an hour of its lock, and nothing else. */

import {
  DeleteObjectCommand,
  PutObjectRetentionCommand,
  type ObjectLockRetention,
} from "@aws-sdk/client-s3";
import { findVersion, isUnreadable } from "../look/version-head";
import { type Answer, askAws } from "./ask-aws";
import type { Caller, TriedVault } from "./callers";
import type { RefusalCanary, RefusalFact } from "./fields";
import { answeredFact, type AttemptOn } from "./make-fact";

/** A canary that lies in the vault, locked. */
export type LockedCanary = Omit<RefusalCanary, "afterwards">;

const HOUR_MS = 60 * 60_000;

/** So long a canary has to be locked for, at the least: a lock that ends an hour earlier has to be one still. */
export const LOCKED_FOR_MS = 3 * HOUR_MS;

/** Ends the lock an hour earlier, in its own mode and without the bypass: S3 takes none but a later date. */
export async function tryShortening(
  canary: LockedCanary,
  caller: Caller,
  on: AttemptOn,
  signal: AbortSignal,
): Promise<RefusalFact> {
  const endsEpochMs = Date.parse(canary.lockedUntil);
  const Retention: ObjectLockRetention = {
    Mode: canary.lockMode,
    RetainUntilDate: new Date(endsEpochMs - HOUR_MS),
  };
  const command = new PutObjectRetentionCommand({ ...addressOf(canary), Retention });
  const { s3 } = caller.clients;
  return answeredFact(on, await askAws(command, () => s3.send(command, { abortSignal: signal })));
}

/** Deletes the canary for good. */
export async function tryDeletion(
  canary: LockedCanary,
  caller: Caller,
  on: AttemptOn,
  signal: AbortSignal,
): Promise<RefusalFact> {
  const isBypassing = on.attempt === "bypass";
  const command = new DeleteObjectCommand({
    ...addressOf(canary),
    ...(isBypassing && { BypassGovernanceRetention: true }),
  });
  const { s3 } = caller.clients;
  const answer: Answer = await askAws(command, () => s3.send(command, { abortSignal: signal }));
  const isGovernance = isBypassing && canary.lockMode === "GOVERNANCE";
  return answeredFact(on, answer, { acceptedWhy: isGovernance ? "governance" : "allowed" });
}

function addressOf({ bucket, key, versionId }: LockedCanary) {
  return { Bucket: bucket, Key: key, VersionId: versionId };
}

/** How a canary is found after all. */
export async function lookAgain(
  canary: LockedCanary,
  { own }: TriedVault,
  signal: AbortSignal,
): Promise<RefusalCanary["afterwards"]> {
  const head = await findVersion(own.s3, canary.bucket, canary, signal);
  if (isUnreadable(head)) return head.unreadable === "missing" ? "gone" : "not-seen";
  const { lockMode, retainUntilEpochMs } = head;
  if (lockMode === undefined || retainUntilEpochMs === undefined) return "changed";
  const isAsBefore =
    lockMode === canary.lockMode && retainUntilEpochMs >= Date.parse(canary.lockedUntil);
  return isAsBefore ? "as-before" : "changed";
}
