import type {
  CreateBucketRequest,
  GetBucketAclOutput,
  GetBucketAclRequest,
  PutBucketAclRequest,
} from "@aws-sdk/client-s3";
import type { ConditionKeys } from "../../authorization/model";
import { bucketOperation } from "./bucket-operation";
import { accessControlListNotSupported, notImplemented, publicAclBlocked } from "./errors";

/** The parts of a request that say an ACL in headers. */
export type AclHeaders = Pick<
  CreateBucketRequest,
  "ACL" | "GrantFullControl" | "GrantRead" | "GrantReadACP" | "GrantWrite" | "GrantWriteACP"
>;

/** GetBucketAcl: the owner has full control, and nobody else has anything. */
export const getBucketAcl = bucketOperation<GetBucketAclRequest, GetBucketAclOutput>({
  action: "s3:GetBucketAcl",
  handle(bucket, _input, context) {
    const id = context.world.accounts.get(bucket.accountId)?.canonicalUserId;
    return {
      Owner: { ID: id },
      Grants: [{ Grantee: { ID: id, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }],
    };
  },
});

/** PutBucketAcl. The sandbox has no ACL but the owner's full control, so that is all that can be put. */
export const putBucketAcl = bucketOperation<PutBucketAclRequest, object>({
  action: "s3:PutBucketAcl",
  conditionKeys: aclConditionKeys,
  handle(bucket, input, context) {
    if (bucket.objectOwnership === "BucketOwnerEnforced") throw accessControlListNotSupported();
    if (isPublicCannedAcl(input.ACL) && bucket.publicAccessBlock?.BlockPublicAcls === true) {
      throw publicAclBlocked();
    }
    const ownerId = context.world.accounts.get(bucket.accountId)?.canonicalUserId;
    const grants = input.AccessControlPolicy?.Grants ?? [];
    const isOwnersAlone = grants.every(
      (grant) => grant.Grantee?.ID === ownerId && grant.Permission === "FULL_CONTROL",
    );
    if (grantsBeyondOwner(input) || !isOwnersAlone) {
      throw notImplemented("bucket ACLs that grant access to others", "x-amz-acl");
    }
    return {};
  },
});

/** Whether headers ask for an ACL that gives anyone but the owner anything. */
export function grantsBeyondOwner(input: AclHeaders): boolean {
  if (input.ACL !== undefined && input.ACL !== "private") return true;
  return [
    input.GrantFullControl,
    input.GrantRead,
    input.GrantReadACP,
    input.GrantWrite,
    input.GrantWriteACP,
  ].some((grant) => grant !== undefined);
}

/** Whether a canned ACL lets everyone, or every AWS account, in. */
export function isPublicCannedAcl(acl: string | undefined): boolean {
  return acl === "public-read" || acl === "public-read-write" || acl === "authenticated-read";
}

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
