/**
 * The file of shown lines as text: one sequence of bytes for the same envelope and lines. It is cut where its one shape says, and nothing of
 * it is read as JSON but a line at a time: what nobody has signed yet costs a reader no more than its bytes.
 */

import { isUtf8 } from "node:buffer";
import { z } from "zod";
import { LockstepError } from "../errors";
import { canonicalText } from "./canonical";
import { EvidenceProblem } from "./evidence-problem";
import type { EvidenceLineFields } from "./fields";
import { LINE_MAX_BYTES } from "./lines";

/** A file of shown lines is held whole. */
export const SHOWN_MAX_BYTES = 64 * 1024 * 1024;

/** A way to the root has no more hashes than a count has bits. */
const PATH_MAX_COUNT = 64;

/** Of one line with its way: each character of a line in two at the most, as in `\"`. */
const ENTRY_MAX_LENGTH = 2 * LINE_MAX_BYTES + 80 * PATH_MAX_COUNT;

const START = '{"envelope":';
const ENVELOPE_END = '\\n"';
const LINES_START = ',"lines":[';
const LINES_END = "]}\n";
/** Within a text each quote has a backslash before it. */
const PATH_START = '","path":[';
const ENTRY_END = "]}";

const ENTRY = z.strictObject({
  // Half a character has no bytes, and would be a second text of a line with the sign for it.
  line: z.string().refine((line) => !/\p{Surrogate}/u.test(line)),
  index: z.number().int().nonnegative(),
  path: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(PATH_MAX_COUNT),
});

/**
 * The file that shows lines to somebody who has not the bundle.
 * @throws LockstepError `ConfigInvalid` where it would be larger than any that is read
 */
export function shownFile(envelope: Buffer, lines: readonly EvidenceLineFields[]): string {
  const text = `${canonicalText({ envelope: envelope.toString("utf8"), lines })}\n`;
  if (Buffer.byteLength(text) <= SHOWN_MAX_BYTES) return text;
  const message = `${lines.length} lines are more than a file of shown lines takes (64 MiB)`;
  throw new LockstepError("ConfigInvalid", "The lines cannot be written.", {
    problems: [{ path: "--out", message }],
    hint: "Name one version with --version, or hand over the bundle.",
  });
}

/** Whether a file begins as one of shown lines does, and no bundle. */
export function isShownFile(start: Buffer): boolean {
  return start[0] === 0x7b;
}

/** A file of shown lines. */
export interface ShownText {
  /** The envelope's file. Nothing says yet who has signed it. */
  readonly envelope: Buffer;
  /** Reads a line at a time. @throws EvidenceProblem `container` */
  readonly lines: () => Generator<EvidenceLineFields, void>;
}

/** @throws EvidenceProblem `container` for everything else than `shownFile` writes */
export function shownText(file: Buffer): ShownText {
  if (file.length > SHOWN_MAX_BYTES || !isUtf8(file)) throw notOfThisText();
  const text = file.toString("utf8");
  const endAt = text.indexOf(ENVELOPE_END, START.length) + ENVELOPE_END.length;
  const linesAt = endAt + LINES_START.length;
  if (!text.startsWith(START) || text.slice(endAt, linesAt) !== LINES_START) throw notOfThisText();
  const spelt = text.slice(START.length, endAt);
  const envelope = parsed(spelt);
  if (typeof envelope !== "string" || JSON.stringify(envelope) !== spelt) throw notOfThisText();
  return { envelope: Buffer.from(envelope, "utf8"), lines: () => linesOf(text, linesAt) };
}

function* linesOf(text: string, startAt: number): Generator<EvidenceLineFields, void> {
  let at = startAt;
  while (!text.startsWith(LINES_END, at)) {
    if (at > startAt && text[at++] !== ",") throw notOfThisText();
    const endAt = endOfEntry(text, at);
    const spelt = text.slice(at, endAt);
    const entry = ENTRY.safeParse(parsed(spelt));
    if (!entry.success || canonicalText(entry.data) !== spelt) throw notOfThisText();
    yield entry.data;
    at = endAt;
  }
  if (at + LINES_END.length !== text.length) throw notOfThisText();
}

/** Nothing is looked for beyond what an entry may have, so that no file is gone through again for each. */
function endOfEntry(text: string, at: number): number {
  const window = text.slice(at, at + ENTRY_MAX_LENGTH);
  const pathAt = window.indexOf(PATH_START);
  const endAt = pathAt < 0 ? -1 : window.indexOf(ENTRY_END, pathAt);
  if (endAt < 0) throw notOfThisText();
  return at + endAt + ENTRY_END.length;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is nothing that could be compared.
    return undefined;
  }
}

function notOfThisText(): EvidenceProblem {
  return new EvidenceProblem("container", "it is not in the one text that shown lines may have");
}
