import type {
  CreateTopicResponse,
  GetTopicAttributesResponse,
  ListSubscriptionsByTopicResponse,
  ListTagsForResourceResponse,
  ListTopicsResponse,
  Subscription,
} from "@aws-sdk/client-sns";
import { alreadyExists, type HandlerContext, type ResourceType } from "../resource-type";
import { allPages } from "./all-pages";
import {
  deliveryLogFromSns,
  deliveryLogToSns,
  type CfnDeliveryLog,
} from "./sns-topic-delivery-log";
import type { CfnTag } from "./s3-bucket-shapes";

const TYPE = "AWS::SNS::Topic";
const NAME_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

interface CfnSubscription {
  Protocol: string;
  Endpoint: string;
}

interface CfnTopic {
  TopicName?: string;
  DisplayName?: string;
  KmsMasterKeyId?: string;
  SignatureVersion?: string;
  TracingConfig?: string;
  DeliveryStatusLogging?: CfnDeliveryLog[];
  Subscription?: CfnSubscription[];
  Tags?: CfnTag[];
}

/** Attributes of SNS that have the same name here. */
const ATTRIBUTES = ["DisplayName", "KmsMasterKeyId", "SignatureVersion", "TracingConfig"] as const;

/** `AWS::SNS::Topic` over SNS's own operations. The identifier is the ARN. */
export const snsTopic: ResourceType = {
  actsOn: ["TopicName", "Subscription", "Tags", "DeliveryStatusLogging", ...ATTRIBUTES],

  identifierOf: () => undefined,

  create(model, context) {
    const desired = model as CfnTopic;
    // CloudFormation gives a name where none is given.
    const name = desired.TopicName ?? `topic-${context.world.random.string(12, NAME_ALPHABET)}`;
    const arn = `arn:aws:sns:${context.region}:${context.accountId}:${name}`;
    // CreateTopic would answer the topic that is there.
    if (context.world.sns.findTopic(arn) !== undefined) throw alreadyExists(TYPE, arn);
    const { TopicArn = arn } = context.call<CreateTopicResponse>("sns", "CreateTopic", {
      Name: name,
      Attributes: { ...attributesIn(desired), ...deliveryLogToSns(desired) },
      Tags: desired.Tags,
    });
    try {
      for (const one of desired.Subscription ?? []) subscribe(TopicArn, one, context);
    } catch (error) {
      // A failed create leaves nothing behind.
      context.call("sns", "DeleteTopic", { TopicArn });
      throw error;
    }
    return TopicArn;
  },

  read(arn, context) {
    const attributes =
      context.call<GetTopicAttributesResponse>("sns", "GetTopicAttributes", { TopicArn: arn })
        .Attributes ?? {};
    const { Tags } = context.call<ListTagsForResourceResponse>("sns", "ListTagsForResource", {
      ResourceArn: arn,
    });
    const set = ATTRIBUTES.filter((name) => (attributes[name] ?? "") !== "");
    const subscriptions = subscriptionsOf(arn, context).map(({ Protocol, Endpoint }) => ({
      Protocol,
      Endpoint,
    }));
    return {
      TopicArn: arn,
      TopicName: arn.slice(arn.lastIndexOf(":") + 1),
      ...Object.fromEntries(set.map((name) => [name, attributes[name]])),
      ...deliveryLogFromSns(attributes),
      ...(subscriptions.length === 0 ? {} : { Subscription: subscriptions }),
      Tags: Tags ?? [],
    };
  },

  update(arn, current, desired, context) {
    const before = current as CfnTopic;
    const after = desired as CfnTopic;
    const had = { ...attributesIn(before), ...deliveryLogToSns(before) };
    const wanted = { ...attributesIn(after), ...deliveryLogToSns(after) };
    for (const AttributeName of new Set([...Object.keys(had), ...Object.keys(wanted)])) {
      const AttributeValue = wanted[AttributeName] ?? "";
      if (AttributeValue === (had[AttributeName] ?? "")) continue;
      context.call("sns", "SetTopicAttributes", { TopicArn: arn, AttributeName, AttributeValue });
    }
    updateSubscriptions(arn, after.Subscription ?? [], context);
    const gone = (before.Tags ?? []).filter(
      ({ Key }) => !(after.Tags ?? []).some((other) => other.Key === Key),
    );
    if (gone.length > 0) {
      const TagKeys = gone.map(({ Key }) => Key);
      context.call("sns", "UntagResource", { ResourceArn: arn, TagKeys });
    }
    if ((after.Tags ?? []).length > 0) {
      context.call("sns", "TagResource", { ResourceArn: arn, Tags: after.Tags });
    }
  },

  delete(arn, context) {
    // DeleteTopic does not mind a missing topic; this asks for NotFound.
    context.call("sns", "GetTopicAttributes", { TopicArn: arn });
    context.call("sns", "DeleteTopic", { TopicArn: arn });
  },

  list: (_filter, context) =>
    allPages<ListTopicsResponse, { TopicArn?: string }>(
      (NextToken) => context.call("sns", "ListTopics", { NextToken }),
      (page) => ({ items: page.Topics, next: page.NextToken }),
    ).map(({ TopicArn }) => TopicArn ?? ""),
};

function attributesIn(topic: CfnTopic): Record<string, string> {
  return Object.fromEntries(
    ATTRIBUTES.flatMap((name) => (topic[name] === undefined ? [] : [[name, topic[name]]])),
  );
}

function subscribe(arn: string, one: CfnSubscription, context: HandlerContext): void {
  const { Protocol, Endpoint } = one;
  context.call("sns", "Subscribe", { TopicArn: arn, Protocol, Endpoint });
}

function subscriptionsOf(arn: string, context: HandlerContext): Subscription[] {
  return allPages<ListSubscriptionsByTopicResponse, Subscription>(
    (NextToken) => context.call("sns", "ListSubscriptionsByTopic", { TopicArn: arn, NextToken }),
    (page) => ({ items: page.Subscriptions, next: page.NextToken }),
  );
}

function updateSubscriptions(
  arn: string,
  wanted: readonly CfnSubscription[],
  context: HandlerContext,
): void {
  // Subscribe answers the one that is there.
  for (const one of wanted) subscribe(arn, one, context);
  for (const { Protocol, Endpoint, SubscriptionArn } of subscriptionsOf(arn, context)) {
    const isWanted = wanted.some((one) => one.Protocol === Protocol && one.Endpoint === Endpoint);
    // One that was never confirmed cannot be taken away; SNS drops it after a while.
    if (isWanted || SubscriptionArn === "PendingConfirmation") continue;
    context.call("sns", "Unsubscribe", { SubscriptionArn });
  }
}
