import type {
  AddTagsRequest,
  AddTagsResponse,
  ListTagsRequest,
  ListTagsResponse,
  RemoveTagsRequest,
  RemoveTagsResponse,
  Tag,
} from "@aws-sdk/client-cloudtrail";
import { requestTagKeys } from "../../authorization/request-tags";
import type { Operation, RequestContext } from "../../world/operation";
import { accountOf, findTrail, trailNeed } from "./access";
import * as errors from "./errors";
import type { Trail } from "./model";

const TAGS_QUOTA = 50;
const KEY_CHARACTERS = 128;
const VALUE_CHARACTERS = 256;

export const addTags: Operation<AddTagsRequest, AddTagsResponse> = {
  access: (input, context) => [
    trailNeed(context, checkedArn(input.ResourceId), requestTagKeys(input.TagsList)),
  ],
  handle(input, context) {
    putTags(tagged(context, input.ResourceId).tags, input.TagsList);
    return {};
  },
};

export const removeTags: Operation<RemoveTagsRequest, RemoveTagsResponse> = {
  access: (input, context) => [
    trailNeed(context, checkedArn(input.ResourceId), {
      "aws:tagkeys": (input.TagsList ?? []).map(({ Key }) => Key ?? ""),
    }),
  ],
  handle(input, context) {
    const { tags } = tagged(context, input.ResourceId);
    for (const { Key } of input.TagsList ?? []) tags.delete(Key ?? "");
    return {};
  },
};

/** Of up to twenty trails. */
export const listTags: Operation<ListTagsRequest, ListTagsResponse> = {
  access: (input, context) =>
    (input.ResourceIdList ?? []).map((arn) => trailNeed(context, checkedArn(arn))),
  handle(input, context) {
    return {
      ResourceTagList: (input.ResourceIdList ?? []).map((arn) => ({
        ResourceId: arn,
        TagsList: [...tagged(context, arn).tags].map(([Key, Value]) => ({ Key, Value })),
      })),
    };
  },
};

/** Only ARNs name what is tagged. @throws AwsError CloudTrailARNInvalidException */
function checkedArn(arn: string | undefined): string {
  if (arn?.startsWith("arn:")) return arn;
  throw errors.invalidTrailArn(arn ?? "");
}

/** @throws AwsError ResourceNotFoundException */
function tagged(context: RequestContext, arn: string | undefined): Trail {
  const trail = context.world.cloudTrail.trail(arn ?? "");
  if (trail === undefined || trail.accountId !== accountOf(context)) {
    throw errors.noSuchResource(arn ?? "");
  }
  return findTrail(context, arn);
}

/** Adds or replaces tags. @throws AwsError InvalidTagParameterException, TagsLimitExceededException */
export function putTags(target: Map<string, string>, tags: readonly Tag[] | undefined): void {
  const added = new Map<string, string>();
  for (const { Key, Value } of tags ?? []) {
    const name = Key ?? "";
    const value = Value ?? "";
    if (name === "" || name.length > KEY_CHARACTERS || /^aws:/i.test(name)) {
      throw errors.invalidTag(`The tag key ${JSON.stringify(name)} is not valid.`);
    }
    if (value.length > VALUE_CHARACTERS) {
      throw errors.invalidTag(`The value of the tag ${name} is too long.`);
    }
    added.set(name, value);
  }
  // A refused request must leave the tags as they were.
  if (new Set([...target.keys(), ...added.keys()]).size > TAGS_QUOTA) {
    throw errors.tooManyTags(TAGS_QUOTA);
  }
  for (const [name, value] of added) target.set(name, value);
}
