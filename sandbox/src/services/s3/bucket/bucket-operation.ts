import type { ConditionKeys } from "../../../authorization/model";
import type { Operation, RequestContext } from "../../../world/operation";
import { bucketNeed } from "../access/access";
import type { Bucket } from "../store/model";

/** What every request on a bucket has. */
export interface BucketRequest {
  readonly Bucket: string | undefined;
}

/** An operation on one existing bucket that needs one right on it. */
export interface BucketOperationDefinition<Input, Output> {
  /** The IAM action. */
  readonly action: string;
  /** Condition keys that the input fills. */
  conditionKeys?(input: Input): ConditionKeys;
  handle(bucket: Bucket, input: Input, context: RequestContext): Output;
}

/** Makes the operation; answers `NoSuchBucket` before anything else, as S3 does. */
export function bucketOperation<Input extends BucketRequest, Output extends object>(
  definition: BucketOperationDefinition<Input, Output>,
): Operation<Input, Output> {
  return {
    access(input, context) {
      const bucket = bucketOf(input, context);
      return [bucketNeed(context, bucket, definition.action, definition.conditionKeys?.(input))];
    },
    handle: (input, context) => definition.handle(bucketOf(input, context), input, context),
  };
}

/** @throws AwsError `NoSuchBucket` */
export function bucketOf(input: BucketRequest, context: RequestContext): Bucket {
  return context.world.s3.bucket(input.Bucket ?? "");
}

/** Answers 204 where the SDK's schema says 200 and S3 does not. */
export function answerNoContent(context: RequestContext): void {
  context.response.statusCode = 204;
}
