/** What of a first `up` the credentials are refused. Pure. */

import { sessionRoleArn } from "../../aws/session-role";
import type { Fact } from "../../guard/facts";
import { finding, type FindingFields, type FoundAt } from "../finding";
import type { OperatorRefusal, Refuser } from "../read/operator";

/** Why nobody can say what a caller may do. */
export function judgeUnknownOperator(why: string, at: FoundAt): FindingFields {
  const what = `what a first \`up\` is refused to ${at.resource} cannot be simulated: ${why}`;
  return finding("operator-not-simulated", at, what, "run it as a role that may ask about itself");
}

/** @param at the caller */
export function judgeOperator(
  refusals: Fact<readonly OperatorRefusal[]>,
  at: FoundAt,
): readonly FindingFields[] {
  if ("unreadable" in refusals) {
    const { action, unreadable } = refusals;
    // Policies name the role, not its session.
    const Resource = sessionRoleArn(at.resource) ?? at.resource;
    const statement = { Effect: "Allow", Action: action, Resource };
    const what = `what a first \`up\` is refused to ${at.resource} cannot be simulated: ${action} is refused (${unreadable})`;
    const fix = `add to its policy: ${JSON.stringify(statement)}`;
    return [finding("operator-not-simulated", at, what, fix)];
  }
  const kinds = new Set(refusals.value.map(({ by, isCertain }) => `${by} ${String(isCertain)}`));
  return [...kinds].map((kind) =>
    ofKind(
      refusals.value.filter(({ by, isCertain }) => kind === `${by} ${String(isCertain)}`),
      at,
    ),
  );
}

/** Refusals by one of those who can refuse, all of them certain, or none. */
function ofKind(refusals: readonly OperatorRefusal[], at: FoundAt): FindingFields {
  const { by, isCertain } = refusals[0] as OperatorRefusal;
  const actions = [...new Set(refusals.map(({ action }) => action))].sort();
  const resources = [...new Set(refusals.map(({ resource }) => resource))].sort();
  const policies = [...new Set(refusals.flatMap((refusal) => refusal.policies))];
  const named = policies.length === 0 ? "" : ` (${policies.join(", ")})`;
  const id = isCertain ? "operator-denied" : "operator-maybe-denied";
  const verb = VERBS[by][isCertain ? "certain" : "maybe"];
  const what = `${WHO[by](at.resource)}${named} ${verb} ${actions.join(", ")} on ${resources.join(", ")}, says IAM's policy simulator`;
  const allow = JSON.stringify({ Effect: "Allow", Action: actions, Resource: resources });
  const except = JSON.stringify({
    Condition: { ArnNotLike: { "aws:PrincipalArn": [at.resource] } },
  });
  return finding(id, at, what, FIXES[by](allow, except));
}

const WHO: Readonly<Record<Refuser, (caller: string) => string>> = {
  organization: () => "a service control policy of the organization",
  boundary: (caller) => `the permissions boundary of ${caller}`,
  statement: (caller) => `a Deny in the policies of ${caller}`,
  "nobody-allows": (caller) => `no policy of ${caller}`,
};

const VERBS: Readonly<Record<Refuser, Readonly<Record<"certain" | "maybe", string>>>> = {
  organization: { certain: "refuses", maybe: "may refuse" },
  boundary: { certain: "does not allow", maybe: "may not allow" },
  statement: { certain: "refuses", maybe: "may refuse" },
  "nobody-allows": { certain: "allows", maybe: "allows" },
};

const FIXES: Readonly<Record<Refuser, (allow: string, except: string) => string>> = {
  organization: (allow, except) =>
    `add to the Deny that hits it: ${except}; where none allows it: ${allow}`,
  boundary: (allow) => `in the boundary: ${allow}`,
  statement: (_allow, except) => `take the actions out of the Deny, or add to it: ${except}`,
  "nobody-allows": (allow) =>
    `add to its policy: ${allow}; \`lockstep policies --operator\` writes all that \`up\` needs`,
};
