/** Collects what a guard lost: each loss knows by which action it is restored, and so who may restore it. */

import { parseRoleArn } from "../../components/config/values";
import type { GuardLoss } from "../judge/outcome";
import type { Fact } from "./facts";
import { actionsOf, deniesAllBut, type ReadStatement } from "./statement";
import type { ALLOWS } from "./what-it-allows";

/** Of what the losses are collected: of a vault's bucket and key, or of the operations bucket beside it. */
export interface LossesOf {
  /** The vault's name. */
  readonly vault: string;
  readonly bucketArn: string;
  /** What begins the names of its protections: `operations-` for the bucket beside the vault. */
  readonly prefix: string;
  /** What a loss allows, in words. */
  readonly allows: Readonly<Record<keyof typeof ALLOWS, string>>;
  /** Actions that the live policies refuse to everybody but the break-glass role, in lower case. */
  readonly denied: ReadonlySet<string>;
}

export class Losses {
  readonly found: GuardLoss[] = [];

  constructor(private readonly of: LossesOf) {}

  get allows(): LossesOf["allows"] {
    return this.of.allows;
  }

  /**
   * @param restoredWith the action that restores it; undefined: whoever may create a bucket
   * @param about the resource, where it is not the bucket; with what only the owner can put right: how
   */
  add(
    protection: string,
    expected: unknown,
    found: unknown,
    allows: string,
    restoredWith: string | undefined,
    about: { readonly resource?: string; readonly owner?: string } = {},
  ): void {
    const byBreakGlass =
      restoredWith !== undefined && this.of.denied.has(restoredWith.toLowerCase());
    this.found.push({
      vault: this.of.vault,
      protection: `${this.of.prefix}${protection}`,
      resource: about.resource ?? this.of.bucketArn,
      expected: expected ?? null,
      found: found ?? null,
      allows,
      restoredBy: about.owner !== undefined ? "owner" : byBreakGlass ? "break-glass" : "up",
      ...(about.owner === undefined ? {} : { restore: about.owner }),
    });
  }

  /** The value of a fact; one that could not be read is a loss of its own. */
  read<Value>(
    protection: string,
    fact: Fact<Value>,
    resource?: string,
  ): { value: Value } | undefined {
    if (!("unreadable" in fact)) return fact;
    const found = { unreadable: fact.unreadable };
    this.add(protection, "readable", found, this.allows.unreadable, undefined, {
      ...(resource === undefined ? {} : { resource }),
      owner: `let the credentials of the vault account use ${fact.action}`,
    });
    return undefined;
  }
}

/**
 * Actions that live policies refuse to everybody but the break-glass role; none for that role itself.
 * @param callerRoleArn the role that the vault account's credentials are of
 */
export function deniedActions(
  breakGlassRoleArn: string | undefined,
  policies: readonly (Fact<readonly ReadStatement[] | undefined> | undefined)[],
  callerRoleArn: string | undefined,
): ReadonlySet<string> {
  if (breakGlassRoleArn === undefined) return new Set();
  if (callerRoleArn !== undefined && isSameRole(callerRoleArn, breakGlassRoleArn)) return new Set();
  const statements = policies.flatMap((policy) =>
    policy !== undefined && "value" in policy ? (policy.value ?? []) : [],
  );
  const denying = statements.filter((statement) => deniesAllBut(breakGlassRoleArn, statement));
  return new Set(denying.flatMap(actionsOf));
}

/** STS does not tell a role's path. */
function isSameRole(one: string, other: string): boolean {
  const [left, right] = [one, other].map(parseRoleArn);
  return left?.accountId === right?.accountId && left?.name === right?.name;
}
