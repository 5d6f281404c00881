/**
 * The promise: what a deployed stack guarantees, and the one thing that verdict, backfill and guard start from. It is made of
 * the stack's outputs, never of what the source says live: its rules, statuses, locks and keys are the hostile side's.
 */

import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json";
import type { LockstepOutputs } from "./outputs";

/** What a promise is made of, for one source. */
export type PromiseParts = Pick<
  LockstepOutputs,
  "source" | "vaults" | "rules" | "batchRoleArn" | "roles"
>;

/** The vaults that the rules fill: those whose names a rule has. */
export function promisedVaults({ rules, vaults }: Pick<PromiseParts, "rules" | "vaults">) {
  return vaults.filter(({ name }) => rules.some(({ vault }) => vault === name));
}

/** What a promise says: source, roles, rules and the vaults that they fill, as canonical JSON. */
export function promiseContent(parts: PromiseParts): string {
  const { batchRoleArn, roles, rules, source } = parts;
  // Outputs of earlier versions have no roles, and keep their digest.
  return canonicalJson({ source, batchRoleArn, roles, rules, vaults: promisedVaults(parts) });
}

/** SHA-256 in hex of what a promise says. */
export function promiseDigest(parts: PromiseParts): string {
  return digestOfContent(promiseContent(parts));
}

export function digestOfContent(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
