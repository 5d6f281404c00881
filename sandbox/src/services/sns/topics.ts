import type {
  CreateTopicInput,
  CreateTopicResponse,
  DeleteTopicInput,
  ListTopicsInput,
  ListTopicsResponse,
} from "@aws-sdk/client-sns";
import { requestTagKeys } from "../../authorization/request-tags";
import { compilePolicy } from "../../authorization/compile";
import type { Operation, RequestContext } from "../../world/operation";
import { accountOf, checkTopicArn, needOf, page } from "./access";
import * as errors from "./errors";
import type { Topic } from "./model";
import { putTopicAttribute, shownTopicAttributes } from "./topic-attributes";
import { defaultTopicPolicy } from "./topic-policy";
import { putTags } from "./topic-tags";

/** The same name with the same attributes and tags answers the topic that is there. */
export const createTopic: Operation<CreateTopicInput, CreateTopicResponse> = {
  access: (input, context) => [
    {
      action: "SNS:CreateTopic",
      resource: topicArn(input, context),
      conditionKeys: requestTagKeys(input.Tags),
    },
  ],
  handle(input, context) {
    const arn = topicArn(input, context);
    if (input.DataProtectionPolicy !== undefined) {
      throw errors.notImplemented("DataProtectionPolicy of CreateTopic");
    }
    const existing = context.world.sns.findTopic(arn);
    if (existing !== undefined) {
      requireSame(existing, input, context);
      return { TopicArn: arn };
    }
    const accountId = accountOf(context);
    const topic: Topic = {
      arn,
      name: input.Name ?? "",
      accountId,
      region: context.region,
      policy: compilePolicy(defaultTopicPolicy(arn, accountId), "resource"),
      attributes: new Map(),
      tags: new Map(),
      messages: [],
    };
    for (const [name, value] of Object.entries(input.Attributes ?? {})) {
      putTopicAttribute(context.world, topic, name, value);
    }
    putTags(topic.tags, input.Tags);
    context.world.sns.addTopic(topic);
    return { TopicArn: arn };
  },
};

/** Answers also when there is none. */
export const deleteTopic: Operation<DeleteTopicInput, void> = {
  access(input, context) {
    checkTopicArn(context, input.TopicArn);
    const topic = context.world.sns.findTopic(input.TopicArn ?? "");
    return topic === undefined
      ? [{ action: "SNS:DeleteTopic", resource: input.TopicArn ?? "" }]
      : [needOf(context, topic)];
  },
  handle(input, context) {
    context.world.sns.removeTopic(input.TopicArn ?? "");
  },
};

export const listTopics: Operation<ListTopicsInput, ListTopicsResponse> = {
  access: () => [{ action: "SNS:ListTopics", resource: "*" }],
  handle(input, context) {
    const topics = context.world.sns.topicsOf(accountOf(context), context.region);
    const { items, NextToken } = page(topics, input.NextToken);
    return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken };
  },
};

function topicArn(input: CreateTopicInput, context: RequestContext): string {
  const name = input.Name ?? "";
  if (name.endsWith(".fifo")) throw errors.notImplemented("FIFO topics");
  if (!/^[\w-]{1,256}$/.test(name)) throw errors.invalidParameter("Topic Name");
  return `arn:aws:sns:${context.region}:${accountOf(context)}:${name}`;
}

function requireSame(topic: Topic, input: CreateTopicInput, context: RequestContext): void {
  const shown = shownTopicAttributes(context.world, topic);
  for (const [name, value] of Object.entries(input.Attributes ?? {})) {
    if (shown[name] !== value) {
      throw errors.invalidParameter(
        "Attributes Reason: Topic already exists with different attributes",
      );
    }
  }
  for (const { Key, Value } of input.Tags ?? []) {
    if (topic.tags.get(Key ?? "") !== (Value ?? "")) {
      throw errors.invalidParameter("Tags Reason: Topic already exists with different tags");
    }
  }
}
