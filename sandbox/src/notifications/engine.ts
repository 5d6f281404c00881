import type { TopicConfiguration } from "@aws-sdk/client-s3";
import type { AwsError } from "../world/aws-error";
import type { Random } from "../values/random";
import { WorkQueue } from "../time/work-queue";
import type {
  ChangeRequest,
  RestoreStarted,
  S3Change,
  VersionChange,
} from "../services/s3/store/changes";
import type { Bucket, ObjectVersion } from "../services/s3/store/model";
import type { JobChange } from "../services/s3control/job-control";
import type { World } from "../world/world";
import type { NotificationDelivery } from "../services/s3/notification/notification-delivery";
import { takesEvent } from "../services/s3/notification/event-pattern";
import { eventName } from "./event-names";
import { bridgedEvent } from "./eventbridge-detail";
import { jobEventDetail, SERVICE_EVENT } from "./job-event";
import { keyFilter, passesFilter } from "../services/s3/notification/key-filter";
import type { S3Event } from "./model";
import { notificationRecord } from "./record";

const S3_SERVICE = "s3.amazonaws.com";
const SUBJECT = "Amazon S3 Notification";
const KEPT_REFUSALS_COUNT = 1000;

/** A notification that its topic refused: S3 drops it and tells nobody, so this is where it can be seen. */
export interface RefusedNotification {
  readonly atEpochMs: number;
  readonly bucketName: string;
  readonly topicArn: string;
  readonly eventName: string;
  readonly code: string;
  readonly reason: string;
}

/**
 * Tells of what happens in buckets.
 *
 *     change published by S3 --> matching targets of the bucket, at once
 *         --(notificationDelayMs)--> SNS, as s3.amazonaws.com, under the topic's policy
 *         --> EventBridge, where the bucket sends its events there
 *     batch job changes its state --> EventBridge, in the form of CloudTrail
 *
 * The targets are those of the moment of the event; whether the topic lets S3 in is asked at delivery.
 */
export class NotificationEngine implements NotificationDelivery {
  private readonly queue: WorkQueue<Delivery>;
  private readonly random: Random;
  private refusedNotifications: RefusedNotification[] = [];

  constructor(private readonly world: World) {
    // Ids of events are drawn beside the world's, so that who listens changes nothing elsewhere.
    this.random = world.random.fork("notifications");
    this.queue = new WorkQueue(
      world.clock,
      () => world.settings.notificationDelayMs,
      (deliveries) => {
        for (const delivery of deliveries) this.deliver(delivery);
      },
    );
    world.s3.changes.subscribe((change) => this.onChange(change));
    world.batch.changes.subscribe((change) => this.jobChanged(change));
  }

  /** The latest notifications that a topic refused, oldest first. */
  get refused(): readonly RefusedNotification[] {
    return this.refusedNotifications;
  }

  sendTestEvent(bucket: Bucket, topicArn: string, requestId: string): AwsError | undefined {
    const message = JSON.stringify({
      Service: "Amazon S3",
      Event: "s3:TestEvent",
      Time: new Date(this.world.clock.nowEpochMs()).toISOString(),
      Bucket: bucket.name,
      RequestId: requestId,
      HostId: this.random.uuid(),
    });
    return this.publish(bucket, topicArn, message);
  }

  /** A restore was asked for: tells of it now, of its end and of the end of the copy when they come. */
  private restoreStarted({ bucket, version, request }: RestoreStarted): void {
    this.tell(this.fromRequest("ObjectRestore:Post", bucket, version, request));
    const copy = version.restore;
    if (copy === undefined) return;
    const { clock } = this.world;
    const restore = { expiresEpochMs: copy.expiresEpochMs, storageClass: version.storageClass };
    const later = (dueEpochMs: number, name: string): void => {
      clock.schedule(
        dueEpochMs - clock.nowEpochMs(),
        () => {
          // A later request may have made another copy, or the version is gone.
          const isThere = bucket.objects.version(version.key, version.versionId) === version;
          if (!isThere || version.restore !== copy) return;
          this.tellOfS3(name, bucket, version, { restore });
        },
        { isBackground: true },
      );
    };
    later(copy.readyEpochMs, "ObjectRestore:Completed");
    later(copy.expiresEpochMs, "ObjectRestore:Delete");
  }

  private jobChanged({ job, kind }: JobChange): void {
    const { eventBridge, clock } = this.world;
    if (!eventBridge.isListening(job.accountId, job.region)) return;
    const ids = {
      eventId: this.random.uuid(),
      jobEventId: this.random.uuid().replaceAll("-", ""),
    };
    eventBridge.send({
      accountId: job.accountId,
      region: job.region,
      source: "aws.s3",
      detailType: SERVICE_EVENT,
      resources: [],
      detail: jobEventDetail(
        job,
        kind === "created" ? "JobCreated" : "JobStatusChanged",
        clock.nowEpochMs(),
        ids,
      ),
      atEpochMs: clock.nowEpochMs(),
    });
  }

