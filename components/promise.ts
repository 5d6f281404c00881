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

/** SHA-256 in hex of the canonical JSON of source, roles, rules and the vaults that they fill. */
export function promiseDigest(parts: PromiseParts): string {
  const { batchRoleArn, roles, rules, source } = parts;
  // Outputs of earlier versions have no roles, and keep their digest.
  const content = { source, batchRoleArn, roles, rules, vaults: promisedVaults(parts) };
  return createHash("sha256").update(canonicalJson(content)).digest("hex");
}
