/** The table of rules for one bundle: what speaks to each paragraph in it, and what it lacks. Pure. */

import { count, counted } from "../words";
import type { SoundEvidence } from "./check-evidence";
import { REGULATIONS, type RegulationRow } from "./regulations";

/** One paragraph, held against a bundle. */
export interface HeldRegulation extends RegulationRow {
  /** What of this bundle keeps it from speaking to the paragraph, or in part: sentences. Empty where nothing in it speaks to it at all. */
  readonly lacking: readonly string[];
}

/** Every row, in the order of the rules. Of vaults that are not in COMPLIANCE mode it says no more than what is lacking. */
export function regulationRows(evidence: SoundEvidence): readonly HeldRegulation[] {
  const vaults = evidence.sources.flatMap((source) => source.vaults);
  const hasCompliance = vaults.some(({ lock }) => lock.mode === "COMPLIANCE");
  const lacking = lackingIn(evidence);
  return REGULATIONS.map((row) => {
    if (row.bundleHas === null) return { ...row, lacking: [] };
    return { ...row, bundleHas: hasCompliance ? row.bundleHas : null, lacking };
  });
}

function lackingIn({ madeAt, sources, verdict }: SoundEvidence): readonly string[] {
  const weaker = new Set(
    sources
      .flatMap((source) => source.vaults)
      .filter(({ lock }) => lock.mode !== "COMPLIANCE")
      .map(({ name }) => `"${name}"`),
  );
  const sum = (member: "acceptedCount" | "openCount" | "provenCount"): number =>
    verdict.sources.reduce((all, one) => all + one[member], 0);
  const isOver = verdict.sources.some(({ vaults }) =>
    Object.values(vaults).some(({ locks }) =>
      Object.values(locks).some(({ firstEnd }) => firstEnd <= madeAt),
    ),
  );
  const { guardLossCount, guardUnknownCount } = verdict;
  const { accepted } = verdict.attempts;
  return [
    ...(weaker.size === 0
      ? []
      : [
          `Lacking: nothing here counts for what is not in COMPLIANCE mode (${[...weaker].join(", ")}), since in GOVERNANCE mode whoever has s3:BypassGovernanceRetention can delete.`,
        ]),
    ...(sum("provenCount") === 0 ? ["Lacking: no copy is proven."] : []),
    ...(sum("openCount") === 0
      ? []
      : [`Lacking: ${counted(sum("openCount"), "line")} wrong or open.`]),
    ...(sum("acceptedCount") === 0
      ? []
      : [
          `Lacking: ${counted(sum("acceptedCount"), "line")} accepted by the configuration, and not proven.`,
        ]),
    ...(isOver ? ["Lacking: locks that were over by the date of the review."] : []),
    ...(guardUnknownCount === 0
      ? []
      : [`Lacking: nobody looked at the protections of ${counted(guardUnknownCount, "vault")}.`]),
    ...(guardLossCount === 0
      ? []
      : [`Lacking: ${count(guardLossCount)} of the vaults' protections are lost.`]),
    ...(accepted === 0
      ? []
      : [
          `Lacking: ${counted(accepted, "attempt")} that had to be refused, and ${accepted === 1 ? "was" : "were"} accepted.`,
        ]),
  ];
}
