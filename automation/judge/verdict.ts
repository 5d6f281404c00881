/**
 * The verdict: what became of every version of the source at every vault, whether source and vaults are as deployed, and
 * whether the counts of a job agree. Nothing is proven from an empty listing. Pure.
 */

import type { AcceptableCode } from "../../components/config/types";
import type { NotProven, VerdictFields } from "../events";
import type { Cover } from "../look/cover";
import { levelFacts } from "../levels/levels";
import { inOrder } from "../levels/proofs";
import { CONFIDENCE, maxShareWrong } from "../levels/sample-bound";
import type { Look, LookSample, LookSince, Tasks } from "../look/look";
import { versionName } from "../proof/source-versions";
import { firstOf } from "../spill/sequence";
import { isMissing, isOpen, noOutcomes, type GuardLoss, type Outcome } from "./outcome";
import { isOnTheWay, recoveryPointOf } from "./recovery-point";
import { VaultTally, worstOf, type OnTop } from "./tally";

/** What manifest, job and report come to. */
export interface JobAgreement {
  /** AWS's, of S3 Batch Operations. */
  readonly jobId: string;
  /** The four that have to agree. */
  readonly counts: VerdictFields["counts"];
  /** Each pair of counts that differ or could not be had, in words. */
  readonly disagreements: readonly string[];
  /** Some of them differ. */
  readonly countsDiffer: boolean;
  /** As in a verdict. */
  readonly goneSince?: VerdictFields["goneSince"];
}

/** What a verdict is formed of. */
export interface VerdictInput {
  /** What was found. */
  readonly look: Look;
  /** Protections of the vaults that are not as deployed. */
  readonly guard?: readonly GuardLoss[];
  /** The vaults' guard was looked at, of each of them. Default: where `guard` is given. */
  readonly isGuardKnown?: boolean | undefined;
  /** Codes that the configuration accepts: `verdict: accept:`. */
  readonly accept?: readonly AcceptableCode[];
  /** Absent when there was nothing to do or only a look was asked for. */
  readonly job?: JobAgreement;
}

/**
 * What only reports of jobs say, which lie on the source's side. To accept it would let whoever writes there turn what is
 * missing into what is accepted.
 */
const TOLD_BY_SOURCE: ReadonlySet<string> = new Set(["deleted-at-vault"]);

/** What lets an outcome stand in nobody's way: the configuration, a level that does not speak of it, or the recovery point objective of a look. */
export type ExcusedBy = "configuration" | "level" | "objective";

/** What stands in nobody's way of a look though it needs somebody. */
export interface Excuses {
  /** The configuration accepts it. */
  readonly isAccepted: (outcome: Pick<Outcome, "code" | "kind">) => boolean;
  /** The level does not say whether it is promised at all. */
  readonly isBeyondLevel: (outcome: Pick<Outcome, "code">) => boolean;
  /** The first of all that excuses it; undefined where nothing does. */
  readonly by: (outcome: Pick<Outcome, "code" | "kind">) => ExcusedBy | undefined;
}

/** Tells of outcomes that need somebody which of them are excused, and by what. */
export function excusesOf(
  { level = "full", objective, unproven = [] }: Pick<Look, "level" | "objective" | "unproven">,
  accept: readonly AcceptableCode[] = [],
): Excuses {
  const accepted = new Set<string>(accept);
  const tellsNoTags = [...levelFacts(level).doesNotProve, ...unproven].includes("tag-rules");
  const isAccepted: Excuses["isAccepted"] = (outcome) =>
    outcome.kind !== "failed" && !isToldBySource(outcome) && accepted.has(outcome.code);
  const isBeyondLevel: Excuses["isBeyondLevel"] = ({ code }) =>
    code === "tags-unread" && tellsNoTags;
  return {
    isAccepted,
    isBeyondLevel,
    by(outcome) {
      if (isAccepted(outcome)) return "configuration";
      if (isBeyondLevel(outcome)) return "level";
      return objective !== undefined && isOnTheWay(outcome) ? "objective" : undefined;
    },
  };
}

/** Whether only the reports of jobs say so, which lie on the source's side. */
export function isToldBySource({ code }: Pick<Outcome, "code">): boolean {
  return TOLD_BY_SOURCE.has(code);
}

