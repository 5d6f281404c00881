import type {
  GetBucketNotificationConfigurationRequest,
  NotificationConfiguration,
  NotificationConfigurationFilter,
  PutBucketNotificationConfigurationRequest,
  TopicConfiguration,
} from "@aws-sdk/client-s3";
import { takesEvent } from "../notification/event-pattern";
import { filtersOverlap, keyFilter } from "../notification/key-filter";
import type { RequestContext } from "../../../world/operation";
import { bucketOperation } from "./bucket-operation";
import { invalidArgument, invalidArgumentText, malformedXml, notImplemented } from "../errors";
import type { Bucket } from "../store/model";

/**
 * The event types of S3.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 */
const EVENTS: ReadonlySet<string> = new Set([
  "s3:ReducedRedundancyLostObject",
  "s3:ObjectCreated:*",
  "s3:ObjectCreated:Put",
  "s3:ObjectCreated:Post",
  "s3:ObjectCreated:Copy",
  "s3:ObjectCreated:CompleteMultipartUpload",
  "s3:ObjectRemoved:*",
  "s3:ObjectRemoved:Delete",
  "s3:ObjectRemoved:DeleteMarkerCreated",
  "s3:ObjectRestore:*",
  "s3:ObjectRestore:Post",
  "s3:ObjectRestore:Completed",
  "s3:ObjectRestore:Delete",
  "s3:Replication:*",
  "s3:Replication:OperationFailedReplication",
  "s3:Replication:OperationNotTracked",
  "s3:Replication:OperationMissedThreshold",
  "s3:Replication:OperationReplicatedAfterThreshold",
  "s3:LifecycleTransition",
  "s3:IntelligentTiering",
  "s3:ObjectAcl:Put",
  "s3:LifecycleExpiration:*",
  "s3:LifecycleExpiration:Delete",
  "s3:LifecycleExpiration:DeleteMarkerCreated",
  "s3:ObjectTagging:*",
  "s3:ObjectTagging:Put",
  "s3:ObjectTagging:Delete",
]);

export const getBucketNotificationConfiguration = bucketOperation<
  GetBucketNotificationConfigurationRequest,
  NotificationConfiguration
>({
  action: "s3:GetBucketNotification",
  handle: (bucket) => bucket.notification ?? {},
});

/**
 * PutBucketNotificationConfiguration replaces everything; an empty configuration turns notifications off. S3 sends a test
 * message to each topic, and takes nothing of the configuration where one does not let it in. Topics and EventBridge are
 * there to deliver to; queues and functions are refused by name.
 */
export const putBucketNotificationConfiguration = bucketOperation<
  PutBucketNotificationConfigurationRequest,
  object
>({
  action: "s3:PutBucketNotification",
  handle(bucket, input, context) {
    const configuration = input.NotificationConfiguration ?? {};
    for (const kind of ["QueueConfigurations", "LambdaFunctionConfigurations"] as const) {
      if ((configuration[kind] ?? []).length > 0) {
        throw notImplemented(`${kind} of PutBucketNotificationConfiguration`);
      }
    }
    const topics = configuration.TopicConfigurations?.map((target) => ({
      ...target,
      Id: target.Id ?? context.world.random.uuid(),
    }));
    const ids = new Set<string>();
    for (const target of topics ?? []) {
      checkTarget(target, bucket);
      if (ids.has(target.Id)) {
        throw invalidArgumentText(`Configuration Ids must be unique: ${target.Id}`);
      }
      ids.add(target.Id);
    }
    refuseOverlaps(topics ?? []);
    if (input.SkipDestinationValidation !== true) testTopics(bucket, topics ?? [], context);
    const { EventBridgeConfiguration } = configuration;
    const isEmpty = topics === undefined && EventBridgeConfiguration === undefined;
    if (isEmpty) delete bucket.notification;
    else bucket.notification = { TopicConfigurations: topics, EventBridgeConfiguration };
    context.world.s3.changes.publish({
      kind: isEmpty ? "configuration-removed" : "configuration-put",
      configuration: "notification",
      bucket,
      cause: "request",
    });
    return {};
  },
});

function checkTarget(target: TopicConfiguration, bucket: Bucket): void {
  const { TopicArn } = target;
  const region = /^arn:[^:]+:sns:([^:]*):/.exec(TopicArn ?? "")?.[1];
  if (region === undefined) {
    throw invalidArgument("SNS topic ARN", TopicArn, "The ARN could not be parsed");
  }
  if (region !== bucket.region) {
    throw invalidArgumentText(
      "The notification destination service region is not valid for the bucket location constraint",
    );
  }
  const events = target.Events ?? [];
  if (events.length === 0) throw malformedXml();
  for (const event of events) {
    if (!EVENTS.has(event)) {
      throw invalidArgument("Event", event, "The event is not supported for notifications");
    }
  }
  checkFilter(target.Filter);
}

/** No object may have two targets for one event. */
function refuseOverlaps(targets: readonly TopicConfiguration[]): void {
  for (const [index, target] of targets.entries()) {
    const filter = keyFilter(target.Filter);
    for (const other of targets.slice(0, index)) {
      if (!filtersOverlap(filter, keyFilter(other.Filter))) continue;
      if (!(target.Events ?? []).some((one) => isTakenBy(other, one))) continue;
      throw invalidArgumentText(
        "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
      );
    }
  }
}

function isTakenBy(target: TopicConfiguration, event: string): boolean {
  const bare = event.replace(/^s3:/, "");
  return (target.Events ?? []).some(
    (other) => takesEvent(other, bare) || takesEvent(event, other.replace(/^s3:/, "")),
  );
}

function testTopics(
  bucket: Bucket,
  targets: readonly TopicConfiguration[],
  context: RequestContext,
): void {
  const { notifications } = context.world;
  for (const topicArn of new Set(targets.map(({ TopicArn }) => TopicArn ?? ""))) {
    const refusal = notifications.sendTestEvent(bucket, topicArn, context.requestId);
    if (refusal === undefined) continue;
    throw invalidArgument(
      topicArn,
      refusal.code === "NotFound"
        ? "The destination topic does not exist"
        : "Permissions on the destination topic do not allow S3 to publish notifications from this bucket",
      "Unable to validate the following destination configurations",
    );
  }
}

/** At most one prefix and one suffix. */
function checkFilter(filter: NotificationConfigurationFilter | undefined): void {
  const seen = new Set<string>();
  for (const rule of filter?.Key?.FilterRules ?? []) {
    const name = (rule.Name ?? "").toLowerCase();
    if (name !== "prefix" && name !== "suffix") {
      throw invalidArgument(
        "FilterRule.Name",
        rule.Name,
        "filter rule name must be either prefix or suffix",
      );
    }
    if (seen.has(name)) {
      throw invalidArgumentText("Cannot specify more than one prefix or suffix rule in a filter.");
    }
    seen.add(name);
  }
}
