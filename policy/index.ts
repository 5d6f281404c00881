/**
 * Rules for immutable copies, for any Pulumi program: a program's resources in, findings out. Knows neither components nor
 * driver; reads what a preview, a state or an analyzer tells.
 */
export { checkProgram, readPolicyConfig, type PolicyConfig } from "./check-program";
export { stackPolicies } from "./pack/stack-policies";
export type { Bucket } from "./program/bucket";
export { Program } from "./program/program";
export type { PolicyResource } from "./resource";
export { readProgram } from "./read/read-program";
export { type RawResource, readResource } from "./read/raw-resource";
export {
  PolicyInputError,
  type PolicyFinding,
  type PolicyProblem,
  type PolicyReferences,
  type PolicyRule,
  type PolicySeverity,
  type PolicyViolation,
  type RuleSettings,
  type SettingsRead,
} from "./rule";
export { POLICY_RULES } from "./rules";
export {
  UNKNOWN,
  type PropertyRecord,
  type PropertyValue,
  type Read,
  type Unknown,
} from "./values";