/** At most this many are named one by one. */
const NAMED_LIMIT = 100;

/** Forms the verdict. */
export function formVerdict(input: VerdictInput): VerdictFields {
  const { look, guard = [], job } = input;
  const { by: excusedBy, isAccepted, isBeyondLevel } = excusesOf(look, input.accept);
  const byKind = noOutcomes();
  const ineligibleReasons: Record<string, number> = {};
  const failures: VerdictFields["failures"][number][] = [];
  const sourceFailed: { key: string; versionId: string }[] = [];
  let sourceFailedCount = 0;
  let openCount = 0;
  let isEmpty = true;
  let wrongInSampleCount = 0;
  const tally = new VaultTally(look.promise.vaults.keys(), onTopOf(look.covers));
  for (const { isSampled, outcomes, sourceStatus, version } of look.versions) {
    let isWrong = false;
    const worst = worstOf(outcomes);
    if (worst === undefined) continue;
    byKind[worst.kind]++;
    if (worst.kind === "not-applicable" || worst.kind === "unprotected") {
      ineligibleReasons[worst.code] = (ineligibleReasons[worst.code] ?? 0) + 1;
    }
    for (const outcome of outcomes) {
      tally.add(outcome);
      isEmpty &&= outcome.kind === "not-applicable";
      if (!isOpen(outcome) || excusedBy(outcome) !== undefined) continue;
      openCount++;
      isWrong = true;
      if (failures.length < NAMED_LIMIT) failures.push(named(outcome));
    }
    if (isWrong && isSampled === true) wrongInSampleCount++;
    if (sourceStatus === "FAILED") {
      sourceFailedCount++;
      const { key, versionId } = version;
      if (sourceFailed.length < NAMED_LIMIT) sourceFailed.push({ key, versionId });
    }
  }
  const recoveryPoint =
    look.objective &&
    recoveryPointOf(look.versions, look.objective, look, { isAccepted, isBeyondLevel });
  // Of a source whose first versions are on their way as much can be said as of an empty one.
  const isNothingThere = isEmpty || (openCount === 0 && (recoveryPoint?.onTheWayCount ?? 0) > 0);
  const nothingProven = isNothingThere ? emptyProblems(look) : ["nothing is proven"];
  const disagreements = [
    ...listingProblems(look),
    ...(isEmpty || byKind.proven === 0 ? nothingProven : []),
    ...(job?.disagreements ?? []),
  ];
  const isClean =
    openCount === 0 &&
    disagreements.length === 0 &&
    look.drift.length === 0 &&
    guard.length === 0 &&
    look.covers.length === 0;
  return {
    clean: isClean,
    promiseDigest: look.promise.digest,
    proven: byKind.proven,
    ineligible: byKind["not-applicable"] + byKind.unprotected,
    failed: byKind.failed,
    notApplicable: byKind["not-applicable"],
    unprotected: byKind.unprotected,
    lapsed: byKind.lapsed,
    unverifiable: byKind.unverifiable,
    ...(isEmpty ? { empty: true } : {}),
    vaults: tally.counts,
    drift: look.drift,
    guard,
    onTop: firstOf(look.covers, NAMED_LIMIT),
    ...(sourceFailedCount === 0 ? {} : { sourceFailedCount, sourceFailed }),
    counts: job?.counts ?? { manifest: null, job: null, report: null, vault: null },
    ...(job?.countsDiffer === true && { countsDiffer: true }),
    ...(job?.goneSince !== undefined && { goneSince: job.goneSince }),
    ineligibleReasons,
    failures,
    disagreements,
    notProven: notProvenOf(look),
    ...levelFields(look, input.isGuardKnown ?? input.guard !== undefined),
    ...(look.sample === undefined ? {} : { sample: sampleFields(look.sample, wrongInSampleCount) }),
    ...(look.since === undefined ? {} : { since: sinceFields(look.since) }),
    ...(recoveryPoint === undefined ? {} : { recoveryPoint }),
    ...(look.checksums === undefined ? {} : { checksums: look.checksums }),
    ...(look.inventory === undefined ? {} : { inventory: look.inventory }),
    ...(job === undefined ? {} : { jobId: job.jobId }),
  };
}

