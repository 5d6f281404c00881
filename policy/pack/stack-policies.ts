import type {
  PolicyConfigSchema,
  ReportViolation,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { findingsOf } from "../check-program";
import { COMMON_CONFIGURATION } from "../define-rule";
import { Program } from "../program/program";
import { PolicyInputError, type PolicyRule, type RuleSettings } from "../rule";
import { POLICY_RULES } from "../rules";
import { analyzedResources } from "./analyzed-resource";

/** In the words of `@pulumi/policy`. */
const SEVERITIES = { error: "high", warning: "medium", info: "low" } as const;

/**
 * Rules as policies of Pulumi's, for a pack of one's own: `new PolicyPack("ours", { policies: stackPolicies() })`.
 *
 * A policy of the engine has one enforcement level, and a violation of ours a severity of its own. So each rule is two policies:
 * one under its id, mandatory, with its errors, and an advisory one, its id with `-advice`, with the rest.
 * @param rules some of `POLICY_RULES`; each is configured by its id in the pack's configuration
 * @see https://www.pulumi.com/docs/insights/policy/policy-packs/authoring/
 */
export function stackPolicies(
  rules: readonly PolicyRule[] = POLICY_RULES,
): StackValidationPolicy[] {
  return rules.flatMap(policiesOf);
}

function policiesOf(rule: PolicyRule): StackValidationPolicy[] {
  // The advisory half has the settings of the rule, which the engine gives to the first of the two alone.
  let given: RuleSettings | undefined;
  const common = {
    description: `${rule.title}.`,
    displayName: rule.title,
    severity: SEVERITIES[rule.severity],
    remediationSteps: rule.fix,
  };
  return [
    {
      ...common,
      name: rule.id,
      enforcementLevel: "mandatory",
      configSchema: {
        properties: { ...COMMON_CONFIGURATION, ...rule.configuration },
      } as PolicyConfigSchema,
      validateStack: (args, report) => {
        given = settingsOf(rule, args);
        tell(rule, args, given, report, true);
      },
    },
    {
      ...common,
      name: `${rule.id}-advice`,
      enforcementLevel: "advisory",
      validateStack: (args, report) =>
        tell(rule, args, given ?? settingsOf(rule, undefined), report, false),
    },
  ];
}

function tell(
  rule: PolicyRule,
  { resources }: StackValidationArgs,
  settings: RuleSettings,
  report: ReportViolation,
  isForErrors: boolean,
): void {
  const program = new Program(analyzedResources(resources));
  for (const { fix, message, severity, urn } of findingsOf(rule, program, settings)) {
    if ((severity === "error") !== isForErrors) continue;
    report(`${message} Fix: ${fix}`, urn);
  }
}

/** @throws PolicyInputError with every mistake, which the engine shows */
function settingsOf(rule: PolicyRule, args: StackValidationArgs | undefined): RuleSettings {
  const read = rule.readSettings(withoutLevel(args?.getConfig<Record<string, unknown>>() ?? {}));
  if ("settings" in read) return read.settings;
  const problems = read.problems.map(({ message, path }) => ({
    path: path === "" ? rule.id : `${rule.id}.${path}`,
    message,
  }));
  throw new PolicyInputError("The policy configuration is wrong.", problems);
}

/** `enforcementLevel` is the engine's own. */
function withoutLevel({
  enforcementLevel: _ofEngine,
  ...settings
}: Record<string, unknown>): Record<string, unknown> {
  return settings;
}
