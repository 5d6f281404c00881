/**
 * Which locks are extended, until when, and by which jobs. Pure.
 *
 *     target  =  the latest of: what is promised, what is there, the vault's floor   (never before a version's own date)
 *     job     =  the versions of one day and mode, locked until the end of that day
 */

import type { LockMode } from "../../components/promise/outputs";
import { stricterMode } from "../judge/lock";
import type { Sequence } from "../spill/sequence";
import { SpilledList } from "../spill/spilled-list";

const DAY_MS = 24 * 60 * 60 * 1000;
/** AWS tells its time in whole seconds. */
const DATE_ROUNDING_MS = 1000;

/** A replica, how it is locked, and how it has to be. */
export interface LockedReplica {
  readonly key: string;
  readonly versionId: string;
  /** Weaker or shorter than promised. */
  readonly isWeaker: boolean;
  /** Undefined: not locked. */
  readonly lockMode: string | undefined;
  readonly lockedUntilEpochMs: number | undefined;
  readonly wanted: { readonly mode: string; readonly untilEpochMs: number };
}

/** What a vault promises, and within which limits locks are extended there. */
export interface RelockRules {
  /** AWS's time. */
  readonly nowEpochMs: number;
  /** Locks that end within so many days are renewed too, those that are over included. Undefined: none. */
  readonly withinDays: number | undefined;
  /** What a renewed lock is locked for, from now on. Whole days. */
  readonly retentionDays: number;
  /** No version is locked for less, from now on. Whole days. */
  readonly floorDays: number;
  /** No version is locked for longer, from now on. Whole days. */
  readonly maximumDays: number;
  /** Modes that the relock role may lock in. */
  readonly modes: readonly LockMode[];
}

/** A version of a job. */
export interface RelockedVersion {
  readonly key: string;
  readonly versionId: string;
  /** Its own date: what the job's date is never before. */
  readonly ownUntilEpochMs: number;
  /** It is under a GOVERNANCE lock in force, and becomes COMPLIANCE. */
  readonly isRaised: boolean;
}

/** One job: everything in it is locked alike. */
export interface PlannedRelock {
  readonly mode: LockMode;
  readonly untilEpochMs: number;
  readonly versions: Sequence<RelockedVersion>;
}

/** A version that no job extends, and why. */
export interface NotRelocked {
  readonly key: string;
  readonly versionId: string;
  readonly why: string;
}

/** What is to be done at one vault. */
export interface RelockPlan {
  /** By date; the first ends first. */
  readonly jobs: readonly PlannedRelock[];
  /** Replicas that are locked as promised, and for long enough. */
  readonly enoughAlready: Sequence<LockedReplica>;
  readonly cannot: Sequence<NotRelocked>;
}

/** Of the versions of one job, in memory: there may be a job for each of many days. */
const KEPT_BYTES = 128 * 1024;

/** Plans the jobs of one vault. */
export function planRelock(replicas: Iterable<LockedReplica>, rules: RelockRules): RelockPlan {
  const mostEpochMs = rules.nowEpochMs + rules.maximumDays * DAY_MS;
  const enoughAlready = new SpilledList<LockedReplica>();
  const cannot = new SpilledList<NotRelocked>();
  const groups = new Map<string, Group>();
  for (const replica of replicas) {
    const { key, versionId } = replica;
    const own = ownUntilEpochMs(replica, rules);
    if (own === undefined) {
      enoughAlready.push(replica);
      continue;
    }
    const isInForce = (replica.lockedUntilEpochMs ?? 0) > rules.nowEpochMs;
    const inForce = isInForce ? replica.lockMode : undefined;
    const mode = rules.modes.find((one) => one === stricterMode(replica.wanted.mode, inForce));
    const why =
      own > mostEpochMs + DATE_ROUNDING_MS
        ? tooLong(own, rules)
        : mode === undefined
          ? noMode(rules)
          : "";
    if (mode === undefined || why !== "") {
      cannot.push({ key, versionId, why });
      continue;
    }
    const isRaised = inForce === "GOVERNANCE" && mode === "COMPLIANCE";
    const ownEpochMs = Math.min(
      Math.max(own, rules.nowEpochMs + rules.floorDays * DAY_MS),
      mostEpochMs,
    );
    const endEpochMs = Math.ceil(ownEpochMs / DAY_MS) * DAY_MS;
    const name = `${endEpochMs} ${mode}`;
    const group = groups.get(name) ?? { mode, endEpochMs, of: newVersions() };
    groups.set(name, group);
    group.of.push({ key, versionId, ownUntilEpochMs: own, isRaised });
  }
  const jobs = [...groups.values()].map(({ endEpochMs, mode, of }) => ({
    mode,
    // A whole day that would be longer than the vault lets in gives way to the longest that it does.
    untilEpochMs: Math.min(endEpochMs, Math.floor(mostEpochMs / 1000) * 1000),
    versions: of,
  }));
  jobs.sort((one, other) => one.untilEpochMs - other.untilEpochMs);
  return { jobs, enoughAlready, cannot };
}

/** Versions that are locked alike. */
interface Group {
  readonly mode: LockMode;
  readonly endEpochMs: number;
  readonly of: SpilledList<RelockedVersion>;
}

function newVersions(): SpilledList<RelockedVersion> {
  return new SpilledList<RelockedVersion>(undefined, KEPT_BYTES);
}

/** The job with those of its versions alone for which that holds. */
export function withVersions(
  job: PlannedRelock,
  holds: (version: RelockedVersion) => boolean,
): PlannedRelock {
  const versions = newVersions();
  for (const version of job.versions) if (holds(version)) versions.push(version);
  return { ...job, versions };
}

/** How many of a job's versions become COMPLIANCE. */
export function raisedCount({ versions }: PlannedRelock): number {
  let count = 0;
  for (const { isRaised } of versions) if (isRaised) count++;
  return count;
}

/** Until when a version has to be locked at the least; undefined: it is. */
function ownUntilEpochMs(replica: LockedReplica, rules: RelockRules): number | undefined {
  const { isWeaker, lockedUntilEpochMs = 0, wanted } = replica;
  const soonEpochMs = rules.nowEpochMs + (rules.withinDays ?? 0) * DAY_MS;
  const isSoonOver = rules.withinDays !== undefined && lockedUntilEpochMs <= soonEpochMs;
  const renewedEpochMs = rules.nowEpochMs + rules.retentionDays * DAY_MS;
  const renewal = isSoonOver && renewedEpochMs > lockedUntilEpochMs ? renewedEpochMs : 0;
  if (!isWeaker && renewal === 0) return undefined;
  return Math.max(isWeaker ? wanted.untilEpochMs : 0, renewal, lockedUntilEpochMs);
}

/** For how many days longer than its own date a job locks a version, at the most. Whole days, rounded up. */
export function overLockDays({ untilEpochMs, versions }: PlannedRelock): number {
  let most = 0;
  for (const { ownUntilEpochMs: own } of versions) {
    most = Math.max(most, Math.ceil((untilEpochMs - own) / DAY_MS));
  }
  return most;
}

function tooLong(ownEpochMs: number, { maximumDays }: RelockRules): string {
  const until = new Date(ownEpochMs).toISOString();
  return `it would be locked until ${until}, and the vault lets nobody lock for more than ${maximumDays} days`;
}

function noMode({ modes }: RelockRules): string {
  return `the relock role locks in ${modes.join(" and ")} mode alone`;
}
