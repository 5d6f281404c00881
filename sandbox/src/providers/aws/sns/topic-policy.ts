import {
  GetTopicAttributesCommand,
  SetTopicAttributesCommand,
  type SNSClient,
} from "@aws-sdk/client-sns";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import type { AwsType } from "../resource";

const inputs = z.strictObject({
  arn: z.string(),
  policy: z.string(),
  region: z.string().optional(),
});

type Inputs = z.infer<typeof inputs>;

/** `aws.sns.TopicPolicy`. The id is the topic's ARN. A topic always has a policy: deleting it puts SNS's own back. */
export const topicPolicy: AwsType<Inputs> = {
  token: "aws:sns/topicPolicy:TopicPolicy",
  noun: "SNS Topic Policy",
  inputs,
  identity: ["arn"],
  replaceOn: ["arn", "region"],
  documents: ["policy"],
  computed: ["owner"],
  isRegional: true,

  async create({ arn, policy, region }, clients) {
    await put(arn, policy, await clients.sns(region));
    return arn;
  },

  async read(arn, clients, region) {
    const attributes = await attributesOf(arn, await clients.sns(region));
    if (attributes === undefined) return undefined;
    return { arn, owner: attributes["Owner"], policy: attributes["Policy"] };
  },

  async update(arn, { policy, region }, _olds, clients) {
    await put(arn, policy, await clients.sns(region));
  },

  async delete(arn, { region }, clients) {
    const sns = await clients.sns(region);
    const attributes = await attributesOf(arn, sns);
    if (attributes === undefined) return;
    await unlessAbsent(
      put(arn, defaultPolicy(arn, attributes["Owner"] ?? ""), sns),
      "NotFoundException",
    );
  },
};

async function put(arn: string, policy: string, sns: SNSClient): Promise<void> {
  await send(
    sns,
    new SetTopicAttributesCommand({
      TopicArn: arn,
      AttributeName: "Policy",
      AttributeValue: policy,
    }),
  );
}

async function attributesOf(
  arn: string,
  sns: SNSClient,
): Promise<Record<string, string> | undefined> {
  const answer = await unlessAbsent(
    send(sns, new GetTopicAttributesCommand({ TopicArn: arn })),
    "NotFoundException",
  );
  return answer?.Attributes;
}

/**
 * What SNS gives to a new topic: everything to those whom the owner's account lets. Written out, as the real provider does: a
 * plugin is installed without the sandbox's services.
 */
function defaultPolicy(arn: string, owner: string): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": owner } },
      },
    ],
  });
}
