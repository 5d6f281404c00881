import type { AccessControlPolicy, Grant } from "@aws-sdk/client-s3";
import type { RequestContext } from "../../../world/operation";
import type { World } from "../../../world/world";
import {
  ALL_USERS,
  AUTHENTICATED_USERS,
  canonicalUserId,
  EC2_USER,
  fullControl,
  isCanonicalUser,
  isGroup,
  isPublicAcl,
  LOG_DELIVERY,
} from "./acl";
import {
  cannedAclAndGrants,
  emailGranteeNotAllowed,
  invalidGranteeId,
  invalidGroupUri,
  malformedAcl,
  plainAccessDenied,
  publicAclBlocked,
  unexpectedContent,
  unknownCannedAcl,
  unrecognizedGrantee,
} from "../errors";
import type { AclGrant, AclPermission, Bucket } from "../store/model";
import { isBlocked } from "../access/public-access";

/**
 * ACLs as requests bring them: one of the canned ones, grants in headers, or a list in the body.
 * What is malformed is refused before it is asked whether the bucket has ACLs at all (recorded from AWS).
 */

/** The parts of a request that say an ACL in headers. */
export interface AclHeaders {
  readonly ACL?: string;
  readonly GrantFullControl?: string;
  readonly GrantRead?: string;
  readonly GrantReadACP?: string;
  /** No header of requests that make objects. */
  readonly GrantWrite?: string;
  readonly GrantWriteACP?: string;
}

/** Whose ACL it is, by canonical user id. For a bucket both are the same. */
export interface AclOwners {
  readonly ownerId: string;
  readonly bucketOwnerId: string;
}

/** Source: S3 User Guide, "Access control list (ACL) overview", "Who is a grantee?". */
const MAXIMUM_GRANTS = 100;

const HEADERS = [
  ["GrantFullControl", "x-amz-grant-full-control", "FULL_CONTROL"],
  ["GrantRead", "x-amz-grant-read", "READ"],
  ["GrantReadACP", "x-amz-grant-read-acp", "READ_ACP"],
  ["GrantWrite", "x-amz-grant-write", "WRITE"],
  ["GrantWriteACP", "x-amz-grant-write-acp", "WRITE_ACP"],
] as const;

const PERMISSIONS: ReadonlySet<string> = new Set(HEADERS.map(([, , permission]) => permission));

/** Whether headers ask for an ACL. */
export function hasAclHeaders(input: AclHeaders): boolean {
  return input.ACL !== undefined || hasGrantHeaders(input);
}

function hasGrantHeaders(input: AclHeaders): boolean {
  return HEADERS.some(([member]) => input[member] !== undefined);
}

/**
 * The grants that headers ask for; undefined when they ask for none. Grants in headers are the whole list: the owner
 * gets none that is not named (recorded).
 * @throws AwsError InvalidArgument, InvalidRequest, MethodNotAllowed
 */
export function grantsOfHeaders(
  world: World,
  input: AclHeaders,
  owners: AclOwners,
): readonly AclGrant[] | undefined {
  if (!hasGrantHeaders(input)) {
    return input.ACL === undefined ? undefined : cannedGrants(input.ACL, owners);
  }
  if (input.ACL !== undefined) throw cannedAclAndGrants();
  const grants: AclGrant[] = [];
  for (const [member, header, permission] of HEADERS) {
    const value = input[member];
    if (value === undefined) continue;
    for (const text of value.split(",")) {
      grants.push({ grantee: granteeOfHeader(world, header, text.trim()), permission });
    }
  }
  return checkedCount(grants);
}

/** `id="..."`, `uri="..."` or `emailAddress="..."`; clients leave the quotes out, too. */
function granteeOfHeader(world: World, header: string, text: string): string {
  const [, type, value = ""] = /^(\w+)\s*=\s*"?([^"]*)"?$/.exec(text) ?? [];
  switch (type) {
    case "id":
      if (!isCanonicalUser(world, value)) throw invalidGranteeId("id", value);
      return value;
    case "uri":
      if (!isGroup(value)) throw invalidGroupUri("uri", value);
      return value;
    case "emailAddress":
      throw emailGranteeNotAllowed();
    default:
      throw unrecognizedGrantee(header, text);
  }
}

/**
 * Source: S3 User Guide, "Access control list (ACL) overview", "Canned ACL". `log-delivery-write` is for buckets, and the
 * two for the bucket's owner are for objects; elsewhere they change nothing, which the guide says of the latter.
 * @throws AwsError InvalidArgument
 */
