/** What Athena will be asked, as people read it before they agree. Pure. */

import type {
  AthenaPlanFields,
  AthenaPlanOfPlace,
  AthenaPlanOfReports,
} from "../../look/athena/fields";
import { bytes, counted, formatUsd, table } from "./words";

export function athenaPlanLines(plan: AthenaPlanFields): readonly string[] {
  const { reports, source, vaults } = plan;
  const places = [
    ...vaults.map((one) => ({
      ...one,
      what: `vault ${one.vault}`,
      path: `lockstep:verdict athena.${one.vault}`,
    })),
    ...(reports === undefined
      ? []
      : [{ ...reports, what: `source ${source}`, path: `lockstep:backfill athena.${source}` }]),
  ];
  return [
    plan.othersUsd === 0 ? "  Athena, at most" : `  Athena, at most, for ${source}`,
    ...table([
      ...places.map(({ location, usd, what, workgroup }) => [
        what,
        formatUsd(usd),
        `work group ${workgroup}, in ${location}`,
      ]),
      ["all together", formatUsd(plan.usd), bytes(plan.chargedBytes)],
      ...(plan.othersUsd === 0 ? [] : [["the other sources", formatUsd(plan.othersUsd)]]),
      ...(plan.budgetUsd === null ? [] : [["budget", formatUsd(plan.budgetUsd)]]),
    ]),
    ...places.map(({ path, ...place }) => priceLine(place, `${path}.usdPerTbScanned`)),
    ...(reports === undefined
      ? inventoryLines(plan.broughtBytes)
      : [reportsLine(reports, plan.broughtBytes)]),
  ];
}

function inventoryLines(broughtBytes: number): readonly string[] {
  return [
    `    not included: transfer of ${bytes(broughtBytes)} of the source's inventory and of each answer; storage and requests of S3 for the time of the look; requests of the Data Catalog`,
    "    under KMS no version is plainly right by an inventory: an answer has all of them, and each is judged here",
  ];
}

function reportsLine({ jobsCount }: AthenaPlanOfReports, broughtBytes: number): string {
  return (
    `    of the reports of ${counted(jobsCount, "job")}; not included: transfer of ${bytes(broughtBytes)} of them, which S3 does not tell the MD5 of, and of each answer; ` +
    "storage and requests of S3 for the time of the look; requests of the Data Catalog"
  );
}

function priceLine(
  { isPriceKnown, priceReadAt, region, usdPerTbScanned }: AthenaPlanOfPlace,
  path: string,
): string {
  const price = `${formatUsd(usdPerTbScanned)} for 10^12 bytes`;
  if (!isPriceKnown) {
    return `    the price of ${region} is not known: that of us-east-1 is taken, ${price} (${path})`;
  }
  const from = priceReadAt === null ? path : `AWS's of ${priceReadAt}`;
  return `    the price of ${region}: ${price} (${from})`;
}
