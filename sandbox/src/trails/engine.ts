import type { ApiCall } from "../services/cloudtrail/api-call";
import type { Trail } from "../services/cloudtrail/model";
import type { TrailChange } from "../services/cloudtrail/state";
import { CLOUDTRAIL } from "../services/cloudtrail/trail-bucket";
import { Agenda } from "../time/agenda";
import type { Random } from "../values/random";
import type { World } from "../world/world";
import { deliveryCall } from "./delivery-call";
import { eventKind, isGlobal, type EventKind } from "./event-names";
import { makeRecord } from "./make-record";
import { bucketOf, recipientsOf, type Recipients } from "./recipients";
import { deletionsOf, s3Resources } from "./s3-event";
import { selects, type SelectedEvent } from "./selection";
import { TrailLog } from "./trail-log";

/** "CloudTrail publishes log files multiple times an hour, about every five minutes." */
const LOG_INTERVAL_MS = 5 * 60 * 1000;
const DIGEST_INTERVAL_MS = 60 * 60 * 1000;
/** Where services of no Region happen. */
const GLOBAL_REGION = "us-east-1";

/**
 * Writes down the calls that trails ask for, and delivers them by the sandbox's clock: a log file five minutes after the first
 * event in it, a digest every hour from the start of logging. Both agendas are of the background: a digest comes round for
 * ever, and nobody must wait for its end.
 *
 * What S3 does by itself (replication, lifecycle, tasks of jobs) and calls of one service for another are not recorded.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html
 */
export class TrailEngine {
  /** By ARN of the trail and Region. */
  private readonly logs = new Map<string, TrailLog>();
  private readonly random: Random;
  private readonly logAgenda: Agenda<TrailLog>;
  private readonly digestAgenda: Agenda<TrailLog>;

  constructor(private readonly world: World) {
    // Ids of events are drawn beside the world's, so that a trail changes nothing elsewhere.
    this.random = world.random.fork("cloudtrail");
    this.logAgenda = new Agenda<TrailLog>(world.clock, (logs) => {
      for (const log of logs) this.deliver(log);
    });
    this.digestAgenda = new Agenda<TrailLog>(world.clock, (logs) => {
      for (const log of logs) this.closeHour(log);
    });
    world.cloudTrail.calls.subscribe((call) => {
      this.record(call);
      for (const deletion of deletionsOf(call)) this.record(deletion);
    });
    world.cloudTrail.changes.subscribe((change) => this.onChange(change));
  }

  private record(call: ApiCall): void {
    const kind = eventKind(call);
    if (kind === undefined) return;
    const recipients = recipientsOf(this.world, call);
    const region = this.regionOf(call);
    const accounts = new Set(
      [recipients.caller, recipients.owner].filter((one) => one !== undefined),
    );
    const told = [...accounts].map((accountId) => ({
      accountId,
      trails: this.takers(accountId, region, call, kind),
    }));
    if (told.every(({ trails }) => trails.length === 0)) return;
    const sharedEventId = accounts.size > 1 ? this.random.uuid() : undefined;
    for (const { accountId, trails } of told) {
      this.write(call, kind, trails, { accountId, region, recipients, sharedEventId });
    }
  }

  private write(
    call: ApiCall,
    kind: EventKind,
    trails: readonly Trail[],
    copy: {
      readonly accountId: string;
      readonly region: string;
      readonly recipients: Recipients;
      readonly sharedEventId?: string;
    },
  ): void {
    if (trails.length === 0) return;
    const { accountId: recipientAccountId, ...rest } = copy;
    const record = makeRecord(this.world, call, kind, {
      ...rest,
      recipientAccountId,
      eventId: this.random.uuid(),
    });
    for (const trail of trails) {
      const log = this.logOf(trail, copy.region);
      log.add(record);
      this.logAgenda.atLatest(log, this.world.clock.nowEpochMs() + LOG_INTERVAL_MS);
    }
  }

