/** What a level leaves unproven, and what a sample says of all, for people. Pure. */

import { count, counted, duration } from "../words";
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

/** How far the vaults are behind. */
export function recoveryPointWords(point: NonNullable<VerdictFields["recoveryPoint"]>): string {
  const { behindCount, gapSeconds, met, objectiveSeconds, oldest, onTheWayCount } = point;
  const way = onTheWayCount === 0 ? "" : `; ${count(onTheWayCount)} on the way`;
  const objective = `the objective of ${duration(objectiveSeconds * 1000)}`;
  if (met) {
    const gap = gapSeconds === 0 ? "nothing is behind" : `${duration(gapSeconds * 1000)} behind`;
    return `${gap}, within ${objective}${way}`;
  }
  if (behindCount === 0) return `not known against ${objective}: a vault could not be asked${way}`;
  const which =
    oldest === undefined ? "" : ` (${oldest.key} ${oldest.versionId} of ${oldest.lastModified})`;
  return `${duration(gapSeconds * 1000)} behind, over ${objective}${which}: ${count(behindCount)} missing${way}`;
}

/** What was looked at in full beside the listings. */
export function sinceWords({ from, inFullCount }: NonNullable<VerdictFields["since"]>): string {
  return `${counted(inFullCount, "version")} since ${from} in full, the others by the listings`;
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

/** By which jobs contents were compared. */
export function checksumWords({
  algorithm,
  jobs,
}: NonNullable<VerdictFields["checksums"]>): string {
  if (jobs.length === 0) return `${algorithm}: nothing was to be read`;
  const each = jobs.map(
    ({ computedCount, createdAt, jobId, vault }) =>
      `${counted(computedCount, "version")} ${vault === undefined ? "of the source" : `of vault ${vault}`} by the job ${jobId} of ${createdAt}`,
  );
  return `${algorithm} of what is stored: ${each.join(", ")}`;
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
