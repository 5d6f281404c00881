import type { GetSessionTokenRequest, GetSessionTokenResponse } from "@aws-sdk/client-sts";
import type { Operation } from "../../world/operation";
import * as errors from "./errors";
import { sessionCredentials } from "./session-credentials";

const DEFAULT_SECONDS = 43_200;
const MINIMUM_SECONDS = 900;
const MAXIMUM_SECONDS = 129_600;

/** Temporary credentials of the same user; AWS asks for no permission. */
export const getSessionToken: Operation<GetSessionTokenRequest, GetSessionTokenResponse> = {
  access(_input, context) {
    const { kind, issuedEpochMs } = context.principal;
    if (kind === "role-session" || kind === "federated-user" || issuedEpochMs !== undefined) {
      throw errors.sessionCannotCall(context.operation);
    }
    return [];
  },
  handle(input, context) {
    if (input.SerialNumber !== undefined || input.TokenCode !== undefined) {
      throw errors.notImplemented("MFA devices of GetSessionToken");
    }
    const seconds = input.DurationSeconds ?? DEFAULT_SECONDS;
    if (seconds < MINIMUM_SECONDS || seconds > MAXIMUM_SECONDS) {
      throw errors.validation(
        "durationSeconds",
        String(seconds),
        `Member must have value between ${MINIMUM_SECONDS} and ${MAXIMUM_SECONDS}`,
      );
    }
    const session = context.world.iam.createUserSession(context.principal, seconds);
    return {
      Credentials: sessionCredentials(session),
    };
  },
};
