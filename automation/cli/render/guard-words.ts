/** What was found of the vaults' own protections, as people read it. Pure. */

import type { GuardFields } from "../../events";
import type { GuardLoss } from "../../judge/outcome";

export function guardLines({ checked, losses, unknown }: GuardFields): readonly string[] {
  const whole = checked.filter((name) => !losses.some(({ vault }) => vault === name));
  return [
    ...(whole.length === 0 ? [] : [`  Guard of ${whole.join(", ")}: as deployed`]),
    ...checked
      .filter((name) => !whole.includes(name))
      .flatMap((name) => [
        `  Guard of ${name}: NOT as deployed`,
        ...losses.filter(({ vault }) => vault === name).flatMap(lossLines),
      ]),
    ...(unknown.length === 0
      ? []
      : [
          `  Guard of ${unknown.join(", ")}: not proven (another team's vault, or deployed by an earlier version: run \`lockstep up\`)`,
        ]),
  ];
}

function lossLines(loss: GuardLoss): readonly string[] {
  return [
    `    ${loss.protection} of ${loss.resource}: expected ${shown(loss.expected)}, found ${shown(loss.found)}`,
    `      allows ${loss.allows}`,
    `      restored by ${restoredBy(loss)}`,
  ];
}

export function restoredBy({ restore, restoredBy: by }: GuardLoss): string {
  if (by === "up") return "`lockstep up`";
  if (by === "break-glass") return "`lockstep up --vault-role <ARN of the break-glass role>`";
  return `its owner: ${restore ?? "by hand"}`;
}

/** A statement by its Sid, anything else as JSON; long ones in part, whole with `--json`. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.length === 0) return "none";
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
