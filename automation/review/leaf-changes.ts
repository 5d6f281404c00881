import { isDeepStrictEqual } from "node:util";
import type { PropertyChange } from "../stack/property-changes";

/**
 * Changes down to their single values: a settings object that goes as a whole is told by each value in it, so that a rule
 * about `days` need not know at which height it went. Lists are told by their positions. Pure.
 */
export function leafChanges(changes: readonly PropertyChange[]): readonly PropertyChange[] {
  return changes.flatMap((change) => leaves(change.path, change.old, change.new));
}

function leaves(path: string, old: unknown, fresh: unknown): readonly PropertyChange[] {
  if (isDeepStrictEqual(old, fresh)) return [];
  if (isNested(old, fresh)) {
    const [before, after] = [membersOf(old), membersOf(fresh)];
    const names = [...new Set([...before.keys(), ...after.keys()])];
    return names.flatMap((name) => leaves(`${path}${name}`, before.get(name), after.get(name)));
  }
  return [
    {
      path,
      ...(old !== undefined && { old }),
      ...(fresh !== undefined && { new: fresh }),
    },
  ];
}

/** One of them holds others, and the other does too or is not there. */
function isNested(old: unknown, fresh: unknown): boolean {
  const isHolder = (value: unknown): boolean => typeof value === "object" && value !== null;
  return (
    (isHolder(old) && (isHolder(fresh) || fresh === undefined)) ||
    (isHolder(fresh) && old === undefined)
  );
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  if (Array.isArray(value)) return new Map(value.map((item, index) => [`[${index}]`, item]));
  if (typeof value !== "object" || value === null) return new Map();
  return new Map(Object.entries(value).map(([name, item]) => [`.${name}`, item]));
}
