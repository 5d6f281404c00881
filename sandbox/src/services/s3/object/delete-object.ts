import type { DeleteObjectOutput, DeleteObjectRequest } from "@aws-sdk/client-s3";
import { mergedKeys } from "../../../authorization/merged-keys";
import type { AccessNeed } from "../../../authorization/model";
import type { Operation, RequestContext } from "../../../world/operation";
import { objectNeed } from "../access/access";
import { hasAcls } from "../acl/acl";
import { bypassNeedsObjectLock, notImplemented, protectedByObjectLock } from "../errors";
import type { Bucket, ObjectVersion } from "../store/model";
import { requestKeys, versionNeed } from "../access/object-access";
import { checkDeleteCondition } from "./object-conditions";
import { writerOf } from "../store/new-version";
import { mayDeleteVersion } from "../lock/object-lock";
import { checkedVersionId, required } from "./object-request";
import { NULL_VERSION_ID, removeVersion, storeDeleteMarker } from "../store/store-version";

/** One deletion, of DeleteObject or of an entry of DeleteObjects. */
export interface Deletion {
  readonly key: string;
  readonly versionId?: string;
  readonly ifMatch?: string;
  readonly bypassGovernance: boolean;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: Operation<DeleteObjectRequest, DeleteObjectOutput> = {
  access(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    return needsOfDeletion(context, bucket, deletionOf(input));
  },

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    refuseUnsupported(input);
    checkBypassHeader(bucket, input.BypassGovernanceRetention);
    const { versionId, isDeleteMarker } = carryOutDeletion(context, bucket, deletionOf(input));
    return { VersionId: versionId, ...(isDeleteMarker ? { DeleteMarker: true } : {}) };
  },
};

/** The rights that a deletion needs, but for bypassing governance: see {@link carryOutDeletion}. */
export function needsOfDeletion(
  context: RequestContext,
  bucket: Bucket,
  deletion: Deletion,
): AccessNeed[] {
  const needs = [
    versionNeed(context, bucket, deletion, ["s3:DeleteObject", "s3:DeleteObjectVersion"], {
      "s3:if-match": deletion.ifMatch,
    }),
  ];
  if (deletion.ifMatch !== undefined && deletion.ifMatch !== "*") {
    needs.push(versionNeed(context, bucket, deletion, ["s3:GetObject", "s3:GetObjectVersion"]));
  }
  return needs;
}

/**
 * Deletes, or puts a delete marker on top.
 *
 * The right to bypass governance is asked for only where the bypass would make the difference: the console sends the
 * header with every deletion, and who deletes unprotected versions needs no such right (assumed).
 * @throws AwsError AccessDenied, InvalidArgument, PreconditionFailed
 */
export function carryOutDeletion(
  context: RequestContext,
  bucket: Bucket,
  deletion: Deletion,
): { versionId?: string; isDeleteMarker: boolean; isNewMarker: boolean } {
  const { key, versionId } = deletion;
  checkDeleteCondition(bucket, key, deletion.ifMatch);
  if (versionId !== undefined) {
    const version = bucket.objects.version(key, versionId);
    if (version !== undefined) {
      checkLock(context, bucket, version, deletion.bypassGovernance);
      removeVersion(context, bucket, version);
    }
    // What is not there is deleted already.
    return {
      versionId: bucket.versioning === undefined ? undefined : versionId,
      isDeleteMarker: version?.isDeleteMarker === true,
      isNewMarker: false,
    };
  }
  if (bucket.versioning !== "Enabled") {
    const replaced = bucket.objects.version(key, NULL_VERSION_ID);
    if (replaced !== undefined) {
      checkLock(context, bucket, replaced, deletion.bypassGovernance);
      removeVersion(context, bucket, replaced);
    }
    if (bucket.versioning === undefined) return { isDeleteMarker: false, isNewMarker: false };
  }
  const marker = storeDeleteMarker(
    context,
    bucket,
    key,
    hasAcls(bucket) ? writerOf(context.principal, bucket) : bucket.accountId,
  );
  return { versionId: marker.versionId, isDeleteMarker: true, isNewMarker: true };
}

/**
 * The header has no place in a bucket without Object Lock, not even with `false` (recorded).
 * @throws AwsError InvalidArgument
 */
export function checkBypassHeader(bucket: Bucket, header: boolean | undefined): void {
  if (header !== undefined && bucket.objectLock === undefined) throw bypassNeedsObjectLock();
}

/** Whether Object Lock lets a version, or what hangs on it, be deleted. @throws AwsError AccessDenied */
export function checkLock(
  context: RequestContext,
  bucket: Bucket,
  version: ObjectVersion,
  bypassGovernance: boolean,
): void {
  const { nowEpochMs } = context;
  if (mayDeleteVersion(version, { nowEpochMs, bypassGovernance: false })) return;
  if (!mayDeleteVersion(version, { nowEpochMs, bypassGovernance })) throw protectedByObjectLock();
  context.require(bypassNeed(context, bucket, version));
}

/** The right to bypass governance mode for a version. */
export function bypassNeed(
  context: RequestContext,
  bucket: Bucket,
  version: ObjectVersion,
): AccessNeed {
  return objectNeed(
    context,
    bucket,
    version.key,
    "s3:BypassGovernanceRetention",
    mergedKeys({ "s3:versionid": version.versionId }, requestKeys(context, bucket)),
  );
}

function deletionOf(input: DeleteObjectRequest): Deletion {
  return {
    key: required(input.Key),
    versionId: checkedVersionId(input.VersionId),
    ifMatch: input.IfMatch,
    bypassGovernance: input.BypassGovernanceRetention === true,
  };
}

function refuseUnsupported(input: DeleteObjectRequest): void {
  if (input.MFA !== undefined) throw notImplemented("MFA delete", "x-amz-mfa");
  if (input.IfMatchLastModifiedTime !== undefined || input.IfMatchSize !== undefined) {
    throw notImplemented(
      "conditions on date and size of a delete, which directory buckets have",
      "x-amz-if-match-last-modified-time",
    );
  }
}
