/**
 * The one schema of the config: read by the Pulumi program, the command line and the library alike.
 *
 * Reading goes in three steps:
 *   1. the shape of each section, by zod (`shape.ts`): strict, all mistakes gathered;
 *   2. rules that look across sections (`cross-checks.ts`), on whatever can be read;
 *   3. only when nothing was wrong: defaults that depend on other members.
 */

import type { z } from "zod";
import { ConfigError, type ConfigProblem } from "./config-error";
import { crossChecks } from "./cross-checks";
import { backfillShape, KNOWN_KEYS, rootShape, ruleShape, sourceShape, vaultShape } from "./shape";
import { didYouMean } from "./suggest";
import type { LockstepConfig, RuleConfig, VaultConfig } from "./types";
import { parseDurationDays } from "./values";

export * from "./types";
export { ConfigError } from "./config-error";
export type { ConfigProblem } from "./config-error";

/** Retention of stage `pilot`: long enough to see a refusal, short enough to be rid of it. */
export const PILOT_RETENTION_DAYS = 1;
/** Retention of stage `governance` when none is given. `compliance` has no default, on purpose. */
export const DEFAULT_GOVERNANCE_RETENTION_DAYS = 30;

/**
 * Reads and checks a whole config.
 *
 * @param raw the four sections as plain data: `{ source, vaults, rules, backfill }`.
 * @returns the config with every default filled in.
 * @throws ConfigError with every mistake and its path.
 */
export function parseConfig(raw: unknown): LockstepConfig {
  const problems: ConfigProblem[] = [];
  const root = read(rootShape, raw, "", problems);
  const sections = asRecord(raw);
  const source =
    sections?.source === undefined
      ? undefined
      : read(sourceShape, sections.source, "source", problems);
  const vaults = asList(sections?.vaults).map((vault, index) =>
    read(vaultShape, vault, `vaults[${index}]`, problems),
  );
  const rules = asList(sections?.rules).map((rule, index) =>
    read(ruleShape, rule, `rules[${index}]`, problems),
  );
  const backfill = read(backfillShape, sections?.backfill ?? {}, "backfill", problems);
  problems.push(...crossChecks(raw));

  if (problems.length > 0 || root === undefined || source === undefined || backfill === undefined) {
    throw new ConfigError(problems);
  }
  return {
    source,
    vaults: present(vaults).map(toVault),
    rules: withPriorities(present(rules)).map(withoutEmptyPrefix),
    backfill,
  };
}

/** Reads one part; what is wrong goes to `problems`, each with its whole path. */
function read<Shape extends z.ZodType>(
  shape: Shape,
  raw: unknown,
  base: string,
  problems: ConfigProblem[],
): z.output<Shape> | undefined {
  const result = shape.safeParse(raw, { reportInput: true });
  if (result.success) return result.data;
  for (const issue of result.error.issues) problems.push(...toProblems(issue, base));
  return undefined;
}

function toProblems(issue: z.core.$ZodIssue, base: string): ConfigProblem[] {
  const path = joinPath(base, issue.path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: joinPath(path, [key]),
        message: `is not a key of the config: ${didYouMean(key, keysAt(path))}`,
      }));
    case "invalid_key":
      // The key of a record is judged by a schema of its own; the issue's own message says only "Invalid key".
      return issue.issues.map(({ message }) => ({ path, message }));
    default:
      return [{ path, message: issue.message }];
  }
}

function keysAt(path: string): readonly string[] {
  return KNOWN_KEYS.find(({ place }) => place.test(path))?.keys ?? [];
}

function joinPath(base: string, parts: readonly PropertyKey[]): string {
  return parts.reduce<string>((path, part) => {
    if (typeof part === "number") return `${path}[${part}]`;
    const name = String(part);
    if (!/^[A-Za-z_]\w*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
    return path === "" ? name : `${path}.${name}`;
  }, base);
}

function toVault(vault: z.output<typeof vaultShape>): VaultConfig {
  const { lock, ...rest } = vault;
  return { ...rest, lock: { stage: lock.stage, retentionDays: retentionDaysOf(lock) } };
}

function retentionDaysOf(lock: z.output<typeof vaultShape>["lock"]): number {
  if (lock.stage === "pilot") return PILOT_RETENTION_DAYS;
  if (lock.retention === undefined) return DEFAULT_GOVERNANCE_RETENTION_DAYS;
  const parsed = parseDurationDays(lock.retention);
  if ("problem" in parsed)
    throw new Error(`a retention passed its check and cannot be read: ${parsed.problem}`);
  return parsed.days;
}

/**
 * A rule that is alone with its vault may leave its priority out: nothing competes with it. It gets the lowest
 * number that no rule uses, since S3's documents leave open whether priorities must differ across vaults.
 */
function withPriorities(rules: readonly z.output<typeof ruleShape>[]): RuleConfig[] {
  const used = new Set(rules.map(({ priority }) => priority));
  return rules.map((rule) => {
    if (rule.priority !== undefined) return { ...rule, priority: rule.priority };
    let priority = 1;
    while (used.has(priority)) priority += 1;
    used.add(priority);
    return { ...rule, priority };
  });
}

/** An empty prefix matches every key, as no prefix does: one way to say one thing from here on. */
function withoutEmptyPrefix(rule: RuleConfig): RuleConfig {
  const { prefix, ...filter } = rule.filter;
  return prefix === "" ? { ...rule, filter } : rule;
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : undefined;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function present<Value>(values: readonly (Value | undefined)[]): Value[] {
  return values.filter((value) => value !== undefined);
}
