/** Violated policies, as people read them. Pure. */

import type { EventTable } from "../../events";
import { count, counted } from "./words";

export function violationLines(found: EventTable["policy-violation"]): readonly string[] {
  const ids = Object.values(found.references).flat();
  return [
    `  ${found.severity} ${found.ruleId}: ${found.resourceType} ${found.resourceName}`,
    `    ${found.message}${ids.length === 0 ? "" : ` (${ids.join(", ")})`}`,
    `    Fix: ${found.fix}`,
  ];
}

export function policiesLine(checked: EventTable["policies-checked"]): string {
  const { errorsCount, infosCount, resourcesCount, rulesCount, warningsCount } = checked;
  return (
    `  Policies: ${counted(rulesCount, "rule")}, ${counted(resourcesCount, "resource")}, ` +
    `${counted(errorsCount, "error")}, ${counted(warningsCount, "warning")}, ${count(infosCount)} to know.`
  );
}
