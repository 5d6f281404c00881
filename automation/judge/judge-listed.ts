/**
 * What becomes of one version, as far as the listings of both sides tell: where the promise wants it, and whether it is there by its
 * key, version id, size, ETag, class and owner. What a listing cannot decide is told as such, never as right and never as a
 * loss. Pure.
 */

import type { RuleOutputs } from "../../components/promise/outputs";
import type { ListedVersion } from "../proof/source-versions";
import type { PromiseFacts, Tags, VaultPromise } from "./facts";
import { planVersion } from "./judge-version";
import type { Outcome, OutcomeCode, OutcomeKind } from "./outcome";
import { placements, rulesForKey } from "./placement";

/** What a vault lists of a version. */
export interface ListedReplica {
  readonly sizeBytes: number;
  /** S3's, in its quotes. */
  readonly etag: string;
  /** S3's name of it. */
  readonly storageClass: string;
}

/** What is known of a version at a vault: what is listed, nothing, or that nobody could list it. */
export type AtVault = ListedReplica | "absent" | "unlisted";

/** A version at a vault that it is promised at, or may be. */
export interface ListedExpectation {
  /** Name of the vault in the config. */
  readonly vault: string;
  /** The rules of which one decides there. */
  readonly rules: readonly RuleOutputs[];
  /** Only rules that ask for tags may want it there, and a listing tells none. */
  readonly isInQuestion: boolean;
  /** Why it cannot come there. */
  readonly obstacle?: { readonly code: OutcomeCode; readonly cause: string };
}

/** Outcomes that need no look at a vault, and the vaults where one is needed. */
export interface ListedPlan {
  readonly outcomes: readonly Outcome[];
  readonly expected: readonly ListedExpectation[];
}

/**
 * Decides where a version has to be, as far as its key tells. Of millions of versions there are few plans: each is made once for a promise,
 * which nobody changes.
 */
export function planListed(version: ListedVersion, promise: PromiseFacts): ListedPlan {
  let plans = PLANS.get(promise);
  if (plans === undefined) PLANS.set(promise, (plans = new Map<string, ListedPlan>()));
  const kind = kindOf(version, promise);
  let plan = plans.get(kind);
  if (plan === undefined) plans.set(kind, (plan = makePlan(version, promise)));
  const { expected, outcomes } = plan;
  if (outcomes.length === 0) return plan;
  const { key, versionId } = version;
  return { outcomes: outcomes.map((outcome) => ({ ...outcome, key, versionId })), expected };
}

/** The same of a version whose tags are known: nothing of it is in question. */
export function planTagged(version: ListedVersion, tags: Tags, promise: PromiseFacts): ListedPlan {
  const { expected, outcomes } = planVersion({ version, tags }, promise);
  return {
    outcomes,
    expected: expected.map(({ obstacle, placement: { rule, vault } }) => ({
      vault,
      rules: [rule],
      isInQuestion: false,
      ...(obstacle && { obstacle }),
    })),
  };
}

const PLANS = new WeakMap<PromiseFacts, Map<string, ListedPlan>>();

/** All that a plan depends on: which rules match by the key, and what kind of version it is. */
function kindOf(
  { isDeleteMarker, key, storageClass }: ListedVersion,
  { rules }: PromiseFacts,
): string {
  if (isDeleteMarker) return "delete-marker";
  let matching = "";
  for (const { prefix } of rules) matching += key.startsWith(prefix ?? "") ? "1" : "0";
  return `${matching} ${storageClass}`;
}

function makePlan(version: ListedVersion, promise: PromiseFacts): ListedPlan {
  const byKey = rulesForKey(version.key, promise.rules);
  if (version.isDeleteMarker || byKey.length === 0) {
    return { ...planVersion({ version }, promise), expected: [] };
  }
  const outcomes: Outcome[] = [];
  const expected: ListedExpectation[] = [];
  for (const vault of new Set(byKey.map((rule) => rule.vault))) {
    const ofVault = byKey.filter((rule) => rule.vault === vault);
    const plain = ofVault.filter((rule) => !asksForTags(rule));
    const [placed] = placements(version.key, { tags: {}, isUnderKms: false }, plain);
    if (plain.length === ofVault.length || placed?.state === "wanted") {
      const plan = planVersion({ version }, { ...promise, rules: plain });
      outcomes.push(...plan.outcomes);
      for (const { obstacle } of plan.expected) {
        const rules = ofVault.filter((rule) => rule === placed?.rule || maySupersede(rule, placed));
        expected.push({ vault, rules, isInQuestion: false, ...(obstacle && { obstacle }) });
      }
    } else {
      const rules = ofVault.filter(({ status }) => status === "Enabled");
      expected.push({ vault, rules, isInQuestion: true });
    }
  }
  return { outcomes, expected };
}

function asksForTags({ tags }: RuleOutputs): boolean {
  return Object.keys(tags ?? {}).length > 0;
}

/** A rule with tags may decide in place of the one without that is known to match. */
function maySupersede(
  rule: RuleOutputs,
  placed: { readonly rule: RuleOutputs } | undefined,
): boolean {
  const isHigher = placed !== undefined && rule.priority > placed.rule.priority;
  return isHigher && asksForTags(rule) && rule.status === "Enabled";
}

