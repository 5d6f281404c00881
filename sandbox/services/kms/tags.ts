import type {
  ListResourceTagsRequest,
  ListResourceTagsResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-kms";
import type { ConditionKeys } from "../../authorization/model";
import type { Operation } from "../../operation";
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
  const keys: Record<string, string | readonly string[]> = {};
  for (const { TagKey, TagValue } of tags ?? []) {
    keys[`aws:requesttag/${(TagKey ?? "").toLowerCase()}`] = TagValue ?? "";
  }
  if (tags !== undefined && tags.length > 0) {
    keys["aws:tagkeys"] = tags.map(({ TagKey }) => TagKey ?? "");
  }
  return keys;
}
