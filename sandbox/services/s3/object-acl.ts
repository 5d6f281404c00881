import type {
  GetObjectAclOutput,
  GetObjectAclRequest,
  Grant,
  PutObjectAclOutput,
  PutObjectAclRequest,
} from "@aws-sdk/client-s3";
import type { Operation } from "../../operation";
import type { World } from "../../world";
import { accessControlListNotSupported, notImplemented } from "./errors";
import { checkedAcl, hasAcl } from "./new-version";
import { headerKeys, versionNeed } from "./object-access";
import { checkedVersionId, required } from "./object-request";
import { findReadable } from "./read-version";

/** The owner as answers name it: by canonical user id alone, display names are gone since November 2025. */
export function ownerOf(world: World, accountId: string): { ID: string } {
  const account = world.accounts.get(accountId);
  if (account === undefined) throw new Error(`The sandbox has no account ${accountId}.`);
  return { ID: account.canonicalUserId };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html */
export const getObjectAcl: Operation<GetObjectAclRequest, GetObjectAclOutput> = {
  access(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const target = { key: required(input.Key), versionId: checkedVersionId(input.VersionId) };
    return [versionNeed(context, bucket, target, ["s3:GetObjectAcl", "s3:GetObjectVersionAcl"])];
  },

  handle(input, context) {
    const { bucket, version } = findReadable(input, context);
    const grantTo = (accountId: string): Grant => ({
      Grantee: { Type: "CanonicalUser", ...ownerOf(context.world, accountId) },
      Permission: "FULL_CONTROL",
    });
    const sharesWithBucketOwner =
      version.cannedAcl === "bucket-owner-full-control" &&
      version.ownerAccountId !== bucket.accountId;
    return {
      Owner: ownerOf(context.world, version.ownerAccountId),
      Grants: [
        grantTo(version.ownerAccountId),
        ...(sharesWithBucketOwner ? [grantTo(bucket.accountId)] : []),
      ],
    };
  },
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html */
export const putObjectAcl: Operation<PutObjectAclRequest, PutObjectAclOutput> = {
  access(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const target = { key: required(input.Key), versionId: checkedVersionId(input.VersionId) };
    const actions = ["s3:PutObjectAcl", "s3:PutObjectVersionAcl"] as const;
    return [versionNeed(context, bucket, target, actions, headerKeys(input))];
  },

  handle(input, context) {
    const { bucket, version } = findReadable(input, context);
    if (bucket.objectOwnership === "BucketOwnerEnforced") throw accessControlListNotSupported();
    if (!hasAcl(input)) throw notImplemented("object ACLs as a list of grants");
    const cannedAcl = checkedAcl(bucket, input);
    version.cannedAcl = cannedAcl === "private" ? undefined : cannedAcl;
    context.world.s3.emitChange({
      kind: "acl",
      bucket,
      version,
      cause: "request",
      request: context,
    });
    return {};
  },
};
