import type {
  GetSubscriptionAttributesInput,
  GetSubscriptionAttributesResponse,
  SetSubscriptionAttributesInput,
} from "@aws-sdk/client-sns";
import type { AccessNeed } from "../../authorization/model";
import type { Operation, RequestContext } from "../../world/operation";
import { findSubscription, findTopic } from "./access";
import { topicNeed } from "./topic-need";
import * as errors from "./errors";
import type { Subscription } from "./model";

export const getSubscriptionAttributes: Operation<
  GetSubscriptionAttributesInput,
  GetSubscriptionAttributesResponse
> = {
  access: (input, context) => [needOf(context, input.SubscriptionArn)],
  handle(input, context) {
    const subscription = findSubscription(context, input.SubscriptionArn);
    return {
      Attributes: {
        SubscriptionArn: subscription.arn,
        TopicArn: subscription.topicArn,
        Owner: subscription.accountId,
        Protocol: subscription.protocol,
        Endpoint: subscription.endpoint,
        PendingConfirmation: String(!subscription.isConfirmed),
        ConfirmationWasAuthenticated: String(subscription.isConfirmed),
        RawMessageDelivery: "false",
        ...Object.fromEntries(subscription.attributes),
      },
    };
  },
};

export const setSubscriptionAttributes: Operation<SetSubscriptionAttributesInput, void> = {
  access: (input, context) => [needOf(context, input.SubscriptionArn)],
  handle(input, context) {
    const subscription = findSubscription(context, input.SubscriptionArn);
    putSubscriptionAttribute(subscription, input.AttributeName ?? "", input.AttributeValue ?? "");
  },
};

function needOf(context: RequestContext, arn: string | undefined): AccessNeed {
  const subscription = findSubscription(context, arn);
  const topic = findTopic(context, subscription.topicArn);
  const need = topicNeed(`SNS:${context.operation}`, topic, context.principal);
  return { ...need, resourceAccountId: subscription.accountId };
}

/** @throws AwsError InvalidParameter */
export function putSubscriptionAttribute(
  subscription: Subscription,
  name: string,
  value: string,
): void {
  switch (name) {
    case "RawMessageDelivery":
      if (!/^(true|false)$/i.test(value)) {
        throw errors.invalidParameter(
          `Attributes Reason: RawMessageDelivery: Invalid value [${value}]. Must be true or false.`,
        );
      }
      subscription.attributes.set(name, value.toLowerCase());
      return;
    case "FilterPolicy":
    case "FilterPolicyScope":
    case "DeliveryPolicy":
    case "RedrivePolicy":
    case "SubscriptionRoleArn":
    case "ReplayPolicy":
      throw errors.notImplemented(`${name} of a subscription`);
    default:
      throw errors.invalidParameter("AttributeName");
  }
}
