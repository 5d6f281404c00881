import type { ServiceCoverage } from "../../coverage/coverage-model";

export const coverage: ServiceCoverage = {
  operations: {
    GetCallerIdentity: { state: "done", evidence: "API" },
    AssumeRole: {
      state: "partial",
      note: "MFA and `ProvidedContexts` are refused by name; the packed size is counted in plain characters (assumed)",
      evidence: "API; IAM User Guide, session tags, source identity",
    },
    AssumeRoleWithWebIdentity: {
      state: "partial",
      note: "the token's signature is verified by the keys of the setting `identityProviderKeys`; session tags in the token and OAuth 2.0 access tokens are refused by name; the order of its checks, `nbf` and the claims beside `aud`, `oaud`, `sub` and `amr` are not known or not looked at",
      evidence: "API; IAM User Guide, OIDC federation; texts of issue threads",
    },
    GetSessionToken: {
      state: "partial",
      note: "MFA is refused by name, so IAM refuses each of its sessions, as AWS does without a device",
      evidence: "API",
    },
    GetFederationToken: {
      state: "partial",
      note: "of a root user it is refused by name; AWS lets no federated user call IAM, nor STS but for GetCallerIdentity",
      evidence: "API; IAM User Guide, permissions for GetFederationToken",
    },
    DecodeAuthorizationMessage: {
      state: "done",
      note: "no service here answers encoded messages, so none is valid",
      evidence: "API",
    },
    GetAccessKeyInfo: { state: "done", evidence: "API" },
  },
  rules: [],
};
