import type {
  GetTopicAttributesInput,
  GetTopicAttributesResponse,
  SetTopicAttributesInput,
} from "@aws-sdk/client-sns";
import type { Operation } from "../../operation";
import type { World } from "../../world";
import { findTopic, needOf } from "./access";
import * as errors from "./errors";
import type { Topic } from "./model";
import { compileTopicPolicy } from "./topic-policy";

export const getTopicAttributes: Operation<GetTopicAttributesInput, GetTopicAttributesResponse> = {
  access: (input, context) => [needOf(context, findTopic(context, input.TopicArn))],
  handle: (input, context) => ({
    Attributes: shownTopicAttributes(context.world, findTopic(context, input.TopicArn)),
  }),
};

export const setTopicAttributes: Operation<SetTopicAttributesInput, void> = {
  access: (input, context) => [needOf(context, findTopic(context, input.TopicArn))],
  handle(input, context) {
    const topic = findTopic(context, input.TopicArn);
    putTopicAttribute(context.world, topic, input.AttributeName ?? "", input.AttributeValue ?? "");
  },
};

/** SNS retries http(s) by this unless told otherwise (SNS Developer Guide, delivery retries). */
const DEFAULT_DELIVERY_POLICY = JSON.stringify({
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      numMaxDelayRetries: 0,
      numNoDelayRetries: 0,
      numMinDelayRetries: 0,
      backoffFunction: "linear",
    },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: "text/plain; charset=UTF-8" },
  },
});

/** Attributes of SNS that would change what happens and that the sandbox does not act on. */
const NOT_ACTED_ON =
  /^(DeliveryPolicy|FifoTopic|ContentBasedDeduplication|FifoThroughputScope|ArchivePolicy|DataProtectionPolicy|(HTTP|Firehose|Lambda|Application|SQS)(Success|Failure)Feedback\w+)$/;

/** @throws AwsError InvalidParameter */
export function putTopicAttribute(world: World, topic: Topic, name: string, value: string): void {
  if (NOT_ACTED_ON.test(name)) throw errors.notImplemented(`${name} of a topic`);
  switch (name) {
    case "Policy":
      topic.policy = compileTopicPolicy(world, value);
      return;
    case "DisplayName":
      if (value.length > 100) {
        throw errors.invalidParameter("DisplayName Reason: must be at most 100 characters long");
      }
      break;
    case "KmsMasterKeyId":
      break;
    case "SignatureVersion":
      if (value !== "1" && value !== "2") throw errors.invalidParameter("SignatureVersion");
      break;
    case "TracingConfig":
      if (value !== "PassThrough" && value !== "Active") {
        throw errors.invalidParameter("TracingConfig");
      }
      break;
    default:
      throw errors.invalidParameter("AttributeName");
  }
  // An empty value takes an attribute away: that is how encryption is turned off.
  if (value === "") topic.attributes.delete(name);
  else topic.attributes.set(name, value);
}

/** As GetTopicAttributes answers them. */
export function shownTopicAttributes(world: World, topic: Topic): Record<string, string> {
  const subscriptions = world.sns.subscriptionsOf(topic.arn);
  const confirmedCount = subscriptions.filter((one) => one.isConfirmed).length;
  return {
    TopicArn: topic.arn,
    Owner: topic.accountId,
    Policy: world.iam.policyText(topic.policy),
    DisplayName: "",
    SubscriptionsConfirmed: String(confirmedCount),
    SubscriptionsPending: String(subscriptions.length - confirmedCount),
    SubscriptionsDeleted: "0",
    EffectiveDeliveryPolicy: DEFAULT_DELIVERY_POLICY,
    ...Object.fromEntries(topic.attributes),
  };
}