function cannedGrants(canned: string, { ownerId, bucketOwnerId }: AclOwners): readonly AclGrant[] {
  const owner = fullControl(ownerId);
  const more = (grantee: string, ...permissions: AclPermission[]): readonly AclGrant[] => [
    owner,
    ...permissions.map((permission) => ({ grantee, permission })),
  ];
  switch (canned) {
    case "private":
      return [owner];
    case "public-read":
      return more(ALL_USERS, "READ");
    case "public-read-write":
      return more(ALL_USERS, "READ", "WRITE");
    case "authenticated-read":
      return more(AUTHENTICATED_USERS, "READ");
    case "aws-exec-read":
      return more(EC2_USER, "READ");
    case "bucket-owner-read":
      return ownerId === bucketOwnerId ? [owner] : more(bucketOwnerId, "READ");
    case "bucket-owner-full-control":
      return ownerId === bucketOwnerId ? [owner] : more(bucketOwnerId, "FULL_CONTROL");
    case "log-delivery-write":
      return more(LOG_DELIVERY, "WRITE", "READ_ACP");
    default:
      throw unknownCannedAcl(canned);
  }
}

/**
 * The grants of a request to set an ACL, from its headers or its body; undefined when it brings none.
 * @throws AwsError as {@link grantsOfHeaders}; MalformedACLError, UnexpectedContent, AccessDenied for another owner
 */
export function grantsOfRequest(
  context: Pick<RequestContext, "world" | "http">,
  input: AclHeaders & { readonly AccessControlPolicy?: AccessControlPolicy },
  owners: AclOwners,
): readonly AclGrant[] | undefined {
  const grants = grantsOfHeaders(context.world, input, owners);
  const hasBody = input.AccessControlPolicy !== undefined || (context.http?.body.length ?? 0) > 0;
  if (!hasBody) return grants;
  if (grants !== undefined) throw unexpectedContent();
  return grantsOfBody(context.world, input.AccessControlPolicy ?? {}, owners);
}

function grantsOfBody(
  world: World,
  policy: AccessControlPolicy,
  owners: AclOwners,
): readonly AclGrant[] {
  if (policy.Owner === undefined || policy.Grants === undefined) throw malformedAcl();
  const ownerId = policy.Owner.ID ?? "";
  if (!isCanonicalUser(world, ownerId)) throw invalidGranteeId("CanonicalUser/ID", ownerId);
  const grants = policy.Grants.map((grant) => grantOfBody(world, grant));
  // An ACL does not give the resource away (assumed: AccessDenied).
  if (ownerId !== owners.ownerId) throw plainAccessDenied();
  return checkedCount(grants);
}

function grantOfBody(world: World, { Grantee: grantee, Permission }: Grant): AclGrant {
  const permission: string | undefined = Permission;
  if (permission === undefined || !isPermission(permission)) throw malformedAcl();
  switch (grantee?.Type) {
    case "CanonicalUser": {
      const id = grantee.ID ?? "";
      if (!isCanonicalUser(world, id)) throw invalidGranteeId("CanonicalUser/ID", id);
      return { grantee: id, permission };
    }
    case "Group": {
      const uri = grantee.URI ?? "";
      if (!isGroup(uri)) throw invalidGroupUri("Group/URI", uri);
      return { grantee: uri, permission };
    }
    case "AmazonCustomerByEmail":
      throw emailGranteeNotAllowed();
    default:
      throw malformedAcl();
  }
}

function isPermission(text: string): text is AclPermission {
  return PERMISSIONS.has(text);
}

/** @throws AwsError MalformedACLError, which AWS's pages do not name for it (assumed) */
function checkedCount(grants: readonly AclGrant[]): readonly AclGrant[] {
  if (grants.length > MAXIMUM_GRANTS) throw malformedAcl();
  return grants;
}

/**
 * Refuses a public ACL where BlockPublicAcls holds.
 * @param resource ARN of the bucket or object
 * @throws AwsError AccessDenied
 */
export function checkNotBlocked(
  context: RequestContext,
  bucket: Bucket,
  resource: string,
  grants: readonly AclGrant[],
): void {
  if (!isPublicAcl(grants) || !isBlocked(context.world, bucket, "BlockPublicAcls")) return;
  throw publicAclBlocked(context.principal, bucket.accountId, context.operation, resource);
}

/** The owners of a bucket's ACL. */
export function ownersOfBucket(world: World, bucket: Bucket): AclOwners {
  const ownerId = canonicalUserId(world, bucket.accountId);
  return { ownerId, bucketOwnerId: ownerId };
}

/** The owners of the ACL of an object that an account owns. */
export function ownersOfObject(world: World, bucket: Bucket, ownerAccountId: string): AclOwners {
  return {
    ownerId: canonicalUserId(world, ownerAccountId),
    bucketOwnerId: canonicalUserId(world, bucket.accountId),
  };
}
