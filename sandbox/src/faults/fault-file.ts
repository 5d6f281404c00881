import { z } from "zod";
import { MAX_STALE_MS } from "../world/bucket-history";
import { patternTest, type Patterns } from "../values/patterns";
import { canBeStale, type FaultEffect, type FaultRule } from "./faults";
import type { ServiceName } from "../world/service-name";
import { problemLines, problemsOf, type Problem } from "../server/problem";
import { SERVICE_NAMES, serviceModel } from "../protocols/service-models";

/** Thrown with every mistake at once. */
export class FaultsInvalid extends Error {
  constructor(
    /** Every mistake, each with its path. */
    readonly problems: readonly Problem[],
  ) {
    super(`The faults are described wrongly:\n${problemLines(problems)}`);
    this.name = "FaultsInvalid";
  }
}

/** An account that a rule may name. */
export interface KnownAccount {
  readonly name: string;
  readonly accountId: string;
}

const EFFECTS: readonly FaultEffect[] = [
  "throttle",
  "internal-error",
  "service-unavailable",
  "time-out",
  "time-out-after",
  "reset-before",
  "reset-after",
  "stale-read",
  "slow-body",
  "clock-skew",
  "expired-credentials",
];

/** Members that one effect alone has, and whether it needs them. */
const EFFECT_MEMBERS = [
  { member: "staleMs", effect: "stale-read", isRequired: true },
  { member: "bytesPerSecond", effect: "slow-body", isRequired: true },
  { member: "skewMs", effect: "clock-skew", isRequired: false },
] as const;

/** The sandbox accepts signatures up to this far from its own time. */
const MAX_ACCEPTED_SKEW_MS = 15 * 60 * 1000;

const text = z.string().min(1, "must not be empty");
const patterns = z.union([text, z.array(text).min(1, "must name at least one")], {
  error: "expected a text or a list of texts",
});

const count = (minimum: number) =>
  z
    .number({ error: "expected a whole number" })
    .int("expected a whole number")
    .min(minimum, `must be ${minimum} or more`);

const faultRule = z.strictObject({
  effect: z.enum(EFFECTS, { error: `expected one of ${EFFECTS.join(", ")}` }),
  name: text.optional(),
  service: patterns.optional(),
  operation: patterns.optional(),
  account: patterns.optional(),
  bucket: patterns.optional(),
  key: patterns.optional(),
  skip: count(0).optional(),
  every: count(1).optional(),
  first: count(1).optional(),
  probability: z
    .number({ error: "expected a number over 0, up to 1" })
    .gt(0, "must be over 0")
    .max(1, "must be 1 at most")
    .optional(),
  staleMs: count(1).max(MAX_STALE_MS, `must be ${MAX_STALE_MS} (one hour) at most`).optional(),
  bytesPerSecond: count(1).optional(),
  skewMs: z
    .number({ error: "expected a number of milliseconds" })
    .refine((skewMs) => Math.abs(skewMs) > MAX_ACCEPTED_SKEW_MS, {
      error: `must be further than ${MAX_ACCEPTED_SKEW_MS} (15 minutes) from 0, which is accepted`,
    })
    .optional(),
});

const faultFile = z.strictObject({
  faults: z.array(z.unknown(), { error: "expected a list of faults" }),
});

/**
 * Reads a description of faults: `{ "faults": [ { "effect": "throttle", "operation": "PutObject", "first": 3 } ] }`.
 * @param accounts those that exist
 * @throws FaultsInvalid with every mistake, each with its path
 */
export function parseFaults(raw: unknown, accounts: readonly KnownAccount[]): FaultRule[] {
  const file = faultFile.safeParse(raw);
  if (!file.success)
    throw new FaultsInvalid(file.error.issues.flatMap((one) => problemsOf(one, "")));
  const problems: Problem[] = [];
  const rules: FaultRule[] = [];
  for (const [index, item] of file.data.faults.entries()) {
    const path = `faults[${index}]`;
    const parsed = faultRule.safeParse(item);
    if (parsed.success) rules.push(parsed.data);
    else problems.push(...parsed.error.issues.flatMap((issue) => problemsOf(issue, path)));
    // What is well-formed of a rule is looked at even when another part of it is not.
    problems.push(...meaningProblems(item, path, accounts));
  }
  if (problems.length > 0) throw new FaultsInvalid(problems);
  return rules;
}

/** Mistakes that a well-formed rule can have: names of nothing, members of another effect. */
function meaningProblems(
  item: unknown,
  path: string,
  accounts: readonly KnownAccount[],
): Problem[] {
  if (typeof item !== "object" || item === null) return [];
  const rule = item as Record<string, unknown>;
  const problems: Problem[] = [];
  for (const { member, effect, isRequired } of EFFECT_MEMBERS) {
    const isGiven = rule[member] !== undefined;
    if (isGiven && rule["effect"] !== effect) {
      problems.push({ path: `${path}.${member}`, message: `is for the effect ${effect} only` });
    } else if (!isGiven && isRequired && rule["effect"] === effect) {
      problems.push({ path: `${path}.${member}`, message: `is needed by the effect ${effect}` });
    }
  }
  const service = patternTest(patternsIn(rule["service"]));
  const services = SERVICE_NAMES.filter((name) => service?.(name) ?? true);
  if (services.length === 0) {
    const message = `names no service of the sandbox: it has ${SERVICE_NAMES.join(", ")}`;
    problems.push({ path: `${path}.service`, message });
  } else {
    problems.push(...operationProblems(rule, path, services));
  }
  if (services.length > 0 && !services.includes("s3")) {
    for (const member of ["bucket", "key"]) {
      if (rule[member] === undefined) continue;
      problems.push({ path: `${path}.${member}`, message: "only requests to s3 have one" });
    }
  }
  const known = accounts.flatMap(({ name, accountId }) => [name, accountId]);
  for (const { pattern, at } of each(rule["account"], `${path}.account`)) {
    if (known.some(patternTest(pattern) ?? (() => true))) continue;
    problems.push({ path: at, message: `names no account: there are ${known.join(", ")}` });
  }
  return problems;
}

function operationProblems(
  rule: Record<string, unknown>,
  path: string,
  services: readonly ServiceName[],
): Problem[] {
  const problems: Problem[] = [];
  for (const { pattern, at } of each(rule["operation"], `${path}.operation`)) {
    const matches = patternTest(pattern) ?? (() => true);
    const found = services.flatMap((service) =>
      [...serviceModel(service).operations.keys()]
        .filter(matches)
        .map((operation) => ({ service, operation })),
    );
    if (found.length === 0) {
      problems.push({ path: at, message: `names no operation of ${services.join(", ")}` });
    } else if (
      rule["effect"] === "stale-read" &&
      !found.some(({ service, operation }) => canBeStale(service, operation))
    ) {
      problems.push({ path: at, message: "is never stale: only S3's reads of buckets are" });
    }
  }
  return problems;
}

function patternsIn(value: unknown): Patterns | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : undefined;
}

/** The patterns that are well-formed. */
function each(value: unknown, path: string): { pattern: string; at: string }[] {
  const found: { pattern: unknown; at: string }[] = Array.isArray(value)
    ? value.map((pattern: unknown, index) => ({ pattern, at: `${path}[${index}]` }))
    : [{ pattern: value, at: path }];
  return found.flatMap(({ pattern, at }) =>
    typeof pattern === "string" && pattern !== "" ? [{ pattern, at }] : [],
  );
}
