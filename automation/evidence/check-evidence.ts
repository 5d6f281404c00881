/**
 * Checks a bundle with nothing but a public key: no network, no account, no stack. Everything that follows from the files of a
 * bundle is made of them anew, and has to be, byte for byte, what was signed.
 */

import { createHash, type KeyObject } from "node:crypto";
import { BundleContent, type MadeOfFiles, type OnLine } from "./bundle-content";
import { wholeFile, type FileDigests } from "./bundle-reader";
import { canonicalText } from "./canonical";
import { filesOf } from "./container";
import { opened } from "./envelope";
import { beginsOtherwise } from "./evidence-head";
import { EvidenceProblem, type EvidenceProblemCode } from "./evidence-problem";
import { claimsOf, FILES, statementOf, type SignerClaims } from "./statement";

/** What a sound bundle says: what follows from its files, and the signer's word. */
export interface SoundEvidence extends SignerClaims, MadeOfFiles {
  /** SHA-256 in hex of the signer's public key. */
  readonly keyId: string;
  /** SHA-256 in hex of what was signed: by it the next review names this one. */
  readonly statementDigest: string;
  /** The envelope's file, as it is in the bundle. */
  readonly envelope: Buffer;
}

/** What a check comes to. */
export type EvidenceCheck =
  | { readonly sound: true; readonly evidence: SoundEvidence }
  | {
      readonly sound: false;
      /** The first thing that is wrong. Nothing that the bundle says counts then. */
      readonly problem: { readonly code: EvidenceProblemCode; readonly message: string };
    };

/** How to check. */
export interface CheckOptions {
  /** Of whoever is believed to have signed. Undefined: the signature is not looked at, and nothing is proven. */
  readonly publicKey: KeyObject | undefined;
  /** What the bundle before this one came to, where it is at hand: this one has to follow it. */
  readonly previous?: SoundEvidence | undefined;
  /** Is given each line. They count only once the check has ended sound. */
  readonly onLine?: OnLine;
}

/**
 * Checks a bundle.
 * @param path of its file
 * @throws the file system's error where it cannot be read
 */
export async function checkEvidence(path: string, options: CheckOptions): Promise<EvidenceCheck> {
  try {
    return { sound: true, evidence: await soundEvidence(path, options) };
  } catch (error) {
    if (!(error instanceof EvidenceProblem)) throw error;
    return { sound: false, problem: { code: error.code, message: error.message } };
  }
}

async function soundEvidence(path: string, options: CheckOptions): Promise<SoundEvidence> {
  const files = filesOf(path);
  try {
    const first = await files.next();
    if (first.done === true || first.value.name !== FILES.statement) throw beginsOtherwise();
    const { bytes } = await wholeFile(first.value);
    const { keyId, payload, statement } = opened(bytes, options.publicKey);
    const claims = claimsOf(statement);
    const read = new BundleContent(claims.previous, {
      onLine: options.onLine,
      // What nobody has signed is not even parsed: that may cost more than it is worth.
      onWhole: (digests, index) => requireSubject(statement, digests, index),
    });
    for await (const file of files) await read.take(file);
    const made = { ...claims, ...read.end() };
    requireSigned(statement, made);
    const statementDigest = createHash("sha256").update(payload).digest("hex");
    requireFollowing(claims, options.previous);
    return { ...made, keyId, statementDigest, envelope: bytes };
  } finally {
    await files.return(undefined);
  }
}

function requireSubject(statement: unknown, { name, sha256 }: FileDigests, index: number): void {
  const { subject } = statement as Readonly<Record<string, unknown>>;
  const signed = (Array.isArray(subject) ? (subject as readonly unknown[]) : [])[index];
  const expected = { name, digest: { sha256 } };
  if (signed === undefined || canonicalText(signed) !== canonicalText(expected)) throw notSigned();
}

function notSigned(): EvidenceProblem {
  return new EvidenceProblem("files", "a file is not the one that was signed");
}

/** Holds what was signed against what the files come to: each part by itself, so that it is said which differs. */
function requireSigned(signed: unknown, made: Parameters<typeof statementOf>[0]): void {
  const expected = statementOf(made);
  const { predicate, subject } = signed as Readonly<Record<string, unknown>>;
  const parts = predicate as Readonly<Record<string, unknown>>;
  // A part that is not there at all has no text.
  const differs = (one: unknown, other: unknown): boolean =>
    one === undefined || canonicalText(one) !== canonicalText(other);
  if (differs(subject, expected.subject)) {
    throw notSigned();
  }
  if (differs(parts["tree"], expected.predicate.tree)) {
    throw new EvidenceProblem("tree", "the tree of the lines is not the one that was signed");
  }
  if (differs(parts["environment"], expected.predicate.environment)) {
    throw new EvidenceProblem("promise", "the promises are not those whose digests were signed");
  }
  if (differs(parts["verdict"], expected.predicate.verdict)) {
    throw new EvidenceProblem("verdict", "the verdict does not follow from lines and findings");
  }
  if (differs(signed, expected)) {
    throw new EvidenceProblem("statement", "the statement says more than its kind does");
  }
}

function requireFollowing(
  { previous, sequence }: SignerClaims,
  before: SoundEvidence | undefined,
): void {
  if (before === undefined) return;
  const isFollowing =
    previous !== null &&
    previous.statementDigest === before.statementDigest &&
    sequence === before.sequence + 1 &&
    canonicalText(previous.tree) === canonicalText(before.tree);
  if (!isFollowing) {
    throw new EvidenceProblem("chain", "it does not follow the bundle that is said to be before");
  }
}
