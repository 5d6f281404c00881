/**
 * How far the vaults are behind: a version that is not there yet is a loss only once it is older than the recovery point
 * objective, the age that somebody can afford to lose. Pure.
 */

import type { VerdictFields } from "../events";
import type { LevelChoice } from "../levels/choose-level";
import type { JudgedVersion, Look, RecoveryPointObjective } from "../look/look";
import { isMissing, type OUTCOME_CODES, type Outcome, type OutcomeKind } from "./outcome";

/** As a look is given it: empty where none was asked for. */
export function objectiveOf(
  { objectiveMs }: Pick<LevelChoice, "objectiveMs"> = {},
  nowEpochMs: number,
): { readonly objective?: RecoveryPointObjective } {
  return objectiveMs === undefined ? {} : { objective: { objectiveMs, nowEpochMs } };
}

/**
 * A version is missing once it is older than the objective; until then it is on its way. One that its source calls FAILED is missing
 * at once, since S3 does not try again; what passes by itself stays PENDING. With several vaults the one status may be of another
 * vault: then too something has failed, and a verdict is not clean.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html
 */
export function withOnTheWay(
  found: JudgedVersion,
  { nowEpochMs, objectiveMs }: RecoveryPointObjective,
): JudgedVersion {
  if (found.version.lastModifiedEpochMs + objectiveMs <= nowEpochMs) return found;
  if (found.sourceStatus === "FAILED") return found;
  const outcomes = found.outcomes.map((outcome): Outcome => {
    if (!isMissing(outcome)) return outcome;
    const cause = "not at the vault yet, and younger than the recovery point objective";
    return { ...outcome, kind: "unverifiable", code: "too-new", cause };
  });
  return { ...found, outcomes };
}

/** Whether a version may come yet: within the objective that stands in nobody's way. */
export function isOnTheWay({ code, kind }: Pick<Outcome, "code" | "kind">): boolean {
  return kind === "unverifiable" && code === "too-new";
}

/**
 * What an outcome means for the recovery point. `behind`: the promise wants the version at the vault, and what it wants is not
 * there. `unknown`: nobody can say. `elsewhere`: the promise does not want it there.
 */
type Standing = "there" | "behind" | "on-the-way" | "unknown" | "elsewhere";

/**
 * Why a promised version is not at the vault changes nothing: each reason is the word of the source's side, of its reports, its heads
 * or its lifecycle, and whoever has taken that over must not be able to talk a loss away. What is there, if not as
 * promised, is told by the verdict.
 */
const STANDINGS: {
  readonly [Kind in OutcomeKind]: Readonly<Record<(typeof OUTCOME_CODES)[Kind][number], Standing>>;
} = {
  proven: { checksum: "there", etag: "there", size: "there" },
  "not-applicable": { "delete-marker": "elsewhere", "out-of-scope": "elsewhere" },
  unprotected: {
    archived: "behind",
    "sse-c": "behind",
    "deleted-at-vault": "behind",
    // The promise itself has the rule as disabled.
    "rule-disabled": "elsewhere",
    replica: "behind",
    // A version may be put under another key in place: `UpdateObjectEncryption`.
    "kms-not-taken": "behind",
  },
  lapsed: { lapsed: "there" },
  failed: {
    missing: "behind",
    // Something has its id at the vault, and it is not what was promised.
    content: "behind",
    overwritten: "behind",
    "not-replica": "behind",
    "lock-weaker": "there",
    "wrong-key": "there",
    "wrong-class": "there",
    "wrong-owner": "there",
    tags: "there",
    "legal-hold": "there",
    "event-hold": "there",
    annotations: "there",
  },
  unverifiable: {
    "sse-c": "unknown",
    "no-right": "unknown",
    gone: "unknown",
    error: "unknown",
    "too-new": "on-the-way",
    "tags-unread": "unknown",
    "etag-differs": "unknown",
  },
};

function standingOf({ code, kind }: Outcome): Standing {
  // A code belongs to its kind; one that does not is no word of ours.
  const standings: Readonly<Partial<Record<string, Standing>>> = STANDINGS[kind];
  return standings[code] ?? "unknown";
}

/** What does not stand in the way of a clean verdict, and so not in that of an objective that is met. */
export interface Excuses {
  /** The configuration accepts it, so that nobody wants it at the vault. */
  readonly isAccepted: (outcome: Outcome) => boolean;
  /** It is nothing that the look's level proves. */
  readonly isBeyondLevel: (outcome: Outcome) => boolean;
}

type RecoveryPoint = NonNullable<VerdictFields["recoveryPoint"]>;

/** How far the vaults are behind, over all versions of a look. */
export function recoveryPointOf(
  versions: Iterable<JudgedVersion>,
  { nowEpochMs, objectiveMs }: RecoveryPointObjective,
  { listings, promise }: Pick<Look, "listings" | "promise">,
  { isAccepted, isBeyondLevel }: Excuses,
): RecoveryPoint {
  let behindCount = 0;
  let onTheWayCount = 0;
  let oldestEpochMs = nowEpochMs;
  let oldest: RecoveryPoint["oldest"];
  // A vault that cannot be listed may lack anything.
  const unlisted = [...promise.vaults.keys()].filter((vault) => {
    const listing = listings.get(vault);
    return listing === undefined || listing.problem !== undefined;
  });
  const unknown: Record<string, number> = {};
  let isKnown = unlisted.length === 0;
  for (const { outcomes, version } of versions) {
    for (const outcome of outcomes) {
      const standing = isAccepted(outcome) ? "elsewhere" : standingOf(outcome);
      // What is younger than the objective is not behind, wherever it is.
      const isYoung = version.lastModifiedEpochMs + objectiveMs > nowEpochMs;
      if (standing === "unknown" && !isYoung) {
        unknown[outcome.code] = (unknown[outcome.code] ?? 0) + 1;
        isKnown &&= isBeyondLevel(outcome);
      }
      if (standing === "behind") behindCount++;
      else if (standing === "on-the-way") onTheWayCount++;
      else continue;
      if (oldest !== undefined && version.lastModifiedEpochMs >= oldestEpochMs) continue;
      oldestEpochMs = version.lastModifiedEpochMs;
      const { key, vault, versionId } = outcome;
      const lastModified = new Date(oldestEpochMs).toISOString();
      oldest = { key, versionId, ...(vault === undefined ? {} : { vault }), lastModified };
    }
  }
  const isAllKnown = unlisted.length === 0 && Object.keys(unknown).length === 0;
  return {
    objectiveSeconds: objectiveMs / 1000,
    gapSeconds: Math.max(0, Math.ceil((nowEpochMs - oldestEpochMs) / 1000)),
    met: isKnown && behindCount === 0,
    behindCount,
    onTheWayCount,
    ...(oldest === undefined ? {} : { oldest }),
    ...(isAllKnown ? {} : { notKnown: { vaults: unlisted, versions: unknown } }),
  };
}
