/** Values of properties as a preview or a state tells them, and how rules read them. */

/** Stands for a value that only the deployment tells. The same in every copy of this package. */
export const UNKNOWN: unique symbol = Symbol.for("lockstep.policy.unknown");

/** What is known after the deployment only. */
export type Unknown = typeof UNKNOWN;

/** A property of a resource, as JSON has it; `UNKNOWN` may stand anywhere in it. */
export type PropertyValue =
  null | boolean | number | string | Unknown | readonly PropertyValue[] | PropertyRecord;

/** Properties by name. */
export interface PropertyRecord {
  readonly [name: string]: PropertyValue | undefined;
}

/** Any value: a rule looks at it before it believes anything of it. */
export type Read = PropertyValue | undefined;

/**
 * The value at a path; `UNKNOWN` where anything on the way to it is, undefined where it is absent.
 * @param path names of members, as in `"rule", "defaultRetention", "days"`; of a list its first member is meant
 */
export function at(value: Read, ...path: readonly string[]): Read {
  let reached = value;
  for (const name of path) {
    if (reached === UNKNOWN) return UNKNOWN;
    // Before version 7 of the provider `aws`, a block that exists once was a list of one in some resources.
    if (isList(reached)) reached = reached[0];
    if (reached === UNKNOWN) return UNKNOWN;
    reached = isRecord(reached) ? reached[name] : undefined;
  }
  return reached ?? undefined;
}

/** The value at the first of several paths that has one. */
export function firstAt(value: Read, ...paths: readonly (readonly string[])[]): Read {
  for (const path of paths) {
    const found = at(value, ...path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The text at a path; undefined also for what is no text or is empty. */
export function textAt(value: Read, ...path: readonly string[]): string | undefined | Unknown {
  const found = at(value, ...path);
  if (found === UNKNOWN) return UNKNOWN;
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** Whether the value at a path is true; absent is false. `"true"` counts: providers take texts for truth values. */
export function isTrueAt(value: Read, ...path: readonly string[]): boolean | Unknown {
  const found = at(value, ...path);
  return found === UNKNOWN ? UNKNOWN : found === true || found === "true";
}

/** The whole number at a path, also where it is written as text. */
export function numberAt(value: Read, ...path: readonly string[]): number | undefined | Unknown {
  const found = at(value, ...path);
  if (found === UNKNOWN) return UNKNOWN;
  if (typeof found === "number") return found;
  return typeof found === "string" && /^\d+$/.test(found) ? Number(found) : undefined;
}

/** The members of the list at a path: none where it is absent, one where a single value stands in its place. */
export function listAt(
  value: Read,
  ...path: readonly string[]
): readonly PropertyValue[] | Unknown {
  const found = at(value, ...path);
  if (found === UNKNOWN) return UNKNOWN;
  if (found === undefined || found === null) return [];
  return isList(found) ? found : [found];
}

/** As `listAt`; one `UNKNOWN` stands for all members where they are not known. */
export function membersAt(value: Read, ...path: readonly string[]): readonly PropertyValue[] {
  const members = listAt(value, ...path);
  return members === UNKNOWN ? [UNKNOWN] : members;
}

/** True for an object, which `UNKNOWN` and a list are not. */
export function isRecord(value: Read): value is PropertyRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: Read): value is readonly PropertyValue[] {
  return Array.isArray(value);
}