  private onChange(change: S3Change): void {
    const { bucket } = change;
    if (bucket.notification === undefined) return;
    switch (change.kind) {
      case "created":
      case "delete-marker":
      case "tagging":
      case "annotation":
      case "retention":
      case "legal-hold":
      case "acl":
      case "removed":
        this.versionChanged(change);
        return;
      case "restore-started":
        this.restoreStarted(change);
        return;
      case "transitioned":
        this.tellOfS3("LifecycleTransition", bucket, change.version);
        return;
      case "replication-event": {
        const { event, replication, version } = change;
        this.tellOfS3(`Replication:${event}`, bucket, version, { replication });
        return;
      }
      case "configuration-put":
      case "configuration-removed":
      case "replicated":
      case "upload-started":
        return;
    }
  }

  private versionChanged(change: VersionChange): void {
    const { bucket, version, request } = change;
    const name = eventName(change);
    if (name === undefined) return;
    if (request === undefined) this.tellOfS3(name, bucket, version);
    else this.tell(this.fromRequest(name, bucket, version, request));
  }

  private fromRequest(
    name: string,
    bucket: Bucket,
    version: ObjectVersion,
    request: ChangeRequest,
  ): S3Event {
    const { principal, operation, requestId, globalConditionKeys } = request;
    const address = globalConditionKeys["aws:sourceip"];
    return {
      name,
      bucket,
      version,
      atEpochMs: this.world.clock.nowEpochMs(),
      sequence: this.world.s3.nextSequence(),
      principalId: `AWS:${principal.userId}`,
      requester: principal.accountId ?? principal.arn,
      operation,
      requestId,
      sourceIpAddress: typeof address === "string" ? address : S3_SERVICE,
    };
  }

  /** What S3 does by itself. */
  private tellOfS3(
    name: string,
    bucket: Bucket,
    version: ObjectVersion,
    more: Partial<S3Event> = {},
  ): void {
    if (bucket.notification === undefined) return;
    this.tell({
      name,
      bucket,
      version,
      atEpochMs: this.world.clock.nowEpochMs(),
      sequence: this.world.s3.nextSequence(),
      principalId: S3_SERVICE,
      requester: S3_SERVICE,
      requestId: this.random.string(16, "0123456789ABCDEF"),
      sourceIpAddress: S3_SERVICE,
      ...more,
    });
  }

  private tell(event: S3Event): void {
    const { bucket } = event;
    const { notification } = bucket;
    const target = notification?.TopicConfigurations?.find((one) => takes(one, event));
    if (target?.TopicArn !== undefined) {
      const owner = this.world.accounts.get(bucket.accountId);
      // Written now: the version may be another by the time of delivery.
      const record = notificationRecord(event, owner, target.Id ?? "");
      this.queue.add({ bucket, topicArn: target.TopicArn, eventName: event.name, record });
    }
    if (notification?.EventBridgeConfiguration === undefined) return;
    if (!this.world.eventBridge.isListening(bucket.accountId, bucket.region)) return;
    const bridged = bridgedEvent(event);
    if (bridged === undefined) return;
    this.world.eventBridge.send({
      accountId: bucket.accountId,
      region: bucket.region,
      source: "aws.s3",
      resources: [bucket.arn],
      atEpochMs: event.atEpochMs,
      ...bridged,
    });
  }

  private deliver({ bucket, topicArn, eventName: name, record }: Delivery): void {
    const refusal = this.publish(bucket, topicArn, JSON.stringify({ Records: [record] }));
    if (refusal === undefined) return;
    this.refusedNotifications.push({
      atEpochMs: this.world.clock.nowEpochMs(),
      bucketName: bucket.name,
      topicArn,
      eventName: name,
      code: refusal.code,
      reason: refusal.message,
    });
    if (this.refusedNotifications.length > 2 * KEPT_REFUSALS_COUNT) {
      this.refusedNotifications = this.refusedNotifications.slice(-KEPT_REFUSALS_COUNT);
    }
  }

  private publish(bucket: Bucket, topicArn: string, message: string): AwsError | undefined {
    return this.world.sns.tryPublishAsService({
      service: S3_SERVICE,
      topicArn,
      region: bucket.region,
      subject: SUBJECT,
      message,
      conditionKeys: { "aws:sourcearn": bucket.arn, "aws:sourceaccount": bucket.accountId },
    });
  }
}

/** One record on its way to a topic. */
interface Delivery {
  readonly bucket: Bucket;
  readonly topicArn: string;
  readonly eventName: string;
  readonly record: object;
}

/** At most one target takes an event: overlapping ones are refused when they are put. */
function takes(target: TopicConfiguration, { name, version }: S3Event): boolean {
  if (!(target.Events ?? []).some((pattern) => takesEvent(pattern, name))) return false;
  return passesFilter(keyFilter(target.Filter), version.key);
}