function sinceFields({ fromEpochMs, inFullCount }: LookSince): NonNullable<VerdictFields["since"]> {
  return { from: new Date(fromEpochMs).toISOString(), inFullCount };
}

/** Versions that are promised and not at a vault, but those that were set apart: the one input of every job. */
export function* missingVersions(look: Look): Generator<Outcome, void> {
  const { setApart } = look;
  for (const { outcomes, version } of look.versions) {
    for (const outcome of outcomes) {
      if (!isMissing(outcome)) continue;
      if (setApart?.has(versionName(version)) !== true) yield outcome;
    }
  }
}

/** Whether there is anything for a job to bring. */
export function isAnyMissing(look: Look): boolean {
  return missingVersions(look).next().done !== true;
}

/** Of the named versions those that are in every vault where a job can bring them. */
export function thereInJob(look: Look, names: Pick<Tasks, "has">): number {
  let count = 0;
  for (const { outcomes, version } of look.versions) {
    if (!outcomes.some(({ kind }) => kind === "proven" || kind === "lapsed")) continue;
    if (outcomes.some(({ kind }) => kind === "failed" || kind === "unverifiable")) continue;
    if (names.has(versionName(version))) count++;
  }
  return count;
}

function named({ cause, code, key, kind, vault, versionId }: Outcome) {
  const where = vault === undefined ? {} : { vault };
  return { key, versionId, ...where, kind, code, cause: cause ?? code };
}

function notProvenOf({ annotations, promise }: Look): readonly NotProven[] {
  return [
    ...(annotations === true ? [] : (["annotations"] as const)),
    ...(promise.roles === undefined ? (["roles"] as const) : []),
  ];
}

/** The level, with what this look proves of all that the level may prove. */
function levelFields(
  look: Look,
  isGuardKnown: boolean,
): Pick<VerdictFields, "level" | "proves" | "doesNotProve"> {
  const { level = "full", unproven = [] } = look;
  const facts = levelFacts(level);
  const doesNotProve = inOrder([
    ...facts.doesNotProve,
    ...unproven,
    ...notProvenOf(look),
    ...(isGuardKnown ? [] : (["guard"] as const)),
  ]);
  return {
    level,
    proves: facts.proves.filter((code) => !doesNotProve.includes(code)),
    doesNotProve,
  };
}

function sampleFields(
  { populationCount, seed, sizeCount }: LookSample,
  wrongCount: number,
): NonNullable<VerdictFields["sample"]> {
  const counts = { sizeCount, populationCount, wrongCount };
  return { ...counts, seed, confidence: CONFIDENCE, maxShareWrong: maxShareWrong(counts) };
}

function listingProblems(look: Look): readonly string[] {
  return [...look.promise.vaults.keys()].flatMap((vault) => {
    const listing = look.listings.get(vault);
    if (listing === undefined) return [`nobody told how to reach the vault ${vault}`];
    return listing.problem === undefined
      ? []
      : [
          `the vault ${vault} cannot be listed, so nobody can say what lies on top: ${listing.problem}`,
        ];
  });
}

/** A new source has nothing to prove. One that was emptied looks the same, but for its vaults. */
function emptyProblems(look: Look): readonly string[] {
  return look.ownVaults.flatMap((vault) => {
    const count = look.listings.get(vault)?.versionsCount ?? 0;
    const words = `the source has no version that is promised, while the vault ${vault} holds ${count}: nothing is proven`;
    return count === 0 ? [] : [words];
  });
}

function onTopOf(covers: Iterable<Cover>): ReadonlyMap<string, OnTop> {
  const counts = new Map<string, { -readonly [Member in keyof OnTop]: OnTop[Member] }>();
  for (const { vault, what } of covers) {
    const count = counts.get(vault) ?? { foreignVersions: 0, deleteMarkers: 0 };
    if (what === "delete-marker") count.deleteMarkers++;
    else if (what === "foreign-version") count.foreignVersions++;
    else count.unknownVersions = (count.unknownVersions ?? 0) + 1;
    counts.set(vault, count);
  }
  return counts;
}
