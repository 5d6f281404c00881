import { isPublicPolicy } from "../../../authorization/compile";
import { mergedKeys } from "../../../authorization/merged-keys";
import type {
  AccessNeed,
  CompiledPolicy,
  ConditionKeys,
  Principal,
} from "../../../authorization/model";
import type { RequestContext } from "../../../world/operation";
import type { AclParts } from "../acl/acl-access";
import { bucketAclParts, newObjectAclParts, objectAclParts } from "../acl/acl-access";
import type { Bucket, ObjectVersion } from "../store/model";
import { isBlocked } from "./public-access";

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
  const byAcl = bucketAclParts(caller, bucket, action);
  return needOn(caller, bucket, bucket.arn, action, extraKeys, byAcl);
}

/** The right to an action on a key of a bucket; `extraKeys` are keys of S3 such as `s3:versionid`, lower-cased. */
export function objectNeed(
  caller: Caller,
  bucket: Bucket,
  key: string,
  action: string,
  extraKeys: ConditionKeys = {},
): AccessNeed {
  const byAcl = bucketAclParts(caller, bucket, action);
  return needOn(caller, bucket, `${bucket.arn}/${key}`, action, extraKeys, byAcl);
}

/** The same where the object's own ACL and owner count. @param version undefined when there is none */
export function objectNeedByAcl(
  caller: Caller,
  bucket: Bucket,
  target: { readonly key: string; readonly version: ObjectVersion | undefined },
  action: string,
  extraKeys: ConditionKeys = {},
): AccessNeed {
  const byAcl = objectAclParts(caller, bucket, target.version, action);
  return needOn(caller, bucket, `${bucket.arn}/${target.key}`, action, extraKeys, byAcl);
}

/** The right to give a new object an ACL. */
export function newObjectAclNeed(caller: Caller, bucket: Bucket, need: AccessNeed): AccessNeed {
  if (isShutOut(caller, bucket)) return need;
  return { ...need, ...newObjectAclParts(caller, bucket) };
}

/** Built in one piece, without spreading: it is done for every need of every request and of every copy. */
function needOn(
  caller: Caller,
  bucket: Bucket,
  resource: string,
  action: string,
  extraKeys: ConditionKeys,
  byAcl: AclParts,
): AccessNeed {
  const grants = !isShutOut(caller, bucket);
  return {
    action,
    resource,
    resourceAccountId: bucket.accountId,
    resourcePolicy: grants ? bucket.policy : undefined,
    aclGrant: grants ? byAcl.aclGrant : undefined,
    ownerAccountId: grants ? byAcl.ownerAccountId : undefined,
    conditionKeys:
      extraKeys["s3:resourceaccount"] === undefined
        ? mergedKeys({ "s3:resourceaccount": bucket.accountId }, extraKeys)
        : extraKeys,
  };
}

/** The right to an action that has no resource. */
export function accountNeed(action: string, extraKeys: ConditionKeys = {}): AccessNeed {
  return { action, resource: "*", conditionKeys: extraKeys };
}

/**
 * RestrictPublicBuckets limits a bucket with a public policy to services and to principals of the bucket owner's
 * account: to anyone else neither policy nor ACLs grant anything.
 */
function isShutOut({ principal, world }: Caller, bucket: Bucket): boolean {
  const { policy } = bucket;
  if (policy === undefined || isAtHome(principal, bucket)) return false;
  return isBlocked(world, bucket, "RestrictPublicBuckets") && isPublic(policy);
}

function isAtHome(principal: Principal, bucket: Bucket): boolean {
  return principal.kind === "service" || principal.accountId === bucket.accountId;
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
