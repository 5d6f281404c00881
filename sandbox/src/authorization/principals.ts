import { MalformedPolicy } from "./malformed-policy";
import type { Grant, Principal } from "./model";
import type { NamedPrincipal } from "./statement";

const STRENGTH: Readonly<Record<Grant, number>> = { account: 1, identity: 2, session: 3 };

/** The stronger of two matches. */
export function strongerGrant(one: Grant | undefined, other: Grant | undefined): Grant | undefined {
  if (one === undefined) return other;
  if (other === undefined) return one;
  return STRENGTH[one] >= STRENGTH[other] ? one : other;
}

/** Reads `Principal` or `NotPrincipal`. @throws MalformedPolicy */
export function parsePrincipals(element: unknown, field: string): readonly NamedPrincipal[] {
  if (element === "*") return [{ kind: "everyone" }];
  if (typeof element !== "object" || element === null || Array.isArray(element)) {
    throw invalidPrincipal(field, JSON.stringify(element));
  }
  const named: NamedPrincipal[] = [];
  for (const [type, value] of Object.entries(element)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const text of values) {
      if (typeof text !== "string" || text === "") throw invalidPrincipal(type, String(text));
      named.push(parsePrincipal(type, text));
    }
  }
  if (named.length === 0) throw invalidPrincipal(field, "{}");
  return named;
}

function parsePrincipal(type: string, text: string): NamedPrincipal {
  switch (type) {
    case "AWS":
      return parseAwsPrincipal(text);
    case "Service":
      // "*" is not a service; names are compared without case by AWS's own validators.
      if (!/^[\w.-]+\.[\w.-]+$/.test(text)) throw invalidPrincipal(type, text);
      return { kind: "service", name: text.toLowerCase() };
    case "Federated":
      return { kind: "federated", provider: text };
    case "CanonicalUser":
      return { kind: "other", text };
    default:
      throw invalidPrincipal(type, text);
  }
}

function parseAwsPrincipal(text: string): NamedPrincipal {
  if (text === "*") return { kind: "everyone" };
  if (/^\d{12}$/.test(text)) return { kind: "account", accountId: text };
  const account = /^arn:aws:iam::(\d{12}):root$/.exec(text);
  if (account?.[1] !== undefined) return { kind: "account", accountId: account[1] };
  // Wildcards inside a principal's ARN are not allowed; only the whole element may be `*`.
  if (/^arn:aws:iam::\d{12}:(user|role)\/[^*?]+$/.test(text)) {
    return { kind: "identity", arn: text };
  }
  if (/^arn:aws:sts::\d{12}:assumed-role\/[^/*?]+\/[^/*?]+$/.test(text)) {
    return { kind: "session", arn: text };
  }
  if (/^arn:aws:sts::\d{12}:federated-user\/[^/*?]+$/.test(text)) {
    return { kind: "session", arn: text };
  }
  if (/^(AROA|AIDA)[A-Z0-9]{12,}$/.test(text)) {
    return { kind: "unique-id", id: text, written: text };
  }
  throw invalidPrincipal("AWS", text);
}

function invalidPrincipal(type: string, text: string): MalformedPolicy {
  return new MalformedPolicy(
    "invalid-principal",
    "Invalid principal in policy",
    `"${type}":"${text}"`,
  );
}

/** How `Principal` names the caller; undefined when it does not. */
export function matchPrincipals(
  named: readonly NamedPrincipal[],
  caller: Principal,
): Grant | undefined {
  let best: Grant | undefined;
  for (const principal of named) best = strongerGrant(best, matchOne(principal, caller));
  return best;
}

function matchOne(named: NamedPrincipal, caller: Principal): Grant | undefined {
  switch (named.kind) {
    case "everyone":
      return "identity";
    case "account":
      return isOfAccount(caller, named.accountId) ? "account" : undefined;
    case "identity":
      return caller.principalArn === named.arn && isIdentity(caller) ? "identity" : undefined;
    case "session":
      return caller.arn === named.arn ? "session" : undefined;
    case "unique-id":
      return uniqueId(caller) === named.id ? "identity" : undefined;
    case "service":
      return caller.kind === "service" && caller.arn.toLowerCase() === named.name
        ? "identity"
        : undefined;
    case "federated":
      return caller.kind === "web-identity" && caller.arn === named.provider
        ? "identity"
        : undefined;
    case "other":
      return undefined;
  }
}

/**
 * Whether `NotPrincipal` spares the caller. AWS wants the whole chain listed: the account, the user or role, and for a
 * role its session; else the statement reaches the caller through the part that is missing.
 * Source: IAM User Guide, "AWS JSON policy elements: NotPrincipal".
 */
export function isExcepted(named: readonly NamedPrincipal[], caller: Principal): boolean {
  const has = (test: (principal: NamedPrincipal) => boolean) => named.some(test);
  if (has((principal) => principal.kind === "everyone")) return true;
  if (caller.kind === "service" || caller.kind === "web-identity")
    return matchPrincipals(named, caller) !== undefined;
  const account = has((one) => one.kind === "account" && isOfAccount(caller, one.accountId));
  if (caller.kind === "root") return account;
  const identity = has((one) => matchOne(one, caller) === "identity");
  const session = has((one) => matchOne(one, caller) === "session");
  return account && identity && (caller.kind === "user" || session);
}

function isOfAccount(caller: Principal, accountId: string): boolean {
  return caller.accountId === accountId;
}

function isIdentity(caller: Principal): boolean {
  return caller.kind === "user" || caller.kind === "role-session";
}

/** `AROA...` or `AIDA...` without the session's name; of a federated user that of the user behind it. */
export function uniqueId(caller: Principal): string {
  if (caller.issuerId !== undefined) return caller.issuerId;
  const [id = ""] = caller.userId.split(":");
  return id;
}
