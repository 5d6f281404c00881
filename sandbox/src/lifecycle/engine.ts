import { Agenda } from "../time/agenda";
import { nextMidnightAfter } from "../time/midnight";
import type { S3Change } from "../services/s3/store/changes";
import type { Bucket, ObjectVersion } from "../services/s3/store/model";
import { endUpload, uploadsOf } from "../services/s3/multipart/multipart";
import { SlicedWork } from "../time/sliced-work";
import type { World } from "../world/world";
import { carryOutAction } from "./carry-out-action";
import { abortOfUpload } from "../services/s3/lifecycle/due-dates";
import { planKey } from "./plan-lifecycle";
import type { PlanFacts } from "./plan-lifecycle";
import { rulesOf } from "../services/s3/lifecycle/prepared-rules";

/** Keys looked at in one turn of the event loop. */
const KEYS_PER_SLICE = 1000;

/**
 * Carries out lifecycle configurations by the sandbox's clock, at midnight UTC.
 *
 *     a change in a bucket with a configuration --> the bucket is on the agenda for the next midnight
 *     midnight --> one pass over the bucket, slice by slice: does what is due,
 *                  finds out when something will be due next --> on the agenda for that midnight, or for none
 *
 * So a change costs one look into a map, a bucket is passed over only on days on which something may happen, and where
 * nothing ever will be due nothing is scheduled. AWS looks every day and may be days late; here what is due happens.
 */
export class LifecycleEngine {
  private readonly agenda: Agenda<Bucket>;
  private readonly work: SlicedWork;

  constructor(private readonly world: World) {
    this.work = new SlicedWork(world.clock);
    this.agenda = new Agenda<Bucket>(world.clock, (buckets) => {
      const nowEpochMs = this.world.clock.nowEpochMs();
      for (const bucket of buckets) this.work.add(this.pass(bucket, nowEpochMs));
    });
    world.s3.changes.subscribe((change) => {
      if (mayMakeDue(change)) this.wake(change.bucket);
    });
  }

  /** Something in the bucket, or its configuration, is not what it was: there may be something to do at midnight. */
  private wake(bucket: Bucket): void {
    if (bucket.lifecycle === undefined) return;
    this.agenda.atLatest(bucket, nextMidnightAfter(this.world.clock.nowEpochMs()));
  }

  /** One pass over a bucket, for what is due at `nowEpochMs`. */
  private *pass(bucket: Bucket, nowEpochMs: number): Generator<void, void> {
    let nextDueEpochMs = this.abortUploads(bucket, nowEpochMs);
    let count = 0;
    for (const [key, versions] of bucket.objects.walk()) {
      if (!this.isThere(bucket)) return;
      const keyDueEpochMs = this.passKey(bucket, key, versions, nowEpochMs);
      nextDueEpochMs = earliest(nextDueEpochMs, keyDueEpochMs);
      if (++count % KEYS_PER_SLICE === 0) yield;
    }
    if (nextDueEpochMs !== undefined) this.agenda.atLatest(bucket, nextDueEpochMs);
  }

  /** The configuration may have been taken away, and the bucket with it, since the last slice. */
  private isThere(bucket: Bucket): boolean {
    return bucket.lifecycle !== undefined && this.world.s3.findBucket(bucket.name) === bucket;
  }

  /** @returns when the key must be looked at again */
  private passKey(
    bucket: Bucket,
    key: string,
    versions: readonly ObjectVersion[],
    nowEpochMs: number,
  ): number | undefined {
    const rules = rulesOf(bucket).filter(({ prefix }) => key.startsWith(prefix));
    if (rules.length === 0) return undefined;
    const facts: PlanFacts = {
      versioning: bucket.versioning,
      rules,
      minimumSize: bucket.lifecycle?.transitionDefaultMinimumObjectSize,
      nowEpochMs,
    };
    const plan = planKey(versions, facts);
    if (plan.actions.length === 0) return plan.nextDueEpochMs;
    for (const action of plan.actions) carryOutAction(this.world, bucket, action);
    // What is due now because of what was just done is done on the next day.
    const next = planKey(bucket.objects.versions(key), facts);
    return next.actions.length > 0 ? nextMidnightAfter(nowEpochMs) : next.nextDueEpochMs;
  }

  /** @returns when the next upload is due */
  private abortUploads(bucket: Bucket, nowEpochMs: number): number | undefined {
    if (!this.isThere(bucket)) return undefined;
    const rules = rulesOf(bucket);
    let nextDueEpochMs: number | undefined;
    for (const upload of uploadsOf(bucket).values()) {
      const dueEpochMs = abortOfUpload(upload, rules)?.dueEpochMs;
      if (dueEpochMs === undefined) continue;
      if (dueEpochMs <= nowEpochMs) endUpload(bucket, upload);
      else nextDueEpochMs = earliest(nextDueEpochMs, dueEpochMs);
    }
    return nextDueEpochMs;
  }
}

/** Whether there may be something to do that there was not before. */
function mayMakeDue(change: S3Change): boolean {
  switch (change.kind) {
    case "created":
    case "delete-marker":
    case "tagging":
    case "annotation":
    case "retention":
    case "legal-hold":
    case "acl":
    case "removed":
      // What lifecycle changes itself is part of the pass.
      return change.cause !== "lifecycle";
    case "replicated":
      // Lifecycle passes over a version until it has arrived.
      return true;
    case "upload-started":
      return true;
    case "configuration-put":
      return change.configuration === "lifecycle";
    case "configuration-removed":
    case "replication-event":
    case "restore-started":
    case "transitioned":
      return false;
  }
}

function earliest(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Math.min(left, right);
}
