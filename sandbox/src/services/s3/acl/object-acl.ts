import type {
  GetObjectAclOutput,
  GetObjectAclRequest,
  PutObjectAclOutput,
  PutObjectAclRequest,
} from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { hasAcls, keptAcl, objectGrants, objectOwnerId, ownerOf, shownGrants } from "./acl";
import { checkNotBlocked, grantsOfRequest, ownersOfObject } from "./acl-request";
import { aclConditionKeys } from "./bucket-acl";
import { accessControlListNotSupported, missingAcl } from "../errors";
import { versionNeed } from "../access/object-access";
import { checkedVersionId, required } from "../object/object-request";
import { findWithSubresources } from "../store/read-version";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html */
export const getObjectAcl: Operation<GetObjectAclRequest, GetObjectAclOutput> = {
  access(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const target = { key: required(input.Key), versionId: checkedVersionId(input.VersionId) };
    return [versionNeed(context, bucket, target, ["s3:GetObjectAcl", "s3:GetObjectVersionAcl"])];
  },

  handle(input, context) {
    const { world } = context;
    const { bucket, version } = findWithSubresources(input, context);
    return {
      Owner: ownerOf(world, objectOwnerId(bucket, version)),
      Grants: shownGrants(objectGrants(world, bucket, version)),
    };
  },
};

/**
 * PutObjectAcl replaces the whole list; who owns the object stays.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
 */
export const putObjectAcl: Operation<PutObjectAclRequest, PutObjectAclOutput> = {
  access(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const target = { key: required(input.Key), versionId: checkedVersionId(input.VersionId) };
    const actions = ["s3:PutObjectAcl", "s3:PutObjectVersionAcl"] as const;
    return [versionNeed(context, bucket, target, actions, aclConditionKeys(input))];
  },

  handle(input, context) {
    const { bucket, version } = findWithSubresources(input, context);
    const owners = ownersOfObject(context.world, bucket, objectOwnerId(bucket, version));
    const grants = grantsOfRequest(context, input, owners);
    if (grants === undefined) throw missingAcl();
    if (!hasAcls(bucket)) throw accessControlListNotSupported();
    checkNotBlocked(context, bucket, `${bucket.arn}/${version.key}`, grants);
    version.acl = keptAcl(grants, owners.ownerId);
    context.world.s3.changes.publish({
      kind: "acl",
      bucket,
      version,
      cause: "request",
      request: context,
    });
    return {};
  },
};
