import { midnightFrom, nextMidnightAfter } from "../time/midnight";
import type { Bucket, ObjectVersion } from "../services/s3/store/model";
import { mayDeleteVersion, retentionInForce } from "../services/s3/lock/object-lock";
import { NULL_VERSION_ID } from "../services/s3/store/store-version";
import {
  dueAfterDays,
  dueOf,
  earlier,
  expirationOfCurrent,
} from "../services/s3/lifecycle/due-dates";
import type { DueByRule } from "../services/s3/lifecycle/due-dates";
import { filtersBySize, matchesVersion } from "../services/s3/lifecycle/prepared-rules";
import type { PreparedRule } from "../services/s3/lifecycle/prepared-rules";
import { canTransition, isLargeEnough, isPreferred } from "./storage-classes";

/**
 * What lifecycle does to the versions of one key at a moment, and when it has to look again. Pure.
 *
 *     current object      due to expire for good      -> expire           before any transition
 *                         due to move                 -> transition       before a delete marker is put on top, which
 *                         due to expire               -> expire           then follows on the next day (assumed)
 *     current marker      nothing below, rule asks    -> remove-marker
 *     noncurrent          due to expire, not locked   -> remove-version   before any transition
 *                         due to move                 -> transition
 *     any                 PENDING or FAILED in replication: waits
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export type LifecycleAction =
  | { readonly kind: "expire"; readonly version: ObjectVersion; readonly ruleId: string }
  | { readonly kind: "remove-version"; readonly version: ObjectVersion; readonly ruleId: string }
  | { readonly kind: "remove-marker"; readonly version: ObjectVersion; readonly ruleId: string }
  | {
      readonly kind: "transition";
      readonly version: ObjectVersion;
      readonly ruleId: string;
      readonly storageClass: string;
    };

export interface KeyPlan {
  /** Due at the moment of the plan. */
  readonly actions: readonly LifecycleAction[];
  /** When there may be more to do, as far as that is known now; undefined when only a change can bring it. */
  readonly nextDueEpochMs: number | undefined;
}

/** What a plan depends on beside versions and rules. */
export interface PlanFacts {
  readonly versioning: Bucket["versioning"];
  readonly rules: readonly PreparedRule[];
  /** `TransitionDefaultMinimumObjectSize`. */
  readonly minimumSize?: string;
  readonly nowEpochMs: number;
}

/** @param versions all of the key, newest first */
export function planKey(versions: readonly ObjectVersion[], facts: PlanFacts): KeyPlan {
  const draft = new Draft(facts.nowEpochMs);
  const current = versions[0];
  if (current === undefined) return draft;
  if (!current.isDeleteMarker) planCurrent(current, facts, draft);
  else if (versions.length === 1) planLoneMarker(current, facts, draft);
  // What has no versioning has no noncurrent versions.
  if (facts.versioning !== undefined) planNoncurrent(versions, facts, draft);
  return draft;
}

class Draft implements KeyPlan {
  readonly actions: LifecycleAction[] = [];
  nextDueEpochMs: number | undefined;

  constructor(private readonly nowEpochMs: number) {}

  /** Gives back what is due; of anything else it is noted when it will be. */
  ifDue(due: DueByRule | undefined): DueByRule | undefined {
    if (due === undefined || due.dueEpochMs <= this.nowEpochMs) return due;
    this.lookAgain(due.dueEpochMs);
    return undefined;
  }

  lookAgain(dueEpochMs: number): void {
    this.nextDueEpochMs = Math.min(this.nextDueEpochMs ?? dueEpochMs, dueEpochMs);
  }

  /**
   * Adds an action unless its version waits for replication. One that is PENDING is looked at again the next day; one
   * that FAILED when something has become of it.
   */
  act(action: LifecycleAction): void {
    const { replicationStatus } = action.version;
    if (replicationStatus === "PENDING") this.lookAgain(nextMidnightAfter(this.nowEpochMs));
    else if (replicationStatus !== "FAILED") this.actions.push(action);
  }
}

function planCurrent(version: ObjectVersion, facts: PlanFacts, draft: Draft): void {
  const expiration = draft.ifDue(expirationOfCurrent(version, facts.rules));
  if (expiration !== undefined && isRemovedByExpiration(version, facts)) {
    draft.act({ kind: "expire", version, ruleId: expiration.ruleId });
    return;
  }
  const moved = planTransition(version, transitionsOfCurrent(version, facts), facts, draft);
  if (moved || expiration === undefined) return;
  draft.act({ kind: "expire", version, ruleId: expiration.ruleId });
}

/** Expiration takes a version away for good where no marker keeps it: without versioning, or the null one of Suspended. */
function isRemovedByExpiration(version: ObjectVersion, { versioning }: PlanFacts): boolean {
  return (
    versioning === undefined ||
    (versioning === "Suspended" && version.versionId === NULL_VERSION_ID)
  );
}

/**
 * A marker with nothing below it goes when a rule says so by `ExpiredObjectDeleteMarker`, or when it is as old as a rule
 * lets objects get.
 */
