/**
 * What becomes of one version: where the promise wants it, and whether it is rightly there. Pure functions over what was
 * read; the promise is what counts, and what the source says can only make it stricter.
 */

import { isUnreadable, type Unreadable, type VersionHead } from "../look/version-head";
import { annotationsProblem } from "./annotations";
import { ARCHIVED_CLASSES } from "./archived";
import { compareContent, hasMd5Etag, isOverwritten } from "./content";
import type { PromiseFacts, ReplicaFacts, SourceFacts, VaultPromise } from "./facts";
import { isUnderKms, keyProblem } from "./key";
import { compareLock, stricterMode, wantedUntilEpochMs, type LockFinding } from "./lock";
import type { Outcome, OutcomeCode, OutcomeKind } from "./outcome";
import { placements, rulesForKey, type Placement } from "./placement";
import { codeAtSource } from "./unread";

/** A version at a vault where it has to be looked for. */
export interface Expectation {
  readonly placement: Placement;
  /** Why it cannot come there, so that its absence is no failure of replication; what is there is judged all the same. */
  readonly obstacle?: Verdictless;
}

interface Verdictless {
  readonly code: "archived" | "sse-c" | "replica" | "kms-not-taken";
  readonly cause: string;
}

/** Outcomes that need no look at a vault, and the vaults where one is needed. */
export interface Plan {
  readonly outcomes: readonly Outcome[];
  readonly expected: readonly Expectation[];
}

/** Decides where a version has to be. */
export function planVersion(source: SourceFacts, promise: PromiseFacts): Plan {
  const { version } = source;
  const settled = (
    kind: OutcomeKind,
    code: OutcomeCode,
    cause?: string,
    vault?: string,
  ): Outcome => ({
    key: version.key,
    versionId: version.versionId,
    ...(vault === undefined ? {} : { vault }),
    kind,
    code,
    ...(cause === undefined ? {} : { cause }),
  });
  if (version.isDeleteMarker) {
    return { outcomes: [settled("not-applicable", "delete-marker")], expected: [] };
  }
  const byKey = rulesForKey(version.key, promise.rules);
  if (source.tags !== undefined && isUnreadable(source.tags)) {
    const { cause } = source.tags;
    const code = codeAtSource(source.tags);
    const vaults = [...new Set(byKey.map(({ vault }) => vault))];
    return {
      outcomes: vaults.map((vault) =>
        settled("unverifiable", code, `its tags at the source: ${cause}`, vault),
      ),
      expected: [],
    };
  }
  const head = source.head === undefined || isUnreadable(source.head) ? undefined : source.head;
  const facts = { tags: source.tags ?? {}, isUnderKms: head !== undefined && isUnderKms(head) };
  const placed = placements(version.key, facts, byKey);
  if (placed.length === 0)
    return { outcomes: [settled("not-applicable", "out-of-scope")], expected: [] };
  const outcomes: Outcome[] = [];
  const expected: Expectation[] = [];
  for (const placement of placed) {
    if (placement.state === "rule-disabled") {
      const cause = `rule ${placement.rule.name} is deployed as disabled`;
      outcomes.push(settled("unprotected", "rule-disabled", cause, placement.vault));
      continue;
    }
    const obstacle = obstacleTo(source, placement, promise);
    expected.push({ placement, ...(obstacle === undefined ? {} : { obstacle }) });
  }
  return { outcomes, expected };
}

/** What keeps a version from being replicated, job or no job. */
function obstacleTo(
  { head, version }: SourceFacts,
  { rule, state }: Placement,
  promise: PromiseFacts,
): Verdictless | undefined {
  if (state === "kms-not-taken") {
    const cause = `it is under SSE-KMS, which rule ${rule.name} does not take (sseKmsEncryptedObjects)`;
    return { code: "kms-not-taken", cause };
  }
  const found = head === undefined || isUnreadable(head) ? undefined : head;
  if (ARCHIVED_CLASSES.has(version.storageClass) && found?.isRestored !== true) {
    const cause = `in ${version.storageClass} at the source: restore it, then run a backfill`;
    return { code: "archived", cause };
  }
  if (found?.isInArchiveTier === true && found.isRestored !== true) {
    const cause =
      "in an archive tier of Intelligent-Tiering at the source: restore it, then run a backfill";
    return { code: "archived", cause };
  }
  if (head !== undefined && isUnreadable(head) && head.unreadable === "sse-c") {
    const cause = `${head.cause}: copy it in place under another kind of encryption`;
    return { code: "sse-c", cause };
  }
  if (found?.replicationStatus === "REPLICA" && promise.source.chainedFrom === undefined) {
    const cause =
      "came to the source as a replica, which live replication does not pass on: copy it in place";
    return { code: "replica", cause };
  }
  return undefined;
}

