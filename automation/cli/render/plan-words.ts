/** The plan of a job as people read it before they approve it. Pure. */

import type { EventTable } from "../../events";
import { bytes, count, formatUsd, table } from "./words";

export function planLines(plan: EventTable["plan"]): readonly string[] {
  const { archived, budgetUsd, priceUsd, trial, weakerLocked } = plan;
  const extra = plan.extraObjects;
  return [
    `  Plan ${plan.planHash}`,
    ...table([
      [
        "versions",
        count(plan.objects),
        ...(extra === 0 ? [] : [`${count(extra)} of them are in the vaults already`]),
      ],
      ["size", bytes(plan.sizeBytes)],
      ...(archived.versions === 0
        ? []
        : [
            [
              "archived",
              count(archived.versions),
              `${percent(archived.share)} of what is promised, ${bytes(archived.sizeBytes)}: restore them first, no job brings them`,
            ],
          ]),
      ...(weakerLocked.toArrive === 0
        ? []
        : [
            [
              "weaker locked",
              count(weakerLocked.toArrive),
              "would arrive so: a replica keeps its source version's retention",
            ],
          ]),
      ...(weakerLocked.atVaults === 0
        ? []
        : [
            [
              "weaker locked",
              count(weakerLocked.atVaults),
              "at the vaults already: no job mends them",
            ],
          ]),
      ...(budgetUsd === null ? [] : [["budget", formatUsd(budgetUsd)]]),
    ]),
    `    to ${plan.vaults.join(", ")}`,
    ...(trial === null
      ? []
      : [
          `    before it, ${trial.key} ${trial.versionId} is tried by a job of its own, to ${trial.vaults.join(", ")}`,
        ]),
    `  Price`,
    ...table([
      ...priceUsd.lines.map(({ usd, vault, what }) => [
        what,
        formatUsd(usd),
        ...(vault === null ? [] : [`vault ${vault}`]),
      ]),
      ["all together", formatUsd(priceUsd.total)],
    ]),
    ...plan.prices.map(
      ({ readAt, region, source }) =>
        `    prices of ${region}: ${source}${readAt === null ? "" : `, read ${readAt}`}`,
    ),
    ...plan.notIncluded.map((what) => `    not included: ${what}`),
  ];
}

/** `12 %`; less than one, and something, is not shown as nothing. */
function percent(share: number): string {
  const whole = Math.round(share * 100);
  return whole === 0 && share > 0 ? "< 1 %" : `${whole} %`;
}
