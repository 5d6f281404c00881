import type { ServiceCoverage } from "../../coverage-model";

export const coverage: ServiceCoverage = {
  operations: {
    GetCallerIdentity: { state: "done", evidence: "API" },
    AssumeRole: {
      state: "partial",
      note: "`Tags`, `TransitiveTagKeys`, `SourceIdentity`, MFA and `ProvidedContexts` are refused by name",
      evidence: "API",
    },
    GetSessionToken: {
      state: "partial",
      note: "AWS's limit on IAM calls with such a session is not enforced",
      evidence: "API",
    },
    GetAccessKeyInfo: { state: "done", evidence: "API" },
  },
  rules: [],
};