/** Says what became of a version at one vault. */
export function judgeReplica(
  source: SourceFacts,
  expectation: Expectation,
  replica: ReplicaFacts,
  vault: VaultPromise,
): Outcome {
  const { version } = source;
  const finding = findingAt(source, expectation, replica, vault);
  return {
    key: version.key,
    versionId: version.versionId,
    vault: expectation.placement.vault,
    ...finding,
  };
}

type Finding = Pick<Outcome, "kind" | "code" | "cause">;

const failed = (code: OutcomeCode, cause: string): Finding => ({ kind: "failed", code, cause });
const unverifiable = (code: OutcomeCode, cause: string): Finding => ({
  kind: "unverifiable",
  code,
  cause,
});

function findingAt(
  source: SourceFacts,
  expectation: Expectation,
  replica: ReplicaFacts,
  vault: VaultPromise,
): Finding {
  if (isUnreadable(replica.head)) {
    return (
      foreignKeyFinding(source, expectation, replica.head, vault) ??
      absentFinding(source, expectation, replica, replica.head)
    );
  }
  const head = replica.head;
  if (source.head !== undefined && isUnreadable(source.head)) {
    const found = unreadableSource(source, source.head, head);
    if (found !== undefined) return found;
  }
  const known = source.head === undefined || isUnreadable(source.head) ? undefined : source.head;
  const content = contentFinding(source, known, head, vault);
  if (content !== undefined) return content;
  const lock = lockOf(source, head, vault);
  if (lock === undefined) {
    const cause = "the vault's answer has no Date, so nobody can say whether its lock is over";
    return unverifiable("error", cause);
  }
  if (lock.lock === "weaker") return failed("lock-weaker", `${lock.cause} at the vault`);
  const other =
    holdFinding(known, head) ??
    otherFinding(known, expectation, replica, head, vault) ??
    annotationsFinding(source, replica, vault);
  if (other !== undefined) return other;
  if (lock.lock === "lapsed") return { kind: "lapsed", code: "lapsed", cause: lock.cause };
  return provenFinding(source, known, head);
}

/** A replica under a key that does not let us read it: whoever has that key may take it away, and that is what is told. */
function foreignKeyFinding(
  { head }: SourceFacts,
  { placement }: Expectation,
  { withoutChecksums }: Unreadable,
  vault: VaultPromise,
): Finding | undefined {
  if (withoutChecksums === undefined) return undefined;
  const known = head === undefined || isUnreadable(head) ? undefined : head;
  const key = keyProblem(known, withoutChecksums, placement.rule, vault);
  return key === undefined ? undefined : failed("wrong-key", key);
}

/** The vault has no readable version of that id. */
function absentFinding(
  source: SourceFacts,
  { obstacle }: Expectation,
  { jobError }: ReplicaFacts,
  found: Unreadable,
): Finding {
  switch (found.unreadable) {
    case "no-right":
      return unverifiable("no-right", `the vault does not let us look (${found.cause})`);
    case "error":
      return unverifiable("error", `at the vault: ${found.cause}`);
    case "sse-c":
      return obstacle?.code === "sse-c"
        ? unverifiable("sse-c", found.cause)
        : failed("wrong-key", `${found.cause}; its source is not`);
    case "missing":
    case "delete-marker":
  }
  if (obstacle !== undefined) return { kind: "unprotected", ...obstacle };
  const where =
    found.unreadable === "missing" ? "not at the vault" : "a delete marker has its id at the vault";
  if (source.isGone === true) return unverifiable("gone", `gone from the source, and ${where}`);
  if (source.head !== undefined && isUnreadable(source.head)) {
    const { cause } = source.head;
    return unverifiable(codeAtSource(source.head), `${where}; at the source: ${cause}`);
  }
  if (jobError?.startsWith("DstObjectHardDeleted") === true) {
    const cause = `deleted at the vault by its version id; no job brings it again: copy it in place (${jobError})`;
    return { kind: "unprotected", code: "deleted-at-vault", cause };
  }
  const why = [where, jobError, statusWords(source.head?.replicationStatus)];
  return failed("missing", why.filter((part) => part !== undefined).join("; "));
}

