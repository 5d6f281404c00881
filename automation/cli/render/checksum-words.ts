/** What jobs would read to compare contents, as people read it before they approve it. Pure. */

import { formatUsd } from "../../backfill/plan";
import type { EventTable } from "../../events";
import { bytes, count, table } from "./words";

export function checksumPlanLines(plan: EventTable["checksum-plan"]): readonly string[] {
  const { budgetUsd, notIncluded, prices, priceUsd, sides } = plan;
  return [
    "  Bytes that jobs read to compare contents",
    ...table([
      ...sides.map(({ carriedOnCount, carriedOnJobIds, sizeBytes, vault, versionsCount }) => [
        sideName(vault),
        count(versionsCount),
        bytes(sizeBytes) +
          (carriedOnJobIds.length === 0
            ? ""
            : `, beside ${count(carriedOnCount)} of an earlier run (${carriedOnJobIds.join(", ")})`),
      ]),
    ]),
    "  Price",
    ...table([
      ...priceUsd.lines.map(({ usd, vault, what }) => [what, formatUsd(usd), sideName(vault)]),
      ["all together", formatUsd(priceUsd.total)],
      ...(budgetUsd === null ? [] : [["budget", formatUsd(budgetUsd)]]),
    ]),
    ...prices.map(
      ({ readAt, region, source }) =>
        `    prices of ${region}: ${source}${readAt === null ? "" : `, read ${readAt}`}`,
    ),
    ...notIncluded.map((what) => `    not included: ${what}`),
  ];
}

function sideName(vault: string | null): string {
  return vault === null ? "source" : `vault ${vault}`;
}
