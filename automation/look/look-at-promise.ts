/**
 * Looks at the source and into the vaults, version by version, and holds what is there against the promise. Reading only; all
 * that is decided is decided by the pure functions of `automation/judge/`.
 */

import { readRolesDrift } from "../guard/check-roles";
import { forEachConcurrently } from "../concurrency";
import { sourceDrift } from "../judge/drift";
import { deployedPromise, type DeployedPromise } from "../promise/deployed-promise";
import type { ListedVersion } from "../proof/source-versions";
import type { SpilledList } from "../spill/spilled-list";
import { findCovers } from "./covers";
import { joinListings } from "./join-listings";
import { JudgedVersions } from "./judged-versions";
import type { JudgedVersion, Look, LookOptions, TaskFacts, Tasks } from "./look";
import { lookAtVersion, type VersionOptions } from "./look-at-version";
import { readSourceSettings } from "./source-settings";
import { untilSettled } from "./until-settled";

/**
 * Looks at every version of the source, and waits for those that are still on their way.
 * @param tasks by `versionName`: what a job said about them
 * @throws LockstepError `StackOutOfDate` when the stack has no promise
 */
export async function lookAtPromise(
  options: LookOptions,
  tasks: Tasks = new Map<string, TaskFacts>(),
): Promise<Look> {
  const promise = deployedPromise(options.outputs);
  const settings = await readSourceSettings(
    options.clients.source.s3,
    promise.source.bucketName,
    options.signal,
  );
  const { source: versions, vaults: listings } = await joinListings(promise, options);
  const judged = await judgeVersions(versions, { ...options, promise, listings, tasks });
  const found: Look = {
    promise,
    ...(options.annotations === true ? { annotations: true } : {}),
    versions: judged,
    drift: [
      ...sourceDrift(promise, settings),
      ...(options.skipsRoles === true
        ? []
        : await readRolesDrift(promise.roles, options.clients.source.iam, options.signal)),
    ],
    covers: await findCovers(judged, listings, { ...options, promise }),
    ownVaults: ownVaults(promise, options.sharedVaults ?? []),
    listings,
  };
  const look = (await options.amend?.(found)) ?? found;
  await options.onLook?.(look);
  return look;
}

/** A bucket that was there before us may hold data of others, as may one that other sources fill. */
function ownVaults({ vaults }: DeployedPromise, shared: readonly string[]): readonly string[] {
  return [...vaults.values()].flatMap(({ guard, name }) =>
    guard?.existing === true || shared.includes(name) ? [] : [name],
  );
}

const PROGRESS_EVERY = 500;

/**
 * Judges every version. One that is not rightly there while its source says `PENDING` is looked at again until the
 * deadline: a succeeded task of a job means that replication was started, not that it is done.
 */
async function judgeVersions(
  versions: SpilledList<ListedVersion>,
  options: LookOptions & VersionOptions,
): Promise<JudgedVersions> {
  const { clock, concurrency: limit, emit, settleLimits: limits, signal } = options;
  const judged = new JudgedVersions(versions);
  const totalCount = versions.length;
  let doneCount = 0;
  const look = async (indexes: Uint32Array): Promise<readonly number[]> => {
    const waiting: number[] = [];
    await forEachConcurrently(indexes, { limit, signal }, async (index) => {
      const version = versions.at(index);
      if (version === undefined) return;
      const found = await lookAtVersion(version, options);
      judged.set(index, found);
      if (isOnItsWay(found)) waiting.push(index);
      else if (++doneCount % PROGRESS_EVERY === 0) {
        emit({ type: "verify-progress", doneCount, totalCount });
      }
    });
    emit({ type: "settle-progress", settledCount: doneCount, totalCount });
    return waiting;
  };
  await untilSettled(totalCount, { clock, limits, signal, look });
  emit({ type: "verify-progress", doneCount: totalCount, totalCount });
  return judged;
}

/** Failures that replication may yet put right. */
const PASSING_CODES = new Set(["missing", "tags", "legal-hold", "event-hold", "lock-weaker"]);

/** Whether a version that is not rightly there may be so at the next look. */
export function isOnItsWay({
  hasPendingAnnotations,
  outcomes,
  sourceStatus,
}: JudgedVersion): boolean {
  return outcomes.some(({ code, kind }) => {
    if (kind !== "failed") return false;
    // Annotations come after their version, each with a status of its own.
    if (code === "annotations") return hasPendingAnnotations === true;
    return sourceStatus === "PENDING" && PASSING_CODES.has(code);
  });
}
