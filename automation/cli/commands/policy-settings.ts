import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { parse, YAMLParseError } from "yaml";
import type { LockstepConfig } from "../../../components/config/types";
import { checkProgram, type PolicyConfig, readPolicyConfig } from "../../../policy/check-program";
import type { PolicyResource } from "../../../policy/resource";
import { type PolicyFinding, PolicyInputError, type PolicySeverity } from "../../../policy/rule";
import { POLICY_RULES } from "../../../policy/rules";
import { LockstepError } from "../../errors";
import { policySettingsOf } from "../../policy/config-settings";
import type { CommandContext } from "../command";
import { EXIT } from "../exit-codes";

/**
 * Settings of policy rules: those that follow from the stack's config, and those of the file that the command line names, which
 * win.
 * @throws LockstepError `ConfigInvalid` with every mistake
 */
export async function readPolicySettings(
  context: CommandContext,
  config?: LockstepConfig,
): Promise<PolicyConfig> {
  const ofStack: Readonly<Record<string, object>> =
    config === undefined ? {} : policySettingsOf(config);
  const { policyConfig } = context.flags;
  if (policyConfig === undefined) return ofStack;
  const given = await readSettingsFile(resolve(context.folder, policyConfig), policyConfig);
  const merged = Object.fromEntries(
    Object.entries({ ...ofStack, ...given }).map(([id, settings]) => [
      id,
      isRecord(settings) ? { ...ofStack[id], ...settings } : settings,
    ]),
  );
  inputChecked(
    () => readPolicyConfig(merged),
    `Correct ${policyConfig}; docs/policies.md has every setting.`,
  );
  return merged;
}

async function readSettingsFile(path: string, named: string): Promise<Record<string, unknown>> {
  const text = await readTextFile(path, named, "policy-config");
  try {
    const settings: unknown = parse(text) ?? {};
    if (isRecord(settings)) return { ...settings };
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw inputError(
      "The policy settings are wrong.",
      named,
      `expected JSON or YAML: ${error.message}`,
    );
  }
  throw inputError(
    "The policy settings are wrong.",
    named,
    "expected an object of rules by their ids",
  );
}

/** Reads a file that the command line names. @throws LockstepError `ConfigInvalid` where it cannot be read */
export async function readTextFile(path: string, named: string, option: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = code === "ENOENT" ? "there is no such file" : `it cannot be read (${code ?? "?"})`;
    throw inputError(
      `${basename(path)} cannot be read.`,
      option,
      `expected a file, got ${named}: ${what}`,
    );
  }
}

function inputError(message: string, path: string, problem: string): LockstepError {
  return new LockstepError("ConfigInvalid", message, { problems: [{ path, message: problem }] });
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
 * @returns what was told, and the exit code: 1 where a violation is an error
 */
export function tellPolicies(
  resources: readonly PolicyResource[],
  settings: PolicyConfig,
  { emit }: Pick<CommandContext, "emit">,
): { readonly exitCode: number; readonly findings: readonly PolicyFinding[] } {
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
  return { findings, exitCode: countOf("error") === 0 ? EXIT.ok : EXIT.failure };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
