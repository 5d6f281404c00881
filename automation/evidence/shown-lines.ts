/** Single lines of a bundle, each with the proof that it is in it: the signed statement, and the way to the root of its tree. */

import type { KeyObject } from "node:crypto";
import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalText, readCanonical } from "./canonical";
import { checkEvidence, type EvidenceCheck } from "./check-evidence";
import { opened } from "./envelope";
import { EvidenceProblem } from "./evidence-problem";
import type { EvidenceFields, EvidenceLineFields } from "./fields";
import { readLine } from "./lines";
import { isIncluded, leafHash } from "./merkle";
import { claimsOf } from "./statement";

/** Which lines. */
export interface LineWish {
  /** Of the object. */
  readonly key: string;
  /** S3's id. Absent: all of the key. */
  readonly versionId?: string | undefined;
}

/** The lines of a key, or of one version of it, each with its way to the root. They count only where the bundle is sound. */
export async function showLines(
  path: string,
  publicKey: KeyObject | undefined,
  { key, versionId }: LineWish,
): Promise<{ readonly check: EvidenceCheck; readonly lines: readonly EvidenceLineFields[] }> {
  const found: { line: string; index: number; tracked: { path: readonly Buffer[] } }[] = [];
  const check = await checkEvidence(path, {
    publicKey,
    onLine: (line, { bytes, index, track }) => {
      if (line.key !== key || (versionId !== undefined && line.versionId !== versionId)) return;
      found.push({ line: bytes.toString("utf8"), index, tracked: track() });
    },
  });
  const lines = found.map(({ index, line, tracked }) => ({
    line,
    index,
    path: tracked.path.map((hash) => hash.toString("hex")),
  }));
  return { check, lines };
}

/** The file that shows lines to somebody who has not the bundle. */
export function shownFile(envelope: Buffer, lines: readonly EvidenceLineFields[]): string {
  return `${canonicalText({ envelope: envelope.toString("utf8"), lines })}\n`;
}

const SHOWN = z.strictObject({
  envelope: z.string(),
  lines: z.array(
    z.strictObject({
      line: z.string(),
      index: z.number().int().nonnegative(),
      path: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
    }),
  ),
});

/** Whether a file begins as one of shown lines does, and no bundle. */
export function isShownFile(start: Buffer): boolean {
  return start[0] === 0x7b;
}

/**
 * Checks a file of shown lines.
 * @returns what an event says of it
 */
export function checkShown(file: Buffer, publicKey: KeyObject): EvidenceFields {
  try {
    return soundLines(file, publicKey);
  } catch (error) {
    if (!(error instanceof EvidenceProblem)) throw error;
    const { code, message } = error;
    return { sound: false, problem: { code, message }, meaning: [] };
  }
}

function soundLines(file: Buffer, publicKey: KeyObject): EvidenceFields {
  const read = file.at(-1) === 0x0a ? readCanonical(file.subarray(0, -1)) : undefined;
  const shown = SHOWN.safeParse(read?.value);
  if (!shown.success) {
    throw new EvidenceProblem("container", "it is not in the one text that shown lines may have");
  }
  const { envelope, lines } = shown.data;
  const { keyId, payload, statement } = opened(Buffer.from(envelope, "utf8"), publicKey);
  const { madeAt, notProven, previous, sequence, stack, tools, tree } = claimsOf(statement);
  const root = Buffer.from(tree.root, "hex");
  for (const [at, { index, line, path }] of lines.entries()) {
    const bytes = Buffer.from(line, "utf8");
    readLine(bytes, at + 1);
    const isThere = isIncluded({
      hash: leafHash(bytes),
      index,
      sizeCount: tree.sizeCount,
      path: path.map((hash) => Buffer.from(hash, "hex")),
      root,
    });
    if (!isThere) throw new EvidenceProblem("tree", `line ${at + 1} is not in the signed tree`);
  }
  const statementDigest = createHash("sha256").update(payload).digest("hex");
  return {
    ...{ sound: true, keyId, statementDigest, stack, madeAt, sequence, previous },
    ...{ tree, notProven, tools },
    meaning: [
      `The holder of the key ${keyId} said these lines of the stack "${stack}", in a review of ${madeAt} (the signer's word).`,
      "What else was said there is not shown: these lines alone are no verdict.",
      ...lines.map(({ line }) => `Said: ${line}`),
    ],
  };
}
