/** Which bundle a new one may follow. */

import type { KeyObject } from "node:crypto";
import { LockstepError, messageOf } from "../errors";
import { checkEvidence, type SoundEvidence } from "../evidence/check-evidence";

/** Whose bundle it has to be. */
export interface OurBundles {
  /** Of the signer of the new one. */
  readonly publicKey: KeyObject;
  /** The stack's short name. */
  readonly stack: string;
}

/** A bundle that may be followed, or why not, in words. */
export type Followable = SoundEvidence | { readonly why: string };

/**
 * What a bundle came to, all of it checked: the next one is built on its tree, and says so under its own signature.
 * @throws whatever comes of reading the file
 */
export async function followable(
  path: string,
  { publicKey, stack }: OurBundles,
): Promise<Followable> {
  const check = await checkEvidence(path, { publicKey });
  if (!check.sound) return { why: check.problem.message };
  const { evidence } = check;
  const why = whyOfOtherStack(evidence, stack);
  return why === undefined ? evidence : { why };
}

/** @returns why a bundle is of another stack; undefined where it is of this one */
export function whyOfOtherStack(
  one: { readonly stack: string },
  stack: string,
): string | undefined {
  return one.stack === stack ? undefined : `it is of the stack "${one.stack}"`;
}

/**
 * Stacks of several projects have the same short name, and may have the same key: a chain is of the buckets that it speaks of.
 * @param named the buckets of its sources
 * @param buckets of the sources that are deployed
 * @returns why a bundle is of another project; undefined where it is of this one
 */
export function whyOfOthers(
  named: readonly string[],
  buckets: readonly string[],
): string | undefined {
  if (named.some((one) => buckets.includes(one))) return undefined;
  return `it is of ${named.join(", ") || "no source"}, and none of that is a source of this stack`;
}

/** @throws LockstepError `EvidenceUnreadable` for one that is not sound, of another key or of another stack */
export async function previousEvidence(path: string, ours: OurBundles): Promise<SoundEvidence> {
  const found = await followable(path, ours).catch((error: unknown) => {
    throw unusable(path, `it cannot be read: ${messageOf(error)}`, error);
  });
  if ("why" in found) throw unusable(path, found.why);
  return found;
}

/** @throws LockstepError `EvidenceUnreadable` for one of another project */
export function requireOurs(
  path: string,
  evidence: SoundEvidence,
  buckets: readonly string[],
): void {
  const named = evidence.sources.map(({ bucket }) => bucket.bucketName);
  const why = whyOfOthers(named, buckets);
  if (why !== undefined) throw unusable(path, why);
}

function unusable(name: string, why: string, cause?: unknown): LockstepError {
  return new LockstepError("EvidenceUnreadable", `Nothing can follow the bundle ${name}: ${why}.`, {
    hint: "Name the last bundle of this stack that was signed with the same key, or begin a new chain with --new-chain.",
    cause,
  });
}
