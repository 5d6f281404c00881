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

/** ARN of the account that owns a role, as a principal. */
export function accountOfRole(roleArn: string): string {
  const role = parseRoleArn(roleArn);
  if (role === undefined) throw new RangeError(`expected the ARN of a role, got "${roleArn}"`);
  return `arn:${role.partition}:iam::${role.accountId}:root`;
}

/** Condition that holds for this role alone. */
export function onlyRole(roleArn: string): Record<string, Record<string, string>> {
  return { ArnEquals: { "aws:PrincipalArn": roleArn } };
}

/** Condition that holds for everybody but this role. */
export function exceptRole(roleArn: string): Record<string, Record<string, string>> {
  return { ArnNotEquals: { "aws:PrincipalArn": roleArn } };
}
