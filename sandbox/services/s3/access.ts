import { isPublicPolicy } from "../../authorization/compile";
import type {
  AccessNeed,
  CompiledPolicy,
  ConditionKeys,
  Principal,
} from "../../authorization/model";
import type { RequestContext } from "../../operation";
import type { Bucket } from "./model";

/** The parts of a request that a need depends on. */
type Caller = Pick<RequestContext, "principal" | "world">;

/**
 * The right to an action on a bucket. `action` is the IAM action, which is often not the operation's name:
 * see the Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
 */
export function bucketNeed(
  caller: Caller,
  bucket: Bucket,
  action: string,
  extraKeys: ConditionKeys = {},
): AccessNeed {
  return {
    action,
    resource: bucket.arn,
    resourceAccountId: bucket.accountId,
    resourcePolicy: effectivePolicy(bucket, caller.principal),
    conditionKeys: { "s3:resourceaccount": bucket.accountId, ...extraKeys },
  };
}

/** The right to an action on a key of a bucket; `extraKeys` are keys of S3 such as `s3:versionid`, lower-cased. */
export function objectNeed(
  caller: Caller,
  bucket: Bucket,
  key: string,
  action: string,
  extraKeys: ConditionKeys = {},
): AccessNeed {
  return { ...bucketNeed(caller, bucket, action, extraKeys), resource: `${bucket.arn}/${key}` };
}

/** The right to an action that has no resource. */
export function accountNeed(action: string, extraKeys: ConditionKeys = {}): AccessNeed {
  return { action, resource: "*", conditionKeys: extraKeys };
}

/**
 * The bucket policy as it holds for a caller. RestrictPublicBuckets limits a public policy to services and to
 * principals of the bucket owner's account: for anyone else it grants nothing.
 */
function effectivePolicy(bucket: Bucket, principal: Principal): CompiledPolicy | undefined {
  const { policy } = bucket;
  if (policy === undefined || bucket.publicAccessBlock?.RestrictPublicBuckets !== true)
    return policy;
  if (principal.kind === "service" || principal.accountId === bucket.accountId) return policy;
  return isPublic(policy) ? undefined : policy;
}

/** A compiled policy never changes, so what was found out about it holds. */
const publicByPolicy = new WeakMap<CompiledPolicy, boolean>();

/** Whether S3 counts a bucket policy as public. */
export function isPublic(policy: CompiledPolicy): boolean {
  const known = publicByPolicy.get(policy);
  if (known !== undefined) return known;
  const found = isPublicPolicy(policy);
  publicByPolicy.set(policy, found);
  return found;
}
