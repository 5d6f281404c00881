/** One resource of a preview or deployment, in words. Pure. */

import type { EventTable } from "../../events";
import type { PropertyChange } from "../../stack/property-changes";

type Resource = EventTable["resource"];

/** As in `+ create aws:s3/bucket:Bucket records`. */
export function resourceLine({ action, name, resourceType, state }: Resource): string {
  return `${MARKS[state]} ${action} ${resourceType} ${name}`;
}

/** As in `(acme-records, account 111111111111, eu-west-1)`; empty where nothing is known. */
export function placeWords({ account, physicalName, region }: Resource): string {
  const where = [
    ...(physicalName === undefined ? [] : [physicalName]),
    ...(account === undefined ? [] : [`account ${account}`]),
    ...(region === undefined ? [] : [region]),
  ].join(", ");
  return where === "" ? "" : `(${where})`;
}

/** The changes are shown with the plan: whoever agrees to it has seen them. */
export function changeLines({ changes = [], state }: Resource): readonly string[] {
  if (state !== "planned") return [];
  return changes.map(
    (change) => `${change.path}: ${valueWords(change, "old")} -> ${valueWords(change, "new")}`,
  );
}

const MARKS: Readonly<Record<Resource["state"], string>> = {
  planned: ".",
  started: "*",
  done: "+",
  failed: "x",
};

const SHOWN_VALUE_CHARACTERS = 160;

function valueWords(change: PropertyChange, member: "old" | "new"): string {
  if (!(member in change)) return "(none)";
  const value = change[member];
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= SHOWN_VALUE_CHARACTERS
    ? text
    : `${text.slice(0, SHOWN_VALUE_CHARACTERS)}... (all with --json)`;
}
