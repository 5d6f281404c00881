import type { CreateBucketOutput, CreateBucketRequest } from "@aws-sdk/client-s3";
import type { AccessNeed } from "../../../authorization/model";
import type { Operation, RequestContext } from "../../../world/operation";
import { canonicalUserId, isPublicAcl, keptAcl } from "../acl/acl";
import { grantsOfHeaders, hasAclHeaders } from "../acl/acl-request";
import { aclConditionKeys } from "../acl/bucket-acl";
import { DEFAULT_ENCRYPTION } from "./bucket-encryption";
import { isObjectOwnership } from "./bucket-ownership-controls";
import { checkedBucketTags } from "./bucket-tagging";
import { isInNamespaceOf, isValidBucketName, NAMESPACE_END } from "./bucket-name";
import {
  bucketAlreadyExists,
  bucketAlreadyOwnedByYou,
  illegalLocationConstraint,
  invalidAclWithBlockPublicAccess,
  invalidArgument,
  invalidBucketAclWithObjectOwnership,
  invalidBucketName,
  invalidLocationConstraint,
  notImplemented,
  plainAccessDenied,
} from "../errors";
import type { Bucket } from "../store/model";
import { createObjectIndex } from "../store/object-index";
import { GLOBAL_REGION, isRegion, regionOfLocation } from "./regions";
import { wholeSecond } from "../store/whole-second";

/**
 * CreateBucket. Buckets are made as AWS makes them since April 2023: ACLs off, all public access blocked, SSE-S3.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export const createBucket: Operation<CreateBucketRequest, CreateBucketOutput> = {
  access(input, context) {
    const name = input.Bucket ?? "";
    const actions = ["s3:CreateBucket"];
    if (hasAclHeaders(input) && input.ACL !== "private") actions.push("s3:PutBucketAcl");
    if (input.ObjectLockEnabledForBucket === true) {
      actions.push("s3:PutBucketVersioning", "s3:PutBucketObjectLockConfiguration");
    }
    if (input.ObjectOwnership !== undefined) actions.push("s3:PutBucketOwnershipControls");
    if ((input.CreateBucketConfiguration?.Tags ?? []).length > 0) actions.push("s3:TagResource");
    return actions.map((action): AccessNeed => ({
      action,
      resource: `arn:aws:s3:::${name}`,
      resourceAccountId: context.principal.accountId,
      conditionKeys: {
        ...aclConditionKeys(input),
        "s3:locationconstraint": input.CreateBucketConfiguration?.LocationConstraint,
        "s3:x-amz-object-ownership": input.ObjectOwnership,
        "s3:x-amz-bucket-namespace": input.BucketNamespace,
      },
    }));
  },

  handle(input, context) {
    const name = input.Bucket ?? "";
    if (!isValidBucketName(name)) throw invalidBucketName(name);
    refuseUnserved(input);
    const region = checkedRegion(input, context);
    const objectOwnership = checkedOwnership(input);
    const tags = checkedBucketTags(input.CreateBucketConfiguration?.Tags ?? []);
    // Anonymous callers and services own nothing.
    const { accountId } = context.principal;
    if (accountId === undefined) throw plainAccessDenied();
    requireNamespace(input, accountId, region);
    const acl = checkedAcl(input, objectOwnership, accountId, context);

    const existing = context.world.s3.findBucket(name);
    if (existing !== undefined) return answerExisting(existing, accountId, tags.size > 0, context);

    context.world.s3.addBucket({
      name,
      arn: `arn:aws:s3:::${name}`,
      accountId,
      region,
      ...(input.CreateBucketConfiguration?.LocationConstraint === "EU"
        ? { locationConstraint: "EU" as const }
        : {}),
      createdEpochMs: wholeSecond(context.nowEpochMs),
      ...(input.ObjectLockEnabledForBucket === true
        ? { versioning: "Enabled" as const, objectLock: {} }
        : {}),
      encryption: DEFAULT_ENCRYPTION,
      publicAccessBlock: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
      objectOwnership,
      ...(acl === undefined ? {} : { acl }),
      ...(tags.size > 0 ? { tags } : {}),
      objects: createObjectIndex(),
      uploads: new Map(),
      stored: new Map(),
    });
    return { Location: locationOf(name, region), BucketArn: `arn:aws:s3:::${name}` };
  },
};

/** In us-east-1 alone, creating one's own bucket again succeeds and changes nothing; so tags are refused (recorded). */
function answerExisting(
  existing: Bucket,
  accountId: string,
  withTags: boolean,
  context: RequestContext,
): CreateBucketOutput {
  if (existing.accountId !== accountId) throw bucketAlreadyExists(existing.name);
  if (context.region === GLOBAL_REGION && existing.region === GLOBAL_REGION && !withTags) {
    return { Location: locationOf(existing.name, existing.region), BucketArn: existing.arn };
  }
  throw bucketAlreadyOwnedByYou(existing.name);
}

