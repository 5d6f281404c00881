import type {
  Event,
  FilterRule,
  GetBucketNotificationConfigurationCommandOutput,
  NotificationConfiguration,
  NotificationConfigurationFilter,
} from "@aws-sdk/client-s3";

/** What one receiver is told of; `ReceiverArn` is the property that names it. */
export type Notification<ReceiverArn extends string> = {
  readonly id?: string;
  readonly events: readonly string[];
  readonly filterPrefix?: string;
  readonly filterSuffix?: string;
} & { readonly [Name in ReceiverArn]: string };

/** The notifications of a bucket, in the names of `@pulumi/aws`. */
export interface Notifications {
  readonly eventbridge?: boolean;
  readonly topics?: readonly Notification<"topicArn">[];
  readonly queues?: readonly Notification<"queueArn">[];
  readonly lambdaFunctions?: readonly Notification<"lambdaFunctionArn">[];
}

/** Lists that are empty are undefined, as in a program that does not have them. */
export function notificationsFromS3(
  found: Pick<
    GetBucketNotificationConfigurationCommandOutput,
    | "EventBridgeConfiguration"
    | "TopicConfigurations"
    | "QueueConfigurations"
    | "LambdaFunctionConfigurations"
  >,
): Notifications {
  return {
    eventbridge: found.EventBridgeConfiguration !== undefined,
    topics: nonEmpty(found.TopicConfigurations)?.map((each) => ({
      ...fromS3(each),
      topicArn: each.TopicArn ?? "",
    })),
    queues: nonEmpty(found.QueueConfigurations)?.map((each) => ({
      ...fromS3(each),
      queueArn: each.QueueArn ?? "",
    })),
    lambdaFunctions: nonEmpty(found.LambdaFunctionConfigurations)?.map((each) => ({
      ...fromS3(each),
      lambdaFunctionArn: each.LambdaFunctionArn ?? "",
    })),
  };
}

/** The whole configuration: what is not given goes. S3 makes up ids that are not given. */
export function notificationsToS3(wanted: Notifications): NotificationConfiguration {
  return {
    EventBridgeConfiguration: wanted.eventbridge ? {} : undefined,
    TopicConfigurations: wanted.topics?.map((each) => ({ ...toS3(each), TopicArn: each.topicArn })),
    QueueConfigurations: wanted.queues?.map((each) => ({ ...toS3(each), QueueArn: each.queueArn })),
    LambdaFunctionConfigurations: wanted.lambdaFunctions?.map((each) => ({
      ...toS3(each),
      LambdaFunctionArn: each.lambdaFunctionArn,
    })),
  };
}

function nonEmpty<Item>(items: readonly Item[] | undefined): readonly Item[] | undefined {
  return items === undefined || items.length === 0 ? undefined : items;
}

type Common = Omit<Notification<never>, never>;

function fromS3(found: {
  Id?: string;
  Events?: readonly string[];
  Filter?: NotificationConfigurationFilter;
}): Common {
  const rules = found.Filter?.Key?.FilterRules ?? [];
  // S3 answers the names of filter rules with a capital.
  const valueOf = (name: string): string | undefined =>
    rules.find((rule) => rule.Name?.toLowerCase() === name)?.Value;
  return {
    id: found.Id,
    events: found.Events ?? [],
    filterPrefix: valueOf("prefix"),
    filterSuffix: valueOf("suffix"),
  };
}

function toS3(wanted: Common): {
  Id?: string;
  Events: Event[];
  Filter?: NotificationConfigurationFilter;
} {
  const rules: FilterRule[] = [];
  if (wanted.filterPrefix) rules.push({ Name: "prefix", Value: wanted.filterPrefix });
  if (wanted.filterSuffix) rules.push({ Name: "suffix", Value: wanted.filterSuffix });
  return {
    Id: wanted.id,
    Events: wanted.events as Event[],
    Filter: rules.length === 0 ? undefined : { Key: { FilterRules: rules } },
  };
}
