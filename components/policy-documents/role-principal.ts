/**
 * How a resource policy names the replication role: the account as principal, the role by condition.
 *
 * `Principal: {AWS: <role ARN>}` is kept by AWS as the role's unique id. Delete the role and make it again, and the
 * policy names a principal that exists no more, while it looks unchanged; and saving such a policy before the role exists
 * is refused. With the account's root as principal and `aws:PrincipalArn` in the condition, either side may be deployed
 * first, and a re-created role works at once.
 *
 * The grant is no wider: the root principal stands for "whom the source account lets", the condition leaves the one role
 * of all of them. `aws:PrincipalArn` is the role's ARN, not the session's, when a role's session asks.
 * Price: whoever can make a role of this name in the source account gets the grant. They run that account's IAM already,
 * and what the grant gives is adding replicas, never removing anything.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */

import { parseRoleArn } from "../config/values";
import { oneOrMore, type OneOrMore } from "./policy-document";

type RoleCondition = Record<string, Record<string, OneOrMore<string>>>;

/** The roles of one account, and the account as principal. */
export interface RolesOfAccount {
  accountId: string;
  principalArn: string;
  roleArns: string[];
}

/**
 * The roles by the account that owns them: one Allow statement is made for each. AWS gives the principals of a statement back in
 * any order, so a list of two would look changed after a refresh. In the order of the account ids, as their ARNs are.
 */
export function rolesByAccount(roleArns: readonly string[]): RolesOfAccount[] {
  const accounts = new Map<string, RolesOfAccount>();
  for (const roleArn of inOrder(roleArns)) {
    const role = parseRoleArn(roleArn);
    if (role === undefined) throw new RangeError(`expected the ARN of a role, got "${roleArn}"`);
    const { accountId, partition } = role;
    const known = accounts.get(accountId);
    if (known !== undefined) known.roleArns.push(roleArn);
    else {
      const principalArn = `arn:${partition}:iam::${accountId}:root`;
      accounts.set(accountId, { accountId, principalArn, roleArns: [roleArn] });
    }
  }
  return [...accounts.values()];
}

/** Name of the statement for one account: as it always was where there is only one, else with the account in it. */
export function sidOfAccount(sid: string, accountId: string, accounts: readonly unknown[]): string {
  return accounts.length === 1 ? sid : `${sid}Of${accountId}`;
}

/** Condition that holds for these roles alone. */
export function onlyRoles(roleArns: readonly string[]): RoleCondition {
  return { ArnEquals: { "aws:PrincipalArn": oneOrMore(inOrder(roleArns)) } };
}

/** Condition that holds for everybody but these roles. */
export function exceptRoles(roleArns: readonly string[]): RoleCondition {
  return { ArnNotEquals: { "aws:PrincipalArn": oneOrMore(inOrder(roleArns)) } };
}

/** Condition that holds for everybody but the break-glass role; none where there is no such role. */
export function exceptBreakGlass(breakGlassRoleArn: string | undefined): RoleCondition | undefined {
  return breakGlassRoleArn === undefined ? undefined : exceptRoles([breakGlassRoleArn]);
}

/** Each once, in one order whatever the order of the config: a policy that says the same is the same text. */
function inOrder(roleArns: readonly string[]): string[] {
  return [...new Set(roleArns)].sort();
}
