import { MalformedPolicy } from "./malformed-policy";
import type { CompiledPolicy } from "./model";
import { statementsOf } from "./statement";
import type { NamedPrincipal, Statement } from "./statement";

/**
 * What AWS does when a resource policy is saved: it looks up each user and role that is named and keeps its unique id.
 * A principal that is deleted and made again under the same name is another one, and the policy goes on naming the dead
 * one. Source: IAM User Guide, "AWS JSON policy elements: Principal".
 */

/** Finds the unique id of a user or role; `unknown` for an account that the sandbox does not have. */
export type PrincipalLookup = (arn: string) => string | "missing" | "unknown";

/** @throws MalformedPolicy when a named user or role does not exist */
export function bindPrincipals(policy: CompiledPolicy, lookup: PrincipalLookup): CompiledPolicy {
  const statements = statementsOf(policy);
  const isBindable = statements.some((one) =>
    one.principals?.some((named) => named.kind === "identity"),
  );
  if (!isBindable) return policy;
  return {
    ...policy,
    statements: statements.map((statement): Statement => ({
      ...statement,
      principals: statement.principals?.map((named) => bindOne(named, lookup)),
    })),
  };
}

function bindOne(named: NamedPrincipal, lookup: PrincipalLookup): NamedPrincipal {
  if (named.kind !== "identity") return named;
  const id = lookup(named.arn);
  if (id === "unknown") return named;
  if (id === "missing") {
    throw new MalformedPolicy(
      "invalid-principal",
      "Invalid principal in policy",
      `"AWS":"${named.arn}"`,
    );
  }
  return { kind: "unique-id", id, arn: named.arn };
}

/**
 * The document as AWS gives it back: users and roles that are gone are shown by their unique ids, and several principals of
 * a list come in an order of AWS's own, which is always the same here but not that of the writer.
 */
export function shownPolicyText(
  policy: CompiledPolicy,
  isAlive: (uniqueId: string) => boolean,
): string {
  const dead = new Map<string, string>();
  for (const statement of statementsOf(policy)) {
    for (const named of statement.principals ?? []) {
      if (named.kind === "unique-id" && named.arn !== undefined && !isAlive(named.id)) {
        dead.set(named.arn, named.id);
      }
    }
  }
  const hasLists = statementsOf(policy).some(
    (statement) => (statement.principals ?? []).length > 1,
  );
  if (dead.size === 0 && !hasLists) return policy.text;
  return JSON.stringify(shownValue(policy.document, dead, false));
}

/** Replaces and orders only inside principals: the same ARN in a resource or a condition stays. */
function shownValue(value: unknown, dead: ReadonlyMap<string, string>, inside: boolean): unknown {
  if (typeof value === "string") return inside ? (dead.get(value) ?? value) : value;
  if (Array.isArray(value)) {
    const items = inside ? inOwnOrder(value) : value;
    return items.map((item) => shownValue(item, dead, inside));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      shownValue(item, dead, inside || key === "Principal" || key === "NotPrincipal"),
    ]),
  );
}

/** By the end of the text, so that neither the order of the writer nor that of the alphabet is kept by chance for long. */
function inOwnOrder(principals: readonly unknown[]): unknown[] {
  const reversed = (principal: unknown): string => [...String(principal)].reverse().join("");
  return [...principals].sort((one, other) => (reversed(one) < reversed(other) ? 1 : -1));
}
