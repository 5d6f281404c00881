import type { GetBucketPolicyOutput } from "@aws-sdk/client-s3";
import { isAwsError } from "../../../world/aws-error";
import {
  alreadyExists,
  notFound,
  whenPresent,
  type HandlerContext,
  type ResourceType,
} from "../resource-type";
import { bucketNames } from "./s3-bucket";
import { documentText } from "./policy-document";

const TYPE = "AWS::S3::BucketPolicy";

/** `AWS::S3::BucketPolicy`: the policy of one bucket. */
export const s3BucketPolicy: ResourceType = {
  actsOn: ["Bucket", "PolicyDocument"],

  identifierOf: (model) => model["Bucket"] as string | undefined,

  create(model, context) {
    const bucket = model["Bucket"] as string;
    if (findPolicy(bucket, context) !== undefined) throw alreadyExists(TYPE, bucket);
    put(bucket, model["PolicyDocument"], context);
    return bucket;
  },

  read(bucket, context) {
    const policy = findPolicy(bucket, context);
    if (policy === undefined) throw notFound(TYPE, bucket);
    return { Bucket: bucket, PolicyDocument: JSON.parse(policy) as unknown };
  },

  update(bucket, _current, desired, context) {
    put(bucket, desired["PolicyDocument"], context);
  },

  delete(bucket, context) {
    // DeleteBucketPolicy succeeds without a policy; the type's contract asks for NotFound.
    if (findPolicy(bucket, context) === undefined) throw notFound(TYPE, bucket);
    context.call("s3", "DeleteBucketPolicy", { Bucket: bucket });
  },

  list: (_filter, context) =>
    bucketNames(context).filter((bucket) => findPolicy(bucket, context) !== undefined),
};

function findPolicy(bucket: string, context: HandlerContext): string | undefined {
  return whenPresent(
    () => context.call<GetBucketPolicyOutput>("s3", "GetBucketPolicy", { Bucket: bucket }),
    (error) => isAwsError(error, "NoSuchBucketPolicy"),
  )?.Policy;
}

function put(bucket: string, document: unknown, context: HandlerContext): void {
  context.call("s3", "PutBucketPolicy", { Bucket: bucket, Policy: documentText(document) });
}
