import type { OperatorFacts } from "../operator-facts";
import type { OperatorRow } from "../operator-row";
import { BRIDGED_PROVIDER_REMOVES_ROLE, MAKES_ROLE, READS_ROLE, REMOVES_ROLE } from "./actions";

/** A role in the account of a vault that jobs work as. */
export interface JobRole {
  /** In the names of its statements, as in `LookAtRelockRole`. */
  readonly name: string;
  /** It in words, as in `the role that locks are extended as`. */
  readonly what: string;
  readonly resources: (facts: OperatorFacts) => readonly string[];
}

/** Rights on such a role, as on every one: it is made, read back and removed with the stack. */
export function jobRoleRows({ name, resources, what }: JobRole): readonly OperatorRow[] {
  return [
    {
      sid: `LookAt${name}`,
      side: "vault",
      why: `${what} is held against what was deployed`,
      resources,
      actions: {
        preview: ["iam:GetRole", "iam:GetRolePolicy"],
        up: READS_ROLE,
        backfill: READS_ROLE,
        verify: READS_ROLE,
        relock: READS_ROLE,
        doctor: READS_ROLE,
      },
      ofProviders: { preview: ["iam:ListAttachedRolePolicies", "iam:ListRolePolicies"] },
    },
    {
      sid: `Make${name}`,
      side: "vault",
      why: `${what} is made and put back as deployed`,
      resources,
      actions: {
        up: MAKES_ROLE,
      },
      ofProviders: { up: ["iam:UpdateRole"] },
    },
    {
      sid: `Remove${name}`,
      side: "vault",
      why: `${what} goes with the stack`,
      resources,
      actions: { destroy: ["iam:GetRole", ...REMOVES_ROLE] },
      ofProviders: { destroy: BRIDGED_PROVIDER_REMOVES_ROLE },
    },
  ];
}
