import type { AccessNeed, Grant, Principal } from "../../../authorization/model";
import { strongerGrant } from "../../../authorization/principals";
import type { RequestContext } from "../../../world/operation";
import type { World } from "../../../world/world";
import {
  ALL_USERS,
  ANONYMOUS_ACCOUNT,
  AUTHENTICATED_USERS,
  bucketGrants,
  canonicalUserId,
  hasAcls,
  isPublicGrant,
  objectGrants,
  objectOwnerId,
} from "./acl";
import type { AclGrant, AclPermission, Bucket, ObjectVersion } from "../store/model";
import { isBlocked } from "../access/public-access";

/**
 * What ACLs let a caller do. A permission is worth the actions of the User Guide's table and no others.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#acl-access-policy-permission-mapping
 */

/** The parts of a request that a grant depends on. */
type Caller = Pick<RequestContext, "principal" | "world">;

/** What an ACL adds to a need. */
export type AclParts = Pick<AccessNeed, "aclGrant" | "ownerAccountId">;

const NOTHING: AclParts = {};

/** By action, the permission on the bucket. */
const ON_BUCKET: Readonly<Record<string, AclPermission>> = {
  "s3:ListBucket": "READ",
  "s3:ListBucketVersions": "READ",
  "s3:ListBucketMultipartUploads": "READ",
  "s3:PutObject": "WRITE",
  "s3:GetBucketAcl": "READ_ACP",
  "s3:PutBucketAcl": "WRITE_ACP",
};

/** By action, the permission on the object. These actions are the object owner's to allow, not the bucket owner's. */
const ON_OBJECT: Readonly<Record<string, AclPermission>> = {
  "s3:GetObject": "READ",
  "s3:GetObjectVersion": "READ",
  "s3:GetObjectAcl": "READ_ACP",
  "s3:GetObjectVersionAcl": "READ_ACP",
  "s3:PutObjectAcl": "WRITE_ACP",
  "s3:PutObjectVersionAcl": "WRITE_ACP",
};

/** Also the object owner's to allow, though no permission of an ACL is worth them. */
const OBJECT_OWNERS: ReadonlySet<string> = new Set([
  ...Object.keys(ON_OBJECT),
  "s3:GetObjectAttributes",
  "s3:GetObjectVersionAttributes",
]);

/** What the bucket's ACL says of an action on the bucket, or on a key of it. */
export function bucketAclParts(caller: Caller, bucket: Bucket, action: string): AclParts {
  const permission = ON_BUCKET[action];
  // Most buckets have no list, and the owner's default grant says nothing that identity policies do not.
  if (permission === undefined || bucket.acl === undefined || !hasAcls(bucket)) return NOTHING;
  return { aclGrant: grantOf(caller, bucket, bucketGrants(caller.world, bucket), permission) };
}

/**
 * What ACLs say of an action on an object that is there, or would be.
 *
 *     reading it, and its ACL       its own ACL; when another account owns it, only that account's word counts
 *     deleting it                   WRITE on the bucket, for who owns the object
 *     there is nothing to read      READ on the bucket: who may list is told so
 *
 * That WRITE on a bucket lets others overwrite what they do not own is what AWS was seen to do; that it does not let
 * them delete it is documented.
 */
export function objectAclParts(
  caller: Caller,
  bucket: Bucket,
  version: ObjectVersion | undefined,
  action: string,
): AclParts {
  if (!hasAcls(bucket)) return NOTHING;
  const { world } = caller;
  if (action === "s3:DeleteObject") {
    const isOwn =
      version !== undefined && isOwnedBy(caller.principal, objectOwnerId(bucket, version));
    return isOwn && bucket.acl !== undefined
      ? { aclGrant: grantOf(caller, bucket, bucket.acl, "WRITE") }
      : NOTHING;
  }
  if (!OBJECT_OWNERS.has(action)) return NOTHING;
  if (version === undefined || version.isDeleteMarker) {
    return { aclGrant: grantOf(caller, bucket, bucket.acl ?? [], "READ") };
  }
  const ownerId = objectOwnerId(bucket, version);
  const isForeign = ownerId !== bucket.accountId;
  if (version.acl === undefined && !isForeign) return NOTHING;
  const permission = ON_OBJECT[action];
  return {
    ...(isForeign ? { ownerAccountId: ownerId } : {}),
    ...(permission === undefined
      ? {}
      : { aclGrant: grantOf(caller, bucket, objectGrants(world, bucket, version), permission) }),
  };
}

/**
 * The ACL that comes with a new object is its writer's to give, whoever owns the bucket: policies that let another
 * account write need name `s3:PutObject` only. Source: S3 User Guide, "Controlling ownership of objects" (the policy
 * that asks for `bucket-owner-full-control`).
 */
export function newObjectAclParts({ principal }: Caller, bucket: Bucket): AclParts {
  if (principal.kind === "anonymous") return { aclGrant: "identity" };
  const { accountId } = principal;
  return accountId === undefined || accountId === bucket.accountId
    ? NOTHING
    : { ownerAccountId: accountId };
}

/** Whether the ACL of a version lets an account do what a permission stands for. */
export function letsAccount(
  world: World,
  bucket: Bucket,
  version: ObjectVersion,
  accountId: string,
  permission: AclPermission,
): boolean {
  if (objectOwnerId(bucket, version) === accountId) return true;
  const grantees = new Set([canonicalUserId(world, accountId), ALL_USERS, AUTHENTICATED_USERS]);
  return effectiveGrants(world, bucket, objectGrants(world, bucket, version)).some(
    (grant) => grantees.has(grant.grantee) && covers(grant, permission),
  );
}

function grantOf(
  { world, principal }: Caller,
  bucket: Bucket,
  grants: readonly AclGrant[],
  permission: AclPermission,
): Grant | undefined {
  let best: Grant | undefined;
  for (const grant of effectiveGrants(world, bucket, grants)) {
    if (covers(grant, permission)) {
      best = strongerGrant(best, matchGrantee(world, principal, grant.grantee));
    }
  }
  return best;
}

/** Under IgnorePublicAcls what a list grants to named accounts still counts (assumed). */
function effectiveGrants(
  world: World,
  bucket: Bucket,
  grants: readonly AclGrant[],
): readonly AclGrant[] {
  return isBlocked(world, bucket, "IgnorePublicAcls")
    ? grants.filter((grant) => !isPublicGrant(grant))
    : grants;
}

function covers(grant: AclGrant, permission: AclPermission): boolean {
  return grant.permission === "FULL_CONTROL" || grant.permission === permission;
}

/** A grant to an account only delegates: its users need a policy of their own. One to everyone stands alone. */
function matchGrantee(world: World, principal: Principal, grantee: string): Grant | undefined {
  if (grantee === ALL_USERS) return "identity";
  if (principal.kind === "anonymous") {
    return grantee === canonicalUserId(world, ANONYMOUS_ACCOUNT) ? "identity" : undefined;
  }
  const { accountId } = principal;
  if (accountId === undefined) return undefined;
  const isNamed = grantee === AUTHENTICATED_USERS || grantee === canonicalUserId(world, accountId);
  return isNamed ? "account" : undefined;
}

function isOwnedBy(principal: Principal, ownerAccountId: string): boolean {
  return principal.kind === "anonymous"
    ? ownerAccountId === ANONYMOUS_ACCOUNT
    : principal.accountId === ownerAccountId;
}
