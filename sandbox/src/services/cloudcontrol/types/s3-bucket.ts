import type { ListBucketsOutput } from "@aws-sdk/client-s3";
import { isDeepStrictEqual } from "node:util";
import {
  alreadyExists,
  HandlerError,
  type HandlerContext,
  type ResourceType,
} from "../resource-type";
import { cannedAcl, CONFIGURATIONS, type Call } from "./s3-bucket-configurations";
import { LISTED_NAMES, listedChanges } from "./s3-bucket-listed";
import { readBucket } from "./s3-bucket-read";
import type { CfnBucket } from "./s3-bucket-shapes";

const TYPE = "AWS::S3::Bucket";

/** `AWS::S3::Bucket` over S3's own operations. */
export const s3Bucket: ResourceType = {
  actsOn: [
    "BucketName",
    "BucketNamespace",
    "ObjectLockEnabled",
    ...CONFIGURATIONS.map(({ name }) => name),
    ...LISTED_NAMES,
  ],

  identifierOf: (model) => (model as CfnBucket).BucketName,

  create(model, context) {
    const desired = model as CfnBucket;
    requireLockable(desired);
    const name =
      desired.BucketName ?? context.world.random.string(32, "abcdefghijklmnopqrstuvwxyz0123456789");
    if (isThere(name, context)) throw alreadyExists(TYPE, name);
    const hasAclLater = setsAclLater(desired);
    context.call("s3", "CreateBucket", {
      Bucket: name,
      BucketNamespace: desired.BucketNamespace,
      ACL:
        desired.AccessControl === undefined || hasAclLater
          ? undefined
          : cannedAcl(desired.AccessControl),
      ObjectLockEnabledForBucket: desired.ObjectLockEnabled,
      ObjectOwnership: desired.OwnershipControls?.Rules[0]?.ObjectOwnership,
      // us-east-1 is the one Region that S3 refuses as a constraint.
      CreateBucketConfiguration:
        context.region === "us-east-1" ? undefined : { LocationConstraint: context.region },
    });
    try {
      for (const { name: property, put } of CONFIGURATIONS) {
        const value = desired[property];
        if (property === "AccessControl" && !hasAclLater) continue;
        if (value !== undefined) apply(name, put(value as never, name), context);
      }
      for (const call of listedChanges({}, desired)) apply(name, call, context);
    } catch (error) {
      undoCreate(name, error, context);
    }
    return name;
  },

  read: readBucket,

  update(name, current, desired, context) {
    const before = current as CfnBucket;
    const after = desired as CfnBucket;
    if (before.ObjectLockEnabled && after.ObjectLockEnabled === false) {
      throw new HandlerError("InvalidRequest", "Object Lock cannot be disabled on a bucket.");
    }
    const lockIsNew = after.ObjectLockEnabled === true && !before.ObjectLockEnabled;
    for (const { name: property, put, remove } of CONFIGURATIONS) {
      const value = after[property];
      if (property === "ObjectLockConfiguration" && lockIsNew && value === undefined) {
        apply(name, remove(), context);
      } else if (!isDeepStrictEqual(before[property], value)) {
        apply(name, value === undefined ? remove() : put(value as never, name), context);
      }
    }
    for (const call of listedChanges(before, after)) apply(name, call, context);
  },

  delete(name, context) {
    context.call("s3", "DeleteBucket", { Bucket: name, ExpectedBucketOwner: context.accountId });
  },

  list: (_filter, context) => bucketNames(context),
};

/**
 * A public ACL can only be put when the new bucket no longer blocks it. Any other comes with the bucket, and is refused in
 * the words of CreateBucket where the ownership has none (as CloudFormation shows them).
 */
function setsAclLater(desired: CfnBucket): boolean {
  const ownership = desired.OwnershipControls?.Rules[0]?.ObjectOwnership;
  const hasAcls = ownership !== undefined && ownership !== "BucketOwnerEnforced";
  return hasAcls && desired.PublicAccessBlockConfiguration !== undefined;
}

/** Names of the caller's buckets in the Region of the request. */
export function bucketNames(context: HandlerContext): string[] {
  const { Buckets } = context.call<ListBucketsOutput>("s3", "ListBuckets", {
    BucketRegion: context.region,
  });
  return (Buckets ?? [])
    .filter((bucket) => (bucket.BucketRegion ?? context.region) === context.region)
    .map((bucket) => bucket.Name ?? "");
}

/** Object Lock cannot be configured on a bucket that was not created with it. */
function requireLockable(desired: CfnBucket): void {
  if (desired.ObjectLockConfiguration !== undefined && desired.ObjectLockEnabled !== true) {
    throw new HandlerError(
      "InvalidRequest",
      "ObjectLockEnabled must be true to specify ObjectLockConfiguration",
    );
  }
}

/** The caller's own bucket of that name: in us-east-1 CreateBucket answers success for it. */
function isThere(name: string, context: HandlerContext): boolean {
  return context.world.s3.findBucket(name)?.accountId === context.accountId;
}

function apply(bucket: string, [operation, input]: Call, context: HandlerContext): void {
  context.call("s3", operation, { Bucket: bucket, ...input });
}

/** Takes the new bucket away again; always throws, with what went wrong first. */
function undoCreate(name: string, cause: unknown, context: HandlerContext): never {
  try {
    context.call("s3", "DeleteBucket", { Bucket: name });
  } catch (error) {
    const reasons = [cause, error].map((each) =>
      each instanceof Error ? each.message : String(each),
    );
    throw new HandlerError(
      "GeneralServiceException",
      `${reasons[0]} The bucket ${name} was created and could not be deleted again: ${reasons[1]}`,
    );
  }
  throw cause;
}
