/**
 * The one schema of the config: read by the Pulumi program, the command line and the library alike.
 *
 * Reading goes in three steps:
 *   1. the shape of each section, by zod (`shape.ts`): strict, all mistakes gathered;
 *   2. rules that look across sections (`cross-checks.ts`), on whatever can be read;
 *   3. only when nothing was wrong: defaults that depend on other members.
 */

import type { z } from "zod";
import { athenaChecks } from "./athena-checks";
import { ConfigError, type ConfigProblem } from "./config-error";
import { crossChecks } from "./cross-checks";
import { completeRules } from "./complete-rules";
import { findSource, toSources, toVault } from "./fill-in";
import {
  backfillShape,
  chainedSourceShape,
  fleetSourceShape,
  evidenceShape,
  inventoryShape,
  KNOWN_KEYS,
  monitoringShape,
  REPLACED_KEYS,
  rootShape,
  sourceShape,
  vaultShape,
  verdictShape,
} from "./shape";
import { ruleShape } from "./rule";
import { didYouMean } from "./suggest";
import type { LockstepConfig, ReplicationConfig } from "./types";

export * from "./types";
export { ConfigError } from "./config-error";
export type { ConfigProblem } from "./config-error";

/**
 * Reads and checks a whole config.
 *
 * @param raw the sections as plain data: `{ source, vaults, rules, monitoring, backfill, ... }`.
 * @returns the config with every default filled in.
 * @throws ConfigError with every mistake and its path.
 */
export function parseConfig(raw: unknown): LockstepConfig {
  const problems: ConfigProblem[] = [];
  const sections = asRecord(raw) ?? {};
  const isFleet = sections["sources"] !== undefined;
  const sources = isFleet
    ? asList(sections["sources"]).map((entry, index) =>
        readFleetSource(entry, `sources[${index}]`, problems),
      )
    : [readOneSource(sections["source"], problems)];
  const root = read(rootShape, raw, "", problems);
  const vaults = asList(sections["vaults"]).map((vault, index) =>
    read(vaultShape, vault, `vaults[${index}]`, problems),
  );
  const rules = asList(sections["rules"]).map((rule, index) =>
    read(ruleShape, rule, `rules[${index}]`, problems),
  );
  const readSection = <Shape extends z.ZodType>(shape: Shape, name: string) =>
    sections[name] === undefined ? undefined : read(shape, sections[name], name, problems);
  const monitoring = readSection(monitoringShape, "monitoring");
  const backfill = read(backfillShape, sections["backfill"] ?? {}, "backfill", problems);
  const inventory = readSection(inventoryShape, "inventory");
  const evidence = readSection(evidenceShape, "evidence");
  const verdict = readSection(verdictShape, "verdict");
  problems.push(...crossChecks(raw));

  if (problems.length > 0 || root === undefined || backfill === undefined) {
    throw new ConfigError(problems);
  }
  const filledVaults = present(vaults).map(toVault);
  const filledSources = toSources(present(sources), filledVaults);
  const ofAthena = athenaChecks({
    backfill,
    verdict,
    sources: filledSources,
    vaults: filledVaults,
  });
  if (ofAthena.length > 0) throw new ConfigError(ofAthena);
  return {
    side: root.side,
    isFleet,
    sources: filledSources,
    vaults: filledVaults,
    rules: completeRules(present(rules), monitoring !== undefined),
    ...(root.vaultStack === undefined ? {} : { vaultStack: root.vaultStack }),
    ...(root.sourceStack === undefined ? {} : { sourceStack: root.sourceStack }),
    ...(monitoring === undefined ? {} : { monitoring }),
    backfill,
    ...(inventory === undefined ? {} : { inventory }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

/**
 * What of a config concerns one source.
 * @param sourceName may be left out when there is only one
 * @throws ConfigError when there is no such source, or several and none is named
 */
export function replicationOf(config: LockstepConfig, sourceName?: string): ReplicationConfig {
  const source = findSource(config.sources, sourceName);
  const rules = config.rules.filter((rule) => isRuleOf(rule, source));
  const used = new Set(rules.map(({ vault }) => vault));
  return {
    source,
    vaults: config.vaults.filter(({ name }) => !config.isFleet || used.has(name)),
    rules,
    backfill: config.backfill,
    ...(config.verdict === undefined ? {} : { verdict: config.verdict }),
  };
}

/** A rule that names no source is for each that is no vault itself: a chain is never meant by accident. */
export function isRuleOf(
  rule: Pick<LockstepConfig["rules"][number], "source">,
  source: Pick<LockstepConfig["sources"][number], "name" | "chainedFrom">,
): boolean {
  return rule.source === undefined ? source.chainedFrom === undefined : rule.source === source.name;
}

function readOneSource(raw: unknown, problems: ConfigProblem[]) {
  if (raw === undefined) {
    const message = "is missing: expected the source account: accountId, region, bucket";
    problems.push({ path: "source", message });
    return undefined;
  }
  const source = read(sourceShape, raw, "source", problems);
  return source && { name: ONLY_SOURCE, ...source };
}

/** Read as what it is meant to be: a source whose bucket names a vault is the next hop of a chain. */
function readFleetSource(raw: unknown, path: string, problems: ConfigProblem[]) {
  const bucket = asRecord(asRecord(raw)?.["bucket"]);
  return bucket?.["vault"] === undefined
    ? read(fleetSourceShape, raw, path, problems)
    : read(chainedSourceShape, raw, path, problems);
}

/** Name of the source of `lockstep:source`. */
const ONLY_SOURCE = "source";

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
        message:
          REPLACED_KEYS.find((replaced) => replaced.key === key && replaced.place.test(path))
            ?.message ?? `is not a key of the config: ${didYouMean(key, keysAt(path))}`,
      }));
    case "invalid_key":
      // The key of a record is judged by a schema of its own; the issue's own message says only "Invalid key".
      return issue.issues.map(({ message }) => ({ path, message }));
    case "invalid_union": {
      // Of the ways in which a value may be written, the first is the plain one.
      const [first = []] = issue.errors;
      const isPlain = typeof issue.input === "string" && first.length > 0;
      return isPlain
        ? first.flatMap((inner) => toProblems(inner, path))
        : [{ path, message: issue.message }];
    }
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
