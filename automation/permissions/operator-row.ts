import type { WarningCode } from "../warning-codes";
import type { OperatorFacts } from "./operator-facts";

/** The commands that need rights at AWS. `retry` needs those of `backfill`. */
export const OPERATOR_COMMANDS = [
  "preview",
  "up",
  "backfill",
  "verify",
  "prove",
  "relock",
  "jobs",
  "watch",
  "approve",
  "cancel",
  "priority",
  "lineage",
  "doctor",
  "doctor --canary",
  "destroy",
] as const;

/** One of them. */
export type OperatorCommand = (typeof OPERATOR_COMMANDS)[number];

/** Rights of one kind on one kind of resource. */
export interface OperatorRow {
  /** Of the statement. */
  readonly sid: string;
  readonly side: "source" | "vault";
  /** Why they are needed. */
  readonly why: string;
  readonly actions: Partial<Record<OperatorCommand, readonly string[]>>;
  /** Commands that go on without it, and tell in a finding what they could not look at. The doctor does so without any. */
  readonly goesOn?: readonly OperatorCommand[];
  /** What AWS's own providers ask for beside, and the sandbox's stand-ins for them do not: no test shows that they are needed. */
  readonly ofProviders?: Partial<Record<OperatorCommand, readonly string[]>>;
  /** Puts back what was lost: no first `up` asks for it. */
  readonly isRestoring?: boolean;
  /** Where a command goes on without it and ends with 0: the code of the warning that names the action. */
  readonly warnings?: Partial<Record<OperatorCommand, WarningCode>>;
  /** None: the statement is left out. */
  readonly resources: (facts: OperatorFacts) => readonly string[];
}
