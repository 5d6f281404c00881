/** The words of a report, for somebody who was not there. Each format escapes them itself. Pure. */

import type { VerdictFields } from "../events";
import { excusedOfAll } from "../judge/excused";
import { excusedWords } from "../judge/excused-words";
import type { GuardLoss, VaultCounts } from "../judge/outcome";
import { restoredBy } from "../guard/restored-by";
import { PROOFS } from "../levels/proofs";
import {
  checksumWords,
  inventoryWords,
  NOT_PROVEN_WORDS,
  recoveryPointWords,
  sampleWords,
  silentCodes,
  sinceWords,
} from "../levels/level-words";
import type {
  AcceptedFields,
  Grouping,
  JobHistory,
  LiveLag,
  LookedAt,
  Report,
  Rerun,
  SourceReport,
} from "./fields";
import { bytes, count, counted, cut } from "../words";
import { openOf, totalOf } from "./top-groups";

/** The first sentence of all. */
export function headline({ clean, sources }: Pick<Report, "clean" | "sources">): string {
  if (sources.length === 0)
    return clean ? "The vaults' guard is whole" : "The vaults' guard is NOT whole";
  if (!clean) return "NOT clean: something has to be done";
  if (sources.every(({ verdict }) => verdict?.empty === true)) {
    return "Clean, and empty: there is nothing to prove yet";
  }
  const excused = excusedIn({ sources });
  const butFor = excused === undefined ? "Clean" : `Clean, but for ${excused}`;
  const lesser = lesserLevel({ sources });
  if (lesser !== undefined) {
    return `${butFor}${excused === undefined ? "" : ","} as far as level ${lesser} proves, which is not all that is promised`;
  }
  return `${butFor}: ${excused === undefined ? "what" : "all else that"} is promised is in the vaults`;
}

/** What a clean report is clean beside, of all sources together; undefined where there is nothing. */
function excusedIn({ sources }: Pick<Report, "sources">): string | undefined {
  const excused = excusedOfAll(sources.flatMap(({ verdict }) => verdict ?? []));
  return excused && excusedWords({ excused });
}

/** The level by which sources were looked at, where that is less than all of it. */
function lesserLevel({ sources }: Pick<Report, "sources">): string | undefined {
  return sources
    .map(({ verdict }) => verdict?.level)
    .find((level) => level !== undefined && level !== "full" && level !== "checksum");
}

/** How often something lies on top at a vault, whatever it is. */
export function onTopCount({ onTop }: VaultCounts): number {
  return onTop.deleteMarkers + onTop.foreignVersions + (onTop.unknownVersions ?? 0);
}

/** What the headline means, a sentence each. */
export function headlineMeaning(report: Report): readonly string[] {
  const { clean, guard, sources } = report;
  const sum = (read: (verdict: VerdictFields) => number | undefined): number =>
    sources.reduce((total, { verdict }) => total + ((verdict && read(verdict)) ?? 0), 0);
  const proven = sum(({ proven: number }) => number);
  const broken = sources.filter(({ verdict }) => verdict === undefined);
  const disagreements = sum((verdict) => verdict.disagreements.length);
  const drift = sum((verdict) => verdict.drift?.length);
  const onTop = sum(({ vaults }) => vaults?.reduce((total, one) => total + onTopCount(one), 0));
  const failed = sum((verdict) => verdict.failed);
  const late = sum(({ excused }) => excused?.objective);
  const unread = sum(({ excused }) => excused?.level);
  // Both are told by what they are.
  const unverifiable = sum(({ unverifiable: number }) => number) - late - unread;
  const unprotected = sum(({ unprotected: number }) => number);
  const lapsed = sum(({ lapsed: number }) => number);
  const lesser = lesserLevel(report);
  const lines = [
    proven > 0 &&
      `${counted(proven, "version")} ${proven === 1 ? "was" : "were"} found in every vault where ${proven === 1 ? "it is" : "they are"} promised, ${lesser === undefined ? "with the right content and lock, key, class and owner as promised" : `as far as level ${lesser} proves`}.`,
    failed > 0 &&
      `${counted(failed, "version")} ${failed === 1 ? "is" : "are"} promised, and missing or wrong in a vault.`,
    late > 0 &&
      `${counted(late, "version")} ${late === 1 ? "is" : "are"} not in every vault yet, and may still come within the recovery point objective.`,
    unread > 0 &&
      `Of ${counted(unread, "version")} nobody knows whether ${unread === 1 ? "it is" : "they are"} promised: only a rule that asks for tags may want ${unread === 1 ? "it" : "them"}, and those were not read.`,
    unverifiable > 0 && `Of ${counted(unverifiable, "version")} nobody can say how they are.`,
    unprotected > 0 &&
      `${counted(unprotected, "version")} ${unprotected === 1 ? "has" : "have"} no replica that guards ${unprotected === 1 ? "it" : "them"}${clean ? ", which the configuration accepts" : ""}.`,
    lapsed > 0 &&
      `The locks of ${counted(lapsed, "version")} have run out${clean ? ", which the configuration accepts" : ""}.`,
    ...sources.map(
      ({ source, verdict }) =>
        verdict?.recoveryPoint !== undefined &&
        `The recovery point${sources.length === 1 ? "" : ` of ${source}`}: ${recoveryPointWords(verdict.recoveryPoint)}.`,
    ),
    onTop > 0 && `${count(onTop)} times something lies on top of promised versions in a vault.`,
    drift > 0 &&
      `${counted(drift, "live setting")} ${drift === 1 ? "differs" : "differ"} from what was deployed.`,
    disagreements > 0 &&
      `${counted(disagreements, "count")} ${disagreements === 1 ? "does" : "do"} not agree, or could not be had.`,
    guard.losses.length > 0 &&
      `The vaults' guard has lost ${counted(guard.losses.length, "protection")}.`,
    broken.length > 0 && `There is no verdict of ${broken.map(({ source }) => source).join(", ")}.`,
  ];
  return lines.filter((line) => line !== false);
}

