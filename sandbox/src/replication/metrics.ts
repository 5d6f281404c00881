import { Agenda } from "../time/agenda";
import type { Bucket } from "../services/s3/store/model";
import { identityOf } from "../services/cloudwatch/state";
import { setOf } from "../services/cloudwatch/statistics";
import type { World } from "../world/world";
import { bucketName } from "../services/s3/bucket/bucket-arn";
import { publishEvent } from "./event";
import type { ReplicationStep } from "./step";
import type { ReplicationTimeControl } from "./time-control";
import { watchedRules } from "./watched-rules";

const MINUTE_MS = 60_000;

/** What one rule sends to one destination. */
interface Track {
  readonly source: Bucket;
  readonly destinationArn: string;
  readonly ruleId: string;
  /** Oldest first. */
  readonly pending: Set<ReplicationStep>;
  pendingBytes: number;
  /** Of the running minute. */
  minute: Minute;
}

interface Minute {
  /** Whether anything was under way: without, nothing is published. */
  isActive: boolean;
  peakCount: number;
  peakBytes: number;
  latencyMs: number;
  failedCount: number;
}

/**
 * S3's replication metrics, published to CloudWatch at each full minute for the minute before, for rules with metrics or
 * Replication Time Control. Pending and latency go to the destination's Region and count live replication only; failures
 * go to the source's Region and count batch jobs too. All belong to the account of the source bucket (assumed).
 *
 * A minute in which nothing replicates has no data. The first such minute after one with data is published as zeros
 * (assumed), so that an alarm on what is pending sees its end.
 *
 * A live step that is tracked no longer, as its rule or the rule's metrics were taken away before it was carried out, is told
 * of as `OperationNotTracked` (AWS names no causes; these are assumed).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
 */
export class ReplicationMetrics {
  private readonly tracks = new Map<string, Track>();
  private readonly agenda: Agenda<Track>;

  constructor(
    private readonly world: World,
    private readonly timeControl: ReplicationTimeControl,
  ) {
    this.agenda = new Agenda(world.clock, (tracks) => {
      for (const track of tracks) this.publish(track);
    });
  }

  /** A step has been put into the queue. */
  queued(step: ReplicationStep): void {
    if (step.road !== "live") return;
    const track = this.trackOf(step);
    if (track === undefined) return;
    track.pending.add(step);
    track.pendingBytes += step.version.sizeBytes;
    notePeak(track);
    this.wake(track);
  }

  /** A step has been carried out, whatever came of it, or was dropped. */
  taken(step: ReplicationStep): void {
    const track = this.tracks.get(keyOf(step));
    if (track?.pending.delete(step) !== true) return;
    track.pendingBytes -= step.version.sizeBytes;
    track.minute.isActive = true;
    noteLatency(track, this.world.clock.nowEpochMs() - step.requestEpochMs);
    if (!isMeasured(step)) this.tellNotTracked(step);
    this.wake(track);
  }

  /** A copy has failed, live or of a batch job. */
  failed(step: ReplicationStep): void {
    const track = this.trackOf(step);
    if (track === undefined) return;
    track.minute.isActive = true;
    track.minute.failedCount++;
    this.wake(track);
  }

  private tellNotTracked(step: ReplicationStep): void {
    this.timeControl.forget(step);
    publishEvent(this.world, "OperationNotTracked", step);
  }

  /** Undefined: nothing is measured for the rule. */
  private trackOf(step: ReplicationStep): Track | undefined {
    const { source, destinationArn, ruleId } = step;
    if (!isMeasured(step)) return undefined;
    const key = keyOf(step);
    let track = this.tracks.get(key);
    // A bucket that was deleted and made again is another one.
    if (track === undefined || track.source !== source) {
      track = {
        source,
        destinationArn,
        ruleId,
        pending: new Set(),
        pendingBytes: 0,
        minute: quietMinute(),
      };
      this.tracks.set(key, track);
    }
    return track;
  }

  private wake(track: Track): void {
    const nowEpochMs = this.world.clock.nowEpochMs();
    this.agenda.atLatest(track, (Math.floor(nowEpochMs / MINUTE_MS) + 1) * MINUTE_MS);
  }

  private publish(track: Track): void {
    const { minute, source } = track;
    const nowEpochMs = this.world.clock.nowEpochMs();
    if (!isMeasured(track)) this.endTracking(track);
    const [oldest] = track.pending;
    if (oldest !== undefined) noteLatency(track, nowEpochMs - oldest.requestEpochMs);
    const destination = this.world.s3.findBucket(bucketName(track.destinationArn));
    // Those of a destination that is gone end.
    if (destination !== undefined) {
      const { region } = destination;
      this.record(track, region, "ReplicationLatency", "Seconds", minute.latencyMs / 1000);
      this.record(track, region, "BytesPendingReplication", "Bytes", minute.peakBytes);
      this.record(track, region, "OperationsPendingReplication", "Count", minute.peakCount);
    }
    const { failedCount } = minute;
    this.record(track, source.region, "OperationsFailedReplication", "Count", failedCount);
    track.minute = quietMinute();
    if (track.pending.size > 0) notePeak(track);
    if (minute.isActive) this.wake(track);
  }

  /** The rule is gone, or its metrics were turned off. */
  private endTracking(track: Track): void {
    for (const step of track.pending) this.tellNotTracked(step);
    track.pending.clear();
    track.pendingBytes = 0;
  }

  private record(
    track: Track,
    region: string,
    metricName: string,
    unit: "Seconds" | "Bytes" | "Count",
    value: number,
  ): void {
    const identity = identityOf("AWS/S3", metricName, [
      { name: "SourceBucket", value: track.source.name },
      { name: "DestinationBucket", value: bucketName(track.destinationArn) },
      { name: "RuleId", value: track.ruleId },
    ]);
    this.world.cloudWatch.record(track.source.accountId, region, {
      identity,
      epochMs: this.world.clock.nowEpochMs() - MINUTE_MS,
      unit,
      statistics: setOf(value),
    });
  }
}

const keyOf = ({ source, destinationArn, ruleId }: ReplicationStep): string =>
  `${source.name} ${destinationArn} ${ruleId}`;

function isMeasured({ source, ruleId }: Pick<ReplicationStep, "source" | "ruleId">): boolean {
  return watchedRules(source.replication).measured.has(ruleId);
}

const quietMinute = (): Minute => ({
  isActive: false,
  peakCount: 0,
  peakBytes: 0,
  latencyMs: 0,
  failedCount: 0,
});

function notePeak({ minute, pending, pendingBytes }: Track): void {
  minute.isActive = true;
  minute.peakCount = Math.max(minute.peakCount, pending.size);
  minute.peakBytes = Math.max(minute.peakBytes, pendingBytes);
}

function noteLatency({ minute }: Track, latencyMs: number): void {
  minute.latencyMs = Math.max(minute.latencyMs, latencyMs);
}
