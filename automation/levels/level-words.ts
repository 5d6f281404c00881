/** What a level leaves unproven, and what a sample says of all, for people. Pure. */

import { count, counted, duration } from "../words";
import type { OutcomeCode } from "../judge/outcome";
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
  level,
}: Pick<VerdictFields, "doesNotProve" | "level">): readonly ProofCode[] {
  return doesNotProve.filter((code) => level === "sample" || code !== "share-of-sample");
}

/** How far the vaults are behind; over several sources of which of them. */
export function recoveryPointWords(point: RecoveryPoint): string {
  return point.source === undefined ? gapWords(point) : `${point.source}: ${gapWords(point)}`;
}

function gapWords(point: RecoveryPoint): string {
  const { behindCount, gapSeconds, met, objectiveSeconds, oldest, onTheWayCount } = point;
  const way = onTheWayCount === 0 ? "" : `; ${count(onTheWayCount)} on the way`;
  const objective = `the objective of ${duration(objectiveSeconds * 1000)}`;
  const unknown = notKnownWords(point);
  const more = `${way}${unknown === "" ? "" : `; not known: ${unknown}`}`;
  const gap = `${duration(gapSeconds * 1000)} behind`;
  if (met) return `${gapSeconds === 0 ? "nothing is behind" : gap}, within ${objective}${more}`;
  if (behindCount === 0) return `not known against ${objective}: ${unknown}${way}`;
  const which =
    oldest === undefined ? "" : ` (${oldest.key} ${oldest.versionId} of ${oldest.lastModified})`;
  const over =
    gapSeconds > objectiveSeconds ? `over ${objective}` : `and ${objective} will be missed`;
  return `${gap}, ${over}${which}: ${count(behindCount)} not at the vaults${more}`;
}

type RecoveryPoint = NonNullable<VerdictFields["recoveryPoint"]>;

/** Why nobody can say of a version whether it is at the vault as promised. */
const NOT_KNOWN_WORDS: Readonly<Partial<Record<OutcomeCode, string>>> = {
  "no-right": "that may not be looked at",
  error: "that could not be looked at",
  gone: "not at the vault and gone from the source",
  "tags-unread": "whose tags were not read (--level full reads them)",
  "etag-differs": "with another ETag at the vault (--level full tells why)",
  "sse-c": "under a customer's key (SSE-C)",
};

/** What is not known, and how many; empty where nothing is. */
function notKnownWords({ notKnown }: RecoveryPoint): string {
  if (notKnown === undefined) return "";
  return [
    ...notKnown.vaults.map((vault) => `vault ${vault} could not be listed`),
    ...Object.entries(notKnown.versions).map(
      ([code, number]) =>
        `${counted(number, "version")} ${NOT_KNOWN_WORDS[code as OutcomeCode] ?? code}`,
    ),
  ].join(", ");
}

/** What was looked at in full beside the listings. */
export function sinceWords({ from, inFullCount }: NonNullable<VerdictFields["since"]>): string {
  return `${counted(inFullCount, "version")} since ${from} in full, the others by the listings`;
}

/** What a sample says of all. */
export function sampleWords(sample: NonNullable<VerdictFields["sample"]>): string {
  const { inQuestionCount, populationCount, seed, sizeCount, wrongCount } = sample;
  const { confidence, maxShareWrong } = sample;
  const drawn = `${count(sizeCount)} of ${count(populationCount)} promised versions in full, ${count(wrongCount)} of them wrong`;
  const share = Math.ceil(maxShareWrong * 100_000) / 1_000;
  const says =
    inQuestionCount === undefined
      ? `: at most ${share} % of all are, with ${confidence * 100} % confidence`
      : `; it says nothing of all, since of ${counted(inQuestionCount, "other")} the tags were not read, which alone say whether a rule wants them (--level full reads them)`;
  return `${drawn}${says} (--sample-seed ${seed})`;
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
  const { againCount, goneCount, newerCount, sourceAgeSeconds, sourceCreatedAt, vaults } =
    inventory;
  const old = (seconds: number): string => ` (${duration(seconds * 1000)} old)`;
  const ofVaults = vaults.map(
    ({ ageSeconds, createdAt, vault }) => `, of vault ${vault} of ${createdAt}${old(ageSeconds)}`,
  );
  return (
    `of the source of ${sourceCreatedAt}${old(sourceAgeSeconds)}${ofVaults.join("")}; in full: ${count(newerCount)} newer, ` +
    `${count(againCount)} that they show as not right; gone from the source since: ${count(goneCount)}`
  );
}
