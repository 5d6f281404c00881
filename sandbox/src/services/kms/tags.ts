import type {
  ListResourceTagsRequest,
  ListResourceTagsResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-kms";
import type { ConditionKeys } from "../../authorization/model";
import { requestTagKeys as tagKeys } from "../../authorization/request-tags";
import type { Operation } from "../../world/operation";
import { findKeyById, needOf, page } from "./access";
import * as errors from "./errors";

const TAGS_QUOTA = 50;

export const tagResource: Operation<TagResourceRequest, void> = {
  access: (input, context) => [
    needOf(context, findKeyById(context, input.KeyId), {
      own: true,
      conditionKeys: requestTagKeys(input.Tags),
    }),
  ],
  handle(input, context) {
    const key = findKeyById(context, input.KeyId);
    if (key.deletionEpochMs !== undefined) throw errors.pendingDeletion(key.arn);
    putTags(key.tags, input.Tags);
  },
};

export const untagResource: Operation<UntagResourceRequest, void> = {
  access: (input, context) => [
    needOf(context, findKeyById(context, input.KeyId), {
      own: true,
      conditionKeys: { "aws:tagkeys": input.TagKeys },
    }),
  ],
  handle(input, context) {
    const key = findKeyById(context, input.KeyId);
    if (key.deletionEpochMs !== undefined) throw errors.pendingDeletion(key.arn);
    for (const name of input.TagKeys ?? []) key.tags.delete(name);
  },
};

export const listResourceTags: Operation<ListResourceTagsRequest, ListResourceTagsResponse> = {
  access: (input, context) => [needOf(context, findKeyById(context, input.KeyId), { own: true })],
  handle(input, context) {
    const tags = [...findKeyById(context, input.KeyId).tags];
    const { items, ...rest } = page(tags, input, 50);
    return { Tags: items.map(([TagKey, TagValue]) => ({ TagKey, TagValue })), ...rest };
  },
};

/** Adds or replaces tags. @throws AwsError TagException, LimitExceededException */
export function putTags(target: Map<string, string>, tags: readonly Tag[] | undefined): void {
  const added = new Map<string, string>();
  for (const { TagKey, TagValue } of tags ?? []) {
    const name = TagKey ?? "";
    if (name.length < 1 || name.length > 128 || /^aws:/i.test(name)) {
      throw errors.tagError(`The tag key ${name} is not valid.`);
    }
    if (added.has(name)) throw errors.tagError("Duplicate tag keys");
    added.set(name, TagValue ?? "");
  }
  if (new Set([...target.keys(), ...added.keys()]).size > TAGS_QUOTA) {
    throw errors.limitExceeded(`A key can have at most ${TAGS_QUOTA} tags.`);
  }
  for (const [name, value] of added) target.set(name, value);
}

/** `aws:RequestTag/*` and `aws:TagKeys` of a request that sets tags. */
export function requestTagKeys(tags: readonly Tag[] | undefined): ConditionKeys {
  // KMS calls the members otherwise than the other services.
  return tagKeys(tags?.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue })));
}