function locationOf(name: string, region: string): string {
  return region === GLOBAL_REGION ? `/${name}` : `http://${name}.s3.amazonaws.com/`;
}

function refuseUnserved(input: CreateBucketRequest): void {
  const configuration = input.CreateBucketConfiguration;
  if (configuration?.Bucket !== undefined || configuration?.Location !== undefined) {
    throw notImplemented("directory buckets");
  }
}

/**
 * A name in a regional namespace is the caller's own and is asked for as such; the global namespace has none that ends in `-an`.
 * That the refusal is InvalidBucketName is assumed.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
function requireNamespace(
  { Bucket: name = "", BucketNamespace: namespace }: CreateBucketRequest,
  accountId: string,
  region: string,
): void {
  const isRegional = namespace === "account-regional";
  const fits = isRegional
    ? isInNamespaceOf(name, accountId, region)
    : !name.endsWith(NAMESPACE_END);
  if (!fits) throw invalidBucketName(name);
}

/** A regional endpoint makes buckets of its own Region only; the one of us-east-1 is the global one. */
function checkedRegion(input: CreateBucketRequest, context: RequestContext): string {
  const constraint: string | undefined = input.CreateBucketConfiguration?.LocationConstraint;
  const endpointRegion = context.region;
  if (constraint === undefined || constraint === "") {
    if (endpointRegion !== GLOBAL_REGION) throw illegalLocationConstraint("unspecified");
    return GLOBAL_REGION;
  }
  const region = regionOfLocation(constraint);
  // A regional endpoint knows its own Region and asks no further (recorded).
  if (endpointRegion !== GLOBAL_REGION && region !== endpointRegion) {
    throw illegalLocationConstraint(constraint);
  }
  if (region === GLOBAL_REGION || !isRegion(region)) throw invalidLocationConstraint(constraint);
  return region;
}

function checkedOwnership(input: CreateBucketRequest): Bucket["objectOwnership"] {
  const ownership: string | undefined = input.ObjectOwnership;
  if (ownership === undefined) return "BucketOwnerEnforced";
  if (isObjectOwnership(ownership)) return ownership;
  throw invalidArgument(
    "x-amz-object-ownership",
    undefined,
    `Invalid x-amz-object-ownership header: ${ownership}`,
  );
}

/**
 * The ACL of the new bucket. It blocks public access, so a public ACL can never be given with its creation.
 * @throws AwsError InvalidBucketAclWithObjectOwnership, InvalidBucketAclWithBlockPublicAccessError
 */
function checkedAcl(
  input: CreateBucketRequest,
  ownership: Bucket["objectOwnership"],
  accountId: string,
  { world }: RequestContext,
): Bucket["acl"] {
  const ownerId = canonicalUserId(world, accountId);
  const grants = grantsOfHeaders(world, input, { ownerId, bucketOwnerId: ownerId });
  const acl = keptAcl(grants, ownerId);
  if (acl === undefined) return undefined;
  if (ownership === "BucketOwnerEnforced") throw invalidBucketAclWithObjectOwnership();
  if (isPublicAcl(acl)) throw invalidAclWithBlockPublicAccess();
  return acl;
}
