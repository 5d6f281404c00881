/**
 * The statement of a bundle: an in-toto statement over every other file of it. Nearly all of what it says follows from the files,
 * and is made of them anew by whoever checks; the rest is the signer's word.
 * @see https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
 */

import { EvidenceProblem } from "./evidence-problem";
import { isInstant, isRecord } from "./lines";
import { peaksCount, type TreePeaks } from "./merkle";
import type { EvidenceVerdict } from "./verdict";

const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
/** Of this shape of predicate. A name, and no address that anybody has to reach. */
const PREDICATE_TYPE = "urn:lockstep:evidence:v1";

/** Names of the files that each bundle has. */
export const FILES = {
  statement: "statement.dsse.json",
  readme: "readme.txt",
  lines: "lines.ndjson",
  findings: "findings.json",
  jobs: "jobs.json",
  refusals: "facts/refusals.json",
  trail: "facts/trail.json",
} as const;

/** Name of the file of a source's promise. @param index from 0 on */
export function promiseFile(index: number): string {
  return `promises/${String(index + 1).padStart(4, "0")}.json`;
}

/** A tree, in hex. */
export interface TreeFields {
  /** How many leaves: the signed tree size. */
  readonly sizeCount: number;
  /** SHA-256, in hex. */
  readonly root: string;
  /** From which the root is made, and another review goes on. */
  readonly peaks: readonly string[];
}

/** The review before this one. */
export interface PreviousFields {
  /** SHA-256 in hex of what was signed then. */
  readonly statementDigest: string;
  /** The tree as it was signed then. */
  readonly tree: TreeFields;
}

/** A bucket, as a promise says it: in the words of the stack's outputs. */
export interface EvidenceBucket {
  /** Twelve digits. */
  readonly accountId: string;
  /** As S3 has it. */
  readonly bucketName: string;
  /** AWS's name of it. */
  readonly region: string;
}

/** A vault, as a promise says it. */
export interface EvidenceVault extends EvidenceBucket {
  /** In the config. */
  readonly name: string;
  /** The lock of each version there, with all that the outputs say of it. */
  readonly lock: {
    /** `GOVERNANCE` or `COMPLIANCE`. */
    readonly mode: string;
    /** For how long each version is locked. */
    readonly retentionDays: number;
  };
}

/** A source, as its promise says it. */
export interface EvidenceSource {
  /** In the config. */
  readonly name: string;
  /** SHA-256 in hex of the promise. */
  readonly promiseDigest: string;
  /** Its own. */
  readonly bucket: EvidenceBucket;
  /** Those that its rules fill. */
  readonly vaults: readonly EvidenceVault[];
}

/** What nobody but the signer says. */
export interface SignerClaims {
  /** ISO 8601 with milliseconds, by the signer's clock. */
  readonly madeAt: string;
  /** The stack's short name. */
  readonly stack: string;
  /** What the bundle does not prove, in words. */
  readonly notProven: readonly string[];
  /** Versions, by name. */
  readonly tools: Readonly<Record<string, string>>;
  /** From 1 on; null for the first of a chain. */
  readonly sequence: number;
  readonly previous: PreviousFields | null;
}

