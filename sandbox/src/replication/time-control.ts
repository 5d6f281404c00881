import type { ScheduledTask } from "../time/clock";
import type { ReplicationEvent } from "../services/s3/store/changes";
import type { World } from "../world/world";
import { publishEvent } from "./event";
import { isStillThere } from "./step";
import type { ReplicationStep } from "./step";
import { watchedRules } from "./watched-rules";

/** The threshold of Replication Time Control, the only one that S3 takes. */
const THRESHOLD_MINUTES = 15;
const THRESHOLD_MS = THRESHOLD_MINUTES * 60_000;

/**
 * Replication Time Control: tells of live steps that are late.
 *
 *     queued --15 minutes--> OperationMissedThreshold --arrives--> OperationReplicatedAfterThreshold
 *        \--arrives, fails or is no longer tracked--> nothing
 *
 * Jobs and delete markers are not covered. Whether the rule still has it is asked at the threshold.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
 */
export class ReplicationTimeControl {
  /** Oldest first: all have the same time. */
  private readonly inTime = new Set<ReplicationStep>();
  private readonly late = new Set<ReplicationStep>();
  private scheduled: ScheduledTask | undefined;

  constructor(private readonly world: World) {}

  /** A step has been put into the queue. */
  queued(step: ReplicationStep): void {
    if (step.road !== "live" || step.version.isDeleteMarker || !isTimed(step)) return;
    this.inTime.add(step);
    this.schedule();
  }

  /** A step has been carried out and its change is at the destination. */
  arrived(step: ReplicationStep): void {
    this.inTime.delete(step);
    if (!this.late.delete(step)) return;
    this.tell("OperationReplicatedAfterThreshold", step);
  }

  /** A step has failed, or S3 does not track it any more. */
  forget(step: ReplicationStep): void {
    this.inTime.delete(step);
    this.late.delete(step);
  }

  private schedule(): void {
    const [first] = this.inTime;
    if (first === undefined || this.scheduled !== undefined) return;
    const delayMs = first.requestEpochMs + THRESHOLD_MS - this.world.clock.nowEpochMs();
    // Of the background: who waits for the sandbox to be idle does not wait for what is on time.
    this.scheduled = this.world.clock.schedule(delayMs, () => this.tick(), { isBackground: true });
  }

  private tick(): void {
    this.scheduled = undefined;
    const nowEpochMs = this.world.clock.nowEpochMs();
    for (const step of this.inTime) {
      if (step.requestEpochMs + THRESHOLD_MS > nowEpochMs) break;
      this.inTime.delete(step);
      // Of one that was deleted meanwhile there is nothing that could be late.
      if (!isTimed(step) || !isStillThere(this.world, step)) continue;
      this.late.add(step);
      this.tell("OperationMissedThreshold", step);
    }
    this.schedule();
  }

  private tell(event: ReplicationEvent["event"], step: ReplicationStep): void {
    const isLate = event === "OperationReplicatedAfterThreshold";
    publishEvent(this.world, event, step, {
      thresholdMinutes: THRESHOLD_MINUTES,
      replicatedEpochMs: isLate ? this.world.clock.nowEpochMs() : undefined,
    });
  }
}

function isTimed({ source, ruleId }: ReplicationStep): boolean {
  return watchedRules(source.replication).timed.has(ruleId);
}
