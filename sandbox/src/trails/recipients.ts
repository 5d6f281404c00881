import type { ApiCall } from "../services/cloudtrail/api-call";
import { findVersion } from "../services/s3/access/object-access";
import type { Bucket } from "../services/s3/store/model";
import type { World } from "../world/world";
import { apiResource } from "./api-event";

/** Whose trails an event is for. */
export interface Recipients {
  /** The account that called; absent for AWS's own services and for callers without credentials. */
  readonly caller?: string;
  /** The account that owns what was asked for, where the event is told to it. */
  readonly owner?: string;
}

/**
 * "CloudTrail always delivers object-level API access logs to the requester. In addition, CloudTrail also delivers the same
 * logs to the bucket owner only if the bucket owner owns or has permissions for those same API actions on that object."
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html (cross-account scenarios)
 */
export function recipientsOf(world: World, call: ApiCall): Recipients {
  const caller = call.principal.accountId;
  if (call.service !== "s3") return { caller, owner: apiResource(world, call)?.accountId };
  const bucket = bucketOf(world, call);
  if (bucket === undefined || !isToldToOwner(world, bucket, call)) return { caller };
  return { caller, owner: bucket.accountId };
}

/** The bucket that a call of S3 names, as far as it is there. */
export function bucketOf(world: World, call: ApiCall): Bucket | undefined {
  const name = call.service === "s3" ? call.request.labels["Bucket"] : undefined;
  return name === undefined ? undefined : world.s3.findBucket(name);
}

function isToldToOwner(world: World, bucket: Bucket, call: ApiCall): boolean {
  const { Key: key } = call.request.labels;
  // Without ACLs the bucket's owner owns every object.
  if (key === undefined || bucket.objectOwnership === "BucketOwnerEnforced") return true;
  const versionId = call.request.query.get("versionId") ?? undefined;
  const version = findVersion(bucket, key, versionId);
  if (version === undefined || version.ownerAccountId === bucket.accountId) return true;
  const owner = world.accounts.get(bucket.accountId)?.canonicalUserId;
  return (version.acl ?? []).some(
    ({ grantee, permission }) => grantee === owner && permission === "FULL_CONTROL",
  );
}
