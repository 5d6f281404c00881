/** From the arguments of a program in any language to the config: resolved, known, checked. */

import * as pulumi from "@pulumi/pulumi";
import { containsUnknowns, isUnknown, unknown } from "@pulumi/pulumi/output";
import { ConfigError, type ConfigProblem, parseConfig } from "../config/schema";
import type { LockstepConfig } from "../config/types";
import { ArgumentsError } from "../validation";

const UNKNOWN =
  "is not known before the deployment: expected a plain value. What is checked, and which resources there are, depends on it";
/** What only the driver reads: sections, and the one key of a section that is an argument else. */
const DRIVEN: Readonly<Record<string, string>> = {
  backfill:
    "is not an argument: it belongs to the stack's config, where `lockstep backfill` reads it",
  evidence: "is not an argument: it belongs to the stack's config, where `lockstep prove` reads it",
  sourceStack:
    "is not an argument: it belongs to the stack's config, where `lockstep backfill` reads it",
  "verdict.accept":
    "is not an argument: it belongs to the stack's config, where `lockstep verify` reads it",
  "vaults[].refusalsRoleArn":
    "is not an argument: it belongs to the stack's config, where `lockstep prove` reads it",
};

/**
 * Resolves and checks the arguments.
 * @param args as the engine hands them over: plain, or Outputs at any depth
 * @throws ArgumentsError with every mistake, each by its path
 */
export async function readArgs(args: object): Promise<LockstepConfig> {
  const unknowns: ConfigProblem[] = [];
  const raw = await plain(args, "", unknowns);
  if (unknowns.length > 0) throw inputError(unknowns);
  const driven = Object.entries(DRIVEN).flatMap(([path, message]) =>
    givenAt(raw, path).map((given) => ({ path: given, message })),
  );
  if (driven.length > 0) throw inputError(driven);
  try {
    return parseConfig(raw);
  } catch (error) {
    throw error instanceof ConfigError ? inputError(error.problems) : error;
  }
}

/** Where a member is given: `vaults[].a` is that of each vault. */
function givenAt(raw: unknown, path: string): readonly string[] {
  let found: { readonly at: string; readonly value: unknown }[] = [{ at: "", value: raw }];
  for (const name of path.split(".")) {
    const member = name.replace("[]", "");
    found = found.flatMap(({ at, value }) => {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, member)) return [];
      const inner = (value as Readonly<Record<string, unknown>>)[member];
      const place = at === "" ? member : `${at}.${member}`;
      if (member === name) return [{ at: place, value: inner }];
      // What is no list is told by the config's own checks.
      const entries: readonly unknown[] = Array.isArray(inner) ? inner : [];
      return entries.map((entry, index) => ({ at: `${place}[${index}]`, value: entry }));
    });
  }
  return found.map(({ at }) => at);
}

/** Absent members of other languages come as null: they are left out, as the config has it. */
async function plain(value: unknown, path: string, unknowns: ConfigProblem[]): Promise<unknown> {
  if (isUnknown(value)) {
    unknowns.push({ path, message: UNKNOWN });
    return undefined;
  }
  if (pulumi.Output.isInstance(value)) {
    const { isKnown, value: inner } = await lookInto(value);
    // The engine marks an unknown Output as such, or puts a mark in the place of the part that is unknown.
    const isUnknownAsAWhole = !isKnown && !containsUnknowns(inner);
    return plain(isUnknownAsAWhole ? unknown : inner, path, unknowns);
  }
  if (Array.isArray(value)) {
    return Promise.all(value.map((entry, index) => plain(entry, `${path}[${index}]`, unknowns)));
  }
  if (value === null || typeof value !== "object") return value ?? undefined;
  const members: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    const read = await plain(member, path === "" ? key : `${path}.${key}`, unknowns);
    if (read !== undefined) members.push([key, read]);
  }
  return Object.fromEntries(members);
}

/** What is in an Output, with its unknown parts in place, so that each can be named; `apply` would skip all of it. */
async function lookInto(
  output: pulumi.Output<unknown>,
): Promise<{ isKnown: boolean; value: unknown }> {
  const inside = output as unknown as {
    isKnown: Promise<boolean>;
    promise(withUnknowns: boolean): Promise<unknown>;
  };
  return { isKnown: await inside.isKnown, value: await inside.promise(true) };
}

function inputError(problems: readonly ConfigProblem[]): ArgumentsError {
  return new ArgumentsError(
    `${problems.length} mistake${problems.length === 1 ? "" : "s"} in the arguments:`,
    problems.map(({ message, path }) => ({ path, reason: message })),
  );
}
