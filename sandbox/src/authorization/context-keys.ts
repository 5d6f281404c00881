import type { CompiledPolicy } from "./model";
import { statementsOf } from "./statement";

/**
 * The condition keys that policies ask for: in conditions, and as variables in resources and values. Each once, as it is
 * first written; keys are the same in any case.
 */
export function contextKeyNames(policies: readonly CompiledPolicy[]): readonly string[] {
  const names = new Map<string, string>();
  const add = (name: string): void => {
    const key = name.trim();
    if (!names.has(key.toLowerCase())) names.set(key.toLowerCase(), key);
  };
  for (const policy of policies) {
    for (const { conditionBlock } of statementsOf(policy)) {
      for (const keys of Object.values(conditionBlock)) Object.keys(keys).forEach(add);
    }
    for (const [, name = ""] of policy.text.matchAll(/\$\{([^}'",$*?]+)(?:,[^}]*)?\}/g)) add(name);
  }
  return [...names.values()];
}
