/** Single lines of a bundle, each with the proof that it is in it: the signed statement, and the way to the root of its tree. */

import type { KeyObject } from "node:crypto";
import { createHash } from "node:crypto";
import { requireAsked, type AskedEvidence } from "./asked";
import { checkEvidence, type EvidenceCheck } from "./check-evidence";
import { opened } from "./envelope";
import { EvidenceProblem } from "./evidence-problem";
import type { EvidenceFields, EvidenceLineFields } from "./fields";
import { LINE_MAX_BYTES, readLine } from "./lines";
import { isIncluded, leafHash } from "./merkle";
import { shownText } from "./shown-text";
import { claimsOf, type PreviousFields, type TreeFields } from "./statement";
import { wholeStatement } from "./statement-shape";

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

/**
 * Checks a file of shown lines.
 * @param asked which one a reader asked for
 * @returns what an event says of it
 */
export function checkShown(
  file: Buffer,
  publicKey: KeyObject,
  asked: AskedEvidence = {},
): EvidenceFields {
  try {
    return soundLines(file, publicKey, asked);
  } catch (error) {
    if (!(error instanceof EvidenceProblem)) throw error;
    const { code, message } = error;
    return { sound: false, problem: { code, message }, meaning: [] };
  }
}

function soundLines(file: Buffer, publicKey: KeyObject, asked: AskedEvidence): EvidenceFields {
  const shown = shownText(file);
  const { keyId, payload, statement } = opened(shown.envelope, publicKey);
  const { madeAt, notProven, previous, sequence, stack, tools, tree } = claimsOf(statement);
  const { sources } = wholeStatement(statement).predicate.environment;
  const said: string[] = [];
  let last = -1;
  for (const one of shown.lines()) {
    const number = said.length + 1;
    requireOfReview(one, number, last, previous);
    requireInTree(one, number, tree);
    last = one.index;
    said.push(one.line);
  }
  if (said.length === 0) throw new EvidenceProblem("lines", "it shows no line");
  requireAsked({ madeAt, sources, stack }, asked);
  const statementDigest = createHash("sha256").update(payload).digest("hex");
  return {
    ...{ sound: true, keyId, statementDigest, stack, madeAt, sequence, previous },
    ...{ tree, notProven, tools },
    meaning: [
      `The holder of the key ${keyId} said these lines of the stack "${stack}", in a review of ${madeAt} (the signer's word).`,
      "What else was said there is not shown: these lines alone are no verdict.",
      ...said.map((line) => `Said: ${line}`),
    ],
  };
}

/**
 * The tree has the lines of all reviews of the chain, and the statement the date of its own: a line of an earlier one would be said to have
 * been found on a day on which nobody looked.
 */
function requireOfReview(
  { index }: EvidenceLineFields,
  number: number,
  last: number,
  previous: PreviousFields | null,
): void {
  if (previous !== null && index < previous.tree.sizeCount) {
    const message = `line ${number} is of an earlier review than the one whose statement this is`;
    throw new EvidenceProblem("lines", message);
  }
  if (index <= last) {
    throw new EvidenceProblem("lines", `line ${number} is out of order, or there twice`);
  }
}

function requireInTree(
  { index, line, path }: EvidenceLineFields,
  number: number,
  { root, sizeCount }: TreeFields,
): void {
  const bytes = Buffer.from(line, "utf8");
  if (bytes.length > LINE_MAX_BYTES) {
    throw new EvidenceProblem("lines", `line ${number} is longer than any of a bundle`);
  }
  readLine(bytes, number);
  const isThere = isIncluded({
    hash: leafHash(bytes),
    index,
    sizeCount,
    path: path.map((hash) => Buffer.from(hash, "hex")),
    root: Buffer.from(root, "hex"),
  });
  if (!isThere) throw new EvidenceProblem("tree", `line ${number} is not in the signed tree`);
}