function statusWords(status: string | undefined): string {
  switch (status) {
    case undefined:
      return "replication was never started for it";
    case "PENDING":
      return "replication is still pending";
    case "FAILED":
      return "replication failed";
    default:
      return `the source says ${status}`;
  }
}

/** The vault has something, and the source's HEAD cannot be held against it. Undefined: its listing can. */
function unreadableSource(
  { isGone, version }: SourceFacts,
  found: Unreadable,
  head: VersionHead,
): Finding | undefined {
  if (found.unreadable === "sse-c") {
    return unverifiable("sse-c", `${found.cause}, so its content cannot be compared`);
  }
  if (isGone === true) {
    // The listing from before still tells size and ETag.
    if (version.sizeBytes === head.sizeBytes && version.etag === head.etag) return undefined;
    if (hasMd5Etag(head)) return undefined;
    return unverifiable("gone", "gone from the source, so its content cannot be compared");
  }
  return unverifiable(codeAtSource(found), `at the source: ${found.cause}`);
}

/** At a vault that passes its replicas on, the status may be that of the next hop. */
const CHAIN_STATUSES = new Set(["REPLICA", "PENDING", "COMPLETED", "COMPLETE", "FAILED"]);

function isOfReplica(status: string | undefined, vault: VaultPromise): boolean {
  if (status === "REPLICA") return true;
  return vault.guard?.isChained === true && status !== undefined && CHAIN_STATUSES.has(status);
}

function contentFinding(
  facts: SourceFacts,
  source: VersionHead | undefined,
  head: VersionHead,
  vault: VaultPromise,
): Finding | undefined {
  const found = contentDifference(facts, source, head, vault);
  const isReplica = isOfReplica(head.replicationStatus, vault);
  if (found?.code !== "content" || !isReplica || !isOverwritten(facts.version, head)) return found;
  const cause = `written over at the source after it was replicated, and the vault has what was there before (${found.cause})`;
  return failed("overwritten", cause);
}

function contentDifference(
  { version }: SourceFacts,
  source: VersionHead | undefined,
  head: VersionHead,
  vault: VaultPromise,
): Finding | undefined {
  if (head.versionId !== version.versionId) {
    return failed("content", `version id ${head.versionId} at the vault`);
  }
  const sizeBytes = source?.sizeBytes ?? version.sizeBytes;
  if (head.sizeBytes !== sizeBytes) {
    return failed("content", `${head.sizeBytes} bytes at the vault, ${sizeBytes} at the source`);
  }
  const status = head.replicationStatus;
  if (!isOfReplica(status, vault)) {
    const found = status === undefined ? "has no replication status" : `has the status ${status}`;
    return failed("not-replica", `${found} at the vault, so replication did not bring it there`);
  }
  const match =
    source === undefined ? listingMatch(version.etag, head) : compareContent(source, head);
  return match === undefined
    ? failed("content", "other content at the vault (ETag or checksum differs)")
    : undefined;
}

/** Of a version that is gone from the source only its listing is left. */
function listingMatch(etag: string, head: VersionHead): "etag" | undefined {
  return etag !== "" && etag === head.etag ? "etag" : undefined;
}

/** The lock, by AWS's time; undefined when AWS told none. */
function lockOf(
  facts: SourceFacts,
  head: VersionHead,
  vault: VaultPromise,
): LockFinding | undefined {
  const nowEpochMs = head.answeredEpochMs;
  if (nowEpochMs === undefined) return undefined;
  return compareLock(head, wantedLock(facts, head, vault), nowEpochMs);
}

