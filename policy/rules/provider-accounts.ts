import { defineRule } from "../define-rule";
import { isDefaultProvider, providerOf } from "../program/accounts";
import { spokesmanOf } from "../program/bucket";
import { accountsOf, areTwoAccounts } from "../program/pair-accounts";
import type { Program } from "../program/program";
import { type Replication, type ReplicationRule, rulesOf } from "../program/replications";
import { destinationAccountOf } from "../program/rule-facts";
import type { PolicyResource } from "../resource";
import type { PolicyViolation } from "../rule";
import { UNKNOWN } from "../values";

/**
 * The provider of each side.
 * @see https://www.pulumi.com/registry/packages/aws/installation-configuration/
 */
export const providerAccounts = defineRule({
  id: "provider-accounts",
  title: "Each account of a replication has a provider that works in no other",
  severity: "error",
  rationale:
    "A provider takes whichever credentials the environment holds. Without allowedAccountIds half of the program lands in the other half's account; aws-native looks at them only where skipCredentialsValidation is false, which is not its default.",
  fix: 'Make one provider for each account, with allowedAccountIds: ["<its account>"] (aws-native: skipCredentialsValidation: false too), and give it to every resource of that account.',
  references: {},
  settings: {},
  check: (program) =>
    rulesOf(program).flatMap(([rule, replication]) => problems(program, rule, replication)),
});

function problems(
  program: Program,
  rule: ReplicationRule,
  replication: Replication,
): PolicyViolation[] {
  const accounts = accountsOf(program, replication, rule);
  const [vault, ...others] = rule.destinations;
  const vaultResource = vault === undefined || others.length > 0 ? undefined : spokesmanOf(vault);
  const isCrossing =
    areTwoAccounts(accounts) === true ||
    // A rule names the vault's owner because it is another.
    (typeof destinationAccountOf(rule) === "string" && accounts.source === undefined);
  const named = destinationAccountOf(rule);
  const sides = [replication.resource, ...(vaultResource === undefined ? [] : [vaultResource])];
  return [
    ...(isCrossing ? sides.flatMap((side) => providerProblems(program, side)) : []),
    ...(vaultResource !== undefined &&
    typeof named === "string" &&
    accounts.vault !== undefined &&
    accounts.vault !== named
      ? [
          {
            resource: replication.resource,
            message: `${rule.label} says that its vault is in account ${named}, and the vault's provider works in ${accounts.vault}.`,
          },
        ]
      : []),
  ];
}

function providerProblems(program: Program, side: PolicyResource): PolicyViolation[] {
  const provider = providerOf(program, side);
  if (provider === undefined) return [];
  const { allowedAccountIds, isChecked, resource } = provider;
  if (allowedAccountIds === UNKNOWN) return [];
  // One that the stack's config ties to an account is as good as an explicit one.
  if (isDefaultProvider(resource) && allowedAccountIds.length === 0) {
    const message = "It is made by the default provider, which works in whatever account it finds.";
    return [{ resource: side, severity: "warning", message }];
  }
  if (allowedAccountIds.length === 0) {
    return [{ resource, severity: "warning", message: "It has no allowedAccountIds." }];
  }
  if (allowedAccountIds.length > 1) {
    const message = `It is allowed in ${allowedAccountIds.length} accounts: ${allowedAccountIds.join(", ")}.`;
    return [{ resource, severity: "warning", message }];
  }
  if (isChecked !== false) return [];
  return [
    {
      resource,
      message: "Its allowedAccountIds do not count: skipCredentialsValidation is not false.",
    },
  ];
}
