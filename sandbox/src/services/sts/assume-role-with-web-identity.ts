import type {
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
} from "@aws-sdk/client-sts";
import type { Principal } from "../../authorization/model";
import type { Operation, RequestContext } from "../../world/operation";
import type { IdentityProvider } from "../iam/model";
import { resourceTagKeys } from "../iam/tags";
import * as errors from "./errors";
import { checkName, checkRoleArn, checkSeconds, checkSourceIdentity } from "./input-checks";
import { packedPolicySize, sessionPolicies } from "./session-policies";
import { type IdentityClaims, readToken, verifySignature } from "./web-identity-token";
import { sessionCredentials } from "./session-credentials";

const DEFAULT_SECONDS = 3600;
const MINIMUM_SECONDS = 900;
const MAXIMUM_SECONDS = 43_200;

/**
 * Whoever a token vouches for takes on a role. The request is not signed: what counts is the token, and the trust policy of the
 * role, which names the provider of its own account as `Federated` and looks at the token's claims by the provider's name.
 * In which order AWS looks at provider, audience, keys, signature and time is assumed.
 * Source: STS API reference, AssumeRoleWithWebIdentity; IAM User Guide, "Available keys for AWS OIDC federation".
 */
export const assumeRoleWithWebIdentity: Operation<
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse
> = {
  access(input, context) {
    const roleArn = checkRoleArn(input.RoleArn);
    const sessionName = checkName(input.RoleSessionName, "roleSessionName");
    checkDuration(input.DurationSeconds);
    if (input.ProviderId !== undefined) {
      throw errors.notImplemented("OAuth 2.0 access tokens of AssumeRoleWithWebIdentity");
    }
    const { claims, provider } = verifiedIdentity(input, roleArn, context);
    checkSourceIdentity(claims.sourceIdentity);
    const role = context.world.iam.roleByArn(roleArn);
    const caller: Principal = {
      kind: "web-identity",
      arn: provider.arn,
      principalArn: provider.arn,
      userId: `${provider.arn}:${claims.aud}:${claims.sub}`,
    };
    const actions = ["sts:AssumeRoleWithWebIdentity"];
    if (claims.sourceIdentity !== undefined) actions.push("sts:SetSourceIdentity");
    for (const action of actions) {
      const decision = context.world.decide(caller, {
        action,
        resource: roleArn,
        resourceAccountId: roleArn.split(":")[4],
        resourcePolicy: role && context.world.iam.trustOf(role),
        resourcePolicyMode: "required",
        conditionKeys: {
          ...context.globalConditionKeys,
          ...(role && resourceTagKeys(role.tags)),
          ...claimKeys(provider.url, claims),
          "sts:rolesessionname": sessionName,
          "sts:sourceidentity": claims.sourceIdentity,
        },
      });
      if (!decision.allowed) throw errors.webIdentityDenied();
    }
    return [];
  },
  handle(input, context) {
    const roleArn = checkRoleArn(input.RoleArn);
    const role = context.world.iam.roleByArn(roleArn);
    if (role === undefined) throw errors.webIdentityDenied();
    const durationSeconds = checkDuration(input.DurationSeconds);
    if (durationSeconds > role.maxSessionDurationSeconds) throw errors.durationExceedsRole();
    const { claims, provider } = verifiedIdentity(input, roleArn, context);
    const session = context.world.iam.createSession(role, {
      name: checkName(input.RoleSessionName, "roleSessionName"),
      durationSeconds,
      policies: sessionPolicies(input, context),
      sourceIdentity: claims.sourceIdentity,
      federatedProvider: provider.arn,
    });
    role.lastUsed = { epochMs: context.nowEpochMs, region: context.region };
    return {
      Credentials: sessionCredentials(session),
      SubjectFromWebIdentityToken: claims.sub,
      AssumedRoleUser: { AssumedRoleId: session.principal.userId, Arn: session.principal.arn },
      PackedPolicySize: packedPolicySize(input),
      Provider: provider.arn,
      Audience: claims.aud,
      SourceIdentity: claims.sourceIdentity,
    };
  },
};

/** @throws AwsError InvalidIdentityToken, ExpiredTokenException */
function verifiedIdentity(
  input: AssumeRoleWithWebIdentityRequest,
  roleArn: string,
  { nowEpochMs, world }: RequestContext,
): { readonly claims: IdentityClaims; readonly provider: IdentityProvider } {
  if (input.WebIdentityToken === undefined) throw errors.required("webIdentityToken");
  const token = readToken(input.WebIdentityToken);
  const { claims } = token;
  const provider = providerOf(claims.iss, roleArn.split(":")[4] ?? "", world);
  if (provider === undefined) throw errors.noIdentityProvider(claims.iss);
  if (!provider.clientIds.has(claims.aud)) throw errors.wrongAudience();
  verifySignature(token, world.settings.identityProviderKeys[claims.iss]);
  const nowEpochSeconds = Math.floor(nowEpochMs / 1000);
  if (nowEpochSeconds >= claims.expiresEpochSeconds) {
    throw errors.identityTokenExpired(nowEpochSeconds, claims.expiresEpochSeconds);
  }
  return { claims, provider };
}

/** A role trusts only providers of its own account. */
function providerOf(
  issuer: string,
  accountId: string,
  world: RequestContext["world"],
): IdentityProvider | undefined {
  const url = issuer.replace(/^https:\/\//, "");
  const arn = `arn:aws:iam::${accountId}:oidc-provider/${url}`;
  return world.iam.account(accountId).identityProviders.get(arn);
}

function claimKeys(url: string, { amr, aud, oaud, sub }: IdentityClaims) {
  const prefix = url.toLowerCase();
  return {
    [`${prefix}:aud`]: aud,
    [`${prefix}:sub`]: sub,
    ...(oaud !== undefined && { [`${prefix}:oaud`]: oaud }),
    ...(amr !== undefined && { [`${prefix}:amr`]: amr }),
  };
}

function checkDuration(seconds = DEFAULT_SECONDS): number {
  return checkSeconds(seconds, MINIMUM_SECONDS, MAXIMUM_SECONDS);
}