/** What is proven, and what is not: by the verdict's level, where it has one. */
export interface ProofWords {
  /** Over `proves`, of which a verdict that is not clean proves nothing as a whole. */
  readonly title: string;
  readonly proves: readonly string[];
  readonly doesNotProve: readonly string[];
  /** What would be proven as well, but for versions that are excused. Empty where there are none. */
  readonly excused: readonly string[];
  /** Which versions these are. Of no use where there are none. */
  readonly excusedVersions: string;
}

/** Takes them out of a verdict. */
export function proofWords(verdict: VerdictFields): ProofWords {
  const { clean, excused, level, notProven = [], proves } = verdict;
  const unproven = excused?.unproven ?? [];
  /** In words of their own. */
  const told = new Set<string>([...notProven, ...unproven]);
  const ofLevel = level === undefined ? "" : ` (level ${level})`;
  return {
    title: clean ? `What is proven${ofLevel}` : `What this would prove if it were clean${ofLevel}`,
    proves: [
      // Those of earlier versions have no level.
      ...(proves?.map((code) => PROOFS[code]) ?? [
        "each version counted as proven was asked for at the source and in each vault: content by checksum, ETag or size, lock, key, class, owner, tags and holds",
      ]),
      ...lookWords(verdict),
    ],
    doesNotProve: [
      ...silentCodes(verdict)
        .filter((code) => !told.has(code))
        .map((code) => PROOFS[code]),
      ...notProven.map((what) => NOT_PROVEN_WORDS[what]),
      ...bySizeAlone(verdict),
    ],
    excused: unproven.map((code) => PROOFS[code]),
    excusedVersions: excusedWords(verdict) ?? EXCUSED_BESIDE,
  };
}

/** Where each of them is wrong at another vault, so that none of them counts as excused. */
const EXCUSED_BESIDE = "versions that are excused at one vault and open at another";

/** What was looked at where that is not all at once, and how far the vaults are behind. A line each. */
export function lookWords(verdict: VerdictFields): readonly string[] {
  const { checksums, inventory, recoveryPoint, sample, since } = verdict;
  return [
    ...(since === undefined ? [] : [`since: ${sinceWords(since)}`]),
    ...(recoveryPoint === undefined
      ? []
      : [`recovery point: ${recoveryPointWords(recoveryPoint)}`]),
    ...(sample === undefined ? [] : [`sample: ${sampleWords(sample)}`]),
    ...(checksums === undefined ? [] : [`checksums: ${checksumWords(checksums)}`]),
    ...(inventory === undefined ? [] : [`inventories: ${inventoryWords(inventory)}`]),
  ];
}

function bySizeAlone({ vaults = [] }: VerdictFields): readonly string[] {
  const number = vaults.reduce((sum, { provenBySize }) => sum + provenBySize, 0);
  return number === 0
    ? []
    : [
        `the content of ${counted(number, "version")}: compared by size and version id alone, since both sides are under keys without checksums`,
      ];
}

/** Whether a further run can help. */
export const RERUN_WORDS: Readonly<Record<Rerun, string>> = {
  yes: "Yes: run `lockstep backfill` again.",
  "after-fix": "Once this is done.",
  no: "No.",
};

/** What is wrong with one source beside its versions, a line each. */
export function problemsOf({ error, verdict }: SourceReport): readonly string[] {
  if (verdict === undefined) return [`no verdict: ${error?.message ?? "it was not looked at"}`];
  return [
    ...verdict.disagreements,
    ...(verdict.drift ?? []).map(
      ({ allows, expected, found, path, resource }) =>
        `${path} of ${resource} is ${shown(found)}, ${shown(expected)} is deployed` +
        (allows === undefined ? "" : `: allows ${allows}`),
    ),
    ...(verdict.onTop ?? []).map(
      ({ key, vault, versionId, what }) =>
        `on top in ${vault}: ${what.replaceAll("-", " ")} ${versionId} of ${key}`,
    ),
  ];
}

