/** Policies that others wrote: what leaves our roles out, whom they name that is gone, and keys that do not let us in. Pure. */

import type { PolicyStatement } from "../../../components/policy-documents/policy-document";
import type { RoleFacts } from "../../guard/facts";
import { listOf, type ReadStatement } from "../../guard/statement";
import type { PlacedPolicy } from "../check-policies";
import { lets, type RoleNeed } from "../deny";
import { finding, type FindingFields, type FoundAt, notChecked } from "../finding";
import { type LeftOut, leftOut, perimeterTexts } from "../perimeter";
import type { ManagedPolicy } from "../read/managed-policies";
import { refusalTexts, type RefusedBySimulation } from "../simulate-roles";

/** What is wrong with one policy that others may have written. */
export function judgePolicy(
  policy: Omit<PlacedPolicy, "path">,
  needs: readonly RoleNeed[],
  account: string,
): readonly FindingFields[] {
  const { arn: resource, of, statements } = policy;
  return [
    ...judgePerimeter(policy, needs, account),
    ...("value" in statements
      ? judgeDeadPrincipals(of, statements.value, { account, resource })
      : []),
  ];
}

/** Statements of one policy that keep roles with these needs out, surely or perhaps. */
export function judgePerimeter(
  { arn, of, statements }: Omit<PlacedPolicy, "path">,
  needs: readonly RoleNeed[],
  account: string,
): readonly FindingFields[] {
  const at: FoundAt = { account, resource: arn };
  if ("unreadable" in statements) return [notChecked(at, `the policy of ${of}`, statements)];
  const concerned = needs.filter(
    ({ resource }) => resource === arn || resource.startsWith(`${arn}/`),
  );
  return ofLeftOut(of, leftOut(statements.value, concerned), at);
}

/** One finding for each statement. */
function ofLeftOut(of: string, found: readonly LeftOut[], at: FoundAt): readonly FindingFields[] {
  const positions = [...new Set(found.map(({ position }) => position))];
  return positions.flatMap((position) => {
    const those = found.filter((one) => one.position === position);
    const id = those.some(({ isCertain }) => isCertain) ? "perimeter" : "perimeter-maybe";
    const roles = [...new Set(those.flatMap(({ roleArn, spared }) => [...spared, roleArn]))].sort();
    const patch = JSON.stringify({ Condition: { ArnNotLike: { "aws:PrincipalArn": roles } } });
    return perimeterTexts(of, those).map((text) =>
      finding(id, at, text.replace(/\.$/, ""), `add to the statement: ${patch}`),
    );
  });
}

/** Statements of a role's managed policies that refuse it what it needs. */
export function judgeManagedPolicies(
  roleArn: string,
  policies: readonly ManagedPolicy[],
  needs: readonly RoleNeed[],
  account: string,
): readonly FindingFields[] {
  return policies.flatMap(({ policyArn, statements }) => {
    const at: FoundAt = { account, resource: policyArn };
    const of = `role ${roleArn}, ${policyArn},`;
    if ("unreadable" in statements) return [notChecked(at, `the policy of ${of}`, statements)];
    return ofRole(roleArn, of, statements.value, needs, at);
  });
}

/** The same of its inline policies; that they cannot be read is told with what else is of the role. */
export function judgeInlinePolicies(
  roleArn: string,
  policies: RoleFacts["policies"],
  needs: readonly RoleNeed[],
  account: string,
): readonly FindingFields[] {
  if ("unreadable" in policies) return [];
  return policies.value.flatMap(({ name, statements }) =>
    ofRole(roleArn, `role ${roleArn}, its inline ${name},`, statements, needs, {
      account,
      resource: roleArn,
    }),
  );
}

/** Policies of a role name no principal: they are the role's own. */
function ofRole(
  roleArn: string,
  of: string,
  statements: readonly ReadStatement[],
  needs: readonly RoleNeed[],
  at: FoundAt,
): readonly FindingFields[] {
  const own = statements.map((statement) => ({ ...statement, Principal: "*" }));
  const ofIt = needs.filter((need) => need.roleArn === roleArn);
  return ofLeftOut(of, leftOut(own, ofIt), at);
}

/**
 * Unique ids that stand where a role, user or group was named that has been deleted since.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function judgeDeadPrincipals(
  of: string,
  statements: readonly ReadStatement[],
  at: FoundAt,
): readonly FindingFields[] {
  return statements.flatMap((statement, index) => {
    const dead = [statement.Principal, statement.NotPrincipal]
      .flatMap(principalTexts)
      .filter((name) => /^A(ROA|IDA|GPA)[A-Z0-9]{12,}$/.test(name));
    if (dead.length === 0) return [];
    const name = statement.Sid ?? `${index + 1}, which has no Sid,`;
    const what = `statement ${name} of the policy of ${of} names ${dead.join(", ")}, which is the unique id of a principal that is gone`;
    const fix = `put the ARN of the role in its place: {"Principal": {"AWS": "<ARN of the role>"}}; S3 and KMS then keep the id of the one that is there`;
    return [finding("dead-principal", at, what, fix)];
  });
}

function principalTexts(principal: unknown): readonly string[] {
  if (principal === undefined) return [];
  if (typeof principal !== "object" || principal === null) return listOf(principal);
  return listOf((principal as { AWS?: unknown }).AWS);
}

/** Whether the policy of a key that is given lets the replication role use it: across accounts nothing else can. */
export function judgeKeyPolicy(
  statements: readonly ReadStatement[],
  needs: readonly RoleNeed[],
  wanted: readonly PolicyStatement[],
  at: FoundAt,
): readonly FindingFields[] {
  const refused = needs.filter(
    (need) =>
      need.resource === at.resource &&
      statements.every((statement) => lets(statement, need) === "no"),
  );
  if (refused.length === 0) return [];
  const actions = [...new Set(refused.map(({ action }) => action))].join(", ");
  const roles = [...new Set(refused.map(({ roleArn }) => roleArn))].join(" and ");
  const what = `the key's policy does not let ${roles} use ${actions}`;
  return [finding("key-policy", at, what, `add to it: ${JSON.stringify(wanted)}`)];
}

/** What the organization or a boundary refuses to a role, as IAM's simulator says it. */
export function judgeSimulation(
  roleArn: string,
  refused: readonly RefusedBySimulation[] | string,
  account: string,
): readonly FindingFields[] {
  const at: FoundAt = { account, resource: roleArn };
  if (typeof refused === "string") {
    const action = "iam:SimulatePrincipalPolicy";
    const what = "what organization and boundary refuse to the role";
    return [notChecked(at, what, { action, unreadable: "AccessDenied" })];
  }
  const patch = JSON.stringify({
    Condition: { ArnNotLike: { "aws:PrincipalArn": [roleArn] } },
  });
  return refusalTexts(roleArn, refused).map((text) =>
    finding(
      "organization-denies",
      at,
      text.replace(/\.$/, ""),
      `add to the Deny that hits it: ${patch}; in a boundary: allow the actions`,
    ),
  );
}
