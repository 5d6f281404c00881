import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
  UntagResourceResponse,
} from "@aws-sdk/client-eventbridge";
import { requestTagKeys } from "../../authorization/request-tags";
import type { Operation, RequestContext } from "../../world/operation";
import { findRule, ruleNeed } from "./access";
import * as errors from "./errors";

const TAGS_QUOTA = 50;

export const tagResource: Operation<TagResourceRequest, TagResourceResponse> = {
  access: (input, context) => [
    ruleNeed(context, ruleName(context, input.ResourceARN), requestTagKeys(input.Tags)),
  ],
  handle(input, context) {
    putTags(findRule(context, ruleName(context, input.ResourceARN)).tags, input.Tags);
    return {};
  },
};

export const untagResource: Operation<UntagResourceRequest, UntagResourceResponse> = {
  access: (input, context) => [
    ruleNeed(context, ruleName(context, input.ResourceARN), { "aws:tagkeys": input.TagKeys }),
  ],
  handle(input, context) {
    const { tags } = findRule(context, ruleName(context, input.ResourceARN));
    for (const name of input.TagKeys ?? []) tags.delete(name);
    return {};
  },
};

export const listTagsForResource: Operation<
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
> = {
  access: (input, context) => [ruleNeed(context, ruleName(context, input.ResourceARN))],
  handle: (input, context) => ({
    Tags: [...findRule(context, ruleName(context, input.ResourceARN)).tags].map(([Key, Value]) => ({
      Key,
      Value,
    })),
  }),
};

/** @throws AwsError ValidationException for what is no rule of the caller's */
function ruleName(context: RequestContext, arn: string | undefined): string {
  const own = `arn:aws:events:${context.region}:${context.principal.accountId}:rule/`;
  if (arn === undefined || !arn.startsWith(own)) {
    throw errors.validation(`Parameter ${arn} is not valid. Reason: Provided Arn is not valid.`);
  }
  return arn.slice(own.length);
}

/** Adds or replaces tags. @throws AwsError ValidationException, LimitExceededException */
export function putTags(target: Map<string, string>, tags: readonly Tag[] | undefined): void {
  const added = new Map<string, string>();
  for (const { Key, Value } of tags ?? []) {
    const name = Key ?? "";
    if (name === "" || /^aws:/i.test(name)) throw errors.validation("Invalid tag key.");
    added.set(name, Value ?? "");
  }
  // A refused request must leave the tags as they were.
  if (new Set([...target.keys(), ...added.keys()]).size > TAGS_QUOTA) {
    throw errors.limitExceeded("Too many tags on the resource.");
  }
  for (const [name, value] of added) target.set(name, value);
}
