/** One thing that the doctor finds: what, where, what comes of it, and the way out. */

import { FINDING_KINDS, type FindingId, type FindingKind } from "./kinds";

/** The members of the event `finding`, which are stable; the words of `message` and `fix` are not. */
export interface FindingFields {
  /** A stable name of its kind. `docs/doctor.md` has all. */
  id: FindingId;
  /** `error`: something does not work as promised. `warning`: it may not. `info`: to know. */
  severity: FindingKind["severity"];
  /** Twelve digits: in whose account. */
  account: string;
  /** ARN or name. */
  resource: string;
  /** What was found, and what comes of it. */
  message: string;
  /** What to change, as one can paste it, and whether `lockstep up` does it. */
  fix: string;
}

/** Where something was found. */
export interface FoundAt {
  readonly account: string;
  readonly resource: string;
}

/**
 * A finding of a kind.
 * @param what was found there, without a full stop
 * @param fix as one would write it by hand
 */
export function finding(
  id: FindingId,
  { account, resource }: FoundAt,
  what: string,
  fix: string,
): FindingFields {
  const { severity, up, why } = FINDING_KINDS[id];
  return {
    id,
    severity,
    account,
    resource,
    message: `${what}. What comes of it: ${why}.`,
    fix: up === "yes" ? `\`lockstep up\` does it. By hand: ${fix}` : fix,
  };
}

/** A fact that could not be read, as a finding: with what to allow. */
export function notChecked(
  at: FoundAt,
  what: string,
  { action, unreadable }: { readonly action: string; readonly unreadable: string },
): FindingFields {
  const statement = { Effect: "Allow", Action: action, Resource: at.resource };
  return finding(
    "not-checked",
    at,
    `${what} cannot be looked at: ${action} is refused (${unreadable})`,
    `add to the policy of the account's credentials: ${JSON.stringify(statement)}`,
  );
}

/** Every fact of these that could not be read. */
export function unreadables(facts: object, of: string, at: FoundAt): readonly FindingFields[] {
  return Object.entries(facts).flatMap(([name, fact]: [string, unknown]) =>
    isUnreadable(fact) ? [notChecked(at, `${WORDS[name] ?? name} ${of}`, fact)] : [],
  );
}

/** Whether it stands for something that could not be read. */
export function isUnreadable(
  value: unknown,
): value is { readonly action: string; readonly unreadable: string } {
  return typeof value === "object" && value !== null && "unreadable" in value;
}

/** Members of facts, as people call them. */
const WORDS: Readonly<Record<string, string>> = {
  attached: "attached policies",
  boundary: "the permissions boundary",
  facts: "the state",
  grants: "the ACL",
  objectLock: "Object Lock",
  publicAccess: "the public access block",
  replicatesInto: "replication",
  requestPayment: "who pays for requests",
  rotates: "rotation",
};
