/** Policy rules held against the resources of a stack. */

import type { LockstepConfig } from "../../components/config/types";
import { checkProgram, type PolicyConfig, readPolicyConfig } from "../../policy/check-program";
import type { PolicyResource } from "../../policy/resource";
import { type PolicyFinding, PolicyInputError, type PolicySeverity } from "../../policy/rule";
import { POLICY_RULES } from "../../policy/rules";
import { LockstepError } from "../errors";
import type { Session } from "../events";
import { policySettingsOf } from "./config-settings";

/**
 * Settings of policy rules: those that follow from the stack's config, and those that are given, which win.
 * @param named where the given ones stand, as its reader knows it
 * @throws LockstepError `ConfigInvalid` with every mistake
 */
export function mergedPolicySettings(
  config: LockstepConfig | undefined,
  given: Readonly<Record<string, unknown>> | undefined,
  named: string,
): PolicyConfig {
  const ofStack: Readonly<Record<string, object>> =
    config === undefined ? {} : policySettingsOf(config);
  if (given === undefined) return ofStack;
  const merged = Object.fromEntries(
    Object.entries({ ...ofStack, ...given }).map(([id, settings]) => [
      id,
      isRecord(settings) ? { ...ofStack[id], ...settings } : settings,
    ]),
  );
  inputChecked(
    () => readPolicyConfig(merged),
    `Correct ${named}; docs/policies.md has every setting.`,
  );
  return merged;
}

/** Runs `work`; a mistake in what the pack is given becomes an error of ours. */
export function inputChecked<Result>(work: () => Result, hint: string): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PolicyInputError)) throw error;
    const [headline = ""] = error.message.split("\n");
    throw new LockstepError("ConfigInvalid", headline, { problems: error.problems, hint });
  }
}

/**
 * Holds resources against the pack and tells what is violated.
 * @returns what was told
 */
export function tellPolicies(
  resources: readonly PolicyResource[],
  settings: PolicyConfig,
  { emit }: Pick<Session, "emit">,
): readonly PolicyFinding[] {
  const findings = checkProgram(resources, settings);
  for (const finding of findings) emit({ type: "policy-violation", ...finding });
  const countOf = (asked: PolicySeverity): number =>
    findings.filter(({ severity }) => severity === asked).length;
  emit({
    type: "policies-checked",
    rulesCount: POLICY_RULES.length,
    resourcesCount: resources.length,
    errorsCount: countOf("error"),
    warningsCount: countOf("warning"),
    infosCount: countOf("info"),
  });
  return findings;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
