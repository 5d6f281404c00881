import type {
  DeleteBucketPolicyRequest,
  GetBucketPolicyOutput,
  GetBucketPolicyRequest,
  GetBucketPolicyStatusOutput,
  GetBucketPolicyStatusRequest,
  PutBucketPolicyRequest,
} from "@aws-sdk/client-s3";
import type { Operation, RequestContext } from "../../../world/operation";
import { bucketNeed, isPublic } from "../access/access";
import type { BucketRequest } from "./bucket-operation";
import { answerNoContent, bucketOf, bucketOperation } from "./bucket-operation";
import { checkedBucketPolicy, inWordsOfS3 } from "../access/bucket-policy-rules";
import { methodNotAllowed, noSuchBucketPolicy, publicPolicyBlocked } from "../errors";
import type { Bucket } from "../store/model";
import { isBlocked } from "../access/public-access";

/** GetBucketPolicy: the document, principals that are gone shown by their unique ids. */
export const getBucketPolicy = policyOperation<GetBucketPolicyRequest, GetBucketPolicyOutput>({
  action: "s3:GetBucketPolicy",
  method: "GET",
  handle(bucket, _input, context) {
    if (bucket.policy === undefined) throw noSuchBucketPolicy(bucket.name);
    return { Policy: context.world.iam.policyText(bucket.policy) };
  },
});

/** PutBucketPolicy. Users and roles are kept by unique id, as AWS does, so one made anew is not let in. */
export const putBucketPolicy = policyOperation<PutBucketPolicyRequest, object>({
  action: "s3:PutBucketPolicy",
  method: "PUT",
  handle(bucket, input, context) {
    const policy = checkedBucketPolicy(input.Policy ?? "", bucket);
    const bound = inWordsOfS3(() => context.world.iam.bindPolicy(policy));
    if (isPublic(policy) && isBlocked(context.world, bucket, "BlockPublicPolicy")) {
      throw publicPolicyBlocked(context.principal, bucket.arn);
    }
    bucket.policy = bound;
    answerNoContent(context);
    return {};
  },
});

/** DeleteBucketPolicy answers 204 also when there is none. */
export const deleteBucketPolicy = policyOperation<DeleteBucketPolicyRequest, object>({
  action: "s3:DeleteBucketPolicy",
  method: "DELETE",
  handle(bucket) {
    delete bucket.policy;
    return {};
  },
});

export const getBucketPolicyStatus = bucketOperation<
  GetBucketPolicyStatusRequest,
  GetBucketPolicyStatusOutput
>({
  action: "s3:GetBucketPolicyStatus",
  handle(bucket) {
    if (bucket.policy === undefined) throw noSuchBucketPolicy(bucket.name);
    return { PolicyStatus: { IsPublic: isPublic(bucket.policy) } };
  },
});

/**
 * The three operations on the policy itself. Root of the owner's account is heard whatever the policy says, so that a
 * bucket can be rescued from its policy; other accounts never are, even where the policy would let them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
function policyOperation<Input extends BucketRequest, Output extends object>(definition: {
  readonly action: string;
  readonly method: string;
  handle(bucket: Bucket, input: Input, context: RequestContext): Output;
}): Operation<Input, Output> {
  return {
    access(input, context) {
      const bucket = bucketOf(input, context);
      const need = bucketNeed(context, bucket, definition.action);
      const isOwnersRoot =
        context.principal.kind === "root" && context.principal.accountId === bucket.accountId;
      return [isOwnersRoot ? { ...need, resourcePolicy: undefined } : need];
    },
    handle(input, context) {
      const bucket = bucketOf(input, context);
      if (context.principal.accountId !== bucket.accountId) {
        throw methodNotAllowed(definition.method, "BUCKETPOLICY");
      }
      return definition.handle(bucket, input, context);
    },
  };
}
