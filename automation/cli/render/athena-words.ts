/** What Athena will be asked, as people read it before they agree. Pure. */

import type { AthenaPlanFields, AthenaPlanOfVault } from "../../look/athena/fields";
import { bytes, formatUsd, table } from "./words";

export function athenaPlanLines(plan: AthenaPlanFields): readonly string[] {
  return [
    plan.othersUsd === 0 ? "  Athena, at most" : `  Athena, at most, for ${plan.source}`,
    ...table([
      ...plan.vaults.map(({ location, usd, vault, workgroup }) => [
        `vault ${vault}`,
        formatUsd(usd),
        `work group ${workgroup}, in ${location}`,
      ]),
      ["all together", formatUsd(plan.usd), bytes(plan.chargedBytes)],
      ...(plan.othersUsd === 0 ? [] : [["the other sources", formatUsd(plan.othersUsd)]]),
      ...(plan.budgetUsd === null ? [] : [["budget", formatUsd(plan.budgetUsd)]]),
    ]),
    ...plan.vaults.map(priceLine),
    `    not included: transfer of ${bytes(plan.broughtBytes)} of the source's inventory and of each answer; storage and requests of S3 for the time of the look; requests of the Data Catalog`,
    "    under KMS no version is plainly right by an inventory: an answer has all of them, and each is judged here",
  ];
}

function priceLine({
  isPriceKnown,
  priceReadAt,
  region,
  usdPerTbScanned,
  vault,
}: AthenaPlanOfVault): string {
  const price = `${formatUsd(usdPerTbScanned)} for 10^12 bytes`;
  const path = `lockstep:verdict athena.${vault}.usdPerTbScanned`;
  if (!isPriceKnown) {
    return `    the price of ${region} is not known: that of us-east-1 is taken, ${price} (${path})`;
  }
  const from = priceReadAt === null ? path : `AWS's of ${priceReadAt}`;
  return `    the price of ${region}: ${price} (${from})`;
}
