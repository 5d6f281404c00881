/**
 * What becomes of one version, as far as inventories of both sides tell. The rules are those of a look in full: here is only made up what a
 * HEAD would say. What an inventory does not tell (which key of KMS, owner, tags, checksums) is taken to be right. Pure.
 */

import type { RuleOutputs } from "../../components/promise/outputs";
import type { Unreadable, VersionHead } from "../look/version-head";
import type { ListedVersion } from "../proof/source-versions";
import type { PromiseFacts, VaultPromise } from "./facts";
import { judgeListed, type ListedExpectation } from "./judge-listed";
import { judgeReplica, planVersion, type Expectation } from "./judge-version";
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

/** Says what became of a version at one vault. */
export function judgeByInventory(
  version: ListedVersion,
  expectation: ListedExpectation,
  source: InventoryFacts,
  replica: InventoryReplica | "absent",
  vault: VaultPromise,
  promise: Pick<PromiseFacts, "source">,
  times: InventoryTimes,
): Outcome {
  const head = orSseC(source, headOf(version, source));
  const planned = withObstacle(version, expectation, head, promise);
  if (replica === "absent") return absent(version, planned, vault, times);
  const { obstacle } = planned;
  const judged = expectation.rules.map((rule) =>
    judgeReplica(
      { version, head },
      {
        placement: { vault: expectation.vault, rule, state: "wanted" },
        // Of what keeps a version from being replicated a look in full has the same few.
        ...(obstacle === undefined
          ? {}
          : { obstacle: obstacle as Expectation["obstacle"] & object }),
      },
      { head: orSseC(replica, replicaHead(version, replica, rule, vault, times.nowEpochMs)) },
      vault,
    ),
  );
  // Which of several rules decides only tags say: right by one of them is right.
  const found = judged.find(({ kind }) => kind === "proven") ?? judged[0];
  if (found === undefined) return absent(version, expectation, vault, times);
  if (!expectation.isInQuestion || found.kind === "proven") return found;
  const cause = `${found.cause ?? found.code}; only a rule that asks for tags may want it there, and an inventory tells no tags`;
  return { ...found, kind: "unverifiable", code: "tags-unread", cause };
}

function absent(
  version: ListedVersion,
  expectation: ListedExpectation,
  vault: VaultPromise,
  { vaultCreatedAt }: InventoryTimes,
): Outcome {
  const outcome = judgeListed(version, expectation, "absent", vault);
  if (outcome.code !== "missing") return outcome;
  return { ...outcome, cause: `not in the vault's inventory of ${vaultCreatedAt}` };
}

/** What keeps a version from being replicated an inventory tells as well as a HEAD does. */
function withObstacle(
  version: ListedVersion,
  expectation: ListedExpectation,
  head: VersionHead | Unreadable,
  { source }: Pick<PromiseFacts, "source">,
): ListedExpectation {
  if (expectation.obstacle !== undefined || expectation.isInQuestion) return expectation;
  const rules = expectation.rules.map(({ tags: _, ...rule }) => rule);
  const [planned] = planVersion({ version, head }, { source, rules }).expected;
  const obstacle = planned?.obstacle;
  return obstacle === undefined ? expectation : { ...expectation, obstacle };
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
