import type { AccessNeed, ConditionKeys } from "../../authorization/model";
import type { RequestContext } from "../../world/operation";
import * as errors from "./errors";
import type { Trail } from "./model";
import { checkTrailName } from "./trail-name";

export function accountOf(context: RequestContext): string {
  const { accountId } = context.principal;
  if (accountId !== undefined) return accountId;
  throw errors.accessDenied(
    context,
    { action: `cloudtrail:${context.operation}`, resource: "*" },
    { allowed: false, denial: "implicit" },
  );
}

function trailArn(accountId: string, region: string, name: string): string {
  return `arn:aws:cloudtrail:${region}:${accountId}:trail/${name}`;
}

const TRAIL_ARN = /^arn:aws:cloudtrail:([a-z\d-]+):(\d{12}):trail\/(.+)$/;

/**
 * The ARN of the trail that a request means, there or not: a name is one of the caller's account in this Region.
 * @throws AwsError CloudTrailARNInvalidException, InvalidTrailNameException
 */
export function arnOf(context: RequestContext, reference: string | undefined): string {
  const given = reference ?? "";
  if (!given.startsWith("arn:")) {
    checkTrailName(given);
    return trailArn(accountOf(context), context.region, given);
  }
  const [, , , name] = TRAIL_ARN.exec(given) ?? [];
  if (name === undefined) throw errors.invalidTrailArn(given);
  checkTrailName(name);
  return given;
}

/** The permission for the running operation on a trail. */
export function trailNeed(
  context: RequestContext,
  reference: string | undefined,
  conditionKeys?: ConditionKeys,
): AccessNeed {
  return {
    action: `cloudtrail:${context.operation}`,
    resource: arnOf(context, reference),
    conditionKeys: { ...tagsOf(context, reference), ...conditionKeys },
  };
}

/** `aws:ResourceTag/*` of a trail that is there. */
function tagsOf(context: RequestContext, reference: string | undefined): ConditionKeys {
  const trail = context.world.cloudTrail.trail(arnOf(context, reference));
  return Object.fromEntries(
    [...(trail?.tags ?? [])].map(([name, value]) => [
      `aws:resourcetag/${name.toLowerCase()}`,
      value,
    ]),
  );
}

/** The permission for an operation that no trail is named in. */
export function listNeed(context: RequestContext): AccessNeed {
  return { action: `cloudtrail:${context.operation}`, resource: "*" };
}

/**
 * A trail of the caller's account. A name finds those of this Region first, then the trails that log all Regions.
 * @throws AwsError TrailNotFoundException, CloudTrailARNInvalidException, InvalidTrailNameException
 */
export function findTrail(context: RequestContext, reference: string | undefined): Trail {
  const arn = arnOf(context, reference);
  const accountId = accountOf(context);
  const { cloudTrail } = context.world;
  const isName = reference !== arn;
  const trail =
    cloudTrail.trail(arn) ??
    (isName
      ? cloudTrail
          .trailsSeenIn(accountId, context.region)
          .find(({ isMultiRegion, name }) => isMultiRegion && name === reference)
      : undefined);
  // Trails of other accounts are none of the caller's.
  if (trail?.accountId === accountId) return trail;
  throw errors.noSuchTrail(arn, accountId);
}

/**
 * A trail that is about to be changed, which is done in its home Region alone.
 * @throws AwsError as `findTrail`, and InvalidHomeRegionException
 */
export function findTrailAtHome(context: RequestContext, reference: string | undefined): Trail {
  const trail = findTrail(context, reference);
  if (trail.homeRegion === context.region) return trail;
  throw errors.invalidHomeRegion(trail.arn, context.region);
}
