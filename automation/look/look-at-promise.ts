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
import { joinListings, type Listings } from "./join-listings";
import { judgeByListings } from "./judge-by-listings";
import { drawSample, type DrawnSample } from "./judge-sample";
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
    promise.source,
    options.signal,
  );
  const { level = "full" } = options.level ?? {};
  const joined = await joinListings(promise, options, level !== "full");
  const { vaults: listings } = joined;
  const by: JudgeOptions = { ...options, promise, listings, tasks };
  const sample =
    level === "sample" ? drawSample(joined.source, promise, options.level ?? { level }) : undefined;
  const judged = await judgeAtLevel(joined, sample, by);
  const found: Look = {
    promise,
    ...(options.annotations === true && level === "full" ? { annotations: true } : {}),
    level,
    unproven: [
      ...[...listings.values()].flatMap(({ isOwnerKnown }) =>
        isOwnerKnown === false ? (["owner"] as const) : [],
      ),
      ...(options.skipsRoles === true ? (["roles"] as const) : []),
    ],
    ...(sample === undefined ? {} : { sample: sample.facts }),
    versions: judged,
    drift: [
      ...sourceDrift(promise, settings),
      ...(options.skipsRoles === true
        ? []
        : await readRolesDrift(promise.roles, options.clients.source.iam, options.signal)),
    ],
    covers: await findCovers(judged, listings, { ...by, byListings: level === "listing" }),
    ownVaults: ownVaults(promise, options.sharedVaults ?? []),
    listings,
  };
  const look = (await options.amend?.(found)) ?? found;
  await options.onLook?.(look);
  return look;
}

type JudgeOptions = LookOptions & VersionOptions;

/** Judges each version as far as the level goes: in full, by the listings, or some in full and the others by the listings. */
async function judgeAtLevel(
  joined: Listings,
  sample: DrawnSample | undefined,
  options: JudgeOptions,
): Promise<JudgedVersions> {
  const judged = new JudgedVersions(joined.source);
  const { level = "full" } = options.level ?? {};
  if (level !== "full") {
    const except = new Set(sample?.indexes);
    await judgeByListings(judged, { ...options, listings: joined, except });
  }
  if (level !== "listing") await judgeInFull(judged, joined.source, sample?.indexes, options);
  return judged;
}

/** A bucket that was there before us may hold data of others, as may one that other sources fill. */
function ownVaults({ vaults }: DeployedPromise, shared: readonly string[]): readonly string[] {
  return [...vaults.values()].flatMap(({ guard, name }) =>
    guard?.existing === true || shared.includes(name) ? [] : [name],
  );
}

const PROGRESS_EVERY = 500;

/**
 * Looks at every version, or at those of a sample. One that is not rightly there while its source says `PENDING` is looked at
 * again until the deadline: a succeeded task of a job means that replication was started, not that it is done.
 */
async function judgeInFull(
  judged: JudgedVersions,
  versions: SpilledList<ListedVersion>,
  sampled: Uint32Array | undefined,
  options: JudgeOptions,
): Promise<void> {
  const { clock, concurrency: limit, emit, settleLimits: limits, signal } = options;
  const totalCount = sampled?.length ?? versions.length;
  let doneCount = 0;
  const look = async (places: Uint32Array): Promise<readonly number[]> => {
    const waiting: number[] = [];
    await forEachConcurrently(places, { limit, signal }, async (place) => {
      const index = sampled === undefined ? place : (sampled[place] ?? 0);
      const version = versions.at(index);
      if (version === undefined) return;
      const found = await lookAtVersion(version, options);
      judged.set(index, sampled === undefined ? found : { ...found, isSampled: true });
      if (isOnItsWay(found)) waiting.push(place);
      else if (++doneCount % PROGRESS_EVERY === 0) {
        emit({ type: "verify-progress", doneCount, totalCount });
      }
    });
    emit({ type: "settle-progress", settledCount: doneCount, totalCount });
    return waiting;
  };
  await untilSettled(totalCount, { clock, limits, signal, look });
  emit({ type: "verify-progress", doneCount: totalCount, totalCount });
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
