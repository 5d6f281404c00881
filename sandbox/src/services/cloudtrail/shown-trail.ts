import type { CreateTrailResponse, Trail as ShownTrail } from "@aws-sdk/client-cloudtrail";
import { DEFAULT_SELECTORS, type Trail } from "./model";

/** A trail as CreateTrail and UpdateTrail answer it. */
export function shownSettings(trail: Trail): CreateTrailResponse {
  return {
    Name: trail.name,
    S3BucketName: trail.bucketName,
    S3KeyPrefix: trail.prefix,
    IncludeGlobalServiceEvents: trail.includesGlobalServices,
    IsMultiRegionTrail: trail.isMultiRegion,
    TrailARN: trail.arn,
    LogFileValidationEnabled: trail.validatesLogFiles,
    KmsKeyId: trail.kmsKeyArn,
    IsOrganizationTrail: false,
    RecursiveLogging: trail.recordsDeliveries,
  };
}

/** As DescribeTrails and GetTrail answer it. */
export function shownTrail(trail: Trail): ShownTrail {
  return {
    ...shownSettings(trail),
    HomeRegion: trail.homeRegion,
    HasCustomEventSelectors: trail.selectors !== DEFAULT_SELECTORS,
    HasInsightSelectors: false,
  };
}
