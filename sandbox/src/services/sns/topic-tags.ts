import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
  UntagResourceResponse,
} from "@aws-sdk/client-sns";
import { requestTagKeys } from "../../authorization/request-tags";
import { isAwsError } from "../../world/aws-error";
import type { Operation, RequestContext } from "../../world/operation";
import { findTopic, needOf } from "./access";
import * as errors from "./errors";
import type { Topic } from "./model";

const TAGS_QUOTA = 50;

export const tagResource: Operation<TagResourceRequest, TagResourceResponse> = {
  access: (input, context) => [
    needOf(context, tagged(context, input.ResourceArn), requestTagKeys(input.Tags)),
  ],
  handle(input, context) {
    putTags(tagged(context, input.ResourceArn).tags, input.Tags);
    return {};
  },
};

export const untagResource: Operation<UntagResourceRequest, UntagResourceResponse> = {
  access: (input, context) => [
    needOf(context, tagged(context, input.ResourceArn), { "aws:tagkeys": input.TagKeys }),
  ],
  handle(input, context) {
    const { tags } = tagged(context, input.ResourceArn);
    for (const name of input.TagKeys ?? []) tags.delete(name);
    return {};
  },
};

export const listTagsForResource: Operation<
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
> = {
  access: (input, context) => [needOf(context, tagged(context, input.ResourceArn))],
  handle: (input, context) => ({
    Tags: [...tagged(context, input.ResourceArn).tags].map(([Key, Value]) => ({ Key, Value })),
  }),
};

function tagged(context: RequestContext, arn: string | undefined): Topic {
  try {
    return findTopic(context, arn, "ResourceArn");
  } catch (error) {
    throw isAwsError(error, "NotFound") ? errors.noSuchResource() : error;
  }
}

/** Adds or replaces tags. @throws AwsError InvalidParameter, TagLimitExceeded */
export function putTags(target: Map<string, string>, tags: readonly Tag[] | undefined): void {
  const added = new Map<string, string>();
  for (const { Key, Value } of tags ?? []) {
    const name = Key ?? "";
    if (name.length < 1 || name.length > 128 || /^aws:/i.test(name)) {
      throw errors.invalidParameter("Tags Reason: Invalid tag key");
    }
    if (added.has(name)) throw errors.invalidParameter("Duplicated keys are not allowed.");
    added.set(name, Value ?? "");
  }
  if (new Set([...target.keys(), ...added.keys()]).size > TAGS_QUOTA) throw errors.tooManyTags();
  for (const [name, value] of added) target.set(name, value);
}
