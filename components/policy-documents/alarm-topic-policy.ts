/** Policies of the topic that alarms and events go to, and of its key. */

import { partitionOf } from "../config/values";
import { policyDocument, type PolicyDocument } from "./policy-document";

/** What the policies of a topic are made of. */
export interface AlarmTopicPolicyArgs {
  /** Twelve digits. Owner of the topic, and of what is told there. */
  accountId: string;
  /** Of the topic. */
  region: string;
}

/**
 * Lets S3, EventBridge and CloudWatch publish for resources of the topic's own account alone: a service acts for whoever
 * asks it to.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export function alarmTopicPolicy(
  args: AlarmTopicPolicyArgs & { topicArn: string },
): PolicyDocument {
  const { accountId, region, topicArn } = args;
  const partition = partitionOf(region);
  const publish = { Effect: "Allow", Action: "sns:Publish", Resource: topicArn } as const;
  return policyDocument(
    {
      Sid: "EventsOfReplication",
      Principal: { Service: "s3.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      ...publish,
    },
    {
      Sid: "AlarmsOfReplication",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Condition: {
        ArnLike: { "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:*` },
      },
      ...publish,
    },
    {
      Sid: "EventsOfBatchJobs",
      Principal: { Service: "events.amazonaws.com" },
      Condition: {
        ArnLike: { "aws:SourceArn": `arn:${partition}:events:${region}:${accountId}:rule/*` },
      },
      ...publish,
    },
  );
}

/**
 * Lets the same services encrypt what they publish. Without a condition, since EventBridge and CloudWatch do not say for whom
 * they ask KMS; who may publish is the topic's policy to say.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export function alarmTopicKeyPolicy({ accountId, region }: AlarmTopicPolicyArgs): PolicyDocument {
  return policyDocument(
    {
      Sid: "AdministeredByAccount",
      Effect: "Allow",
      Principal: { AWS: `arn:${partitionOf(region)}:iam::${accountId}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Sid: "UsedByPublishers",
      Effect: "Allow",
      Principal: {
        Service: ["s3.amazonaws.com", "events.amazonaws.com", "cloudwatch.amazonaws.com"],
      },
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
    },
  );
}
