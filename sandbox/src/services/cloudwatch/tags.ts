import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  Tag,
  TagResourceInput,
  UntagResourceInput,
} from "@aws-sdk/client-cloudwatch";
import { requestTagKeys } from "../../authorization/request-tags";
import type { Operation, RequestContext } from "../../world/operation";
import { accountOf, needOn } from "./access";
import * as errors from "./errors";

const TAGS_QUOTA = 50;

export const tagResource: Operation<TagResourceInput, void> = {
  access: (input, context) => [
    needOn(context, input.ResourceARN ?? "*", requestTagKeys(input.Tags)),
  ],
  handle(input, context) {
    putTags(tagsOf(input.ResourceARN, context), input.Tags);
  },
};

export const untagResource: Operation<UntagResourceInput, void> = {
  access: (input, context) => [
    needOn(context, input.ResourceARN ?? "*", { "aws:tagkeys": input.TagKeys }),
  ],
  handle(input, context) {
    const tags = tagsOf(input.ResourceARN, context);
    for (const key of input.TagKeys ?? []) tags.delete(key);
  },
};

export const listTagsForResource: Operation<ListTagsForResourceInput, ListTagsForResourceOutput> = {
  access: (input, context) => [needOn(context, input.ResourceARN ?? "*")],
  handle: (input, context) => ({
    Tags: [...tagsOf(input.ResourceARN, context)].map(([Key, Value]) => ({ Key, Value })),
  }),
};

/** Adds or replaces tags. @throws AwsError InvalidParameterValueException */
export function putTags(target: Map<string, string>, tags: readonly Tag[] | undefined): void {
  const added = new Map<string, string>();
  for (const { Key: key = "", Value: value = "" } of tags ?? []) {
    if (key.length < 1 || key.length > 128 || /^aws:/i.test(key) || value.length > 256) {
      throw errors.invalidValue(`The tag ${key} is not valid.`);
    }
    added.set(key, value);
  }
  if (new Set([...target.keys(), ...added.keys()]).size > TAGS_QUOTA) {
    throw errors.invalidValue(`A resource can have at most ${TAGS_QUOTA} tags.`);
  }
  for (const [key, value] of added) target.set(key, value);
}

/** The tags of what an ARN stands for: an alarm of the account and Region, or a dashboard. */
function tagsOf(arn: string | undefined, context: RequestContext): Map<string, string> {
  if (arn === undefined) throw errors.required("ResourceARN");
  const { cloudWatch } = context.world;
  const accountId = accountOf(context);
  const resources = [
    ...cloudWatch.alarmsOf(accountId, context.region),
    ...cloudWatch.dashboardsOf(accountId).values(),
  ];
  if (resources.some((resource) => resource.arn === arn)) return cloudWatch.tagsOf(arn);
  throw errors.noSuchResource(arn);
}
