/** Brings a look of any size into sums that do not grow with it. One pass. Pure. */

import type { AcceptableCode } from "../../components/config/types";
import { isOpen, type Outcome, type OutcomeKind } from "../judge/outcome";
import { excusesOf } from "../judge/verdict";
import type { FailureCodes, JudgedVersion, Look } from "../look/look";
import { ANOTHER_CODE, Causes, groupCode, UNKNOWN_KEY } from "./causes";
import { AcceptedCounts } from "./accepted-counts";
import type { Grouping, LockMonth, LookedAt } from "./fields";
import { toldFailure, type ToldFailure } from "./told-failure";
import { TopGroups } from "./top-groups";

const NO_RULE = "(no rule)";
const NO_KMS_KEY = "(no KMS key)";

/** As deep as prefixes are told apart. */
const DEPTHS = [1, 2, 3] as const;

/** The upper edges of the sizes, and the words for what is below each. */
const SIZES: readonly (readonly [belowBytes: number, name: string])[] = [
  [1, "0 bytes"],
  [64 * 1024, "under 64 KiB"],
  [1024 ** 2, "64 KiB to 1 MiB"],
  [16 * 1024 ** 2, "1 MiB to 16 MiB"],
  [128 * 1024 ** 2, "16 MiB to 128 MiB"],
  [1024 ** 3, "128 MiB to 1 GiB"],
  [5 * 1024 ** 3, "1 GiB to 5 GiB"],
  [Number.POSITIVE_INFINITY, "5 GiB and more"],
];

/**
 * Sums up a look.
 * @param failureCodes what jobs' reports told; default: nothing
 * @param accept codes that the configuration accepts; default: none
 */
export function summarizeLook(
  look: Look,
  failureCodes?: FailureCodes,
  accept?: readonly AcceptableCode[],
): LookedAt {
  const { promise } = look;
  const { by: excusedBy } = excusesOf(look, accept);
  const accepted = new AcceptedCounts();
  const prefixes = DEPTHS.map(() => new TopGroups());
  const causeGroups = new TopGroups();
  const rules = new TopGroups();
  const keys = new TopGroups();
  const sizes = new TopGroups();
  const causes = new Causes(promise);
  const locks = new Map<string, LockMonth>();
  const { level = "full" } = look;
  // What only those tell that were looked at in full is not summed up where others were not: it would be taken for the sum over all.
  const isInFull = level === "full" || level === "checksum";
  let versions = 0;
  let withTraitsCount = 0;
  for (const judged of look.versions) {
    versions++;
    const { traits, version } = judged;
    if (traits !== undefined) withTraitsCount++;
    const folders = DEPTHS.map((depth) => prefixOf(version.key, depth));
    for (const outcome of judged.outcomes) {
      const by = isOpen(outcome) ? excusedBy(outcome) : undefined;
      const count = (groups: TopGroups | undefined, name: string): void =>
        groups?.add(name, outcome.kind, version.sizeBytes, by !== undefined);
      folders.forEach((folder, index) => count(prefixes[index], folder));
      const failure =
        outcome.code === "missing"
          ? toldFailure(judged, outcome, failureCodes, promise)
          : undefined;
      count(causeGroups, causeName(outcome.kind, outcome.code, groupCode(failure?.code)));
      count(rules, ruleOf(judged, outcome.vault, outcome.kind));
      count(keys, traits?.kmsKeyArn ?? NO_KMS_KEY);
      count(sizes, SIZES.find(([below]) => version.sizeBytes < below)?.[1] ?? "");
      if (by !== undefined) accepted.add(outcome, by, version.sizeBytes);
      else if (isOpen(outcome)) addCause(causes, judged, outcome, failure, isInFull);
    }
    traits?.vaults.forEach((one) => countLock(locks, one));
  }
  const hasTraits = isInFull && (withTraitsCount > 0 || versions === 0);
  const hasRules = hasTraits || withTraitsCount === versions;
  const { accountId, bucketName, region } = promise.source;
  const { lookedEpochMs } = look;
  return {
    ...(lookedEpochMs === undefined ? {} : { at: new Date(lookedEpochMs).toISOString() }),
    bucket: bucketName,
    accountId,
    region,
    versions,
    vaults: [...promise.vaults.values()].map((vault) => ({
      name: vault.name,
      bucket: vault.bucketName,
      accountId: vault.accountId,
      region: vault.region,
      lockMode: vault.lock.mode,
      retentionDays: vault.lock.retentionDays,
    })),
    byPrefix: firstThatDiffer(prefixes),
    byCause: causeGroups.grouping(),
    byRule: hasRules ? rules.grouping() : null,
    byKmsKey: hasTraits ? keys.grouping() : null,
    bySize: inOrder(sizes.grouping()),
    accepted: accepted.told,
    causes: causes.told(),
    ...lockFields(hasTraits ? [...locks.values()] : undefined, look),
  };
}

