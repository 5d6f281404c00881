/**
 * How far the vaults are behind: a version that is not there yet is a loss only once it is older than the recovery point
 * objective, the age that somebody can afford to lose. Pure.
 */

import type { VerdictFields } from "../events";
import type { LevelChoice } from "../levels/choose-level";
import type { JudgedVersion, Look, RecoveryPointObjective } from "../look/look";
import { isMissing, type Outcome } from "./outcome";

/** As a look is given it: empty where none was asked for. */
export function objectiveOf(
  { objectiveMs }: Pick<LevelChoice, "objectiveMs"> = {},
  nowEpochMs: number,
): { readonly objective?: RecoveryPointObjective } {
  return objectiveMs === undefined ? {} : { objective: { objectiveMs, nowEpochMs } };
}

/** A version is missing once it is older than the objective; until then it is on its way. */
export function withOnTheWay(
  found: JudgedVersion,
  { nowEpochMs, objectiveMs }: RecoveryPointObjective,
): JudgedVersion {
  if (found.version.lastModifiedEpochMs + objectiveMs <= nowEpochMs) return found;
  const outcomes = found.outcomes.map((outcome): Outcome => {
    if (!isMissing(outcome)) return outcome;
    const cause = "not at the vault yet, and younger than the recovery point objective";
    return { ...outcome, kind: "unverifiable", code: "too-new", cause };
  });
  return { ...found, outcomes };
}

/** Whether a version may come yet: within the objective that stands in nobody's way. */
export function isOnTheWay({ code, kind }: Outcome): boolean {
  return kind === "unverifiable" && code === "too-new";
}

/** Of these nobody knows whether they are at the vault. */
const UNKNOWN_CODES: ReadonlySet<string> = new Set(["no-right", "error", "tags-unread"]);

function isUnknown({ code, kind }: Outcome): boolean {
  return kind === "unverifiable" && UNKNOWN_CODES.has(code);
}

/** How far the vaults are behind, over all versions of a look. */
export function recoveryPointOf(
  versions: Iterable<JudgedVersion>,
  { nowEpochMs, objectiveMs }: RecoveryPointObjective,
  { listings, promise }: Pick<Look, "listings" | "promise">,
): NonNullable<VerdictFields["recoveryPoint"]> {
  let behindCount = 0;
  let onTheWayCount = 0;
  let oldestEpochMs = nowEpochMs;
  let oldest: NonNullable<VerdictFields["recoveryPoint"]>["oldest"];
  // A vault that cannot be listed may lack anything.
  let isKnown = [...promise.vaults.keys()].every((vault) => {
    const listing = listings.get(vault);
    return listing !== undefined && listing.problem === undefined;
  });
  for (const { outcomes, version } of versions) {
    for (const outcome of outcomes) {
      if (isUnknown(outcome)) isKnown = false;
      if (isMissing(outcome)) behindCount++;
      else if (isOnTheWay(outcome)) onTheWayCount++;
      else continue;
      if (oldest !== undefined && version.lastModifiedEpochMs >= oldestEpochMs) continue;
      oldestEpochMs = version.lastModifiedEpochMs;
      const { key, vault, versionId } = outcome;
      const lastModified = new Date(oldestEpochMs).toISOString();
      oldest = { key, versionId, ...(vault === undefined ? {} : { vault }), lastModified };
    }
  }
  return {
    objectiveSeconds: objectiveMs / 1000,
    gapSeconds: Math.max(0, Math.ceil((nowEpochMs - oldestEpochMs) / 1000)),
    met: isKnown && behindCount === 0,
    behindCount,
    onTheWayCount,
    ...(oldest === undefined ? {} : { oldest }),
  };
}
