/**
 * What becomes of one version, as far as inventories of both sides tell. The rules are those of a look in full: here is only made up what a
 * HEAD would say. What an inventory does not tell (which key of KMS, owner, tags, checksums) is taken to be right. Pure.
 */

import type { RuleOutputs } from "../../components/promise/outputs";
import { isUnreadable, type Unreadable, type VersionHead } from "../look/version-head";
import type { ListedVersion } from "../proof/source-versions";
import type { PromiseFacts, SourceFacts, VaultPromise } from "./facts";
import { judgeListed, type ListedExpectation } from "./judge-listed";
import { judgeReplica, planVersion } from "./judge-version";
import type { Outcome } from "./outcome";

/** What an inventory tells of a version beside what a listing does. */
export interface InventoryFacts {
  /** S3's word. Absent where it has none. */
  readonly replicationStatus: string | undefined;
  /** `SSE-S3`, `SSE-KMS`, `DSSE-KMS`, `SSE-C` or `NOT-SSE`. */
  readonly encryption: string | undefined;
  readonly lockMode: string | undefined;
  readonly retainUntilEpochMs: number | undefined;
  readonly isOnLegalHold: boolean;
  readonly isOnEventHold: boolean;
  /** S3's name of it, as in `CRC64NVME`. Absent where it keeps no checksum, or an inventory does not tell. */
  readonly checksumAlgorithm?: string | undefined;
}

/** What a vault's inventory tells of a version. */
export interface InventoryReplica extends InventoryFacts {
  readonly sizeBytes: number;
  /** S3's, in its quotes. */
  readonly etag: string;
  readonly storageClass: string;
}

/** What is known beside the two rows. */
export interface InventoryTimes {
  /** AWS's time. Milliseconds since the Unix epoch. */
  readonly nowEpochMs: number;
  /** Of the vault's inventory, ISO 8601. */
  readonly vaultCreatedAt: string;
}

/**
 * Says what became of a version at one vault. The source's inventory lies where whoever has the source can write: what it alone tells
 * can make this stricter and excuses nothing. What excuses is the promise, the source's listing, or a look in full.
 */
export function judgeByInventory(
  version: ListedVersion,
  expectation: ListedExpectation,
  source: InventoryFacts,
  replica: InventoryReplica | "absent",
  vault: VaultPromise,
  promise: Pick<PromiseFacts, "source">,
  times: InventoryTimes,
): Outcome {
  if (replica === "absent") return absent(version, expectation, vault, times, source, promise);
  const asTold = orSseC(source, headOf(version, source));
  const heads = [asTold];
  // Replication keeps the kind of encryption: another one than the vault tells is no reason to look away.
  if (source.encryption !== replica.encryption) {
    heads.push(headOf(version, { ...source, ...UNDER_OWN_KEYS }));
  }
  const judged = expectation.rules.map((rule) => {
    const [told, ...others] = heads.map((head) =>
      judgeBy({ version, head }, rule, expectation, replica, vault, times),
    );
    return told?.kind === "failed" ? told : (others.find(isFailed) ?? told);
  });
  // Which of several rules decides only tags say: right by one of them is right.
  const found = judged.find((outcome) => outcome?.kind === "proven") ?? judged[0];
  if (found === undefined) return absent(version, expectation, vault, times, source, promise);
  if (!expectation.isInQuestion || found.kind === "proven") return found;
  const cause = `${found.cause ?? found.code}; only a rule that asks for tags may want it there, and an inventory tells no tags`;
  return { ...found, kind: "unverifiable", code: "tags-unread", cause };
}

/** Whether what a vault's inventory tells of a replica is right by the promise and the source's listing, whatever the source's inventory says. */
export function isRightAtVault(
  version: ListedVersion,
  expectation: ListedExpectation,
  replica: InventoryReplica | "absent",
  vault: VaultPromise,
  times: InventoryTimes,
): boolean {
  if (replica === "absent") return false;
  const head = headOf(version, NOTHING_SAID);
  return expectation.rules.some(
    (rule) =>
      judgeBy({ version, head }, rule, expectation, replica, vault, times).kind === "proven",
  );
}

const UNDER_OWN_KEYS: Pick<InventoryFacts, "encryption"> = { encryption: "SSE-S3" };

