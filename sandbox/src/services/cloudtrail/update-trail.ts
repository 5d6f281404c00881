import type {
  DeleteTrailRequest,
  DeleteTrailResponse,
  UpdateTrailRequest,
  UpdateTrailResponse,
} from "@aws-sdk/client-cloudtrail";
import type { Operation } from "../../world/operation";
import { findTrailAtHome, trailNeed } from "./access";
import { checkScope } from "./create-trail";
import { shownSettings } from "./shown-trail";
import { checkDestination, keyArnOf } from "./trail-destination";
import { refuseUnserved } from "./unserved-settings";

/** What a request does not name stays as it is; an empty prefix or key is taken away. */
export const updateTrail: Operation<UpdateTrailRequest, UpdateTrailResponse> = {
  access: (input, context) => [trailNeed(context, input.Name)],
  handle(input, context) {
    refuseUnserved(input);
    const trail = findTrailAtHome(context, input.Name);
    const includesGlobalServices = input.IncludeGlobalServiceEvents ?? trail.includesGlobalServices;
    const isMultiRegion = input.IsMultiRegionTrail ?? trail.isMultiRegion;
    checkScope(isMultiRegion, includesGlobalServices);
    const bucketName = input.S3BucketName ?? trail.bucketName;
    const destination = {
      bucketName,
      prefix: input.S3KeyPrefix === undefined ? trail.prefix : input.S3KeyPrefix || undefined,
      kmsKeyArn:
        input.KmsKeyId === undefined
          ? trail.kmsKeyArn
          : keyArnOf(context, trail.accountId, bucketName, input.KmsKeyId),
    };
    checkDestination(context.world, trail, destination);
    Object.assign(trail, destination, {
      includesGlobalServices,
      isMultiRegion,
      validatesLogFiles: input.EnableLogFileValidation ?? trail.validatesLogFiles,
      recordsDeliveries: input.RecursiveLogging ?? trail.recordsDeliveries,
    } satisfies Partial<typeof trail>);
    context.world.cloudTrail.changes.publish({ kind: "updated", trail });
    return shownSettings(trail);
  },
};

/** What it has written stays. */
export const deleteTrail: Operation<DeleteTrailRequest, DeleteTrailResponse> = {
  access: (input, context) => [trailNeed(context, input.Name)],
  handle(input, context) {
    context.world.cloudTrail.remove(findTrailAtHome(context, input.Name));
    return {};
  },
};
