import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  TagResourceRequest,
  TagResourceResult,
  UntagResourceRequest,
  UntagResourceResult,
} from "@aws-sdk/client-s3-control";
import type { AccessNeed } from "../../authorization/model";
import type { Operation, RequestContext } from "../../world/operation";
import { checkedBucketTags } from "../s3/bucket/bucket-tagging";
import type { Bucket } from "../s3/store/model";
import { resourceNotServed } from "./errors";
import { placeOf } from "./job-access";

/** What all three operations name. */
interface TaggedResource {
  readonly AccountId?: string | undefined;
  readonly ResourceArn: string | undefined;
}

/**
 * Tags of a general purpose bucket by its ARN: the same tags as GetBucketTagging's, one by one. Newer Terraform and Pulumi
 * providers read and write them here.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_TagResource.html
 */
export const tagResource: Operation<TagResourceRequest, TagResourceResult> = {
  access: (input, context) => [bucketNeed(input, context, "s3:TagResource")],
  handle(input, context) {
    const bucket = taggedBucket(input, context);
    const added = (input.Tags ?? []).map(({ Key, Value }) => ({ Key, Value }));
    const kept = [...(bucket.tags ?? [])].filter(([key]) => !added.some((tag) => tag.Key === key));
    setTags(bucket, checkedBucketTags([...kept.map(([Key, Value]) => ({ Key, Value })), ...added]));
    return {};
  },
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_UntagResource.html */
export const untagResource: Operation<UntagResourceRequest, UntagResourceResult> = {
  access: (input, context) => [bucketNeed(input, context, "s3:UntagResource")],
  handle(input, context) {
    const bucket = taggedBucket(input, context);
    const removed = new Set(input.TagKeys ?? []);
    setTags(bucket, new Map([...(bucket.tags ?? [])].filter(([key]) => !removed.has(key))));
    return {};
  },
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListTagsForResource.html */
export const listTagsForResource: Operation<ListTagsForResourceRequest, ListTagsForResourceResult> =
  {
    access: (input, context) => [bucketNeed(input, context, "s3:ListTagsForResource")],
    handle: (input, context) => ({
      Tags: [...(taggedBucket(input, context).tags ?? [])].map(([Key, Value]) => ({ Key, Value })),
    }),
  };

function bucketNeed(input: TaggedResource, context: RequestContext, action: string): AccessNeed {
  placeOf(input, context);
  const bucket = taggedBucket(input, context);
  return {
    action,
    resource: bucket.arn,
    resourceAccountId: bucket.accountId,
    resourcePolicy: bucket.policy,
  };
}

/** @throws AwsError `NotImplemented` for what is no bucket, `NoSuchBucket` */
function taggedBucket(input: TaggedResource, context: RequestContext): Bucket {
  const arn = input.ResourceArn ?? "";
  const name = /^arn:[^:]+:s3:::([^/]+)$/.exec(arn)?.[1];
  if (name === undefined) throw resourceNotServed(arn);
  return context.world.s3.bucket(name);
}

function setTags(bucket: Bucket, tags: ReadonlyMap<string, string>): void {
  if (tags.size === 0) delete bucket.tags;
  else bucket.tags = tags;
}
