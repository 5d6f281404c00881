/** A verdict as people read it. Pure. */

import type { EventTable } from "../../events";
import { OUTCOME_CODES } from "../../judge/outcome";
import {
  checksumWords,
  inventoryWords,
  NOT_PROVEN_WORDS,
  recoveryPointWords,
  sampleWords,
  silentCodes,
  sinceWords,
} from "../../levels/level-words";
import { count, counted, table } from "./words";

export function verdictLines(verdict: EventTable["verdict"]): readonly string[] {
  const { counts } = verdict;
  return [
    `  Verdict${verdictSubject(verdict)}: ${verdictWord(verdict)}`,
    ...table([
      ["proven", count(verdict.proven), bySize(verdict)],
      ["not applicable", count(verdict.notApplicable ?? 0), reasonsOf("not-applicable", verdict)],
      ["unprotected", count(verdict.unprotected ?? 0), reasonsOf("unprotected", verdict)],
      ["failed", count(verdict.failed)],
      ...(verdict.lapsed ? [["lapsed", count(verdict.lapsed)]] : []),
      ...(verdict.unverifiable ? [["unverifiable", count(verdict.unverifiable)]] : []),
    ]),
    ...(verdict.promiseCopy === undefined
      ? []
      : [
          `    promised, as far as the copy says that vault ${verdict.promiseCopy.vault} keeps: version ${verdict.promiseCopy.versionId} of s3://${verdict.promiseCopy.bucket}/${verdict.promiseCopy.key}`,
        ]),
    ...vaultLines(verdict),
    ...(verdict.drift ?? []).map(
      ({ allows, expected, found, path, resource }) =>
        `      drift: ${path} of ${resource} is ${shown(found)}, ${shown(expected)} is deployed` +
        (allows === undefined ? "" : `: allows ${allows}`),
    ),
    ...(verdict.guard ?? []).map(
      ({ allows, protection, resource, vault }) =>
        `      guard of ${vault}: ${protection} of ${resource} is not as deployed: ${allows}`,
    ),
    ...(verdict.onTop ?? []).map(
      ({ key, vault, versionId, what }) =>
        `      on top in ${vault}: ${what.replaceAll("-", " ")} ${versionId} of ${key}`,
    ),
    ...(verdict.sourceFailedCount === undefined
      ? []
      : [`      the source calls ${counted(verdict.sourceFailedCount, "version")} FAILED`]),
    ...verdict.failures
      .slice(0, SHOWN_FAILURES)
      .map(
        ({ key, versionId, vault, cause, source }) =>
          `      ${source === undefined ? "" : `${source}: `}${key} ${versionId} in ${vault ?? "?"}: ${cause}`,
      ),
    ...(verdict.failures.length >= SHOWN_FAILURES ? ["      ... (all with --details FILE)"] : []),
    ...(counts.job === null
      ? []
      : [
          `    counts: manifest ${countOrNone(counts.manifest)}, job ${count(counts.job)}, report ${countOrNone(counts.report)}, vault ${countOrNone(counts.vault)}` +
            agreement(verdict),
        ]),
    ...verdict.disagreements.map((text) => `      ${text}`),
    ...goneLines(verdict),
    ...(verdict.notProven ?? []).map((what) => `    not proven: ${NOT_PROVEN_WORDS[what]}`),
    ...levelLines(verdict),
  ];
}

/** How much was looked at, and what nobody may take for proven. */
function levelLines(verdict: EventTable["verdict"]): readonly string[] {
  const { checksums, doesNotProve, inventory, level, recoveryPoint, sample, since } = verdict;
  if (level === undefined || doesNotProve === undefined) return [];
  const silent = silentCodes(verdict).map((code) => code.replaceAll("-", " "));
  return [
    ...(sample === undefined ? [] : [`    sample: ${sampleWords(sample)}`]),
    ...(since === undefined ? [] : [`    since: ${sinceWords(since)}`]),
    ...tagsLines(verdict),
    ...(recoveryPoint === undefined
      ? []
      : [`    recovery point: ${recoveryPointWords(recoveryPoint)}`]),
    ...(inventory === undefined ? [] : [`    inventories: ${inventoryWords(inventory)}`]),
    ...(checksums === undefined ? [] : [`    checksums: ${checksumWords(checksums)}`]),
    `    level ${level}, which says nothing of: ${silent.join(", ")}`,
  ];
}

