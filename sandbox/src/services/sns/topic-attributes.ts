import type {
  GetTopicAttributesInput,
  GetTopicAttributesResponse,
  SetTopicAttributesInput,
} from "@aws-sdk/client-sns";
import type { Operation } from "../../world/operation";
import type { World } from "../../world/world";
import { findTopic, needOf } from "./access";
import * as errors from "./errors";
import type { Topic } from "./model";
import { effectiveDeliveryPolicy, requireDeliveryPolicy } from "./delivery-policy";
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

/** Attributes of SNS that would change what happens and that the sandbox does not act on. */
const NOT_ACTED_ON =
  /^(FifoTopic|ContentBasedDeduplication|FifoThroughputScope|ArchivePolicy|DataProtectionPolicy)$/;

/**
 * The log of deliveries goes to CloudWatch Logs, which the sandbox does not have: its attributes are only kept. Tools
 * set the rates of every protocol on every topic.
 */
const FEEDBACK_ROLE = /^(HTTP|Firehose|Lambda|Application|SQS)(Success|Failure)FeedbackRoleArn$/;
const ROLE_ARN = /^arn:aws[\w-]*:iam::\d{12}:role\/.+$/;
const FEEDBACK_RATE = /^(HTTP|Firehose|Lambda|Application|SQS)SuccessFeedbackSampleRate$/;

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
    case "DeliveryPolicy":
      if (value !== "") requireDeliveryPolicy(value);
      break;
    default:
      if (FEEDBACK_ROLE.test(name)) {
        if (value !== "" && !ROLE_ARN.test(value)) throw errors.invalidParameter(name);
      } else if (FEEDBACK_RATE.test(name)) {
        if (!/^\d*$/.test(value) || Number(value) > 100) throw errors.invalidParameter(name);
      } else {
        throw errors.invalidParameter("AttributeName");
      }
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
    EffectiveDeliveryPolicy: effectiveDeliveryPolicy(topic.attributes.get("DeliveryPolicy")),
    ...Object.fromEntries(topic.attributes),
  };
}
