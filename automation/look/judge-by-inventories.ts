/**
 * Every version of the source's listing, as far as inventories of both sides tell. What they show as plainly right is right; what is
 * newer than they are, and the first of what they show as anything else, is left to a look in full.
 */

import { isMissing, isOpen, type Outcome } from "../judge/outcome";
import {
  isRightAtVault,
  judgeByInventory,
  type InventoryFacts,
  type InventoryTimes,
} from "../judge/judge-inventory";
import { planListed, type ListedExpectation } from "../judge/judge-listed";
import type { DeployedPromise } from "../promise/deployed-promise";
import type { ListedVersion } from "../proof/source-versions";
import type { LookOptions } from "./look";
import type { Candidate, InventoryAnswers, VaultAnswer } from "./inventory-answers";
import type { Listings } from "./join-listings";
import type { JudgedVersions } from "./judged-versions";
import type { FoundInventory } from "../inventory/find-inventory";
import { createdAt, type Inventories } from "./read-inventories";
import { listedTraits } from "./version-traits";

/** Of what inventories show as anything but right so many are looked at in full: it may have been put right since. */
export const AGAIN_LIMIT = 10_000;

const PROGRESS_EVERY = 100_000;

/** What to judge, and by what. */
export interface ByInventoriesOptions extends Pick<LookOptions, "emit" | "signal" | "traits"> {
  readonly promise: DeployedPromise;
  readonly listed: Listings["source"];
  readonly inventories: Inventories<FoundInventory>;
  readonly answers: InventoryAnswers;
  /** AWS's time. Milliseconds since the Unix epoch. */
  readonly nowEpochMs: number;
}

/** What is left to a look in full: indexes in the listing, ascending. */
export interface LeftInFull {
  /** Newer than the older of the inventories, or told by one of them not at all or in two ways. */
  readonly newer: Uint32Array;
  /**
   * Of what they show as anything but right so many as are looked at: what is missing before all else, and what only the source's
   * inventory says otherwise of after all else, so that nobody who writes there takes the place of what is not at its vault.
   */
  readonly again: Uint32Array;
}

/** Judges every version. */
export function judgeByInventories(
  judged: JudgedVersions,
  options: ByInventoriesOptions,
): LeftInFull {
  const { answers, emit, inventories, listed, promise, signal } = options;
  const all = [inventories.source, ...inventories.vaults.values()];
  const olderEpochMs = Math.min(...all.map(({ createdEpochMs }) => createdEpochMs));
  const cursors = new Map(
    [...answers.vaults].map(([name, answer]) => [name, new CandidateCursor(answer)]),
  );
  const newer: number[] = [];
  const again: Readonly<Record<Oddity, number[]>> = { missing: [], "at-vault": [], said: [] };
  let place = 0;
  for (const version of listed) {
    const here = place++;
    if (here % PROGRESS_EVERY === 0) {
      signal.throwIfAborted();
      emit({ type: "verify-progress", doneCount: here, totalCount: listed.length });
    }
    const { expected, outcomes: settled } = planListed(version, promise);
    const found = expected.map((expectation) =>
      judgeAt(version, here, expectation, cursors.get(expectation.vault), options),
    );
    const [{ sourceStatus } = {}] = found;
    judged.set(here, {
      version,
      ...(sourceStatus === undefined ? {} : { sourceStatus }),
      outcomes: [...settled, ...found.map(({ outcome }) => outcome)],
      ...listedTraits(options, expected),
    });
    if (expected.length === 0) continue;
    const isNewer = version.lastModifiedEpochMs + DATE_ROUNDING_MS > olderEpochMs;
    if (isNewer || found.some(({ isUntold }) => isUntold)) newer.push(here);
    else {
      const oddity = ODDITIES.find((one) => found.some((at) => at.oddity === one));
      if (oddity !== undefined && again[oddity].length < AGAIN_LIMIT) again[oddity].push(here);
    }
  }
  const first = ODDITIES.flatMap((oddity) => again[oddity]).slice(0, AGAIN_LIMIT);
  return { newer: Uint32Array.from(newer), again: Uint32Array.from(first).sort() };
}

/** Dates in listings have whole seconds. */
const DATE_ROUNDING_MS = 1000;

/** What inventories tell of a version at one vault. */
interface Found {
  readonly outcome: Outcome;
  /** The source's own word on its replication. */
  readonly sourceStatus?: string | undefined;
  /** They tell nothing that could be relied on. */
  readonly isUntold?: boolean;
  /** What a look in full has to say more of. */
  readonly oddity?: Oddity | undefined;
}

/**
 * Not at its vault; not rightly there; or said by the source's inventory alone: something of the source, or that S3 keeps a checksum of
 * another kind there. Whether replication keeps the kind AWS does not say: one that differs is no loss by itself.
 */
type Oddity = (typeof ODDITIES)[number];

/** In their order they are looked at, as far as the limit goes. */
const ODDITIES = ["missing", "at-vault", "said"] as const;

function judgeAt(
  version: ListedVersion,
  place: number,
  expectation: ListedExpectation,
  cursor: CandidateCursor | undefined,
  { inventories, nowEpochMs, promise }: ByInventoriesOptions,
): Found {
  const { key, versionId } = version;
  const { vault: name } = expectation;
  const [vault, inventory] = [promise.vaults.get(name), inventories.vaults.get(name)];
  if (vault === undefined || inventory === undefined || cursor === undefined) {
    const cause = `nobody told how to reach the vault ${name}`;
    return {
      outcome: { key, versionId, vault: name, kind: "unverifiable", code: "no-right", cause },
    };
  }
  const candidate = cursor.take(place);
  if (candidate === undefined) {
    return {
      outcome: { key, versionId, vault: name, kind: "proven", code: "etag" },
      sourceStatus: "COMPLETED",
      isUntold: cursor.isDoubled(place),
    };
  }
  const times: InventoryTimes = { nowEpochMs, vaultCreatedAt: createdAt(inventory) };
  const { replica = "absent", source } = candidate;
  const outcome = judgeByInventory(version, expectation, source, replica, vault, promise, times);
  const oddityOf = (): Oddity | undefined => {
    if (!isOpen(outcome)) return haveOtherChecksums(source, candidate.replica) ? "said" : undefined;
    if (isMissing(outcome)) return "missing";
    return isRightAtVault(version, expectation, replica, vault, times) ? "said" : "at-vault";
  };
  return {
    outcome,
    sourceStatus: source.replicationStatus,
    isUntold: !candidate.isInSource || candidate.atVault === "other" || cursor.isDoubled(place),
    oddity: oddityOf(),
  };
}

function haveOtherChecksums(
  { checksumAlgorithm: one }: InventoryFacts,
  { checksumAlgorithm: other }: Pick<InventoryFacts, "checksumAlgorithm"> = {},
): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

/** The candidates of one vault, gone through beside the listing. */
class CandidateCursor {
  readonly #candidates: Iterator<Candidate>;
  #next: Candidate | undefined;

  constructor(private readonly answer: Pick<VaultAnswer, "candidates" | "doubled">) {
    this.#candidates = answer.candidates[Symbol.iterator]();
    this.#turn();
  }

  /** The candidate at an index of the listing. To be asked in its order. */
  take(place: number): Candidate | undefined {
    let found: Candidate | undefined;
    while (this.#next !== undefined && this.#next.place <= place) {
      if (this.#next.place === place) found = this.#next;
      this.#turn();
    }
    return found;
  }

  isDoubled(place: number): boolean {
    return this.answer.doubled.has(place);
  }

  #turn(): void {
    const { done, value } = this.#candidates.next();
    this.#next = done === true ? undefined : value;
  }
}
