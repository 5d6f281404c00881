/**
 * An answer that is about the caller's keys or clock says nothing of what was asked for: it must not become a finding of a
 * version, a rule or a guard. Such a request is sent again, with keys had anew or the clock set right; what goes on being
 * refused stops the run.
 */
import type { FinalizeRequestMiddleware, MiddlewareStack } from "@smithy/types";
import {
  awsFailure,
  clockSkewed,
  credentialsUnusable,
  isClockRefusal,
  isKeysRefusal,
  type LockstepError,
} from "../errors";
import { dateOf } from "./aws-date";
import { rememberRequest } from "./request-facts";

/** A client of any service, as far as its keys and its clock go. */
export interface KeyedClient {
  readonly middlewareStack: unknown;
  readonly config: {
    /** The SDK's, which keeps what it got until shortly before that expires. */
    readonly credentials: (options: { readonly forceRefresh: boolean }) => Promise<unknown>;
    /** What the SDK adds to the machine's time when it signs, in milliseconds; it learns it from each answer. */
    readonly systemClockOffset: number;
  };
}

/** Keys that have expired before the time that was told with them: had anew, they may be good. */
const EXPIRED = new Set(["ExpiredToken", "ExpiredTokenException"]);

/**
 * From here on a clock differs, as the SDK has it. AWS itself refuses what was signed 5 (IAM, STS) or 15 (S3) minutes off.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
const SKEW_MS = 4 * 60 * 1000;

/** The clock of the machine may be set forth and back meanwhile. */
const MAX_REPEATS = 2;

/**
 * Has each attempt at a request sent again where AWS refuses its keys or its time.
 *
 * The SDK corrects its clock by the answer, but gives up where the machine's own time was right after all, as after it was
 * set while a command ran.
 * @throws (from requests) LockstepError `CredentialsUnusable`, `ClockSkewed`
 */
export function retryRefusedKeys(client: KeyedClient): void {
  let renewedEpochMs = -Infinity;
  /** Once for all requests that were on their way. By the machine's time. */
  const renew = async (sentEpochMs: number): Promise<void> => {
    if (sentEpochMs < renewedEpochMs) return;
    await client.config.credentials({ forceRefresh: true });
    renewedEpochMs = Date.now();
  };
  const again: FinalizeRequestMiddleware<object, object> = (next, context) => async (args) => {
    for (let repeats = 0; ; repeats++) {
      const sentEpochMs = Date.now();
      const signedEpochMs = sentEpochMs + client.config.systemClockOffset;
      try {
        return await next(args);
      } catch (error) {
        // What is made of it here tells what was asked, too.
        rememberRequest(error, context.commandName ?? "", args.input);
        const reason = refusal(error, signedEpochMs);
        if (reason === undefined) throw error;
        const isExpired = EXPIRED.has(awsFailure(error)?.code ?? "");
        const mayRepeat = isExpired ? repeats === 0 : reason.code === "ClockSkewed";
        if (!mayRepeat || repeats === MAX_REPEATS || isStream(args.request)) throw reason;
        if (isExpired) await renew(sentEpochMs);
      }
    }
  };
  const stack = client.middlewareStack as MiddlewareStack<object, object>;
  stack.addRelativeTo(again, {
    relation: "before",
    toMiddleware: "httpSigningMiddleware",
    name: "retryRefusedKeys",
  });
}

/**
 * What an answer says of the caller's keys or clock; undefined where it is about what was asked for. That to a HEAD has no code:
 * its date tells.
 */
function refusal(error: unknown, signedEpochMs: number): LockstepError | undefined {
  if (isKeysRefusal(error)) return credentialsUnusable(error);
  if (isClockRefusal(error)) return clockSkewed(error);
  if (awsFailure(error)?.httpStatus !== 403) return undefined;
  const answeredEpochMs = dateOf((error as { $response?: object }).$response ?? {});
  const isSkewed =
    answeredEpochMs !== undefined && Math.abs(answeredEpochMs - signedEpochMs) >= SKEW_MS;
  return isSkewed ? clockSkewed(error) : undefined;
}

/** What was read once cannot be sent again. */
function isStream(request: unknown): boolean {
  const { body } = request as { readonly body?: unknown };
  return typeof body === "object" && body !== null && "pipe" in body;
}