/** Of how many nobody knows whether a rule wants them: a clean verdict does not hide them. */
function tagsLines({ vaults = [] }: EventTable["verdict"]): readonly string[] {
  const number = vaults.reduce(
    (sum, { codes }) => sum + (codes["unverifiable/tags-unread"] ?? 0),
    0,
  );
  if (number === 0) return [];
  return [
    `    tags: ${counted(number, "version")} not judged, since only a rule that asks for tags may want them and theirs were not read (--level full reads all)`,
  ];
}

/** Why versions are of a kind that nobody has to bring along. */
function reasonsOf(
  kind: "not-applicable" | "unprotected",
  { ineligibleReasons }: EventTable["verdict"],
): string {
  const codes: readonly string[] = OUTCOME_CODES[kind];
  return Object.entries(ineligibleReasons)
    .filter(([code]) => codes.includes(code))
    .map(([code, number]) => `${count(number)} ${code.replaceAll("-", " ")}`)
    .join(", ");
}

/** Each vault by itself, where there are several or something is not proven. */
function vaultLines({ clean, vaults = [] }: EventTable["verdict"]): readonly string[] {
  if (clean && vaults.length < 2) return [];
  return vaults.map(({ codes, proven, vault }) => {
    const others = Object.entries(codes).map(([code, number]) => {
      const [kind, reason] = code.split("/") as [string, string];
      return `${count(number)} ${kind} (${reason.replaceAll("-", " ")})`;
    });
    return `    ${vault}: ${[`${count(proven)} proven`, ...others].join(", ")}`;
  });
}

/** ` of orders`, ` over 2 sources (orders, letters)`. */
function verdictSubject({ source, sources }: EventTable["verdict"]): string {
  if (sources !== undefined) {
    return ` over ${counted(sources.length, "source")} (${sources.join(", ")})`;
  }
  return source === undefined || source === ONLY_SOURCE ? "" : ` of ${source}`;
}

/** The name that `lockstep:source` has, which says nothing where there is only one. */
const ONLY_SOURCE = "source";

/** As many as a verdict names. */
const SHOWN_FAILURES = 100;

/** Four equal numbers agree; others may still be explained, by failed tasks, by a report of those alone, or by what is gone. */
function agreement({ counts, countsDiffer, goneSince }: EventTable["verdict"]): string {
  if (countsDiffer === true) return ": they DISAGREE";
  const numbers = [counts.manifest, counts.job, counts.report, counts.vault];
  if (numbers.includes(null)) return ": not all could be had";
  if (new Set(numbers).size === 1) return ": they agree";
  return goneSince === undefined
    ? ": failed tasks and the report's scope account for what differs"
    : ": failed tasks, the report's scope and what is gone from the source account for what differs";
}

/** Versions of the job that the source has deleted since: told beside a clean verdict, too. */
function goneLines({ goneSince }: EventTable["verdict"]): readonly string[] {
  if (goneSince === undefined) return [];
  const { atVaultCount, count: number, succeededCount } = goneSince;
  const tasks =
    succeededCount === null
      ? "how their tasks ended is not known"
      : `the tasks of ${count(succeededCount)} succeeded`;
  return [
    `    gone from the source since the job was made: ${counted(number, "version")}; ${tasks}, ${count(atVaultCount)} at the vaults`,
  ];
}

/** How many were compared by size and version id alone. */
function bySize({ vaults = [] }: EventTable["verdict"]): string {
  const number = vaults.reduce((sum, { provenBySize }) => sum + provenBySize, 0);
  return number === 0 ? "" : `${count(number)} by size and version id alone`;
}

function verdictWord({ clean, empty, emptySources = [] }: EventTable["verdict"]): string {
  if (!clean) return "NOT clean";
  if (empty === true) return "clean: empty, nothing to prove: no version is promised";
  return emptySources.length === 0
    ? "clean"
    : `clean, with nothing to prove of ${emptySources.join(", ")}: empty`;
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}

function countOrNone(value: number | null): string {
  return value === null ? "?" : count(value);
}
