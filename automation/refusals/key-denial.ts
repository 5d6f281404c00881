/** Whether a key's policy, as it was read back, denies a principal to schedule the key's deletion. Pure. */

import { canonicalJson } from "../../components/promise/canonical-json";
import { concerns, exceptedRoles, namedPrincipals, type ReadStatement } from "../guard/statement";

const ACTION = "kms:ScheduleKeyDeletion";

/**
 * True only where it is certain: a statement denies it to everybody, on every resource, without a condition or with the one
 * that leaves roles out by their ARN, and the principal is none of those. STS does not tell the path of a role, so that a role is
 * known by its account and name; a pattern may mean any. A root user is left out: what a policy holds against one is
 * better not found out with a key.
 * @param callerArn as STS tells it
 */
export function deniesKeyDeletion(
  statements: readonly ReadStatement[],
  callerArn: string,
): boolean {
  const caller = nameOf(callerArn);
  if (caller === undefined) return false;
  return statements.some((statement) => {
    if (statement.Effect !== "Deny" || !concerns(statement, ACTION)) return false;
    if (statement.NotPrincipal !== undefined || statement.NotResource !== undefined) return false;
    if (!namedPrincipals(statement.Principal).includes("*")) return false;
    if (![statement.Resource].flat().includes("*")) return false;
    if (!hasPlainCondition(statement)) return false;
    return exceptedRoles(statement).every((pattern) => isAnother(pattern, caller));
  });
}

interface Caller {
  readonly accountId: string;
  readonly kind: "role" | "user";
  readonly name: string;
}

/** Of a session of a role, a role or a user; undefined for a root user, a federated one, and what is not understood. */
function nameOf(arn: string): Caller | undefined {
  const session = /^arn:[\w-]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn);
  const identity = /^arn:[\w-]+:iam::(\d{12}):(role|user)\/(?:.*\/)?([^/]+)$/.exec(arn);
  if (session !== null) {
    return { accountId: session[1] ?? "", kind: "role", name: session[2] ?? "" };
  }
  if (identity === null) return undefined;
  const [, accountId = "", kind = "", name = ""] = identity;
  return { accountId, kind: kind === "user" ? "user" : "role", name };
}

function isAnother(pattern: string, caller: Caller): boolean {
  if (/[*?$]/.test(pattern)) return false;
  const named = nameOf(pattern);
  if (named === undefined) return false;
  return (
    named.accountId !== caller.accountId ||
    named.kind !== caller.kind ||
    // IAM tells no two names apart by their case.
    named.name.toLowerCase() !== caller.name.toLowerCase()
  );
}

/** None, or nothing but `ArnNotLike` or `ArnNotEquals` of the principal's ARN. */
function hasPlainCondition(statement: ReadStatement): boolean {
  const { Condition } = statement;
  if (Condition === undefined || canonicalJson(Condition) === "{}") return true;
  if (typeof Condition !== "object" || Condition === null) return false;
  const operators = Object.entries(Condition as Record<string, unknown>);
  return (
    operators.length === 1 &&
    operators.every(([operator, keys]) => {
      if (operator !== "ArnNotLike" && operator !== "ArnNotEquals") return false;
      if (typeof keys !== "object" || keys === null) return false;
      const names = Object.keys(keys);
      return names.length === 1 && names[0]?.toLowerCase() === "aws:principalarn";
    })
  );
}
