/** What a bundle does not prove, in words that stand after "Not proven: ". Pure. */

import { excusedWords } from "../judge/excused-words";
import { silentCodes } from "../levels/level-words";
import { PROOFS } from "../levels/proofs";
import type { SourceVerdict } from "../environment/options";
import type { RefusalFact } from "../refusals/fields";
import { TRIED } from "../refusals/words";
import type { SoughtEvent } from "../trail/fields";
import { count } from "../words";

/** What is known of the holes in a bundle. */
export interface NotProvenFacts {
  readonly verdicts: readonly SourceVerdict[];
  /** Vaults whose protections nobody looked at. */
  readonly guardUnknown: readonly string[];
  /** What of jobs could not be had. */
  readonly jobProblems: readonly string[];
  /** Attempts that show nothing of a vault, each in words; undefined: none was made at all. */
  readonly untried: readonly string[] | undefined;
  /** It is the first of its chain. */
  readonly isFirst: boolean;
  /** What became of looking for events in a trail; undefined: nobody looked. */
  readonly trail: readonly SoughtEvent[] | undefined;
}

/** What a signature does not speak of, whatever was found. */
const OF_EVERY_BUNDLE = [
  "that the signer is right: signer, clock, program and machine are believed, and so are AWS's answers, request ids and dates as they are told here, which AWS has not signed",
];

/** Each once, without a full stop. */
export function notProven(facts: NotProvenFacts): readonly string[] {
  const { guardUnknown, isFirst, jobProblems, trail, untried, verdicts } = facts;
  return [
    ...new Set([
      ...OF_EVERY_BUNDLE,
      ...trailHoles(trail),
      ...(untried ?? [NOTHING_TRIED]),
      ...(isFirst
        ? ["that there was no bundle before this one: it is the first of its chain"]
        : []),
      ...verdicts.flatMap(ofVerdict),
      ...guardUnknown.map((vault) => `the protections of the vault "${vault}": nobody looked`),
      ...jobProblems,
    ]),
  ];
}

/** What is not proven of some versions alone, since they are excused, is not said as if it were so of all. */
function ofVerdict({ source, verdict }: SourceVerdict): readonly string[] {
  const unproven = verdict?.excused?.unproven ?? [];
  const whose = `of source "${source}", `;
  const excused = (verdict && excusedWords(verdict)) ?? "versions that are excused";
  return silentCodes(verdict ?? {}).map((code) => {
    const what = `${code}${unproven.includes(code) ? ` of ${excused}` : ""}`;
    return `${whose}${what}, that is: ${PROOFS[code].replace(/\.$/, "")}`;
  });
}

/** What no digest of CloudTrail speaks of, and that its keys are believed. */
function trailHoles(trail: readonly SoughtEvent[] | undefined): readonly string[] {
  if (trail === undefined) return [`${NO_EVENT}: none is in it`];
  const reasons = new Map<string, number>();
  for (const { outcome, says } of trail) {
    if (outcome !== "signed") reasons.set(says, (reasons.get(says) ?? 0) + 1);
  }
  const holes = [...reasons].map(
    ([says, many]) => `${NO_EVENT}, of ${count(many)} attempts: ${says.replace(/\.$/, "")}`,
  );
  return trail.length > 0 ? holes : [`${NO_EVENT}: there was no attempt to look for`];
}

const NO_EVENT = "events of a trail with AWS's signed digests";

/** Attempts that nobody made, and refusals that show nothing of the vault, in words. */
export function untriedWords(attempts: readonly RefusalFact[]): readonly string[] {
  return attempts
    .filter(({ outcome, shows }) => outcome !== "accepted" && shows === "nothing")
    .map(({ attempt, outcome, principal, says, vault }) => {
      const what = outcome === "refused" ? "by a refusal that shows nothing" : "not tried";
      return `${what}: ${TRIED[attempt]}, at vault "${vault}" as ${principal || "nobody that is known"}: ${says.replace(/\.$/, "")}`;
    });
}

const NOTHING_TRIED =
  "that AWS refuses to delete a locked version, to bypass or to shorten its lock, to suspend versioning, to change the vault's policy and to delete its key: nobody tried it for this bundle";