  /** The trails of an account that an event is for. */
  private takers(
    accountId: string,
    region: string,
    call: ApiCall,
    kind: EventKind,
  ): readonly Trail[] {
    const [resource] = s3Resources(call, kind.category === "Data", undefined) ?? [];
    const event: SelectedEvent = {
      ...kind,
      resourceArn: resource?.ARN ?? resource?.ARNPrefix,
      userArn: call.principal.arn,
    };
    return this.world.cloudTrail
      .trailsSeenIn(accountId, region)
      .filter(
        (trail) =>
          isWriting(trail, call) &&
          (trail.includesGlobalServices || !isGlobal(call.service)) &&
          !isOwnDelivery(trail, call) &&
          selects(trail, event),
      );
  }

  private regionOf(call: ApiCall): string {
    if (isGlobal(call.service)) return GLOBAL_REGION;
    return bucketOf(this.world, call)?.region ?? call.region;
  }

  private logOf(trail: Trail, region: string): TrailLog {
    const key = `${trail.arn} ${region}`;
    let log = this.logs.get(key);
    if (log === undefined) {
      log = new TrailLog(this.world, this.random, trail, region);
      this.logs.set(key, log);
      this.beginDigests(log);
    }
    return log;
  }

  private beginDigests(log: TrailLog): void {
    const { trail } = log;
    if (log.hasChain || !trail.logging.isOn || !trail.validatesLogFiles) return;
    const nowEpochMs = this.world.clock.nowEpochMs();
    log.beginChain(nowEpochMs);
    this.digestAgenda.atLatest(log, nowEpochMs + DIGEST_INTERVAL_MS);
  }

  private onChange({ kind, trail }: TrailChange): void {
    const own = [...this.logs.values()].filter((log) => log.trail === trail);
    if (kind === "deleted") {
      for (const log of own) this.finish(log);
      return;
    }
    // What follows a pause begins another chain; a final digest ends the one before it.
    if (kind === "started") for (const log of own) this.endChain(log);
    if (!trail.logging.isOn) return;
    this.logOf(trail, trail.homeRegion);
    for (const log of own) this.beginDigests(log);
  }

  private finish(log: TrailLog): void {
    this.deliver(log);
    this.endChain(log);
    this.logAgenda.drop(log);
    this.logs.delete(`${log.trail.arn} ${log.region}`);
  }

  private endChain(log: TrailLog): void {
    this.digestAgenda.drop(log);
    if (!log.hasChain) return;
    this.tell(log, log.deliverDigest(this.world.clock.nowEpochMs()));
    log.endChain();
  }

  private deliver(log: TrailLog): void {
    const keys = log.deliverRecords(this.world.clock.nowEpochMs());
    for (const key of keys) this.tell(log, key);
    // What could not be delivered is tried again.
    if (log.hasRecords) {
      this.logAgenda.atLatest(log, this.world.clock.nowEpochMs() + LOG_INTERVAL_MS);
    }
  }

  /** The digest of an hour that is over; the last one of a trail that logs no more or has its files no more validated. */
  private closeHour(log: TrailLog): void {
    if (!log.hasChain) return;
    const { trail } = log;
    const isLast = !trail.logging.isOn || !trail.validatesLogFiles;
    if (isLast) this.deliver(log);
    const nowEpochMs = this.world.clock.nowEpochMs();
    this.tell(log, log.deliverDigest(nowEpochMs));
    if (isLast) log.endChain();
    else this.digestAgenda.atLatest(log, nowEpochMs + DIGEST_INTERVAL_MS);
  }

  /** A delivery is a PutObject of CloudTrail's, and an event for the trails of the bucket's account. */
  private tell(log: TrailLog, key: string | undefined): void {
    if (key === undefined) return;
    const call = deliveryCall(this.world, this.random, log.trail.bucketName, key);
    if (call !== undefined) this.record(call);
  }
}

/** The call that stopped a trail is the last that it logs. */
function isWriting({ logging }: Trail, call: ApiCall): boolean {
  return logging.isOn || logging.stoppedByRequestId === call.requestId;
}

function isOwnDelivery(trail: Trail, call: ApiCall): boolean {
  return (
    !trail.recordsDeliveries &&
    call.principal.arn === CLOUDTRAIL &&
    call.request.labels["Bucket"] === trail.bucketName
  );
}
