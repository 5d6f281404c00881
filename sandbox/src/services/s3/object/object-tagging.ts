import type {
  DeleteObjectTaggingOutput,
  DeleteObjectTaggingRequest,
  GetObjectTaggingOutput,
  GetObjectTaggingRequest,
  PutObjectTaggingOutput,
  PutObjectTaggingRequest,
} from "@aws-sdk/client-s3";
import type { AccessNeed } from "../../../authorization/model";
import type { Operation, RequestContext } from "../../../world/operation";
import { malformedXml } from "../errors";
import { requestTagKeys, versionNeed } from "../access/object-access";
import { checkedVersionId, required } from "./object-request";
import { checkedTags } from "./object-tags";
import { findWithSubresources } from "../store/read-version";
import { shownVersionId } from "../store/store-version";

interface Target {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly VersionId?: string;
}

function need(
  input: Target,
  context: RequestContext,
  verb: "Get" | "Put" | "Delete",
  extraKeys = {},
): AccessNeed[] {
  const bucket = context.world.s3.bucket(required(input.Bucket));
  const target = { key: required(input.Key), versionId: checkedVersionId(input.VersionId) };
  const actions = [`s3:${verb}ObjectTagging`, `s3:${verb}ObjectVersionTagging`] as const;
  return [versionNeed(context, bucket, target, actions, extraKeys)];
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export const putObjectTagging: Operation<PutObjectTaggingRequest, PutObjectTaggingOutput> = {
  access: (input, context) =>
    need(input, context, "Put", requestTagKeys(checkedTags(input.Tagging?.TagSet ?? []))),

  handle(input, context) {
    const { bucket, version } = findWithSubresources(input, context);
    if (input.Tagging === undefined) throw malformedXml();
    // An empty document takes the tags away, as an empty set does (recorded).
    const tags = checkedTags(input.Tagging.TagSet ?? []);
    version.tags = tags.size === 0 ? undefined : tags;
    context.world.s3.changes.publish({
      kind: "tagging",
      bucket,
      version,
      cause: "request",
      request: context,
    });
    return { VersionId: shownVersionId(bucket, version) };
  },
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export const getObjectTagging: Operation<GetObjectTaggingRequest, GetObjectTaggingOutput> = {
  access: (input, context) => need(input, context, "Get"),

  handle(input, context) {
    const { bucket, version } = findWithSubresources(input, context);
    return {
      VersionId: shownVersionId(bucket, version),
      TagSet: [...(version.tags ?? [])].map(([Key, Value]) => ({ Key, Value })),
    };
  },
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export const deleteObjectTagging: Operation<DeleteObjectTaggingRequest, DeleteObjectTaggingOutput> =
  {
    access: (input, context) => need(input, context, "Delete"),

    handle(input, context) {
      const { bucket, version } = findWithSubresources(input, context);
      version.tags = undefined;
      context.world.s3.changes.publish({
        kind: "tagging",
        bucket,
        version,
        cause: "request",
        request: context,
      });
      return { VersionId: shownVersionId(bucket, version) };
    },
  };
