/**
 * The whole shape of a statement, without its files: whoever checks a bundle makes all of it anew and compares, and whoever has single lines
 * of one has nothing to make it of. So each member has to be there, and none more; and its trees and counts have to fit one another.
 */

import { z } from "zod";
import { noOutcomes } from "../judge/outcome";
import { EvidenceProblem } from "./evidence-problem";
import { isBundleName } from "./container";
import { isInstant, isRecord } from "./lines";
import { peaksCount, rootOf } from "./merkle";
import {
  FILES,
  peaksOf,
  promiseFile,
  type EvidenceBucket,
  type EvidenceSource,
  type EvidenceVault,
  type PreviousFields,
  type SignerClaims,
  type statementOf,
  type TreeFields,
} from "./statement";
import {
  provenIn,
  requireHeld,
  type AttemptCounts,
  type EvidenceSourceVerdict,
  type EvidenceVaultCounts,
  type EvidenceVerdict,
  type LockCounts,
} from "./verdict";

/** A statement that has its shape. */
export type WholeStatement = ReturnType<typeof statementOf>;

/** Exactly the members that the type has: the compiler tells of one that is new there. */
type MembersOf<Type> = { readonly [Name in keyof Type]-?: z.ZodType };

const COUNT = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const TEXT = z.string();
const DIGEST = z.string().regex(/^[0-9a-f]{64}$/);
const INSTANT = z.string().refine(isInstant);

/** With any names, `__proto__` too, which a record of the package leaves out. */
function named(value: z.ZodType, name: z.ZodType = TEXT): z.ZodType {
  return z.custom(
    (found) =>
      isRecord(found) &&
      Object.entries(found).every(
        ([one, member]) => name.safeParse(one).success && value.safeParse(member).success,
      ),
  );
}

const TREE = z
  .strictObject({
    sizeCount: COUNT,
    root: DIGEST,
    peaks: z.array(DIGEST),
  } satisfies MembersOf<TreeFields>)
  .refine(isTree);

/** With what a source's promise may say beside, which is signed with it. */
const BUCKET = {
  accountId: TEXT,
  bucketName: TEXT,
  region: TEXT,
} satisfies MembersOf<EvidenceBucket>;

const SOURCE = z.strictObject({
  name: TEXT,
  promiseDigest: DIGEST,
  bucket: z.strictObject({
    ...BUCKET,
    lock: z.unknown().optional(),
    name: z.unknown().optional(),
  }),
  vaults: z.array(
    z.strictObject({
      ...BUCKET,
      name: TEXT,
      lock: z.looseObject({
        mode: z.enum(["GOVERNANCE", "COMPLIANCE"]),
        retentionDays: z.number(),
      }),
    } satisfies MembersOf<EvidenceVault>),
  ),
} satisfies MembersOf<EvidenceSource>);

const KINDS = Object.keys(noOutcomes());

/** As in `proven/checksum`. */
const OUTCOME = z.string().refine((name) => KINDS.includes(name.slice(0, name.indexOf("/"))));

const VAULT_COUNTS = z.strictObject({
  outcomes: named(COUNT, OUTCOME),
  locks: named(z.strictObject({ count: COUNT, firstEnd: INSTANT } satisfies MembersOf<LockCounts>)),
} satisfies MembersOf<EvidenceVaultCounts>);

const SOURCE_VERDICT = z.strictObject({
  source: TEXT,
  clean: z.boolean(),
  lineCount: COUNT,
  versionCount: COUNT,
  vaults: named(VAULT_COUNTS),
  provenCount: COUNT,
  openCount: COUNT,
  acceptedCount: COUNT,
  driftCount: COUNT,
  onTopCount: COUNT,
  disagreementCount: COUNT,
} satisfies MembersOf<EvidenceSourceVerdict>);

