/** What was found of the vaults' own protections, as people read it. Pure. */

import type { GuardFields, RolesFields } from "../../events";
import { restoredBy } from "../../guard/restored-by";
import type { Drift, GuardLoss } from "../../judge/outcome";

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

export function rolesLines({ checked, drift, unknown }: RolesFields): readonly string[] {
  return [
    ...(checked.length === 0
      ? []
      : [`  Roles of ${checked.join(", ")}: ${drift.length === 0 ? "" : "NOT "}as deployed`]),
    ...drift.flatMap(driftLines),
    ...(unknown.length === 0
      ? []
      : [
          `  Roles of ${unknown.join(", ")}: not proven (deployed by an earlier version: run \`lockstep up\`)`,
        ]),
  ];
}

function driftLines({ allows, expected, found, path, resource }: Drift): readonly string[] {
  return [
    `    ${path} of ${resource}: expected ${shown(expected)}, found ${shown(found)}`,
    ...(allows === undefined ? [] : [`      allows ${allows}`]),
  ];
}

function lossLines(loss: GuardLoss): readonly string[] {
  return [
    `    ${loss.protection} of ${loss.resource}: expected ${shown(loss.expected)}, found ${shown(loss.found)}`,
    `      allows ${loss.allows}`,
    `      restored by ${restoredBy(loss)}`,
  ];
}

/** A statement by its Sid, anything else as JSON; long ones in part, whole with `--json`. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.length === 0) return "none";
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