/** All that a statement is made of. */
export interface StatementParts extends SignerClaims {
  /** Every other file of the bundle, in its order. Digests are SHA-256 in hex. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  readonly sources: readonly EvidenceSource[];
  readonly tree: TreeFields;
  readonly verdict: EvidenceVerdict;
}

/** The statement. */
export function statementOf(parts: StatementParts) {
  const { files, madeAt, notProven, previous, sequence, sources, stack, tools, tree, verdict } =
    parts;
  return {
    _type: STATEMENT_TYPE,
    subject: files.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: PREDICATE_TYPE,
    predicate: {
      madeAt,
      environment: { stack, sources },
      chain: { sequence, previous },
      tree,
      verdict,
      notProven,
      tools,
    },
  };
}

/** What a statement says that does not follow from its files. @throws EvidenceProblem `statement` */
export function claimsOf(statement: unknown): SignerClaims & { readonly tree: TreeFields } {
  const root = record(statement);
  if (root["_type"] !== STATEMENT_TYPE || root["predicateType"] !== PREDICATE_TYPE) {
    throw new EvidenceProblem("statement", "it is no evidence of a kind that this version knows");
  }
  const { chain, environment, madeAt, notProven, tools, tree } = record(root["predicate"]);
  const { previous, sequence } = record(chain);
  const { stack } = record(environment);
  const words = Object.entries(record(tools));
  if (
    isInstant(madeAt) &&
    typeof stack === "string" &&
    Array.isArray(notProven) &&
    notProven.every((text) => typeof text === "string") &&
    words.every(([, text]) => typeof text === "string") &&
    Number.isSafeInteger(sequence) &&
    (previous === null ? sequence === 1 : Number(sequence) > 1)
  ) {
    return {
      madeAt,
      stack,
      notProven: notProven as readonly string[],
      tools: Object.fromEntries(words) as Readonly<Record<string, string>>,
      sequence: Number(sequence),
      previous: previous === null ? null : previousOf(record(previous)),
      tree: treeOf(tree),
    };
  }
  throw notOfThisShape();
}

/** The names of the buckets of its sources, by its signer's word. @throws EvidenceProblem `statement` */
export function sourceBucketsOf(statement: unknown): readonly string[] {
  const { environment } = record(record(statement)["predicate"]);
  const { sources } = record(environment);
  if (!Array.isArray(sources)) throw notOfThisShape();
  return sources.map((source) => {
    const bucket = bucketOf(record(source)["bucket"]);
    if (bucket === undefined) throw notOfThisShape();
    return bucket.bucketName;
  });
}

function previousOf({ statementDigest, tree }: Readonly<Record<string, unknown>>): PreviousFields {
  if (!isDigest(statementDigest)) throw notOfThisShape();
  return { statementDigest, tree: treeOf(tree) };
}

function treeOf(value: unknown): TreeFields {
  const { peaks, root, sizeCount } = record(value);
  if (
    Number.isSafeInteger(sizeCount) &&
    Number(sizeCount) >= 0 &&
    isDigest(root) &&
    Array.isArray(peaks) &&
    peaks.every(isDigest) &&
    peaks.length === peaksCount(Number(sizeCount))
  ) {
    return { sizeCount: Number(sizeCount), root, peaks };
  }
  throw notOfThisShape();
}

/** The digests of a tree as bytes. */
export function peaksOf({ peaks, sizeCount }: Pick<TreeFields, "sizeCount" | "peaks">): TreePeaks {
  return { sizeCount, peaks: peaks.map((peak) => Buffer.from(peak, "hex")) };
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  throw notOfThisShape();
}

function notOfThisShape(): EvidenceProblem {
  return new EvidenceProblem("statement", "the statement has not the shape of its kind");
}

/**
 * The source of a promise's content.
 * @param content as `promiseContent` makes it
 * @param promiseDigest SHA-256 of it
 * @throws EvidenceProblem `promise`
 */
export function sourceOfPromise(
  name: string,
  content: unknown,
  promiseDigest: string,
): EvidenceSource {
  const { source, vaults } = isRecord(content) ? content : {};
  const bucket = bucketOf(source);
  if (bucket !== undefined && Array.isArray(vaults)) {
    const held = (vaults as readonly unknown[]).map(vaultOf);
    const known = held.filter((vault) => vault !== undefined);
    if (known.length === held.length) return { name, promiseDigest, bucket, vaults: known };
  }
  throw new EvidenceProblem("promise", `the promise of ${name} does not say source and vaults`);
}

function bucketOf(value: unknown): EvidenceBucket | undefined {
  if (!isRecord(value)) return undefined;
  const { accountId, bucketName, lock, name, region } = value;
  const isWhole = [accountId, bucketName, region].every((member) => typeof member === "string");
  // With what a source has not, so that both are picked alike.
  return isWhole ? ({ accountId, bucketName, lock, name, region } as EvidenceBucket) : undefined;
}

function vaultOf(value: unknown): EvidenceVault | undefined {
  const vault: Partial<EvidenceVault> = bucketOf(value) ?? {};
  const { lock, name } = vault;
  const isWhole =
    typeof name === "string" &&
    isRecord(lock) &&
    (lock.mode === "GOVERNANCE" || lock.mode === "COMPLIANCE") &&
    typeof lock.retentionDays === "number";
  return isWhole ? (vault as EvidenceVault) : undefined;
}
