import type {
  GetEventSelectorsRequest,
  GetEventSelectorsResponse,
  PutEventSelectorsRequest,
  PutEventSelectorsResponse,
} from "@aws-sdk/client-cloudtrail";
import type { Operation } from "../../world/operation";
import { findTrail, findTrailAtHome, trailNeed } from "./access";
import { checkAdvancedSelectors } from "./advanced-selector-rules";
import { checkBasicSelectors } from "./basic-selector-rules";
import * as errors from "./errors";
import type { Trail, TrailSelectors } from "./model";

/** Takes the place of all selectors of either kind. */
export const putEventSelectors: Operation<PutEventSelectorsRequest, PutEventSelectorsResponse> = {
  access: (input, context) => [trailNeed(context, input.TrailName)],
  handle(input, context) {
    const trail = findTrailAtHome(context, input.TrailName);
    trail.selectors = checkedSelectors(input);
    return shownSelectors(trail);
  },
};

export const getEventSelectors: Operation<GetEventSelectorsRequest, GetEventSelectorsResponse> = {
  access: (input, context) => [trailNeed(context, input.TrailName)],
  handle: (input, context) => shownSelectors(findTrail(context, input.TrailName)),
};

/** @throws AwsError InvalidEventSelectorsException */
function checkedSelectors(input: PutEventSelectorsRequest): TrailSelectors {
  const { AdvancedEventSelectors: advanced, EventSelectors: basic } = input;
  if ((advanced === undefined) === (basic === undefined)) {
    throw errors.invalidSelectors("Either EventSelectors or AdvancedEventSelectors must be given.");
  }
  return advanced === undefined
    ? { kind: "basic", selectors: checkBasicSelectors(basic ?? []) }
    : { kind: "advanced", selectors: checkAdvancedSelectors(advanced) };
}

function shownSelectors({ arn, selectors }: Trail): GetEventSelectorsResponse {
  return selectors.kind === "basic"
    ? { TrailARN: arn, EventSelectors: [...selectors.selectors] }
    : { TrailARN: arn, AdvancedEventSelectors: [...selectors.selectors] };
}
