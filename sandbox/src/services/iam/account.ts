import type {
  CreateAccountAliasRequest,
  DeleteAccountAliasRequest,
  GetAccountSummaryResponse,
  ListAccountAliasesRequest,
  ListAccountAliasesResponse,
  SummaryKeyType,
} from "@aws-sdk/client-iam";
import type { Operation } from "../../world/operation";
import { accountNeed, accountOf } from "./access";
import * as errors from "./errors";
import { present, QUOTAS } from "./input-rules";

export const createAccountAlias: Operation<CreateAccountAliasRequest, void> = {
  access: (_input, context) => accountNeed(context),
  handle(input, context) {
    const alias = present(input.AccountAlias, "accountAlias");
    if (!/^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$/.test(alias)) {
      throw errors.validation(
        "accountAlias",
        alias,
        "Member must satisfy regular expression pattern: ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$",
      );
    }
    const { iam, accounts } = context.world;
    const isTaken = [...accounts.keys()].some(
      (accountId) => accountId !== accountOf(context) && iam.account(accountId).alias === alias,
    );
    if (isTaken) throw errors.aliasExists(alias);
    iam.account(accountOf(context)).alias = alias;
  },
};

export const deleteAccountAlias: Operation<DeleteAccountAliasRequest, void> = {
  access: (_input, context) => accountNeed(context),
  handle(input, context) {
    const account = context.world.iam.account(accountOf(context));
    const alias = present(input.AccountAlias, "accountAlias");
    if (account.alias !== alias) throw errors.noSuchAlias(alias);
    account.alias = undefined;
  },
};

export const listAccountAliases: Operation<ListAccountAliasesRequest, ListAccountAliasesResponse> =
  {
    access: (_input, context) => accountNeed(context),
    handle(_input, context) {
      const { alias } = context.world.iam.account(accountOf(context));
      return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false };
    },
  };

/** Counts of what the sandbox has, and the quotas it holds to. */
export const getAccountSummary: Operation<object, GetAccountSummaryResponse> = {
  access: (_input, context) => accountNeed(context),
  handle(_input, context) {
    const { users, roles, groups, policies } = context.world.iam.account(accountOf(context));
    const summary: Partial<Record<SummaryKeyType | "Roles", number>> = {
      Users: users.size,
      Roles: roles.size,
      Groups: groups.size,
      GroupsPerUserQuota: QUOTAS.groupsPerUser,
      GroupPolicySizeQuota: QUOTAS.groupInlineCharacters,
      AttachedPoliciesPerGroupQuota: QUOTAS.attachedPolicies,
      Policies: policies.size,
      AccessKeysPerUserQuota: QUOTAS.accessKeys,
      AttachedPoliciesPerRoleQuota: QUOTAS.attachedPolicies,
      AttachedPoliciesPerUserQuota: QUOTAS.attachedPolicies,
      PolicySizeQuota: QUOTAS.managedPolicyCharacters,
      UserPolicySizeQuota: QUOTAS.userInlineCharacters,
      VersionsPerPolicyQuota: QUOTAS.policyVersions,
    } as Partial<Record<SummaryKeyType | "Roles", number>>;
    return { SummaryMap: summary as Record<string, number> };
  },
};
