import type {
  GetBucketNotificationConfigurationRequest,
  NotificationConfiguration,
  NotificationConfigurationFilter,
  PutBucketNotificationConfigurationRequest,
} from "@aws-sdk/client-s3";
import { bucketOperation } from "./bucket-operation";
import { invalidArgument, invalidArgumentText, malformedXml } from "./errors";

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

/** One target of a configuration, whatever its kind. */
interface Target {
  readonly Id?: string;
  readonly Events?: readonly string[];
  readonly Filter?: NotificationConfigurationFilter;
}

interface TargetKind {
  readonly service: string;
  /** Said of an ARN of another service. */
  readonly label: string;
}

const TOPIC: TargetKind = { service: "sns", label: "SNS topic" };
const QUEUE: TargetKind = { service: "sqs", label: "SQS queue" };
const FUNCTION: TargetKind = { service: "lambda", label: "Lambda function" };

export const getBucketNotificationConfiguration = bucketOperation<
  GetBucketNotificationConfigurationRequest,
  NotificationConfiguration
>({
  action: "s3:GetBucketNotification",
  handle: (bucket) => bucket.notification ?? {},
});

/**
 * PutBucketNotificationConfiguration replaces everything; an empty configuration turns notifications off. The
 * configuration is kept and given back; the sandbox has no SNS, SQS, Lambda or EventBridge to deliver to, and so does
 * not send the test message by which S3 finds out whether a target lets it in.
 */
export const putBucketNotificationConfiguration = bucketOperation<
  PutBucketNotificationConfigurationRequest,
  object
>({
  action: "s3:PutBucketNotification",
  handle(bucket, input, context) {
    const configuration = input.NotificationConfiguration ?? {};
    const newId = (): string => context.world.random.uuid();
    const ids = new Set<string>();
    const checked = <T extends Target>(
      targets: readonly T[] | undefined,
      kind: TargetKind,
      arnOf: (target: T) => string | undefined,
    ): T[] | undefined =>
      targets?.map((target) => {
        checkTarget(target, kind, arnOf(target));
        const id = target.Id ?? newId();
        if (ids.has(id)) throw invalidArgumentText(`Configuration Ids must be unique: ${id}`);
        ids.add(id);
        return { ...target, Id: id };
      });
    const kept: NotificationConfiguration = {
      TopicConfigurations: checked(configuration.TopicConfigurations, TOPIC, (one) => one.TopicArn),
      QueueConfigurations: checked(configuration.QueueConfigurations, QUEUE, (one) => one.QueueArn),
      LambdaFunctionConfigurations: checked(
        configuration.LambdaFunctionConfigurations,
        FUNCTION,
        (one) => one.LambdaFunctionArn,
      ),
      EventBridgeConfiguration: configuration.EventBridgeConfiguration,
    };
    if (Object.values(kept).every((part) => part === undefined)) delete bucket.notification;
    else bucket.notification = kept;
    return {};
  },
});

function checkTarget(target: Target, kind: TargetKind, arn: string | undefined): void {
  if (arn === undefined || !new RegExp(`^arn:[^:]+:${kind.service}:`).test(arn)) {
    throw invalidArgument(`${kind.label} ARN`, arn, "The ARN could not be parsed");
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