function planLoneMarker(marker: ObjectVersion, facts: PlanFacts, draft: Draft): void {
  let removal: DueByRule | undefined = expirationOfCurrent(marker, facts.rules);
  for (const prepared of facts.rules) {
    if (prepared.rule.Expiration?.ExpiredObjectDeleteMarker !== true) continue;
    if (matchesVersion(prepared, marker)) {
      removal = earlier(removal, nextMidnightAfter(marker.lastModifiedEpochMs), prepared.id);
    }
  }
  const due = draft.ifDue(removal);
  if (due !== undefined) draft.act({ kind: "remove-marker", version: marker, ruleId: due.ruleId });
}

function planNoncurrent(versions: readonly ObjectVersion[], facts: PlanFacts, draft: Draft): void {
  // Noncurrent versions newer than the one at hand; delete markers are not counted.
  let newerCount = 0;
  for (let index = 1; index < versions.length; index++) {
    const version = versions[index];
    const successor = versions[index - 1];
    if (version === undefined || successor === undefined) continue;
    const place: NoncurrentPlace = { sinceEpochMs: successor.lastModifiedEpochMs, newerCount };
    if (!planRemoval(version, place, facts, draft) && !version.isDeleteMarker) {
      planTransition(version, transitionsOfNoncurrent(version, place, facts), facts, draft);
    }
    if (!version.isDeleteMarker) newerCount++;
  }
}

interface NoncurrentPlace {
  /** When its successor came. */
  readonly sinceEpochMs: number;
  readonly newerCount: number;
}

/** True when the version goes; else what else there is to do with it may still be done. */
function planRemoval(
  version: ObjectVersion,
  place: NoncurrentPlace,
  facts: PlanFacts,
  draft: Draft,
): boolean {
  let removal: DueByRule | undefined;
  for (const prepared of facts.rules) {
    const expiration = prepared.rule.NoncurrentVersionExpiration;
    if (expiration?.NoncurrentDays === undefined || !matchesVersion(prepared, version)) continue;
    if (place.newerCount < (expiration.NewerNoncurrentVersions ?? 0)) continue;
    const dueEpochMs = dueAfterDays(place.sinceEpochMs, expiration.NoncurrentDays);
    removal = earlier(removal, dueEpochMs, prepared.id);
  }
  const due = draft.ifDue(removal);
  if (due === undefined) return false;
  const { nowEpochMs } = facts;
  if (!mayDeleteVersion(version, { nowEpochMs, bypassGovernance: false })) {
    // A legal hold has no end of its own: when it is lifted, that is a change.
    const retention = retentionInForce(version.retention, nowEpochMs);
    if (version.legalHold !== true && retention !== undefined) {
      draft.lookAgain(midnightFrom(retention.retainUntilEpochMs));
    }
    return false;
  }
  draft.act({ kind: "remove-version", version, ruleId: due.ruleId });
  return true;
}

/** A transition that some rule asks for. */
interface Wish extends DueByRule {
  readonly storageClass: string;
  readonly hasOwnSize: boolean;
}

function transitionsOfCurrent(version: ObjectVersion, facts: PlanFacts): Wish[] {
  const wishes: Wish[] = [];
  for (const prepared of facts.rules) {
    const { Transitions: transitions = [] } = prepared.rule;
    if (transitions.length === 0 || !matchesVersion(prepared, version)) continue;
    for (const transition of transitions) {
      const dueEpochMs = dueOf(transition, version.lastModifiedEpochMs);
      addWish(wishes, prepared, dueEpochMs, transition.StorageClass);
    }
  }
  return wishes;
}

function transitionsOfNoncurrent(
  version: ObjectVersion,
  place: NoncurrentPlace,
  facts: PlanFacts,
): Wish[] {
  const wishes: Wish[] = [];
  for (const prepared of facts.rules) {
    const { NoncurrentVersionTransitions: transitions = [] } = prepared.rule;
    if (transitions.length === 0 || !matchesVersion(prepared, version)) continue;
    for (const { NoncurrentDays: days, ...transition } of transitions) {
      if (days === undefined) continue;
      if (place.newerCount < (transition.NewerNoncurrentVersions ?? 0)) continue;
      addWish(wishes, prepared, dueAfterDays(place.sinceEpochMs, days), transition.StorageClass);
    }
  }
  return wishes;
}

function addWish(
  wishes: Wish[],
  prepared: PreparedRule,
  dueEpochMs: number | undefined,
  storageClass: string | undefined,
): void {
  if (dueEpochMs === undefined || storageClass === undefined) return;
  wishes.push({
    dueEpochMs,
    ruleId: prepared.id,
    storageClass,
    hasOwnSize: filtersBySize(prepared),
  });
}

/** Of what is due and possible, the cheapest class. True when there is something to move. */
function planTransition(
  version: ObjectVersion,
  wishes: readonly Wish[],
  facts: PlanFacts,
  draft: Draft,
): boolean {
  let best: Wish | undefined;
  for (const wish of wishes) {
    const { storageClass: target, hasOwnSize } = wish;
    if (!canTransition(version.storageClass, target)) continue;
    if (!hasOwnSize && !isLargeEnough(version.sizeBytes, target, facts.minimumSize)) continue;
    if (draft.ifDue(wish) === undefined) continue;
    if (best === undefined || isPreferred(target, best.storageClass)) best = wish;
  }
  if (best === undefined) return false;
  const { ruleId, storageClass } = best;
  draft.act({ kind: "transition", version, ruleId, storageClass });
  return true;
}
