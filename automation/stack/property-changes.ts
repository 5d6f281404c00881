import { isDeepStrictEqual } from "node:util";
import type { StepEventMetadata } from "@pulumi/pulumi/automation";

/** One property of a resource that changes. Absent members: it is not there before, or not there afterwards. */
export interface PropertyChange {
  /** As in `rules[all].status`; members of lists that have an id, a Sid or a key of their own are named by it. */
  readonly path: string;
  /** Masked where it is secret. */
  readonly old?: unknown;
  /** `(known after deployment)` where only the deployment tells. Masked where it is secret. */
  readonly new?: unknown;
}

/** What stands in the engine's events for a value that is known only once it is deployed. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What is said in its place. */
export const KNOWN_LATER = "(known after deployment)";

/**
 * The properties that a step changes, each down to the value that differs; documents such as policies are compared by what
 * they say and not as text. Secrets are masked by the engine already. Pure.
 */
export function propertyChanges({
  detailedDiff,
  diffs,
  new: news,
  old: olds,
}: Pick<StepEventMetadata, "detailedDiff" | "diffs" | "new" | "old">): readonly PropertyChange[] {
  if (!olds || !news) return [];
  const paths = [...(diffs ?? []), ...Object.keys(detailedDiff ?? {})];
  const names = new Set(paths.map((path) => /^[^.[]+/.exec(path)?.[0] ?? path));
  return [...names].flatMap((name) => {
    const after = news.inputs[name] as unknown;
    // A drift that was found at AWS is in the outputs only.
    const known = [olds.inputs, ...(name in olds.outputs ? [olds.outputs] : [])];
    for (const properties of known) {
      const changes = differences(name, properties[name], after);
      if (changes.length > 0) return changes;
    }
    // A secret: both are masked.
    return [change(name, olds.inputs[name], after)];
  });
}

function differences(path: string, before: unknown, after: unknown): readonly PropertyChange[] {
  const [old, fresh] = [parsed(before), parsed(after)];
  if (isDeepStrictEqual(old, fresh)) return [];
  if (isObject(old) && isObject(fresh)) {
    return union(Object.keys(old), Object.keys(fresh)).flatMap((name) =>
      differences(`${path}.${name}`, old[name], fresh[name]),
    );
  }
  if (Array.isArray(old) && Array.isArray(fresh)) {
    const [oldItems, freshItems] = [named(old), named(fresh)];
    if (oldItems !== undefined && freshItems !== undefined) {
      return union([...oldItems.keys()], [...freshItems.keys()]).flatMap((name) =>
        differences(`${path}[${name}]`, oldItems.get(name), freshItems.get(name)),
      );
    }
  }
  return [change(path, old, fresh)];
}

function change(path: string, old: unknown, fresh: unknown): PropertyChange {
  return {
    path,
    ...(old !== undefined && { old: toldOf(old) }),
    ...(fresh !== undefined && { new: toldOf(fresh) }),
  };
}

/** Items by the member that identifies them; undefined where they have none, or two have the same. */
function named(items: readonly unknown[]): ReadonlyMap<string, unknown> | undefined {
  for (const member of ["Sid", "id", "key"]) {
    const names = items.map((item) => (isObject(item) ? item[member] : undefined));
    const isEach = names.every((name) => typeof name === "string" && name !== UNKNOWN);
    if (isEach && new Set(names).size === names.length) {
      return new Map(items.map((item, index) => [names[index] as string, item]));
    }
  }
  return undefined;
}

/** Policies and dashboards are JSON in a text for some resources, and plain values for others. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    // A text that only begins like JSON.
    return value;
  }
}

function toldOf(value: unknown): unknown {
  if (value === UNKNOWN) return KNOWN_LATER;
  if (Array.isArray(value)) return value.map(toldOf);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toldOf(item)]));
}

function union(first: readonly string[], second: readonly string[]): readonly string[] {
  return [...new Set([...first, ...second])];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True where the engine does not know the value yet. */
export function isKnownLater(value: unknown): boolean {
  return value === UNKNOWN;
}
