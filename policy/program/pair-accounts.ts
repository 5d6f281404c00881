import { UNKNOWN } from "../values";
import { accountInArn, accountOf } from "./accounts";
import { spokesmanOf } from "./bucket";
import type { Program } from "./program";
import type { Replication, ReplicationRule } from "./replications";
import { roleNamed } from "./roles";
import { destinationAccountOf } from "./rule-facts";

/** Whose the two sides of a rule are; absent where nothing tells it. */
export interface RuleAccounts {
  readonly source: string | undefined;
  readonly vault: string | undefined;
}

/** The replication role is always in the source's account. */
export function accountsOf(
  program: Program,
  replication: Replication,
  rule: ReplicationRule,
): RuleAccounts {
  const { role: roleArn, resource, roleProperty } = replication;
  const role = roleNamed(program, resource, roleProperty, roleArn);
  const [vault, ...others] = rule.destinations;
  const named = destinationAccountOf(rule);
  const vaultResource = vault === undefined || others.length > 0 ? undefined : spokesmanOf(vault);
  return {
    source:
      (typeof roleArn === "string" ? accountInArn(roleArn) : undefined) ??
      accountOf(program, resource) ??
      (role === undefined ? undefined : accountOf(program, role)),
    vault:
      (vaultResource === undefined ? undefined : accountOf(program, vaultResource)) ??
      (named === UNKNOWN ? undefined : named),
  };
}

/** Whether the sides of a rule are two accounts; undefined where that is not told. */
export function areTwoAccounts({ source, vault }: RuleAccounts): boolean | undefined {
  return source === undefined || vault === undefined ? undefined : source !== vault;
}
