import { MalformedPolicy } from "./malformed-policy";
import type { CompiledPolicy } from "./model";
import { statementsOf } from "./statement";
import type { NamedPrincipal, Statement } from "./statement";

/**
 * What AWS does when a resource policy is saved: it looks up each user and role that is named and keeps its unique id.
 * A principal that is deleted and made again under the same name is another one, and the policy goes on naming the dead
 * one. Source: IAM User Guide, "AWS JSON policy elements: Principal".
 */

/** Finds a user or role by ARN, by unique id or by a session's ARN; `unknown` for an account that the sandbox does not have. */
export type PrincipalLookup = (named: string) => { readonly id: string } | "missing" | "unknown";

/** @throws MalformedPolicy when a named user or role does not exist */
export function bindPrincipals(policy: CompiledPolicy, lookup: PrincipalLookup): CompiledPolicy {
  return {
    ...policy,
    statements: statementsOf(policy).map((statement): Statement => ({
      ...statement,
      principals: statement.principals?.map((named) => bindOne(named, lookup)),
    })),
  };
}

function bindOne(named: NamedPrincipal, lookup: PrincipalLookup): NamedPrincipal {
  const written = lookedUp(named);
  if (written === undefined) return named;
  const found = lookup(written);
  if (found === "missing") {
    throw new MalformedPolicy(
      "invalid-principal",
      "Invalid principal in policy",
      `"AWS":"${written}"`,
    );
  }
  if (found === "unknown" || named.kind === "session") return named;
  return { kind: "unique-id", id: found.id, written };
}

/**
 * What has to be there: a user or role, an id, which is not once its user or role is gone, and the role of a session. The
 * names of sessions and of federated users are not looked up. Sources: re:Post, "iam-resource-policy-format"; measured on AWS in
 * https://dev.classmethod.jp/articles/resource-base-policy-invalid-principal-error/.
 */
function lookedUp(named: NamedPrincipal): string | undefined {
  if (named.kind === "identity") return named.arn;
  if (named.kind === "unique-id") return named.written;
  return named.kind === "session" && named.arn.includes(":assumed-role/") ? named.arn : undefined;
}

/**
 * The document as AWS gives it back: users and roles by their ARNs, those that are gone by their unique ids, and several
 * principals of a list in an order of AWS's own, which is always the same here but not that of the writer. Else as written.
 */
export function shownPolicyText(
  policy: CompiledPolicy,
  arnOf: (uniqueId: string) => string | undefined,
): string {
  const names = new Map<string, string>();
  for (const { principals = [] } of statementsOf(policy)) {
    for (const named of principals) {
      if (named.kind === "unique-id") names.set(named.written, arnOf(named.id) ?? named.id);
    }
  }
  const shown = JSON.stringify(shownValue(policy.document, names, false));
  return shown === JSON.stringify(policy.document) ? policy.text : shown;
}

/** Replaces and orders only inside principals: the same ARN in a resource or a condition stays. */
function shownValue(value: unknown, names: ReadonlyMap<string, string>, inside: boolean): unknown {
  if (typeof value === "string") return inside ? (names.get(value) ?? value) : value;
  if (Array.isArray(value)) {
    const items = inside ? inOwnOrder(value) : value;
    return items.map((item) => shownValue(item, names, inside));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      shownValue(item, names, inside || key === "Principal" || key === "NotPrincipal"),
    ]),
  );
}

/** By the end of the text, so that neither the order of the writer nor that of the alphabet is kept by chance for long. */
function inOwnOrder(principals: readonly unknown[]): string[] {
  return principals.map(reversed).sort().reverse().map(reversed);
}

function reversed(principal: unknown): string {
  return [...String(principal)].reverse().join("");
}
