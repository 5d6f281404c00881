import type { GetFederationTokenRequest, GetFederationTokenResponse } from "@aws-sdk/client-sts";
import type { Operation } from "../../world/operation";
import * as errors from "./errors";
import { checkName, checkSeconds } from "./input-checks";
import { packedPolicySize, sessionPolicies } from "./session-policies";
import { checkTags, sessionTagKeys, tagsOfSession } from "./session-tags";
import { sessionCredentials } from "./session-credentials";

const DEFAULT_SECONDS = 43_200;
const MINIMUM_SECONDS = 900;
const MAXIMUM_SECONDS = 129_600;

/**
 * A session of a federated user: what both the calling user's policies and the session's allow. Without a session policy
 * only resource policies that name the federated user let it do anything.
 * Source: STS API reference, GetFederationToken; IAM User Guide, "Permissions for GetFederationToken".
 */
export const getFederationToken: Operation<GetFederationTokenRequest, GetFederationTokenResponse> =
  {
    access(input, context) {
      const { principal } = context;
      const name = checkName(input.Name, "name", 32);
      checkTags(input);
      if (principal.kind !== "user" && principal.kind !== "root") {
        throw errors.sessionCannotCall(context.operation);
      }
      if (principal.issuedEpochMs !== undefined) throw errors.sessionCannotCall(context.operation);
      const resource = `arn:aws:sts::${principal.accountId}:federated-user/${name}`;
      const conditionKeys = sessionTagKeys(input);
      const needs = [{ action: "sts:GetFederationToken", resource, conditionKeys }];
      if ((input.Tags ?? []).length > 0) {
        needs.push({ action: "sts:TagSession", resource, conditionKeys });
      }
      return needs;
    },
    handle(input, context) {
      if (context.principal.kind === "root") {
        throw errors.notImplemented("GetFederationToken of a root user");
      }
      const session = context.world.iam.createFederatedSession(context.principal, {
        name: checkName(input.Name, "name", 32),
        durationSeconds: checkSeconds(
          input.DurationSeconds ?? DEFAULT_SECONDS,
          MINIMUM_SECONDS,
          MAXIMUM_SECONDS,
        ),
        policies: sessionPolicies(input, context) ?? [],
        tags: tagsOfSession(input, context.principal).tags,
      });
      return {
        Credentials: sessionCredentials(session),
        FederatedUser: { FederatedUserId: session.principal.userId, Arn: session.principal.arn },
        PackedPolicySize: packedPolicySize(input),
      };
    },
  };
