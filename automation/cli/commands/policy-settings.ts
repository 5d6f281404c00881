import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { parse, YAMLParseError } from "yaml";
import type { PolicyConfig } from "../../../policy/check-program";
import type { PolicyFinding } from "../../../policy/rule";
import { LockstepError } from "../../errors";
import { mergedPolicySettings } from "../../policy/hold-against";
import type { CommandContext } from "../command";
import { EXIT } from "../exit-codes";

/**
 * The settings of policy rules in the file that the command line names; undefined where it names none.
 * @throws LockstepError `ConfigInvalid`
 */
export async function readPolicySettings({
  flags: { policyConfig },
  folder,
}: CommandContext): Promise<PolicyConfig | undefined> {
  if (policyConfig === undefined) return undefined;
  const given = await readSettingsFile(resolve(folder, policyConfig), policyConfig);
  return mergedPolicySettings(undefined, given, policyConfig);
}

/** What the command ends with. */
export function policyExit(findings: readonly PolicyFinding[]): number {
  return findings.some(({ severity }) => severity === "error") ? EXIT.failure : EXIT.ok;
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