/** @param isInFull each version was asked for its key */
function addCause(
  causes: Causes,
  { isSampled, sourceStatus, traits, version }: JudgedVersion,
  outcome: Outcome,
  failure: ToldFailure | undefined,
  isInFull: boolean,
): void {
  const isKnown = traits !== undefined && (isInFull || isSampled === true);
  causes.add(outcome, version.sizeBytes, failure?.code, sourceStatus, {
    atOneOf: failure?.atOneOf,
    kmsKeyArn: isKnown ? traits.kmsKeyArn : UNKNOWN_KEY,
  });
}

/** By what was asked of each replica, or as the inventories tell it. */
function lockFields(
  seen: readonly LockMonth[] | undefined,
  { inventoryLocks }: Look,
): Pick<LookedAt, "locks" | "locksBy"> {
  if (seen === undefined && inventoryLocks !== undefined) {
    return { locks: [...inventoryLocks].sort(byMonth), locksBy: "inventories" };
  }
  return { locks: seen === undefined ? null : [...seen].sort(byMonth) };
}

function causeName(kind: OutcomeKind, code: string, failureCode: string | undefined): string {
  if (failureCode === undefined) return `${kind}/${code}`;
  return `${kind}/${code} ${failureCode === ANOTHER_CODE ? failureCode : `(${failureCode})`}`;
}

/** The folder of a key, at most so many deep; empty for a key that is in none. */
export function prefixOf(key: string, depth: number): string {
  let end = 0;
  for (let level = 0; level < depth; level++) {
    const next = key.indexOf("/", end);
    if (next === -1) break;
    end = next + 1;
  }
  return key.slice(0, end);
}

/**
 * Of what is told at each depth the first that tells keys apart: else one folder would be all that there is to see. Where one of its
 * groups has most of all, as beside a single key that is in no folder, that group is told by its parts.
 */
function firstThatDiffer(depths: readonly TopGroups[]): Grouping {
  const first = Math.max(
    depths.findIndex(({ size }) => size > 1),
    0,
  );
  let found = depths[first] ?? new TopGroups();
  for (const parts of depths.slice(first + 1)) {
    const { most } = found;
    if (most === undefined || parts.size <= found.size) break;
    // Where there were too many to count each, what is named at that depth is the better half.
    found = found.isWhole && parts.isWhole ? found.withPartsOf(most, parts) : parts;
  }
  return found.grouping();
}

function ruleOf({ traits }: JudgedVersion, vault: string | undefined, kind: OutcomeKind): string {
  const found = traits?.vaults.find((one) => one.vault === vault)?.rule;
  return found ?? (kind === "unprotected" ? "(disabled rule)" : NO_RULE);
}

function inOrder({ groups, ...rest }: Grouping): Grouping {
  const place = (name: string): number => SIZES.findIndex(([, one]) => one === name);
  return {
    ...rest,
    groups: [...groups].sort((one, other) => place(one.name) - place(other.name)),
  };
}

/** A lock may end in any of 2,400 months within two centuries; years after that are one. */
const MONTHS_LIMIT = 2_400;

function countLock(
  locks: Map<string, LockMonth>,
  { lockedUntilMonth, vault }: { readonly lockedUntilMonth?: string; readonly vault: string },
): void {
  if (lockedUntilMonth === undefined) return;
  const isKnown = locks.has(`${vault}\0${lockedUntilMonth}`);
  const month = isKnown || locks.size < MONTHS_LIMIT ? lockedUntilMonth : "later";
  const name = `${vault}\0${month}`;
  const versions = (locks.get(name)?.versions ?? 0) + 1;
  locks.set(name, { month, vault, versions });
}

function byMonth(one: LockMonth, other: LockMonth): number {
  if (one.month !== other.month) return one.month < other.month ? -1 : 1;
  return one.vault < other.vault ? -1 : 1;
}
