import type { CreateTrailRequest, CreateTrailResponse } from "@aws-sdk/client-cloudtrail";
import { requestTagKeys } from "../../authorization/request-tags";
import type { Operation } from "../../world/operation";
import { accountOf, arnOf, trailNeed } from "./access";
import * as errors from "./errors";
import { DEFAULT_SELECTORS, type Trail } from "./model";
import { shownSettings } from "./shown-trail";
import { putTags } from "./tags";
import { checkDestination, keyArnOf } from "./trail-destination";
import { refuseUnserved } from "./unserved-settings";

/** Cannot be raised. Source: CloudTrail User Guide, "Quotas in AWS CloudTrail". */
const TRAILS_QUOTA = 5;

/** A new trail does not log yet: StartLogging begins it. */
export const createTrail: Operation<CreateTrailRequest, CreateTrailResponse> = {
  access: (input, context) => [trailNeed(context, input.Name, requestTagKeys(input.TagsList))],
  handle(input, context) {
    refuseUnserved(input);
    const { cloudTrail } = context.world;
    const accountId = accountOf(context);
    const name = input.Name ?? "";
    if (name.startsWith("arn:")) throw errors.invalidTrailName("A new trail is given a name.");
    const arn = arnOf(context, name);
    if (cloudTrail.trail(arn) !== undefined) throw errors.trailExists(name, accountId);
    const seen = cloudTrail.trailsSeenIn(accountId, context.region);
    if (seen.length >= TRAILS_QUOTA) {
      throw errors.tooManyTrails(accountId, TRAILS_QUOTA, context.region);
    }
    const includesGlobalServices = input.IncludeGlobalServiceEvents ?? true;
    const isMultiRegion = input.IsMultiRegionTrail ?? false;
    checkScope(isMultiRegion, includesGlobalServices);
    const bucketName = input.S3BucketName ?? "";
    const destination = {
      bucketName,
      prefix: input.S3KeyPrefix || undefined,
      kmsKeyArn: keyArnOf(context, accountId, bucketName, input.KmsKeyId),
    };
    checkDestination(context.world, { arn, accountId }, destination);
    const tags = new Map<string, string>();
    putTags(tags, input.TagsList);
    const trail: Trail = {
      ...destination,
      name,
      arn,
      accountId,
      homeRegion: context.region,
      createdEpochMs: context.nowEpochMs,
      includesGlobalServices,
      isMultiRegion,
      validatesLogFiles: input.EnableLogFileValidation ?? false,
      recordsDeliveries: input.RecursiveLogging ?? true,
      selectors: DEFAULT_SELECTORS,
      tags,
      logging: { isOn: false },
      delivery: {},
    };
    cloudTrail.add(trail);
    return shownSettings(trail);
  },
};

/** @throws AwsError InvalidParameterCombinationException: a trail of all Regions has the global services */
export function checkScope(isMultiRegion: boolean, includesGlobalServices: boolean): void {
  if (!isMultiRegion || includesGlobalServices) return;
  throw errors.invalidParameters(
    "Multi-Region trail must include global service events: IncludeGlobalServiceEvents cannot be false.",
  );
}
