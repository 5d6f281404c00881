import * as errors from "./errors";

/**
 * How SNS retries deliveries over http(s). Nothing leaves the sandbox, so a policy is kept and shown only.
 * Source of the defaults: SNS Developer Guide, "Amazon SNS message delivery retries".
 */
const DEFAULT_HTTP = {
  defaultHealthyRetryPolicy: {
    minDelayTarget: 20,
    maxDelayTarget: 20,
    numRetries: 3,
    numMaxDelayRetries: 0,
    numNoDelayRetries: 0,
    numMinDelayRetries: 0,
    backoffFunction: "linear",
  },
  disableSubscriptionOverrides: false,
  defaultRequestPolicy: { headerContentType: "text/plain; charset=UTF-8" },
};

/** @throws AwsError InvalidParameter; the text is assumed */
export function requireDeliveryPolicy(text: string): void {
  if (httpOf(text) === undefined) {
    throw errors.invalidParameter("DeliveryPolicy: Policy must be a JSON object with http");
  }
}

/** `EffectiveDeliveryPolicy`: what a topic's own policy says, and the defaults for the rest. */
export function effectiveDeliveryPolicy(text: string | undefined): string {
  const own = text === undefined ? undefined : httpOf(text);
  const http = {
    ...DEFAULT_HTTP,
    ...own,
    defaultHealthyRetryPolicy: {
      ...DEFAULT_HTTP.defaultHealthyRetryPolicy,
      ...own?.defaultHealthyRetryPolicy,
    },
    defaultRequestPolicy: { ...DEFAULT_HTTP.defaultRequestPolicy, ...own?.defaultRequestPolicy },
  };
  return JSON.stringify({ http });
}

function httpOf(text: string): Partial<typeof DEFAULT_HTTP> | undefined {
  try {
    const { http } = JSON.parse(text) as { http?: Partial<typeof DEFAULT_HTTP> };
    return typeof http === "object" && http !== null ? http : undefined;
  } catch {
    return undefined;
  }
}
