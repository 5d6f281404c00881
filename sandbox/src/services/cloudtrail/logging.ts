import type {
  GetTrailStatusRequest,
  GetTrailStatusResponse,
  StartLoggingRequest,
  StartLoggingResponse,
  StopLoggingRequest,
  StopLoggingResponse,
} from "@aws-sdk/client-cloudtrail";
import type { Operation } from "../../world/operation";
import { findTrail, findTrailAtHome, trailNeed } from "./access";

/** On a trail that logs already it changes nothing. */
export const startLogging: Operation<StartLoggingRequest, StartLoggingResponse> = {
  access: (input, context) => [trailNeed(context, input.Name)],
  handle(input, context) {
    const trail = findTrailAtHome(context, input.Name);
    if (trail.logging.isOn) return {};
    const { stoppedEpochMs } = trail.logging;
    trail.logging = { isOn: true, startedEpochMs: context.nowEpochMs, stoppedEpochMs };
    context.world.cloudTrail.changes.publish({ kind: "started", trail });
    return {};
  },
};

/** What has happened up to now, this call included, is still delivered. */
export const stopLogging: Operation<StopLoggingRequest, StopLoggingResponse> = {
  access: (input, context) => [trailNeed(context, input.Name)],
  handle(input, context) {
    const trail = findTrailAtHome(context, input.Name);
    if (!trail.logging.isOn) return {};
    trail.logging = {
      isOn: false,
      startedEpochMs: trail.logging.startedEpochMs,
      stoppedEpochMs: context.nowEpochMs,
      stoppedByRequestId: context.requestId,
    };
    context.world.cloudTrail.changes.publish({ kind: "stopped", trail });
    return {};
  },
};

export const getTrailStatus: Operation<GetTrailStatusRequest, GetTrailStatusResponse> = {
  access: (input, context) => [trailNeed(context, input.Name)],
  handle(input, context) {
    const { delivery, logging } = findTrail(context, input.Name);
    return {
      IsLogging: logging.isOn,
      LatestDeliveryError: delivery.logError,
      LatestDeliveryTime: dateOf(delivery.logEpochMs),
      StartLoggingTime: dateOf(logging.startedEpochMs),
      StopLoggingTime: dateOf(logging.stoppedEpochMs),
      LatestDigestDeliveryTime: dateOf(delivery.digestEpochMs),
      LatestDigestDeliveryError: delivery.digestError,
      LatestDeliveryAttemptTime: textOf(delivery.attemptEpochMs),
      LatestDeliveryAttemptSucceeded:
        delivery.logError === undefined ? textOf(delivery.attemptEpochMs) : "",
      LatestNotificationAttemptTime: "",
      LatestNotificationAttemptSucceeded: "",
      TimeLoggingStarted: textOf(logging.startedEpochMs),
      TimeLoggingStopped: textOf(logging.stoppedEpochMs),
    };
  },
};

function dateOf(epochMs: number | undefined): Date | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs);
}

/** The old members have whole seconds as text, and an empty text for never. */
function textOf(epochMs: number | undefined): string {
  return epochMs === undefined ? "" : `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
