import type { PolicyConfig, PolicyResource, PolicySeverity } from "../../policy";

/** What a rule has to say of a program. */
export interface RuleCase {
  /** What is special about the program. */
  readonly title: string;
  readonly resources: readonly PolicyResource[];
  /** Settings of the rule that is tested. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of all rules, as they are given. */
  readonly config?: PolicyConfig;
}

/** One that violates the rule. */
export interface FailingCase extends RuleCase {
  readonly severity: PolicySeverity;
  /** Name of the resource that has to change. */
  readonly at: string;
  /** What the message says. */
  readonly message: RegExp;
}

/** The cases of one rule; each kind is needed. */
export interface CasesOfRule {
  readonly pass: readonly RuleCase[];
  readonly fail: readonly FailingCase[];
  /** What the rule looks at is known after the deployment only. */
  readonly unknown: readonly RuleCase[];
}
