import type { KeyObject } from "node:crypto";
import { LockstepError, messageOf } from "../errors";
import { checkEvidence, type SoundEvidence } from "../evidence/check-evidence";

/**
 * What the bundle before came to, all of it checked: the next one is built on its tree, and says so under its own signature.
 * @throws LockstepError `EvidenceUnreadable` for one that is not sound, of another key or of another stack
 */
export async function previousEvidence(
  path: string,
  publicKey: KeyObject,
  stack: string,
): Promise<SoundEvidence> {
  const check = await checkEvidence(path, { publicKey }).catch((error: unknown) => {
    throw unusable(path, `it cannot be read: ${messageOf(error)}`, error);
  });
  if (!check.sound) throw unusable(path, check.problem.message);
  if (check.evidence.stack === stack) return check.evidence;
  throw unusable(path, `it is of the stack "${check.evidence.stack}"`);
}

function unusable(path: string, why: string, cause?: unknown): LockstepError {
  return new LockstepError("EvidenceUnreadable", `Nothing can follow the bundle ${path}: ${why}.`, {
    hint: "Name the last bundle of this stack that was signed with the same key, or leave --previous out to begin a new chain.",
    cause,
  });
}
