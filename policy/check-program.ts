import { nameOfBucket } from "./program/bucket-names";
import { isCovered } from "./program/policy-documents";
import { Program } from "./program/program";
import type { PolicyResource } from "./resource";
import {
  type PolicyFinding,
  PolicyInputError,
  type PolicyProblem,
  type PolicyRule,
  type RuleSettings,
} from "./rule";
import { POLICY_RULES } from "./rules";

/** Settings of rules, by their ids: `{ "tls-only": { "level": "off" } }`. Rules that are not named have their defaults. */
export type PolicyConfig = Readonly<Record<string, unknown>>;

/**
 * Holds the resources of a program against every rule. Pure.
 * @returns what is violated, in the order of the rules
 * @throws PolicyInputError where the settings cannot be used
 */
export function checkProgram(
  resources: readonly PolicyResource[],
  config: PolicyConfig = {},
): readonly PolicyFinding[] {
  const settings = readPolicyConfig(config);
  const program = new Program(resources);
  return POLICY_RULES.flatMap((rule) =>
    findingsOf(rule, program, settings.get(rule.id) ?? { exempt: [] }),
  );
}

/**
 * Reads the settings of all rules.
 * @throws PolicyInputError with every mistake
 */
export function readPolicyConfig(config: PolicyConfig): ReadonlyMap<string, RuleSettings> {
  const known = new Set(POLICY_RULES.map(({ id }) => id));
  const problems: PolicyProblem[] = Object.keys(config)
    .filter((id) => !known.has(id))
    .map((id) => ({ path: id, message: `expected a rule: ${[...known].join(", ")}` }));
  const settings = new Map<string, RuleSettings>();
  for (const { id, readSettings } of POLICY_RULES) {
    const read = readSettings(config[id]);
    if ("settings" in read) settings.set(id, read.settings);
    else {
      problems.push(
        ...read.problems.map(({ message, path }) => ({
          path: path === "" ? id : `${id}.${path}`,
          message,
        })),
      );
    }
  }
  if (problems.length > 0)
    throw new PolicyInputError("The policy configuration is wrong.", problems);
  return settings;
}

/** What one rule finds in a program. */
export function findingsOf(
  rule: PolicyRule,
  program: Program,
  settings: RuleSettings,
): readonly PolicyFinding[] {
  const { level } = settings;
  if (level === "off") return [];
  // What two rules of a replication have to do with one vault is said of it once.
  const told = new Set<string>();
  return rule
    .check(program, settings)
    .filter(({ resource }) => !isExempt(resource, settings.exempt))
    .filter(({ message, resource }) => {
      const key = `${resource.urn} ${message}`;
      return !told.has(key) && told.add(key);
    })
    .map(({ fix, message, resource, severity }) => ({
      ruleId: rule.id,
      severity: level ?? severity ?? rule.severity,
      urn: resource.urn,
      resourceType: resource.type,
      resourceName: resource.name,
      message,
      fix: fix ?? rule.fix,
      references: rule.references,
    }));
}

function isExempt(resource: PolicyResource, patterns: readonly string[]): boolean {
  const names = [resource.name, resource.urn, nameOfBucket(resource)];
  return patterns.some((pattern) =>
    names.some((name) => name !== undefined && isCovered(name, pattern)),
  );
}
