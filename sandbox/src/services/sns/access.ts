import type { AccessNeed, ConditionKeys } from "../../authorization/model";
import type { RequestContext } from "../../world/operation";
import * as errors from "./errors";
import type { Subscription, Topic } from "./model";
import { topicNeed } from "./topic-need";

/** SNS answers this many to a page (API reference). */
const PAGE_ITEMS = 100;

/** The permission for the running operation on a topic. */
export function needOf(
  context: RequestContext,
  topic: Topic,
  conditionKeys?: ConditionKeys,
): AccessNeed {
  return topicNeed(`SNS:${context.operation}`, topic, context.principal, conditionKeys);
}

/** @throws AwsError InvalidParameter, NotFound */
export function findTopic(
  context: RequestContext,
  arn: string | undefined,
  member = "TopicArn",
): Topic {
  checkTopicArn(context, arn, member);
  const topic = context.world.sns.findTopic(arn ?? "");
  if (topic === undefined) throw errors.noSuchTopic();
  return topic;
}

/** @throws AwsError InvalidParameter */
export function checkTopicArn(
  context: RequestContext,
  arn: string | undefined,
  member = "TopicArn",
): void {
  const parts = /^arn:aws[\w-]*:sns:([\w-]+):\d{12}:[\w-]{1,256}(\.fifo)?$/.exec(arn ?? "");
  // A topic is reached at the endpoint of its own Region only.
  if (parts?.[1] !== context.region) throw errors.invalidParameter(member);
}

/** @throws AwsError InvalidParameter, NotFound */
export function findSubscription(context: RequestContext, arn: string | undefined): Subscription {
  if (!/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]+:[\w-]+$/.test(arn ?? "")) {
    throw errors.invalidParameter("SubscriptionArn");
  }
  const subscription = context.world.sns.findSubscription(arn ?? "");
  if (subscription === undefined) throw errors.noSuchSubscription();
  return subscription;
}

/** Of a caller with an account; SNS lets nobody else create or list. @throws AwsError AuthorizationError */
export function accountOf(context: RequestContext): string {
  const { accountId } = context.principal;
  if (accountId !== undefined) return accountId;
  throw errors.accessDenied(
    context,
    { action: `SNS:${context.operation}`, resource: "*" },
    { allowed: false, denial: "implicit" },
  );
}

/** One page of a list. @throws AwsError InvalidParameter */
export function page<Item>(
  items: readonly Item[],
  token: string | undefined,
): { readonly items: readonly Item[]; readonly NextToken?: string } {
  const from = token === undefined ? 0 : readToken(token);
  const end = from + PAGE_ITEMS;
  return {
    items: items.slice(from, end),
    NextToken: end < items.length ? Buffer.from(`from:${end}`).toString("base64") : undefined,
  };
}

function readToken(token: string): number {
  const match = /^from:(\d+)$/.exec(Buffer.from(token, "base64").toString("latin1"));
  if (match?.[1] === undefined) throw errors.invalidParameter("NextToken");
  return Number(match[1]);
}
