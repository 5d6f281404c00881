/** The defaults of rules, for config, library and component package alike. */

import { type RuleArgs, type RuleConfig, ruleShape } from "./rule";
import { said } from "./said";

/** What a rule is as long as it says nothing: the defaults that stand in the shape. */
const UNSAID = ruleShape.omit({ name: true, vault: true }).parse({});

/**
 * Fills in what rules leave out. A rule that is whole already comes out as it is.
 *
 * @param hasMonitoring alarms are made of metrics: with monitoring, a rule has them unless it says no
 */
export function completeRules(rules: readonly RuleArgs[], hasMonitoring: boolean): RuleConfig[] {
  return withPriorities(
    rules.map((rule) => withoutEmptyPrefix({ ...UNSAID, metrics: hasMonitoring, ...said(rule) })),
  );
}

/** An empty prefix matches every key, as no prefix does: one way to say one thing from here on. */
function withoutEmptyPrefix<Rule extends { filter: RuleConfig["filter"] }>(rule: Rule): Rule {
  const { prefix, ...filter } = rule.filter;
  return prefix === "" ? { ...rule, filter } : rule;
}

type RuleWithoutPriority = Omit<RuleConfig, "priority"> & { priority?: number };

/**
 * A rule that is alone with its vault may leave its priority out: nothing competes with it. It gets the lowest number that
 * no rule of the config uses, since S3 refuses a configuration in which two rules have the same. Beside rules of others that
 * may change once they are known: `withFreePriorities`.
 */
function withPriorities(rules: readonly RuleWithoutPriority[]): RuleConfig[] {
  const used = new Set(rules.map(({ priority }) => priority));
  return rules.map((rule) => {
    if (rule.priority !== undefined) return { ...rule, priority: rule.priority };
    let priority = 1;
    while (used.has(priority)) priority += 1;
    used.add(priority);
    return { ...rule, priority, hasDefaultPriority: true };
  });
}