const VERDICT = z.strictObject({
  clean: z.boolean(),
  guardLossCount: COUNT,
  guardUnknownCount: COUNT,
  attempts: z.strictObject({
    refused: z.strictObject({
      lock: COUNT,
      guard: COUNT,
      organization: COUNT,
      nothing: COUNT,
    } satisfies MembersOf<AttemptCounts["refused"]>),
    accepted: COUNT,
    "not-tried": COUNT,
  } satisfies MembersOf<AttemptCounts>),
  sources: z.array(SOURCE_VERDICT),
} satisfies MembersOf<EvidenceVerdict>);

const STATEMENT = z.strictObject({
  _type: TEXT,
  subject: z
    .array(
      z.strictObject({
        name: TEXT.refine(isBundleName),
        digest: z.strictObject({ sha256: DIGEST }),
      }),
    )
    .refine(isWholeSubject),
  predicateType: TEXT,
  predicate: z.strictObject({
    madeAt: INSTANT,
    environment: z.strictObject({ stack: TEXT, sources: z.array(SOURCE) }),
    chain: z.strictObject({
      sequence: COUNT,
      previous: z
        .strictObject({
          statementDigest: DIGEST,
          tree: TREE,
        } satisfies MembersOf<PreviousFields>)
        .nullable(),
    } satisfies MembersOf<Pick<SignerClaims, "previous" | "sequence">>),
    tree: TREE,
    verdict: VERDICT,
    notProven: z.array(TEXT),
    tools: named(TEXT),
  } satisfies MembersOf<WholeStatement["predicate"]>),
} satisfies MembersOf<WholeStatement>);

/**
 * What `claimsOf` has found to be evidence of this kind, looked at whole.
 * @throws EvidenceProblem `statement` for a member that is not there, another thing or one too many, and for counts that do not fit;
 * `lines` where more is called proven than is locked
 */
export function wholeStatement(statement: unknown): WholeStatement {
  const found = STATEMENT.safeParse(statement);
  if (!found.success) {
    const [issue] = found.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? "it" : issue.path.join(".");
    throw new EvidenceProblem("statement", `the statement has not the shape of its kind: ${where}`);
  }
  const whole = statement as WholeStatement;
  const { chain, environment, tree, verdict } = whole.predicate;
  const earlierCount = chain.previous?.tree.sizeCount ?? 0;
  const lineCount = sum(verdict.sources.map((source) => source.lineCount));
  const names = environment.sources.map(({ name }) => name);
  const files = new Set(whole.subject.map(({ name }) => name));
  const judged = verdict.sources.map(({ source }) => source);
  if (
    tree.sizeCount !== earlierCount + lineCount ||
    JSON.stringify(names) !== JSON.stringify(judged) ||
    !names.every((_name, index) => files.has(promiseFile(index))) ||
    !verdict.sources.every(isCounted)
  ) {
    throw new EvidenceProblem("statement", "the parts of the statement do not fit one another");
  }
  for (const [index, source] of verdict.sources.entries()) {
    requireHeld(source, environment.sources[index]?.vaults ?? []);
  }
  return whole;
}

function isTree(tree: TreeFields): boolean {
  if (tree.peaks.length !== peaksCount(tree.sizeCount)) return false;
  return rootOf(peaksOf(tree).peaks).toString("hex") === tree.root;
}

/** Every bundle has lines and findings, and no file twice. */
function isWholeSubject(subject: readonly { readonly name: string }[]): boolean {
  const names = new Set(subject.map(({ name }) => name));
  return (
    names.size === subject.length &&
    names.has(FILES.lines) &&
    names.has(FILES.findings) &&
    !names.has(FILES.statement)
  );
}

/** Each line is of one outcome at one vault. */
function isCounted({ lineCount, provenCount, vaults }: EvidenceSourceVerdict): boolean {
  const outcomes = Object.values(vaults).map((vault) => vault.outcomes);
  const lines = outcomes.flatMap((counts) => Object.values(counts));
  const proven = outcomes.map(provenIn);
  return sum(lines) === lineCount && sum(proven) === provenCount;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