/** One loss of the guard, in words. */
export function lossWords(loss: GuardLoss): string {
  return `${loss.protection} of ${loss.resource} is ${shown(loss.found)}, ${shown(loss.expected)} is deployed. It allows ${loss.allows}. Restored by ${restoredBy(loss)}`;
}

/** A value as JSON, in part where it is long: the JSON format has all of it. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return cut(JSON.stringify(value));
}

/** How a job ended, or where it is. */
export function jobWords({ outcome, state }: JobHistory): string {
  return outcome === undefined ? state : `${state}, ${outcome.replaceAll("-", " ")}`;
}

/** What is not believed in the ledger's place, a line each. */
export function asideWords({ jobsAside }: SourceReport): readonly string[] {
  if (jobsAside === undefined) return [];
  const { count: all, first } = jobsAside;
  const more = all - first.length;
  return [
    `${counted(all, "file")} in the ledger's place ${all === 1 ? "is" : "are"} not believed, so that a job of ours may be missing here.`,
    ...first.map(({ key, why }) => `set aside: ${key}: ${why}`),
    ...(more > 0 ? [`and ${count(more)} more`] : []),
  ];
}

/** The last that is known of a rule's lag. */
export function lagWords({ points, unknown }: LiveLag): string {
  if (unknown !== undefined) return `not known: ${unknown}`;
  const last = points.at(-1);
  if (last === undefined) return "not known: nothing was measured";
  const largest = Math.max(...points.map(({ seconds }) => seconds));
  return `${count(last.seconds)} s at ${last.at}, at most ${count(largest)} s in the time shown`;
}

/** A note under a grouping; undefined where there is nothing to say. */
export function groupingNote({ isLowerBound, others }: Grouping): string | undefined {
  if (isLowerBound === true) {
    return "There were too many groups to count each: the named ones may have more.";
  }
  return others === null
    ? undefined
    : `${counted(totalOf(others.counts), "outcome")} in further groups.`;
}

/** Who tells when locks end; undefined where each replica was asked. */
export function locksNote({ locksBy }: LookedAt, verdict?: VerdictFields): string | undefined {
  if (locksBy === undefined) return undefined;
  const newer = verdict?.inventory?.newerCount ?? 0;
  return (
    "As the vaults' inventories tell it." +
    (newer === 0 ? "" : ` Of ${counted(newer, "version")} that may be newer they need not tell it.`)
  );
}

/** Why a look does not tell when locks end, or another sum. */
export function notToldWords(verdict?: VerdictFields): string {
  return verdict?.inventory?.engine === "athena"
    ? "Not known: Athena is asked no more than the verdict needs, since it charges for it (--engine duckdb tells when locks end)."
    : "Not known: this look does not tell it.";
}

/** What to think of causes that a job's report tells; undefined where there is none. */
export function toldNote({ byCause: { groups } }: LookedAt): string | undefined {
  return groups.some(({ name }) => name.endsWith(")") || name.endsWith("/deleted-at-vault"))
    ? "A code in brackets, and that a version was deleted at the vault, is as the job's report at the source tells it."
    : undefined;
}

/** Columns of a grouping after its name, of which the last is of bytes. */
export const GROUP_COLUMNS = ["proven", "need somebody", "accepted", "all", "size"] as const;

/** Rows of a grouping: its name, and as in `GROUP_COLUMNS`. */
export function groupRows({
  groups,
  others,
}: Grouping): readonly (readonly [string, number, number, number, number, number])[] {
  return [...groups, ...(others === null ? [] : [others])].map(
    ({ accepted, counts, name, sizeBytes }) => [
      name,
      counts.proven,
      openOf(counts) - accepted,
      accepted,
      totalOf(counts),
      sizeBytes,
    ],
  );
}

/** What is accepted, of a look or of one of its vaults, a line each. */
export function acceptedWords(accepted: readonly AcceptedFields[]): readonly string[] {
  return accepted.map(
    ({ by, outcome, sizeBytes, vault, versions }) =>
      `${counted(versions, "version")} (${bytes(sizeBytes)}), ${outcome}${vault === undefined ? "" : ` in vault ${vault}`}: ${EXCUSES[by]}`,
  );
}

const EXCUSES: Readonly<Record<AcceptedFields["by"], string>> = {
  configuration: "accepted by the configuration (`lockstep:verdict`, `accept`)",
  level: "this level does not tell whether they are promised (`--level full` reads tags)",
  objective: "may still come, within the recovery point objective",
};

/** How many of a vault's versions are open and accepted. */
export function acceptedAt(looked: LookedAt | undefined, vault: string): number {
  const own = looked?.accepted.filter((one) => one.vault === vault);
  return own?.reduce((sum, { versions }) => sum + versions, 0) ?? 0;
}
