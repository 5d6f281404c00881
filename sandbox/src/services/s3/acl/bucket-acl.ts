import type {
  GetBucketAclOutput,
  GetBucketAclRequest,
  PutBucketAclRequest,
} from "@aws-sdk/client-s3";
import type { ConditionKeys } from "../../../authorization/model";
import { bucketGrants, hasAcls, keptAcl, ownerOf, shownGrants } from "./acl";
import type { AclHeaders } from "./acl-request";
import { checkNotBlocked, grantsOfRequest, ownersOfBucket } from "./acl-request";
import { bucketOperation } from "../bucket/bucket-operation";
import { accessControlListNotSupported, missingAcl } from "../errors";

/**
 * GetBucketAcl. Where the owner is enforced it shows the owner's full control.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html
 */
export const getBucketAcl = bucketOperation<GetBucketAclRequest, GetBucketAclOutput>({
  action: "s3:GetBucketAcl",
  handle: (bucket, _input, { world }) => ({
    Owner: ownerOf(world, bucket.accountId),
    Grants: shownGrants(bucketGrants(world, bucket)),
  }),
});

/**
 * PutBucketAcl replaces the whole list.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html
 */
export const putBucketAcl = bucketOperation<PutBucketAclRequest, object>({
  action: "s3:PutBucketAcl",
  conditionKeys: aclConditionKeys,
  handle(bucket, input, context) {
    const owners = ownersOfBucket(context.world, bucket);
    const grants = grantsOfRequest(context, input, owners);
    if (grants === undefined) throw missingAcl();
    if (!hasAcls(bucket)) throw accessControlListNotSupported();
    checkNotBlocked(context, bucket, bucket.arn, grants);
    bucket.acl = keptAcl(grants, owners.ownerId);
    return {};
  },
});

/** `s3:x-amz-acl` and `s3:x-amz-grant-*`. */
export function aclConditionKeys(input: AclHeaders): ConditionKeys {
  return {
    "s3:x-amz-acl": input.ACL,
    "s3:x-amz-grant-full-control": input.GrantFullControl,
    "s3:x-amz-grant-read": input.GrantRead,
    "s3:x-amz-grant-read-acp": input.GrantReadACP,
    "s3:x-amz-grant-write": input.GrantWrite,
    "s3:x-amz-grant-write-acp": input.GrantWriteACP,
  };
}
