import type {
  ConfirmSubscriptionInput,
  ConfirmSubscriptionResponse,
  ListSubscriptionsByTopicInput,
  ListSubscriptionsByTopicResponse,
  ListSubscriptionsInput,
  ListSubscriptionsResponse,
  SubscribeInput,
  SubscribeResponse,
  Subscription as ShownSubscription,
  UnsubscribeInput,
} from "@aws-sdk/client-sns";
import type { Operation } from "../../world/operation";
import { accountOf, findSubscription, findTopic, needOf, page } from "./access";
import { topicNeed } from "./topic-need";
import * as errors from "./errors";
import type { Subscription, Topic } from "./model";
import { putSubscriptionAttribute } from "./subscription-attributes";

/** What an endpoint of a protocol looks like. */
const ENDPOINTS: Readonly<Record<string, { readonly form: RegExp; readonly says: string }>> = {
  email: { form: /^[^@\s]+@[^@\s]+$/, says: "Email address" },
  "email-json": { form: /^[^@\s]+@[^@\s]+$/, says: "Email address" },
  http: { form: /^http:\/\/\S+$/, says: "Endpoint must match the specified protocol" },
  https: { form: /^https:\/\/\S+$/, says: "Endpoint must match the specified protocol" },
  sqs: { form: /^arn:aws[\w-]*:sqs:[\w-]+:\d{12}:\S+$/, says: "SQS endpoint ARN" },
  lambda: {
    form: /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:\S+$/,
    says: "Lambda endpoint ARN",
  },
};

const ELSEWHERE = new Set(["sms", "application", "firehose"]);
const TOKEN_ALPHABET = "0123456789abcdef";
const TOKEN_CHARACTERS = 64;

/**
 * The same protocol and endpoint again answers the subscription that is there. Nothing is sent anywhere: deliveries are
 * kept with the topic's messages, and so is the token by which an e-mail or web address confirms.
 */
export const subscribe: Operation<SubscribeInput, SubscribeResponse> = {
  access: (input, context) => [
    needOf(context, findTopic(context, input.TopicArn), {
      "sns:protocol": input.Protocol,
      "sns:endpoint": input.Endpoint,
    }),
  ],
  handle(input, context) {
    const topic = findTopic(context, input.TopicArn);
    const { protocol, endpoint } = checkedEndpoint(input);
    const { sns, random } = context.world;
    let subscription = sns
      .subscriptionsOf(topic.arn)
      .find((one) => one.protocol === protocol && one.endpoint === endpoint);
    if (subscription === undefined) {
      subscription = {
        arn: `${topic.arn}:${random.uuid()}`,
        topicArn: topic.arn,
        accountId: accountOf(context),
        protocol,
        endpoint,
        token: random.string(TOKEN_CHARACTERS, TOKEN_ALPHABET),
        isConfirmed: isConfirmedAtOnce(topic, protocol, endpoint),
        attributes: new Map(),
      };
      for (const [name, value] of Object.entries(input.Attributes ?? {})) {
        putSubscriptionAttribute(subscription, name, value);
      }
      sns.addSubscription(subscription);
    }
    const isArnShown = subscription.isConfirmed || input.ReturnSubscriptionArn === true;
    return { SubscriptionArn: isArnShown ? subscription.arn : "pending confirmation" };
  },
};

/** The token is what was mailed or posted to the endpoint; here it is read at the admin endpoint. */
export const confirmSubscription: Operation<ConfirmSubscriptionInput, ConfirmSubscriptionResponse> =
  {
    access: (input, context) => [needOf(context, findTopic(context, input.TopicArn))],
    handle(input, context) {
      const topic = findTopic(context, input.TopicArn);
      if (input.AuthenticateOnUnsubscribe !== undefined) {
        throw errors.notImplemented("AuthenticateOnUnsubscribe of ConfirmSubscription");
      }
      const subscription = context.world.sns
        .subscriptionsOf(topic.arn)
        .find((one) => one.token === input.Token);
      if (subscription === undefined) throw errors.invalidParameter("Token");
      subscription.isConfirmed = true;
      return { SubscriptionArn: subscription.arn };
    },
  };

export const unsubscribe: Operation<UnsubscribeInput, void> = {
  access(input, context) {
    const subscription = findSubscription(context, input.SubscriptionArn);
    const topic = findTopic(context, subscription.topicArn);
    const need = topicNeed("SNS:Unsubscribe", topic, context.principal);
    // Whoever subscribed may leave again, also from a topic of another account.
    return [{ ...need, resourceAccountId: subscription.accountId }];
  },
  handle(input, context) {
    const subscription = findSubscription(context, input.SubscriptionArn);
    if (!subscription.isConfirmed) {
      // The text is what terraform-provider-aws looks for (`internal/service/sns/topic_subscription.go`).
      throw errors.invalidParameter(
        "SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation",
      );
    }
    context.world.sns.removeSubscription(subscription.arn);
  },
};

export const listSubscriptions: Operation<ListSubscriptionsInput, ListSubscriptionsResponse> = {
  access: () => [{ action: "SNS:ListSubscriptions", resource: "*" }],
  handle(input, context) {
    const all = context.world.sns.subscriptionsIn(accountOf(context), context.region);
    const { items, NextToken } = page(all, input.NextToken);
    return { Subscriptions: items.map(shown), NextToken };
  },
};

export const listSubscriptionsByTopic: Operation<
  ListSubscriptionsByTopicInput,
  ListSubscriptionsByTopicResponse
> = {
  access: (input, context) => [needOf(context, findTopic(context, input.TopicArn))],
  handle(input, context) {
    const topic = findTopic(context, input.TopicArn);
    const { items, NextToken } = page(
      context.world.sns.subscriptionsOf(topic.arn),
      input.NextToken,
    );
    return { Subscriptions: items.map(shown), NextToken };
  },
};

function shown(subscription: Subscription): ShownSubscription {
  return {
    SubscriptionArn: subscription.isConfirmed ? subscription.arn : "PendingConfirmation",
    Owner: subscription.accountId,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    TopicArn: subscription.topicArn,
  };
}

function checkedEndpoint(input: SubscribeInput): { protocol: string; endpoint: string } {
  const protocol = input.Protocol ?? "";
  const endpoint = input.Endpoint ?? "";
  if (ELSEWHERE.has(protocol)) throw errors.notImplemented(`subscriptions of protocol ${protocol}`);
  const expected = Object.hasOwn(ENDPOINTS, protocol) ? ENDPOINTS[protocol] : undefined;
  if (expected === undefined) {
    throw errors.invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
  }
  if (!expected.form.test(endpoint)) throw errors.invalidParameter(expected.says);
  return { protocol, endpoint };
}

/** Queues and functions of the topic's own account confirm by themselves; all others are asked. */
function isConfirmedAtOnce(topic: Topic, protocol: string, endpoint: string): boolean {
  return (
    (protocol === "sqs" || protocol === "lambda") && endpoint.split(":")[4] === topic.accountId
  );
}
