import {
  GetSubscriptionAttributesCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { z } from "zod";
import { ApiError, hasCode, send, unlessAbsent } from "../../send";
import { CreatedButFailed, type AwsType } from "../resource";

const inputs = z.strictObject({
  topic: z.string(),
  protocol: z.string(),
  endpoint: z.string(),
  rawMessageDelivery: z.boolean().optional(),
  confirmationTimeoutInMinutes: z.number().int().optional(),
  endpointAutoConfirms: z.literal(false).optional(),
  region: z.string().optional(),
});

type Inputs = z.infer<typeof inputs>;

/**
 * `aws.sns.TopicSubscription`. The id is the subscription's ARN. As in the provider, a person or a web address confirms in
 * its own time: such a subscription is there with `pendingConfirmation`, and is only forgotten when it is destroyed before
 * that.
 */
export const topicSubscription: AwsType<Inputs> = {
  token: "aws:sns/topicSubscription:TopicSubscription",
  noun: "SNS Topic Subscription",
  inputs,
  identity: ["topic", "protocol", "endpoint"],
  replaceOn: ["topic", "protocol", "endpoint", "region"],
  inputOnly: ["confirmationTimeoutInMinutes", "endpointAutoConfirms"],
  defaults: { rawMessageDelivery: false },
  computed: [
    "arn",
    "confirmationWasAuthenticated",
    "filterPolicyScope",
    "ownerId",
    "pendingConfirmation",
  ],
  isRegional: true,

  async create(wanted, clients) {
    const sns = await clients.sns(wanted.region);
    const { SubscriptionArn: arn = "" } = await send(
      sns,
      new SubscribeCommand({
        TopicArn: wanted.topic,
        Protocol: wanted.protocol,
        Endpoint: wanted.endpoint,
        Attributes: wanted.rawMessageDelivery ? { RawMessageDelivery: "true" } : undefined,
        ReturnSubscriptionArn: true,
      }),
    );
    if (isConfirmedLater(wanted.protocol)) return arn;
    const { Attributes: attributes } = await send(
      sns,
      new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }),
    );
    // Nothing in the sandbox would confirm it while the provider waits.
    if (attributes?.["PendingConfirmation"] === "true") {
      throw new CreatedButFailed(arn, new Error(`waiting for confirmation of ${arn}: timeout`));
    }
    return arn;
  },

  async read(arn, clients, region) {
    const answer = await unlessAbsent(
      send(
        await clients.sns(region),
        new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }),
      ),
      "NotFoundException",
    );
    const found = answer?.Attributes;
    if (found === undefined) return undefined;
    return {
      arn,
      topic: found["TopicArn"],
      protocol: found["Protocol"],
      endpoint: found["Endpoint"],
      ownerId: found["Owner"],
      pendingConfirmation: found["PendingConfirmation"] === "true",
      confirmationWasAuthenticated: found["ConfirmationWasAuthenticated"] === "true",
      rawMessageDelivery: found["RawMessageDelivery"] === "true",
      filterPolicyScope: found["FilterPolicyScope"] ?? "",
    };
  },

  async update(arn, news, olds, clients) {
    const isRaw = news.rawMessageDelivery ?? false;
    if (isRaw === (olds.rawMessageDelivery ?? false)) return;
    await send(
      await clients.sns(news.region),
      new SetSubscriptionAttributesCommand({
        SubscriptionArn: arn,
        AttributeName: "RawMessageDelivery",
        AttributeValue: String(isRaw),
      }),
    );
  },

  async delete(arn, { region }, clients) {
    try {
      await send(await clients.sns(region), new UnsubscribeCommand({ SubscriptionArn: arn }));
    } catch (error) {
      if (hasCode(error, "NotFoundException") || isPending(error)) return;
      throw error;
    }
  },
};

const isConfirmedLater = (protocol: string): boolean => /^(https?|email)/.test(protocol);

function isPending(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.message.includes("Cannot unsubscribe a subscription that is pending confirmation")
  );
}
