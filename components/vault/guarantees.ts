/**
 * What a vault's bucket promises, checked on what is really declared: after transforms of ours, and on the resource's
 * outputs, where transforms of Pulumi's show.
 */

import * as pulumi from "@pulumi/pulumi";
import type { GuaranteeProblem } from "../transform";

/** The members of a bucket that the promises are about, as `aws-native` names them, resolved. */
export interface BucketFacts {
  objectLockEnabled?: unknown;
  objectLockConfiguration?: unknown;
  versioningConfiguration?: unknown;
  publicAccessBlockConfiguration?: unknown;
  ownershipControls?: unknown;
}

/** The names of these members. */
export const GUARANTEED_MEMBERS = [
  "objectLockEnabled",
  "objectLockConfiguration",
  "versioningConfiguration",
  "publicAccessBlockConfiguration",
  "ownershipControls",
] as const satisfies readonly (keyof BucketFacts)[];

/** Everything that is less than promised. Pure. */
export function bucketProblems(
  facts: BucketFacts,
  lock: { mode: string; retentionDays: number },
): GuaranteeProblem[] {
  return [
    ...unequal(facts, "objectLockConfiguration.objectLockEnabled", "Enabled"),
    ...retentionProblems(facts, lock),
    ...closedBucketProblems(facts),
  ];
}

/** What is less than promised beside the default retention, which not every guarded bucket has. Pure. */
export function closedBucketProblems(facts: BucketFacts): GuaranteeProblem[] {
  const problems: GuaranteeProblem[] = [];
  const expectEqual = (path: string, wanted: unknown): void => {
    problems.push(...unequal(facts, path, wanted));
  };
  expectEqual("objectLockEnabled", true);
  expectEqual("versioningConfiguration.status", "Enabled");
  for (const member of [
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets",
  ]) {
    expectEqual(`publicAccessBlockConfiguration.${member}`, true);
  }
  expectEqual("ownershipControls.rules.0.objectOwnership", "BucketOwnerEnforced");
  return problems;
}

function unequal(facts: BucketFacts, path: string, wanted: unknown): GuaranteeProblem[] {
  const found = at(facts, path);
  if (found === wanted) return [];
  return [{ path, reason: `expected ${String(wanted)}, got ${shown(found)}` }];
}

/** The mode may be made stricter and the period longer. */
function retentionProblems(
  facts: BucketFacts,
  lock: { mode: string; retentionDays: number },
): GuaranteeProblem[] {
  const path = "objectLockConfiguration.rule.defaultRetention";
  const mode = at(facts, `${path}.mode`);
  const problems: GuaranteeProblem[] = [];
  if (mode !== lock.mode && mode !== "COMPLIANCE") {
    problems.push({ path: `${path}.mode`, reason: `expected ${lock.mode}, got ${shown(mode)}` });
  }
  const days = at(facts, `${path}.days`);
  const years = at(facts, `${path}.years`);
  const total = typeof years === "number" ? years * 365 : days;
  if (typeof total !== "number" || total < lock.retentionDays) {
    const reason = `expected ${lock.retentionDays} or more, got ${shown(total)}`;
    problems.push({ path: `${path}.days`, reason });
  }
  return problems;
}

function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (found, name) => (found as Record<string, unknown> | null | undefined)?.[name],
      value,
    );
}

function shown(value: unknown): string {
  if (pulumi.Output.isInstance(value)) return "an output, where a plain value is wanted";
  return value === undefined ? "nothing" : JSON.stringify(value);
}
