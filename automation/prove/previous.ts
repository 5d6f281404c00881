import type { KeyObject } from "node:crypto";
import { LockstepError, messageOf } from "../errors";
import { type LastKept } from "./keep-bundle";
import { keptKey } from "./kept-places";
import { checkEvidence, type SoundEvidence } from "../evidence/check-evidence";

/**
 * What the bundle before came to, all of it checked: the next one is built on its tree, and says so under its own signature.
 * @param name of it, in messages
 * @throws LockstepError `EvidenceUnreadable` for one that is not sound, of another key or of another stack
 */
export async function previousEvidence(
  path: string,
  publicKey: KeyObject,
  stack: string,
  name = path,
): Promise<SoundEvidence> {
  const check = await checkEvidence(path, { publicKey }).catch((error: unknown) => {
    throw unusable(name, `it cannot be read: ${messageOf(error)}`, error);
  });
  if (!check.sound) throw unusable(name, check.problem.message);
  if (check.evidence.stack === stack) return check.evidence;
  throw unusable(name, `it is of the stack "${check.evidence.stack}"`);
}

/**
 * A name says date, number and digest of a bundle: one that somebody laid there under the name of another is not followed.
 * @throws LockstepError `EvidenceUnreadable`
 */
export function requireName(evidence: SoundEvidence, { address, key }: LastKept): void {
  if (keptKey(evidence) !== key) throw unusable(address, "its name is the one of another bundle");
}

function unusable(name: string, why: string, cause?: unknown): LockstepError {
  return new LockstepError("EvidenceUnreadable", `Nothing can follow the bundle ${name}: ${why}.`, {
    hint: "Name the last bundle of this stack that was signed with the same key, or begin a new chain with --new-chain.",
    cause,
  });
}