/** Of a source whose inventory asks for nothing beyond the promise. */
const NOTHING_SAID: InventoryFacts = {
  ...UNDER_OWN_KEYS,
  replicationStatus: undefined,
  lockMode: undefined,
  retainUntilEpochMs: undefined,
  isOnLegalHold: false,
  isOnEventHold: false,
};

function isFailed({ kind }: Outcome): boolean {
  return kind === "failed";
}

/** As a look in full judges it, by what inventories tell of both. */
function judgeBy(
  source: SourceFacts,
  rule: RuleOutputs,
  { vault: name }: ListedExpectation,
  replica: InventoryReplica,
  vault: VaultPromise,
  { nowEpochMs }: InventoryTimes,
): Outcome {
  const { head, version } = source;
  const isSseC = head !== undefined && isUnreadable(head);
  return judgeReplica(
    source,
    {
      placement: { vault: name, rule, state: "wanted" },
      ...(isSseC ? { obstacle: { code: "sse-c" as const, cause: head.cause } } : {}),
    },
    { head: orSseC(replica, replicaHead(version, replica, rule, vault, nowEpochMs)) },
    vault,
  );
}

function absent(
  version: ListedVersion,
  expectation: ListedExpectation,
  vault: VaultPromise,
  { vaultCreatedAt }: InventoryTimes,
  source: InventoryFacts,
  promise: Pick<PromiseFacts, "source">,
): Outcome {
  const outcome = judgeListed(version, expectation, "absent", vault);
  if (outcome.code !== "missing") return outcome;
  const said = saidOf(version, expectation, source, promise);
  const more =
    said === undefined
      ? ""
      : `; only the source's inventory says why, which excuses nothing (--level full tells whether it is so): ${said}`;
  return { ...outcome, cause: `not in the vault's inventory of ${vaultCreatedAt}${more}` };
}

/** What the source's inventory tells that would keep a version from being replicated. */
function saidOf(
  version: ListedVersion,
  expectation: ListedExpectation,
  facts: InventoryFacts,
  { source }: Pick<PromiseFacts, "source">,
): string | undefined {
  const head = orSseC(facts, headOf(version, facts));
  const rules = expectation.rules.map(({ tags: _, ...rule }) => rule);
  const [planned] = planVersion({ version, head }, { source, rules }).expected;
  return planned?.obstacle?.cause;
}

/** In the words of a HEAD. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html */
const ENCRYPTIONS: Readonly<Record<string, string>> = {
  "SSE-S3": "AES256",
  "SSE-KMS": "aws:kms",
  "DSSE-KMS": "aws:kms:dsse",
  "SSE-C": "SSE-C",
};

/** S3 answers no HEAD of what is under a customer's key. */
function orSseC(
  { encryption }: Pick<InventoryFacts, "encryption">,
  head: VersionHead,
): VersionHead | Unreadable {
  if (encryption !== "SSE-C") return head;
  return { unreadable: "sse-c", cause: "under a customer's key (SSE-C), which we do not have" };
}

function headOf(
  { etag, lastModifiedEpochMs, sizeBytes, storageClass, versionId }: ListedVersion,
  facts: InventoryFacts,
): VersionHead {
  return {
    versionId,
    sizeBytes,
    etag,
    storageClass,
    lastModifiedEpochMs,
    checksums: {},
    replicationStatus: facts.replicationStatus,
    encryption: ENCRYPTIONS[facts.encryption ?? ""],
    lockMode: facts.lockMode,
    retainUntilEpochMs: facts.retainUntilEpochMs,
    isOnLegalHold: facts.isOnLegalHold,
    isOnEventHold: facts.isOnEventHold,
  };
}

function replicaHead(
  version: ListedVersion,
  replica: InventoryReplica,
  { replicaKmsKeyId }: Pick<RuleOutputs, "replicaKmsKeyId">,
  { kmsKeyArn }: Pick<VaultPromise, "kmsKeyArn">,
  answeredEpochMs: number,
): VersionHead {
  const { etag, sizeBytes, storageClass } = replica;
  const promisedKey = replicaKmsKeyId ?? kmsKeyArn;
  const isUnderKms = replica.encryption?.endsWith("-KMS") === true;
  return {
    ...headOf({ ...version, etag, sizeBytes, storageClass }, replica),
    ...(isUnderKms && promisedKey !== undefined ? { kmsKeyArn: promisedKey } : {}),
    answeredEpochMs,
  };
}