/** What else is known of a version at a vault. */
export interface ListedFacts {
  /** Canonical user id that owns the replica, where it is not the bucket's owner. */
  readonly foreignOwnerId?: string | undefined;
  /** It was listed again, and is gone from the source. */
  readonly isGone?: boolean;
  /** It is so new that replication may not have brought it yet. */
  readonly isNew?: boolean;
  /** Why its tags could not be read though they were asked for. */
  readonly tagsProblem?: { readonly code: "no-right" | "gone" | "error"; readonly cause: string };
}

/** Says what became of a version at one vault. */
export function judgeListed(
  version: ListedVersion,
  expectation: ListedExpectation,
  found: AtVault,
  vault: VaultPromise,
  facts: ListedFacts = {},
): Outcome {
  const { key, versionId } = version;
  const finding = findingAt(version, expectation, found, vault, facts);
  return { key, versionId, vault: expectation.vault, ...finding };
}

interface Finding {
  readonly kind: OutcomeKind;
  readonly code: OutcomeCode;
  readonly cause?: string;
}

const IN_QUESTION =
  "only a rule that asks for tags may want it there, and its tags were not read (--level full reads them)";

function findingAt(
  version: ListedVersion,
  expectation: ListedExpectation,
  found: AtVault,
  vault: VaultPromise,
  { foreignOwnerId, isGone, isNew, tagsProblem }: ListedFacts,
): Finding {
  const unverifiable = (code: OutcomeCode, cause: string): Finding => ({
    kind: "unverifiable",
    code,
    cause,
  });
  // Whoever keeps the tags from being read, the source's side may, gets no leave by it: that is told as something of its own.
  const inQuestion = (what: string): Finding =>
    tagsProblem === undefined
      ? unverifiable("tags-unread", `${what}; ${IN_QUESTION}`)
      : unverifiable(tagsProblem.code, `${what}; its tags at the source: ${tagsProblem.cause}`);
  if (found === "unlisted") return unverifiable("no-right", "the vault cannot be listed");
  if (found === "absent") {
    const { isInQuestion, obstacle } = expectation;
    if (obstacle !== undefined) return { kind: "unprotected", ...obstacle };
    if (isGone === true) return unverifiable("gone", "gone from the source, and not at the vault");
    if (isInQuestion) return inQuestion("not at the vault");
    if (isNew === true) {
      return unverifiable("too-new", "not at the vault yet: it may still be on its way");
    }
    const cause = "not at the vault; why, a listing does not tell (--level full)";
    return { kind: "failed", code: "missing", cause };
  }
  const problem = differenceOf(version, expectation, found, vault, foreignOwnerId);
  if (problem === undefined) {
    const code = found.etag !== "" && found.etag === version.etag ? "etag" : "size";
    const cause = isGone === true ? "gone from the source during the look" : undefined;
    return { kind: "proven", code, ...(cause && { cause }) };
  }
  return expectation.isInQuestion ? inQuestion(problem.cause ?? problem.code) : problem;
}

/** What is not as it has to be. */
function differenceOf(
  version: ListedVersion,
  { rules }: ListedExpectation,
  found: ListedReplica,
  vault: VaultPromise,
  foreignOwnerId: string | undefined,
): Finding | undefined {
  if (found.sizeBytes !== version.sizeBytes) {
    const cause = `${found.sizeBytes} bytes at the vault, ${version.sizeBytes} at the source`;
    return { kind: "failed", code: "content", cause };
  }
  if (found.etag !== version.etag && !mayEtagsDiffer(version, found, rules, vault)) {
    const cause =
      "another ETag at the vault: other content, or one of both is under a KMS key or SSE-C, which is not promised (--level full tells)";
    return { kind: "unverifiable", code: "etag-differs", cause };
  }
  const classes = new Set(rules.map(({ storageClass }) => storageClass ?? vault.storageClass));
  // The lifecycle of a bucket that was there before us is its own, and may move replicas.
  const isAnyClass = classes.size === 0 || classes.has(undefined) || vault.guard?.existing === true;
  if (!isAnyClass && !classes.has(found.storageClass as never)) {
    const cause = `in ${found.storageClass}, ${[...classes].join(" or ")} is promised`;
    return { kind: "failed", code: "wrong-class", cause };
  }
  if (foreignOwnerId !== undefined) {
    const cause = `owned by ${foreignOwnerId}, not by the vault's owner`;
    return { kind: "failed", code: "wrong-owner", cause };
  }
  return undefined;
}

/**
 * Whether the same content may have two ETags. They are MD5 of content that was uploaded in one piece under S3's own keys. A
 * listing does not tell under which key a version is, but the promise tells whether replicas may be under one of KMS. What
 * the ETag of a replica under KMS is no page says: assumed that it may be another.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
function mayEtagsDiffer(
  source: Pick<ListedVersion, "etag">,
  replica: Pick<ListedReplica, "etag">,
  rules: readonly RuleOutputs[],
  vault: VaultPromise,
): boolean {
  const takesKms = rules.some(
    ({ replicaKmsKeyId, sseKmsEncryptedObjects }) =>
      replicaKmsKeyId !== undefined || sseKmsEncryptedObjects === true,
  );
  const isMd5 = ({ etag }: { readonly etag: string }): boolean => /^"?[0-9a-f]{32}"?$/.test(etag);
  return takesKms || vault.kmsKeyArn !== undefined || !isMd5(source) || !isMd5(replica);
}
