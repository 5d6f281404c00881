import type {
  DeleteBucketTaggingRequest,
  GetBucketTaggingOutput,
  GetBucketTaggingRequest,
  PutBucketTaggingRequest,
  Tag,
} from "@aws-sdk/client-s3";
import { answerNoContent, bucketOperation } from "./bucket-operation";
import { invalidTag, malformedXml, noSuchTagSet, tooManyBucketTags } from "../errors";

const MAX_TAGS_COUNT = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export const getBucketTagging = bucketOperation<GetBucketTaggingRequest, GetBucketTaggingOutput>({
  action: "s3:GetBucketTagging",
  handle(bucket) {
    if (bucket.tags === undefined) throw noSuchTagSet(bucket.name);
    return { TagSet: [...bucket.tags].map(([Key, Value]) => ({ Key, Value })) };
  },
});

/** PutBucketTagging replaces all tags; an empty set takes them away. */
export const putBucketTagging = bucketOperation<PutBucketTaggingRequest, object>({
  action: "s3:PutBucketTagging",
  handle(bucket, input, context) {
    if (input.Tagging === undefined) throw malformedXml();
    const tags = checkedBucketTags(input.Tagging.TagSet ?? []);
    if (tags.size === 0) delete bucket.tags;
    else bucket.tags = tags;
    answerNoContent(context);
    return {};
  },
});

/** DeleteBucketTagging needs the right to put; there is no action to delete. */
export const deleteBucketTagging = bucketOperation<DeleteBucketTaggingRequest, object>({
  action: "s3:PutBucketTagging",
  handle(bucket) {
    delete bucket.tags;
    return {};
  },
});

/**
 * The rules of bucket tags.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html
 */
export function checkedBucketTags(tagSet: readonly Tag[]): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const { Key: key, Value: value } of tagSet) {
    if (key === undefined || value === undefined) throw malformedXml();
    checkTag(key, value);
    if (tags.has(key)) {
      throw invalidTag("Cannot provide multiple Tags with the same key", { TagKey: key });
    }
    tags.set(key, value);
  }
  if (tags.size > MAX_TAGS_COUNT) throw tooManyBucketTags(MAX_TAGS_COUNT);
  return tags;
}

function checkTag(key: string, value: string): void {
  if (key === "" || key.length > MAX_KEY_LENGTH || !TAG_CHARACTERS.test(key)) {
    throw invalidTag("The TagKey you have provided is invalid", { TagKey: key });
  }
  if (key.startsWith("aws:")) {
    throw invalidTag("System tags cannot be added/updated by requester", { TagKey: key });
  }
  if (value.length > MAX_VALUE_LENGTH || !TAG_CHARACTERS.test(value)) {
    throw invalidTag("The TagValue you have provided is invalid", { TagKey: key, TagValue: value });
  }
}
