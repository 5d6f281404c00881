import type { RuleOutputs } from "../../components/promise/outputs";
import type { Tags } from "./facts";

/** Where a promised rule wants a version, or why it does not come along. */
export interface Placement {
  readonly vault: string;
  /** The rule that decides: the one of the highest priority. */
  readonly rule: RuleOutputs;
  readonly state: "wanted" | "rule-disabled" | "kms-not-taken";
}

/**
 * The vaults for which a promised rule matches a version, in the order of the rules. Of several rules for one vault, the
 * enabled one of the highest priority decides.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html
 */
export function placements(
  key: string,
  facts: { readonly tags: Tags; readonly isUnderKms: boolean },
  rules: readonly RuleOutputs[],
): readonly Placement[] {
  const matching = rules.filter((rule) => matches(rule, key, facts.tags));
  const vaults = [...new Set(matching.map(({ vault }) => vault))];
  return vaults.flatMap((vault) => {
    const candidates = matching
      .filter((rule) => rule.vault === vault)
      .sort((one, other) => other.priority - one.priority);
    const enabled = candidates.filter(({ status }) => status === "Enabled");
    const taking = facts.isUnderKms
      ? enabled.filter(({ sseKmsEncryptedObjects }) => sseKmsEncryptedObjects === true)
      : enabled;
    const rule = taking[0] ?? enabled[0] ?? candidates[0];
    if (rule === undefined) return [];
    const state =
      taking.length > 0 ? "wanted" : enabled.length > 0 ? "kms-not-taken" : "rule-disabled";
    return [{ vault, rule, state }];
  });
}

/** Rules that match by the key alone; whether their tags match is still open. */
export function rulesForKey(key: string, rules: readonly RuleOutputs[]): readonly RuleOutputs[] {
  return rules.filter(({ prefix }) => key.startsWith(prefix ?? ""));
}

/** True when the tags of a version decide where it has to be. */
export function needsTags(key: string, rules: readonly RuleOutputs[]): boolean {
  return rulesForKey(key, rules).some(({ tags }) => Object.keys(tags ?? {}).length > 0);
}

function matches(rule: RuleOutputs, key: string, tags: Tags): boolean {
  if (!key.startsWith(rule.prefix ?? "")) return false;
  return Object.entries(rule.tags ?? {}).every(([name, value]) => tags[name] === value);
}
