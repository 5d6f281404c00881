/** What a level leaves unproven, and what a sample says of all, for people. Pure. */

import { count } from "../words";
import type { NotProven, VerdictFields } from "../verdict-fields";
import type { ProofCode } from "./proofs";

/** What was not looked at, and what to do about it. */
export const NOT_PROVEN_WORDS: Readonly<Record<NotProven, string>> = {
  annotations: "object annotations, which only --annotations looks at",
  roles: "the roles' trust and policies (deployed by an earlier version: run `lockstep up`)",
};

/** What a verdict says nothing of. What only a sample proves, no other level lacks. */
export function silentCodes({
  doesNotProve = [],
  sample,
}: Pick<VerdictFields, "doesNotProve" | "sample">): readonly ProofCode[] {
  return doesNotProve.filter((code) => sample !== undefined || code !== "share-of-sample");
}

/** What a sample says of all. */
export function sampleWords(sample: NonNullable<VerdictFields["sample"]>): string {
  const { confidence, maxShareWrong, populationCount, seed, sizeCount, wrongCount } = sample;
  const share = Math.ceil(maxShareWrong * 100_000) / 1_000;
  return (
    `${count(sizeCount)} of ${count(populationCount)} versions in full, ${count(wrongCount)} of them wrong: ` +
    `at most ${share} % of all are, with ${confidence * 100} % confidence (--sample-seed ${seed})`
  );
}

/** How old the inventories are that were gone by, and what was not told by them alone. */
export function inventoryWords(inventory: NonNullable<VerdictFields["inventory"]>): string {
  const { againCount, goneCount, newerCount, sourceCreatedAt, vaults } = inventory;
  const ofVaults = vaults.map(({ createdAt, vault }) => `, of vault ${vault} of ${createdAt}`);
  return (
    `of the source of ${sourceCreatedAt}${ofVaults.join("")}; in full: ${count(newerCount)} newer, ` +
    `${count(againCount)} that they show as not right; gone from the source since: ${count(goneCount)}`
  );
}
