import type {
  DeleteBucketLifecycleRequest,
  GetBucketLifecycleConfigurationOutput,
  GetBucketLifecycleConfigurationRequest,
  PutBucketLifecycleConfigurationOutput,
  PutBucketLifecycleConfigurationRequest,
  TransitionDefaultMinimumObjectSize,
} from "@aws-sdk/client-s3";
import { bucketOperation } from "./bucket-operation";
import { invalidRequest, malformedXml, noSuchLifecycleConfiguration } from "../errors";
import { checkedLifecycleRules } from "./lifecycle-rules";
import { newRuleId } from "./rule-id";

const DEFAULT_MINIMUM_SIZE = "all_storage_classes_128K";
const MINIMUM_SIZES: readonly string[] = [DEFAULT_MINIMUM_SIZE, "varies_by_storage_class"];

export const getBucketLifecycleConfiguration = bucketOperation<
  GetBucketLifecycleConfigurationRequest,
  GetBucketLifecycleConfigurationOutput
>({
  action: "s3:GetLifecycleConfiguration",
  handle({ lifecycle, name }) {
    if (lifecycle === undefined) throw noSuchLifecycleConfiguration(name);
    return {
      Rules: [...lifecycle.rules],
      TransitionDefaultMinimumObjectSize:
        lifecycle.transitionDefaultMinimumObjectSize as TransitionDefaultMinimumObjectSize,
    };
  },
});

/** PutBucketLifecycleConfiguration replaces all rules. They are carried out by `sandbox/lifecycle`. */
export const putBucketLifecycleConfiguration = bucketOperation<
  PutBucketLifecycleConfigurationRequest,
  PutBucketLifecycleConfigurationOutput
>({
  action: "s3:PutLifecycleConfiguration",
  handle(bucket, input, context) {
    const rules = input.LifecycleConfiguration?.Rules;
    if (rules === undefined) throw malformedXml();
    const minimumSize = input.TransitionDefaultMinimumObjectSize ?? DEFAULT_MINIMUM_SIZE;
    if (!MINIMUM_SIZES.includes(minimumSize)) {
      throw invalidRequest(
        `Invalid TransitionDefaultMinimumObjectSize found: ${minimumSize as string}`,
      );
    }
    bucket.lifecycle = {
      rules: checkedLifecycleRules(rules, () => newRuleId(context.world.random)),
      transitionDefaultMinimumObjectSize: minimumSize,
    };
    context.world.s3.changes.publish({
      kind: "configuration-put",
      configuration: "lifecycle",
      bucket,
      cause: "request",
    });
    return { TransitionDefaultMinimumObjectSize: minimumSize };
  },
});

/** DeleteBucketLifecycle needs the right to put; there is no action to delete. */
export const deleteBucketLifecycle = bucketOperation<DeleteBucketLifecycleRequest, object>({
  action: "s3:PutLifecycleConfiguration",
  handle(bucket, _input, context) {
    delete bucket.lifecycle;
    context.world.s3.changes.publish({
      kind: "configuration-removed",
      configuration: "lifecycle",
      bucket,
      cause: "request",
    });
    return {};
  },
});
