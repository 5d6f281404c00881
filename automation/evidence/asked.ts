/** Whether a file is the one that a reader asked for: a sound one of another stack, or an older one, is sound as well. Pure. */

import { EvidenceProblem } from "./evidence-problem";
import type { EvidenceFields } from "./fields";

/** What a reader knows beforehand. Whatever is absent may be anything. */
export interface AskedEvidence {
  /** The stack's short name. */
  readonly stack?: string | undefined;
  /** Name of a bucket: one of those that versions are promised of. */
  readonly bucket?: string | undefined;
  /** ISO 8601, in UTC with milliseconds: it was made then, or later. */
  readonly notBefore?: string | undefined;
}

/** What a statement says of itself. */
export interface SaidOfItself {
  readonly madeAt: string;
  readonly stack: string;
  readonly sources: readonly { readonly bucket: { readonly bucketName: string } }[];
}

/** @throws EvidenceProblem `other` */
export function requireAsked(said: SaidOfItself, asked: AskedEvidence): void {
  const why = whyOther(said, asked);
  if (why !== undefined) throw new EvidenceProblem("other", why);
}

/** What a check comes to, held against what was asked for. */
export function heldAgainst(fields: EvidenceFields, asked: AskedEvidence): EvidenceFields {
  const { madeAt, sources, sound, stack } = fields;
  if (!sound || madeAt === undefined || sources === undefined || stack === undefined) return fields;
  const message = whyOther({ madeAt, sources, stack }, asked);
  if (message === undefined) return fields;
  return { sound: false, problem: { code: "other", message }, meaning: [] };
}

function whyOther(
  { madeAt, sources, stack }: SaidOfItself,
  asked: AskedEvidence,
): string | undefined {
  if (asked.stack !== undefined && stack !== asked.stack) {
    return `it is of the stack "${stack}", and "${asked.stack}" was asked for`;
  }
  const buckets = sources.map(({ bucket }) => bucket.bucketName);
  if (asked.bucket !== undefined && !buckets.includes(asked.bucket)) {
    const named = buckets.length === 0 ? "no bucket" : `the bucket ${buckets.join(", ")}`;
    return `it is of ${named}, and ${asked.bucket} was asked for`;
  }
  if (asked.notBefore !== undefined && Date.parse(madeAt) < Date.parse(asked.notBefore)) {
    return `it was made at ${madeAt}, and one not before ${asked.notBefore} was asked for`;
  }
  return undefined;
}
