import type {
  DescribeTrailsRequest,
  DescribeTrailsResponse,
  GetTrailRequest,
  GetTrailResponse,
  ListTrailsRequest,
  ListTrailsResponse,
} from "@aws-sdk/client-cloudtrail";
import type { Operation } from "../../world/operation";
import { accountOf, arnOf, findTrail, listNeed, trailNeed } from "./access";
import * as errors from "./errors";
import { shownTrail } from "./shown-trail";

const PAGE_COUNT = 100;

/** All trails of the Region, or the named ones of them that are there. */
export const describeTrails: Operation<DescribeTrailsRequest, DescribeTrailsResponse> = {
  access: (_input, context) => [listNeed(context)],
  handle(input, context) {
    const { cloudTrail } = context.world;
    const accountId = accountOf(context);
    const withShadows = input.includeShadowTrails ?? true;
    const all = withShadows
      ? cloudTrail.trailsSeenIn(accountId, context.region)
      : cloudTrail.trailsAt(accountId, context.region);
    const wanted = input.trailNameList ?? [];
    if (wanted.length === 0) return { trailList: all.map(shownTrail) };
    const arns = new Set(wanted.map((one) => arnOf(context, one)));
    const found = all.filter((trail) => arns.has(trail.arn) || wanted.includes(trail.name));
    return { trailList: found.map(shownTrail) };
  },
};

export const getTrail: Operation<GetTrailRequest, GetTrailResponse> = {
  access: (input, context) => [trailNeed(context, input.Name)],
  handle: (input, context) => ({ Trail: shownTrail(findTrail(context, input.Name)) }),
};

/** Trails of the account in every Region. */
export const listTrails: Operation<ListTrailsRequest, ListTrailsResponse> = {
  access: (_input, context) => [listNeed(context)],
  handle(input, context) {
    const accountId = accountOf(context);
    const own = context.world.cloudTrail.trails.filter((trail) => trail.accountId === accountId);
    const from = input.NextToken === undefined ? 0 : readToken(input.NextToken);
    const end = from + PAGE_COUNT;
    return {
      Trails: own.slice(from, end).map(({ arn, name, homeRegion }) => ({
        TrailARN: arn,
        Name: name,
        HomeRegion: homeRegion,
      })),
      NextToken: end < own.length ? Buffer.from(`from:${end}`).toString("base64") : undefined,
    };
  },
};

function readToken(token: string): number {
  const match = /^from:(\d+)$/.exec(Buffer.from(token, "base64").toString("latin1"));
  if (match?.[1] === undefined) throw errors.invalidToken();
  return Number(match[1]);
}
