/** Versions in full: a HEAD of each at the source and wherever it has to be. */

import { forEachConcurrently } from "../concurrency";
import { withOnTheWay } from "../judge/recovery-point";
import type { ListedVersion } from "../proof/source-versions";
import type { SpilledList } from "../spill/spilled-list";
import type { JudgedVersions } from "./judged-versions";
import type { JudgedVersion, LookOptions, RecoveryPointObjective } from "./look";
import { lookAtVersion, type VersionOptions } from "./look-at-version";
import { untilSettled } from "./until-settled";

/** How to look in full. */
export type JudgeOptions = LookOptions &
  VersionOptions & {
    /** What is missing and younger is on its way, and is not waited for. */
    readonly objective?: RecoveryPointObjective;
  };

/** Which versions are looked at in full, where it is not all of them. */
export interface FullPart {
  /** Of the source's listing. */
  readonly indexes: Uint32Array;
  /** They are a random sample. */
  readonly isSample: boolean;
}

const PROGRESS_EVERY = 500;

/**
 * Looks at every version, or at some of them. One that is not rightly there while its source says `PENDING` is looked at
 * again until the deadline: a succeeded task of a job means that replication was started, not that it is done.
 */
export async function judgeInFull(
  judged: JudgedVersions,
  versions: SpilledList<ListedVersion>,
  part: FullPart | undefined,
  options: JudgeOptions,
): Promise<void> {
  const { clock, concurrency: limit, emit, objective, settleLimits: limits, signal } = options;
  const totalCount = part?.indexes.length ?? versions.length;
  let doneCount = 0;
  const look = async (places: Uint32Array): Promise<readonly number[]> => {
    const waiting: number[] = [];
    await forEachConcurrently(places, { limit, signal }, async (place) => {
      const index = part === undefined ? place : (part.indexes[place] ?? 0);
      const version = versions.at(index);
      if (version === undefined) return;
      const seen = await lookAtVersion(version, options);
      const found = objective === undefined ? seen : withOnTheWay(seen, objective);
      judged.set(index, part?.isSample === true ? { ...found, isSampled: true } : found);
      // What is missing for longer than the objective is told, and not waited for.
      if (isOnItsWay(found, objective === undefined)) waiting.push(place);
      else if (++doneCount % PROGRESS_EVERY === 0) {
        emit({ type: "verify-progress", doneCount, totalCount });
      }
    });
    emit({ type: "settle-progress", settledCount: doneCount, totalCount });
    return waiting;
  };
  const onWait = (openCount: number, leftMs: number): void =>
    emit({
      type: "settle-wait",
      waitingCount: openCount,
      atMostSeconds: Math.ceil(leftMs / 1000),
      ...(objective === undefined ? { avoidedBy: "--rpo" as const } : {}),
    });
  // Whoever has a job made waits for what it brings, and is told of that otherwise.
  const isVerdict = options.level !== undefined;
  await untilSettled(totalCount, { clock, limits, signal, look, ...(isVerdict && { onWait }) });
  emit({ type: "verify-progress", doneCount: totalCount, totalCount });
}

/** Failures that replication may yet put right. */
const PASSING_CODES = new Set(["missing", "tags", "legal-hold", "event-hold", "lock-weaker"]);

/** Whether a version that is not rightly there may be so at the next look. */
export function isOnItsWay(
  { hasPendingAnnotations, outcomes, sourceStatus }: JudgedVersion,
  evenIfMissing = true,
): boolean {
  return outcomes.some(({ code, kind }) => {
    if (kind !== "failed" || (code === "missing" && !evenIfMissing)) return false;
    // Annotations come after their version, each with a status of its own.
    if (code === "annotations") return hasPendingAnnotations === true;
    return sourceStatus === "PENDING" && PASSING_CODES.has(code);
  });
}
