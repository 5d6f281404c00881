/**
 * Looks at the source and into the vaults, version by version, and holds what is there against the promise. Reading only; all
 * that is decided is decided by the pure functions of `automation/judge/`.
 */

import { readRolesDrift } from "../guard/check-roles";
import { sourceDrift } from "../judge/drift";
import { objectiveOf } from "../judge/recovery-point";
import type { Level } from "../levels/levels";
import { resolvePoint } from "../levels/spans";
import { awsClock } from "./aws-clock";
import { deployedPromise, type DeployedPromise } from "../promise/deployed-promise";
import { findCovers } from "./covers";
import { joinListings, type Listings } from "./join-listings";
import { judgeByListings } from "./judge-by-listings";
import { judgeInFull, type FullPart, type JudgeOptions } from "./judge-in-full";
import { drawSample, newSince, type DrawnSample } from "./judge-sample";
import { JudgedVersions } from "./judged-versions";
import type { Look, LookOptions, SeenVersions, TaskFacts, Tasks } from "./look";
import { lookByInventories } from "./look-by-inventories";
import { requirePast } from "./require-past";
import { readSourceSettings } from "./source-settings";

/**
 * Looks at every version of the source, and waits for those that are still on their way.
 * @param tasks by `versionName`: what a job said about them
 * @throws LockstepError `StackOutOfDate` when the stack has no promise, `ConfigInvalid` where it is to be since a date to come
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
  const level = lookedAtAs(options);
  const seen =
    level === "inventory"
      ? await lookByInventories({ ...options, promise, tasks })
      : await lookByListings({ ...options, promise, tasks });
  const { covers, listings, unproven = [], versions, ...facts } = seen;
  const found: Look = {
    promise,
    ...(options.annotations === true && level === "full" ? { annotations: true } : {}),
    level,
    unproven: [
      ...unproven,
      ...[...listings.values()].flatMap(({ isOwnerKnown }) =>
        isOwnerKnown === false ? (["owner"] as const) : [],
      ),
      ...(options.skipsRoles === true ? (["roles"] as const) : []),
    ],
    ...facts,
    versions,
    drift: [
      ...sourceDrift(promise, settings),
      ...(options.skipsRoles === true
        ? []
        : await readRolesDrift(promise.roles, options.clients.source.iam, options.signal)),
    ],
    covers,
    ownVaults: ownVaults(promise, options.sharedVaults ?? []),
    listings,
  };
  const look = (await options.amend?.(found)) ?? found;
  await options.onLook?.(look);
  return look;
}

type LevelOptions = Omit<JudgeOptions, "listings">;

/** What jobs read is compared beside a look in full, by whoever drives them; it says so then. */
function lookedAtAs({ level }: Pick<LookOptions, "level">): Exclude<Level, "checksum"> {
  const { level: asked = "full" } = level ?? {};
  return asked === "checksum" ? "full" : asked;
}

/** Judges each version by the listings of both sides, or in full. */
async function lookByListings(options: LevelOptions): Promise<SeenVersions> {
  const { promise } = options;
  const level = lookedAtAs(options);
  const since = options.level?.since;
  await requirePast(since, promise, options);
  const startEpochMs = options.clock.nowEpochMs();
  const joined = await joinListings(promise, options, level !== "full");
  const { begunEpochMs, vaults: listings } = joined;
  const nowEpochMs = awsClock(options.clock, joined.answeredEpochMs)();
  const measured = objectiveOf(options.level, nowEpochMs);
  const by: JudgeOptions = { ...options, listings, ...measured };
  const sample = level === "sample" ? await drawSample(joined.source, options) : undefined;
  // A span is one before the listing: what was written while it went on may be on no page of it.
  const fromEpochMs = since && resolvePoint(since, begunEpochMs ?? startEpochMs);
  const fresh =
    fromEpochMs === undefined ? undefined : newSince(joined.source, promise, fromEpochMs);
  const part = sample
    ? { indexes: sample.indexes, isSample: true, known: sample.known }
    : fresh && { indexes: fresh, isSample: false };
  const versions = await judgeAtLevel(joined, part, by);
  return {
    versions,
    listings,
    lookedEpochMs: nowEpochMs,
    ...(begunEpochMs === undefined ? {} : { begunEpochMs }),
    covers: await findCovers(versions, listings, { ...by, byListings: level === "listing" }),
    ...(sample === undefined
      ? {}
      : {
          sample: sample.facts,
          unproven: sample.facts.inQuestionCount > 0 ? (["share-of-sample"] as const) : [],
        }),
    ...(fromEpochMs === undefined || fresh === undefined
      ? {}
      : { since: { fromEpochMs, inFullCount: fresh.length } }),
    ...measured,
  };
}

/** Judges each version as far as the level goes: in full, by the listings, or some in full and the others by the listings. */
async function judgeAtLevel(
  joined: Listings,
  part: (FullPart & Partial<Pick<DrawnSample, "known">>) | undefined,
  options: JudgeOptions,
): Promise<JudgedVersions> {
  const judged = new JudgedVersions(joined.source);
  const level = lookedAtAs(options);
  if (level !== "full") {
    const except = new Set(part?.indexes);
    const { objectiveMs } = options.objective ?? {};
    const { known } = part ?? {};
    await judgeByListings(judged, { ...options, listings: joined, except, known, objectiveMs });
  }
  if (level === "full" || part !== undefined) {
    await judgeInFull(judged, joined.source, part, options);
  }
  return judged;
}

/** A bucket that was there before us may hold data of others, as may one that other sources fill. */
function ownVaults({ vaults }: DeployedPromise, shared: readonly string[]): readonly string[] {
  return [...vaults.values()].flatMap(({ guard, name }) =>
    guard?.existing === true || shared.includes(name) ? [] : [name],
  );
}
