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

/** ARNs of the accounts that own the roles, as principals, each once. */
export function accountsOfRoles(roleArns: readonly string[]): OneOrMore<string> {
  const accounts = roleArns.map((roleArn) => {
    const role = parseRoleArn(roleArn);
    if (role === undefined) throw new RangeError(`expected the ARN of a role, got "${roleArn}"`);
    return `arn:${role.partition}:iam::${role.accountId}:root`;
  });
  return oneOrMore([...new Set(accounts)]);
}

/** Condition that holds for these roles alone. */
export function onlyRoles(roleArns: readonly string[]): RoleCondition {
  return { ArnEquals: { "aws:PrincipalArn": oneOrMore(roleArns) } };
}

/** Condition that holds for everybody but these roles. */
export function exceptRoles(roleArns: readonly string[]): RoleCondition {
  return { ArnNotEquals: { "aws:PrincipalArn": oneOrMore(roleArns) } };
}
