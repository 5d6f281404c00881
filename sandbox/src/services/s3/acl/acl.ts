import type { Grant } from "@aws-sdk/client-s3";
import type { World } from "../../../world/world";
import type { AclGrant, Bucket, ObjectVersion } from "../store/model";

/**
 * Access control lists as they are kept and shown. Who may do what by them is in `acl-access.ts`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 */

export const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
export const AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
export const LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";

const GROUPS: ReadonlySet<string> = new Set([ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY]);

/** The account id under which the sandbox keeps what was written without a signature. */
export const ANONYMOUS_ACCOUNT = "anonymous";
/** The canonical user that owns it. Source: S3 User Guide, "How Amazon S3 authorizes a request for an object operation". */
const ANONYMOUS_USER = "65a011a29cdf8ec533ec3d1ccaae921c";
/** Amazon EC2, to which `aws-exec-read` grants. Source: seen in answers of AWS. */
export const EC2_USER = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";
/** The delivery of AWS's logs, CloudFront's among them. Source: CloudFront Developer Guide, "Standard logging". */
const LOGS_USER = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0";

export function isGroup(grantee: string): boolean {
  return GROUPS.has(grantee);
}

/** @throws Error when there is no such account */
export function canonicalUserId(world: World, accountId: string): string {
  if (accountId === ANONYMOUS_ACCOUNT) return ANONYMOUS_USER;
  const account = world.accounts.get(accountId);
  if (account === undefined) throw new Error(`The sandbox has no account ${accountId}.`);
  return account.canonicalUserId;
}

/** Whether a canonical user id is that of somebody: an account of the sandbox, or a part of AWS. */
export function isCanonicalUser(world: World, id: string): boolean {
  if (id === ANONYMOUS_USER || id === EC2_USER || id === LOGS_USER) return true;
  for (const account of world.accounts.values()) if (account.canonicalUserId === id) return true;
  return false;
}

/** The owner as answers name it: by canonical user id alone, display names are gone since November 2025. */
export function ownerOf(world: World, accountId: string): { ID: string } {
  return { ID: canonicalUserId(world, accountId) };
}

/** ACLs are switched off where the bucket's owner is enforced; what was granted before sleeps until they are on again. */
export function hasAcls(bucket: Bucket): boolean {
  return bucket.objectOwnership !== "BucketOwnerEnforced";
}

/** The account that owns a version: without ACLs always the bucket's. */
export function objectOwnerId(
  bucket: Bucket,
  version: Pick<ObjectVersion, "ownerAccountId">,
): string {
  return hasAcls(bucket) ? version.ownerAccountId : bucket.accountId;
}

/** All grants of a bucket, the owner's default one included. */
export function bucketGrants(world: World, bucket: Bucket): readonly AclGrant[] {
  const acl = hasAcls(bucket) ? bucket.acl : undefined;
  return acl ?? [fullControl(canonicalUserId(world, bucket.accountId))];
}

/** All grants of a version, the owner's default one included. */
export function objectGrants(
  world: World,
  bucket: Bucket,
  version: ObjectVersion,
): readonly AclGrant[] {
  const acl = hasAcls(bucket) ? version.acl : undefined;
  return acl ?? [fullControl(canonicalUserId(world, objectOwnerId(bucket, version)))];
}

export function fullControl(grantee: string): AclGrant {
  return { grantee, permission: "FULL_CONTROL" };
}

/** As it is kept: the default list is not, so that a million versions with it cost nothing. */
export function keptAcl(
  grants: readonly AclGrant[] | undefined,
  ownerId: string,
): readonly AclGrant[] | undefined {
  const [only] = grants ?? [];
  const isDefault =
    grants?.length === 1 && only?.grantee === ownerId && only.permission === "FULL_CONTROL";
  return isDefault ? undefined : grants;
}

/** As answers show it. */
export function shownGrants(grants: readonly AclGrant[]): Grant[] {
  return grants.map(({ grantee, permission }) => ({
    Grantee: isGroup(grantee)
      ? { Type: "Group", URI: grantee }
      : { Type: "CanonicalUser", ID: grantee },
    Permission: permission,
  }));
}

/**
 * Whether S3 counts an ACL as public: it grants anything to everyone or to every AWS account.
 * Source: S3 User Guide, "Blocking public access", "The meaning of public".
 */
export function isPublicAcl(grants: readonly AclGrant[]): boolean {
  return grants.some(isPublicGrant);
}

export function isPublicGrant({ grantee }: AclGrant): boolean {
  return grantee === ALL_USERS || grantee === AUTHENTICATED_USERS;
}
