import type { GetTopicAttributesResponse, ListTopicsResponse } from "@aws-sdk/client-sns";
import { isDeepStrictEqual } from "node:util";
import { defaultTopicPolicy } from "../../sns/topic-policy";
import { HandlerError, notFound, type HandlerContext, type ResourceType } from "../resource-type";
import { allPages } from "./all-pages";
import { documentText } from "./policy-document";

const TYPE = "AWS::SNS::TopicPolicy";

/**
 * `AWS::SNS::TopicPolicy` over SetTopicAttributes. The identifier is one of CloudFormation's own making; here it holds
 * the topics, so that nothing need be stored. Deleting gives the topics their default policy back, as CloudFormation does.
 */
export const snsTopicPolicy: ResourceType = {
  actsOn: ["PolicyDocument", "Topics"],

  identifierOf: (model) => identifier(topicsIn(model["Topics"])),

  create(model, context) {
    const topics = topicsIn(model["Topics"]);
    put(topics, documentText(model["PolicyDocument"]), context);
    return identifier(topics);
  },

  read(id, context) {
    const topics = topicsOf(id);
    const [first] = topics;
    if (first === undefined) throw notFound(TYPE, id);
    const policy = policyOf(first, context);
    if (isDefault(first, policy)) throw notFound(TYPE, id);
    return { Id: id, PolicyDocument: policy, Topics: topics };
  },

  update(id, _current, desired, context) {
    const topics = topicsIn(desired["Topics"]);
    if (identifier(topics) !== id) {
      throw new HandlerError("NotUpdatable", "The sandbox does not change the Topics of a policy.");
    }
    put(topics, documentText(desired["PolicyDocument"]), context);
  },

  delete(id, context) {
    for (const topic of topicsOf(id)) {
      if (isDefault(topic, policyOf(topic, context))) throw notFound(TYPE, id);
      put([topic], JSON.stringify(standardPolicy(topic)), context);
    }
  },

  list: (_filter, context) =>
    allPages<ListTopicsResponse, { TopicArn?: string }>(
      (NextToken) => context.call("sns", "ListTopics", { NextToken }),
      (page) => ({ items: page.Topics, next: page.NextToken }),
    )
      .map(({ TopicArn }) => TopicArn ?? "")
      .filter((topic) => !isDefault(topic, policyOf(topic, context)))
      .map((topic) => identifier([topic])),
};

function put(topics: readonly string[], policy: string, context: HandlerContext): void {
  for (const TopicArn of topics) {
    context.call("sns", "SetTopicAttributes", {
      TopicArn,
      AttributeName: "Policy",
      AttributeValue: policy,
    });
  }
}

function policyOf(topicArn: string, context: HandlerContext): unknown {
  const { Attributes } = context.call<GetTopicAttributesResponse>("sns", "GetTopicAttributes", {
    TopicArn: topicArn,
  });
  return JSON.parse(Attributes?.["Policy"] ?? "{}");
}

function isDefault(topicArn: string, policy: unknown): boolean {
  return isDeepStrictEqual(policy, standardPolicy(topicArn));
}

function standardPolicy(topicArn: string): object {
  return defaultTopicPolicy(topicArn, topicArn.split(":")[4] ?? "");
}

function topicsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String).sort() : [];
}

function identifier(topics: readonly string[]): string {
  return Buffer.from(topics.join(" ")).toString("base64url");
}

function topicsOf(id: string): readonly string[] {
  const topics = Buffer.from(id, "base64url").toString("utf8").split(" ");
  return topics.every((topic) => topic.startsWith("arn:")) ? topics : [];
}