/** How a replica has to be locked at the least. */
export function wantedLock(
  { head: found, version }: SourceFacts,
  { answeredEpochMs = 0 }: VersionHead,
  { lock }: VaultPromise,
): { readonly mode: string; readonly untilEpochMs: number } {
  const source = found === undefined || isUnreadable(found) ? undefined : found;
  // A retention that has run out at the source is none, and the vault's own takes its place.
  const isHeld = (source?.retainUntilEpochMs ?? 0) > answeredEpochMs;
  const held = isHeld ? source : undefined;
  return {
    mode: stricterMode(lock.mode, held?.lockMode),
    untilEpochMs: wantedUntilEpochMs(lock, version.lastModifiedEpochMs, held),
  };
}

function holdFinding(source: VersionHead | undefined, head: VersionHead): Finding | undefined {
  if (source?.isOnLegalHold === true && !head.isOnLegalHold) {
    return failed("legal-hold", "without its source's legal hold");
  }
  if (source?.isOnEventHold === true && head.isOnEventHold !== true) {
    return failed("event-hold", "without its source's event hold");
  }
  return undefined;
}

/** Key, class, owner and tags. */
function otherFinding(
  source: VersionHead | undefined,
  { placement }: Expectation,
  replica: ReplicaFacts,
  head: VersionHead,
  vault: VaultPromise,
): Finding | undefined {
  const { rule } = placement;
  const key = keyProblem(source, head, rule, vault);
  if (key !== undefined) return failed("wrong-key", key);
  const storageClass = rule.storageClass ?? vault.storageClass;
  // The lifecycle of a bucket that was there before us is its own, and may move replicas.
  if (
    storageClass !== undefined &&
    (head.storageClass ?? "STANDARD") !== storageClass &&
    vault.guard?.existing !== true
  ) {
    return failed(
      "wrong-class",
      `in ${head.storageClass ?? "STANDARD"}, ${storageClass} is promised`,
    );
  }
  if (replica.foreignOwnerId !== undefined) {
    return failed("wrong-owner", `owned by ${replica.foreignOwnerId}, not by the vault's owner`);
  }
  return tagsFinding(replica);
}

function tagsFinding({ tags }: ReplicaFacts): Finding | undefined {
  if (tags === undefined) return undefined;
  const sides = [
    ["source", tags.source],
    ["vault", tags.vault],
  ] as const;
  for (const [side, found] of sides) {
    if (!isUnreadable(found)) continue;
    const code = found.unreadable === "no-right" ? "no-right" : "error";
    return unverifiable(code, `its tags at the ${side}: ${found.cause}`);
  }
  const text = (found: object): string => JSON.stringify(Object.entries(found).sort());
  return text(tags.source) === text(tags.vault)
    ? undefined
    : failed("tags", "other tags at the vault than at the source");
}

function annotationsFinding(
  source: SourceFacts,
  replica: ReplicaFacts,
  vault: VaultPromise,
): Finding | undefined {
  if (source.annotations === undefined || replica.annotations === undefined) return undefined;
  if (isUnreadable(source.annotations)) return unreadAnnotations("source", source.annotations);
  if (isUnreadable(replica.annotations)) return unreadAnnotations("vault", replica.annotations);
  const problem = annotationsProblem(source.annotations, replica.annotations, (status) =>
    isOfReplica(status, vault),
  );
  return problem === undefined ? undefined : failed("annotations", problem);
}

function unreadAnnotations(side: "source" | "vault", found: Unreadable): Finding {
  const code = found.unreadable === "no-right" ? "no-right" : "error";
  return unverifiable(code, `its annotations at the ${side}: ${found.cause}`);
}

function provenFinding(
  { version }: SourceFacts,
  source: VersionHead | undefined,
  head: VersionHead,
): Finding {
  if (source === undefined) {
    const code = listingMatch(version.etag, head) ?? "size";
    return { kind: "proven", code, cause: "gone from the source during the look" };
  }
  const code = compareContent(source, head) ?? "size";
  // With several vaults the one status of the source may tell of another; never silent all the same.
  return source.replicationStatus === "FAILED"
    ? { kind: "proven", code, cause: "right at the vault, though the source says FAILED" }
    : { kind: "proven", code };
}
