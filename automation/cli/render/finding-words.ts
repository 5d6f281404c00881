/** What the doctor found, as people read it. Pure. */

import type { EventTable, FindingFields } from "../../events";
import { counted } from "./words";

export function findingLines(found: FindingFields): readonly string[] {
  return [
    `  ${found.severity} ${found.id}: ${found.resource} (account ${found.account})`,
    `    ${found.message}`,
    `    Fix: ${found.fix}`,
  ];
}

export function examinedLine({ errors, infos, warnings }: EventTable["examined"]): string {
  if (errors + warnings === 0) return `Doctor: nothing is wrong (${infos} to know).`;
  return `Doctor: ${counted(errors, "error")}, ${counted(warnings, "warning")}, ${infos} to know.`;
}
