import type {
  DeletedObject,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
  _Error as DeleteFailure,
  ObjectIdentifier,
} from "@aws-sdk/client-s3";
import { isAwsError } from "../../../world/aws-error";
import type { Operation, RequestContext } from "../../../world/operation";
import type { Deletion } from "./delete-object";
import { carryOutDeletion, checkBypassHeader, needsOfDeletion } from "./delete-object";
import { malformedXml, noSuchVersion, notImplemented } from "../errors";
import type { Bucket } from "../store/model";
import { checkedVersionId, required } from "./object-request";
import { isVersionId } from "../store/version-id";

const MAXIMUM_OBJECTS_COUNT = 1000;

/**
 * Up to a thousand deletions in one request, each with its own rights and its own outcome; the answer is 200 whatever
 * becomes of them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export const deleteObjects: Operation<DeleteObjectsRequest, DeleteObjectsOutput> = {
  /** Rights are asked for per object, in `handle`: one refusal does not stop the others. */
  access() {
    return [];
  },

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const objects = input.Delete?.Objects ?? [];
    if (objects.length === 0 || objects.length > MAXIMUM_OBJECTS_COUNT) throw malformedXml();
    if (input.MFA !== undefined) throw notImplemented("MFA delete", "x-amz-mfa");
    checkBypassHeader(bucket, input.BypassGovernanceRetention);
    const bypassGovernance = input.BypassGovernanceRetention === true;
    const deleted: DeletedObject[] = [];
    const failures: DeleteFailure[] = [];
    for (const object of objects) {
      try {
        deleted.push(deleteOne(context, bucket, object, bypassGovernance));
      } catch (error) {
        if (!isAwsError(error)) throw error;
        failures.push({
          Key: object.Key,
          VersionId: object.VersionId,
          Code: error.code,
          Message: error.message,
        });
      }
    }
    return {
      Deleted: input.Delete?.Quiet === true ? undefined : deleted,
      Errors: failures.length === 0 ? undefined : failures,
    };
  },
};

function deleteOne(
  context: RequestContext,
  bucket: Bucket,
  object: ObjectIdentifier,
  bypassGovernance: boolean,
): DeletedObject {
  if (object.LastModifiedTime !== undefined || object.Size !== undefined) {
    throw notImplemented("conditions on date and size of a delete, which directory buckets have");
  }
  const key = required(object.Key);
  const { VersionId: versionId } = object;
  // Of DeleteObject this is an InvalidArgument (recorded).
  if (versionId !== undefined && versionId !== "" && !isVersionId(versionId)) {
    throw noSuchVersion(key, versionId);
  }
  const deletion: Deletion = {
    key,
    versionId: checkedVersionId(versionId),
    ifMatch: object.ETag,
    bypassGovernance,
  };
  for (const need of needsOfDeletion(context, bucket, deletion)) context.require(need);
  const outcome = carryOutDeletion(context, bucket, deletion);
  return {
    Key: object.Key,
    VersionId: object.VersionId,
    ...(outcome.isDeleteMarker
      ? { DeleteMarker: true, DeleteMarkerVersionId: outcome.versionId }
      : {}),
  };
}
