import type { ReplicationConfiguration } from "@aws-sdk/client-s3";
import { Agenda } from "../agenda";
import type { Bucket, ObjectVersion } from "../services/s3/model";
import { identityOf } from "../services/cloudwatch/state";
import { setOf } from "../services/cloudwatch/statistics";
import type { World } from "../world";
import { bucketName } from "./destination-bucket";
import type { Road } from "./eligibility";

const MINUTE_MS = 60_000;

/** One version, or a change of its metadata, on its way to one destination. */
export interface MeasuredStep {
  readonly source: Bucket;
  readonly version: ObjectVersion;
  readonly destinationArn: string;
  readonly ruleId: string;
  readonly road: Road;
}

/** What one rule sends to one destination. */
interface Track {
  readonly source: Bucket;
  readonly destinationArn: string;
  readonly ruleId: string;
  /** When each pending step was queued, oldest first. */
  readonly pending: Map<MeasuredStep, number>;
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
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
 */
export class ReplicationMetrics {
  private readonly tracks = new Map<string, Track>();
  private readonly agenda: Agenda<Track>;

  constructor(private readonly world: World) {
    this.agenda = new Agenda(world.clock, (tracks) => {
      for (const track of tracks) this.publish(track);
    });
  }

  /** A step has been put into the queue. */
  queued(step: MeasuredStep): void {
    if (step.road !== "live") return;
    const track = this.trackOf(step);
    if (track === undefined) return;
    track.pending.set(step, this.world.clock.nowEpochMs());
    track.pendingBytes += step.version.sizeBytes;
    notePeak(track);
    this.wake(track);
  }

  /** A step has been carried out, whatever came of it, or was dropped. */
  taken(step: MeasuredStep): void {
    if (step.road !== "live") return;
    const track = this.tracks.get(keyOf(step));
    const queuedEpochMs = track?.pending.get(step);
    if (track === undefined || queuedEpochMs === undefined) return;
    track.pending.delete(step);
    track.pendingBytes -= step.version.sizeBytes;
    track.minute.isActive = true;
    noteLatency(track, this.world.clock.nowEpochMs() - queuedEpochMs);
    this.wake(track);
  }

  /** A copy has failed, live or of a batch job. */
  failed(step: MeasuredStep): void {
    const track = this.trackOf(step);
    if (track === undefined) return;
    track.minute.isActive = true;
    track.minute.failedCount++;
    this.wake(track);
  }

  /** Undefined: nothing is measured for the rule. */
  private trackOf(step: MeasuredStep): Track | undefined {
    const { source, destinationArn, ruleId } = step;
    const configuration = source.replication;
    if (configuration === undefined || !measuredRules(configuration).has(ruleId)) return undefined;
    const key = keyOf(step);
    let track = this.tracks.get(key);
    // A bucket that was deleted and made again is another one.
    if (track === undefined || track.source !== source) {
      track = {
        source,
        destinationArn,
        ruleId,
        pending: new Map(),
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
    const [oldestEpochMs] = track.pending.values();
    if (oldestEpochMs !== undefined) noteLatency(track, nowEpochMs - oldestEpochMs);
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

const keyOf = ({ source, destinationArn, ruleId }: MeasuredStep): string =>
  `${source.name} ${destinationArn} ${ruleId}`;

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

/** A configuration is replaced as a whole and never changed, so what was made of it holds. */
const measuredByConfiguration = new WeakMap<ReplicationConfiguration, ReadonlySet<string>>();

/** Rules with metrics; Replication Time Control brings them along. */
function measuredRules(configuration: ReplicationConfiguration): ReadonlySet<string> {
  const known = measuredByConfiguration.get(configuration);
  if (known !== undefined) return known;
  const measured = new Set<string>();
  for (const { Destination, ID } of configuration.Rules ?? []) {
    const { Metrics, ReplicationTime } = Destination ?? {};
    const isMeasured = Metrics?.Status === "Enabled" || ReplicationTime?.Status === "Enabled";
    if (isMeasured) measured.add(ID ?? "");
  }
  measuredByConfiguration.set(configuration, measured);
  return measured;
}
