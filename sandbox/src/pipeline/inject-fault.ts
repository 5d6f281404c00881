import { worldAsOf, worldWithReplicationAsOf } from "../world/world-as-of";
import type { Clock } from "../time/clock";
import type { FaultPlan, FaultRule } from "../faults/faults";
import type { ServiceName } from "../world/service-name";
import type { World } from "../world/world";
import type { RawRequest } from "./raw-request";
import type { Route } from "./route";
import type { ReadSignature } from "./signature-facts";
import * as errors from "./wire-errors";

/** How an answer reaches the client when it does not simply reach it. */
export type Delivery =
  /** Not at all; the connection stays open. */
  | { readonly kind: "never" }
  /** Not at all; the connection is reset. */
  | { readonly kind: "reset" }
  | { readonly kind: "slow"; readonly bytesPerSecond: number };

/** Thrown in the place of carrying a request out, when there is to be no answer either. */
export class NotCarriedOut extends Error {
  constructor(readonly delivery: Delivery) {
    super("A fault kept the request from being carried out.");
    this.name = "NotCarriedOut";
  }
}

const DEFAULT_SKEW_MS = 20 * 60 * 1000;

/** The fault that hits a request, if one does. The account is that of the access key, which is not verified yet. */
export function chooseFault(
  plan: FaultPlan,
  world: World,
  service: ServiceName,
  route: Route,
  signature: ReadSignature,
): FaultRule | undefined {
  const accountId =
    signature.outcome === "read" || signature.outcome === "version-2"
      ? world.iam.credential(signature.facts.accessKeyId)?.principal.accountId
      : undefined;
  return plan.hit({
    service,
    operation: route.operation.name,
    accountId,
    accountName: accountId === undefined ? undefined : world.accounts.get(accountId)?.name,
    bucket: service === "s3" ? route.labels["Bucket"] : undefined,
    key: service === "s3" ? route.labels["Key"] : undefined,
  });
}

/**
 * What a fault does before a request is carried out.
 * @throws AwsError that is the answer; NotCarriedOut when there is none
 */
export function failBefore(fault: FaultRule, service: ServiceName, request: RawRequest): void {
  switch (fault.effect) {
    case "throttle":
      throw errors.throttled(service);
    case "internal-error":
      throw errors.serviceFailure(service);
    case "service-unavailable":
      throw errors.serviceUnavailable(service);
    case "expired-credentials": {
      const token =
        request.headers["x-amz-security-token"] ?? request.query.get("X-Amz-Security-Token") ?? "";
      throw errors.expiredToken(service, token);
    }
    case "time-out":
      throw new NotCarriedOut({ kind: "never" });
    case "reset-before":
      throw new NotCarriedOut({ kind: "reset" });
    case "clock-skew":
    case "time-out-after":
    case "reset-after":
    case "stale-read":
    case "slow-body":
      return;
  }
}

/** How far the sandbox's clock is ahead for a request that a fault hits, in milliseconds. */
export function skewOf(fault: FaultRule): number {
  return fault.effect === "clock-skew" ? (fault.skewMs ?? DEFAULT_SKEW_MS) : 0;
}

/** The world in which signing times are checked. To be read only. */
export function worldAtSkewedTime(world: World, fault: FaultRule): World {
  const skewMs = skewOf(fault);
  if (skewMs === 0) return world;
  const clock = Object.assign(Object.create(world.clock) as Clock, {
    nowEpochMs: () => world.clock.nowEpochMs() + skewMs,
  });
  // Whose clock is wrong is wrong by every clock.
  const settings = { ...world.settings, acceptsMachineTime: false };
  return Object.create(world, {
    clock: { value: clock },
    settings: { value: settings },
  }) as World;
}

/** What a fault does to the answer of a request that was carried out. */
export function deliveryAfter(fault: FaultRule): Delivery | undefined {
  switch (fault.effect) {
    case "time-out-after":
      return { kind: "never" };
    case "reset-after":
      return { kind: "reset" };
    case "slow-body":
      return { kind: "slow", bytesPerSecond: fault.bytesPerSecond ?? 1 };
    default:
      return undefined;
  }
}

/** The world that an operation sees: the real one, unless it is to be answered late. */
export function worldSeenBy(
  world: World,
  service: ServiceName,
  operation: string,
  fault: FaultRule | undefined,
): World {
  if (fault?.effect === "stale-read") return worldAsOf(world, fault.staleMs ?? 0);
  const delayMs = world.settings.replicationConfigurationDelayMs;
  return delayMs > 0 && service === "s3" && operation === "GetBucketReplication"
    ? worldWithReplicationAsOf(world, delayMs)
    : world;
}
