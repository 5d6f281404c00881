import { isDeepStrictEqual } from "node:util";
import type { PropertyChange } from "./model";
import { hasUnknown, isObject, type Properties } from "./values";

/** How values of a resource are compared. */
export interface Comparison {
  /** Top-level properties whose change needs a new resource. */
  readonly replaceOn: readonly string[];
  /** Top-level properties whose value is a JSON document: order of keys and white space mean nothing. */
  readonly documents?: readonly string[];
  /** What is empty or off is the same as what is not given, as in Terraform's SDK. */
  readonly emptyIsUnset?: boolean;
  /** True for lists whose order means nothing. */
  isUnordered?(path: readonly (string | number)[]): boolean;
}

/** What differs between two sets of inputs. A value that is not known yet counts as changed. */
export function changesBetween(
  olds: Properties,
  news: Properties,
  comparison: Comparison,
): PropertyChange[] {
  const changes: PropertyChange[] = [];
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  for (const name of names) {
    const replaces = comparison.replaceOn.includes(name);
    const document = comparison.documents?.includes(name) ?? false;
    const before = document ? parsed(olds[name]) : olds[name];
    const after = document ? parsed(news[name]) : news[name];
    if (document) {
      if (hasUnknown(after) || !isDeepStrictEqual(before, after)) {
        changes.push({ path: [name], kind: kindOf(before, after), replaces });
      }
      continue;
    }
    walk([name], before, after, comparison, (path, kind) => {
      changes.push({ path, kind, replaces });
    });
  }
  return changes;
}

type ReportChange = (path: readonly (string | number)[], kind: PropertyChange["kind"]) => void;

function walk(
  path: readonly (string | number)[],
  before: unknown,
  after: unknown,
  comparison: Comparison,
  report: ReportChange,
): void {
  if (comparison.emptyIsUnset && !hasUnknown(after) && isEmpty(before) && isEmpty(after)) return;
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      walk([...path, name], before[name], after[name], comparison, report);
    }
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    const unordered = comparison.isUnordered?.(path) ?? false;
    if (unordered && sameItems(before, after)) return;
    for (const [index, item] of after.entries()) {
      walk([...path, index], before[index], item, comparison, report);
    }
  } else if (hasUnknown(after) || !isDeepStrictEqual(before, after)) {
    report(path, kindOf(before, after));
  }
}

function kindOf(before: unknown, after: unknown): PropertyChange["kind"] {
  if (before === undefined) return "add";
  return after === undefined ? "delete" : "update";
}

function sameItems(left: readonly unknown[], right: readonly unknown[]): boolean {
  const rest = [...left];
  return right.every((item) => {
    const index = rest.findIndex((other) => isDeepStrictEqual(other, item));
    if (index < 0) return false;
    rest.splice(index, 1);
    return true;
  });
}

/** A JSON text as what it says; every other value as it is. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    // Not JSON after all: the text is the value, and the service says what is wrong with it.
    return value;
  }
}

/**
 * The inputs of a resource after a look at what is there: an input stays as it was given while the resource still has
 * it, and becomes the actual value when it has drifted.
 * @param documents inputs that are JSON documents: nothing may be in them that was not given
 */
export function inputsAfterRead(
  inputs: Properties,
  actual: Properties,
  kept: readonly string[],
  documents: readonly string[] = [],
): Properties {
  const entries = Object.entries(inputs).map(([name, value]) => {
    const isSame = documents.includes(name)
      ? says(actual[name], value)
      : covers(actual[name], value);
    return [name, kept.includes(name) || isSame ? value : actual[name]] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/**
 * The inputs of a resource after a look, found by what has changed since the last one: what was given stays while AWS
 * says the same as before, and what AWS says newly is an input from now on, also where nothing was given. So a setting that
 * somebody added is taken out again by the next update.
 * @param settable names of the properties that can be given
 * @param documents of these the JSON documents: what AWS says of them counts as it is written, lists in their order
 */
export function inputsAfterChange(
  inputs: Properties,
  before: Properties,
  actual: Properties,
  settable: readonly string[],
  documents: readonly string[] = [],
): Properties {
  const entries = settable.map((name) => {
    const agree = documents.includes(name) ? saysAsWritten : says;
    const isSame =
      agree(before[name], actual[name]) ||
      (inputs[name] !== undefined && agree(inputs[name], actual[name]));
    return [name, isSame ? inputs[name] : actual[name]] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function saysAsWritten(left: unknown, right: unknown): boolean {
  return isDeepStrictEqual(parsed(left), parsed(right));
}

/** True when both say the same; lists may come in another order. */
function says(left: unknown, right: unknown): boolean {
  return covers(left, right) && covers(right, left);
}

/** True when `actual` says everything that `wanted` says; services add defaults of their own. */
function covers(actual: unknown, wanted: unknown): boolean {
  const left = parsed(actual);
  const right = parsed(wanted);
  if (Array.isArray(left) && Array.isArray(right)) {
    return (
      left.length === right.length &&
      right.every(
        (item, index) => covers(left[index], item) || left.some((one) => covers(one, item)),
      )
    );
  }
  if (isObject(left) && isObject(right)) {
    return Object.entries(right).every(([name, value]) => covers(left[name], value));
  }
  if (left === undefined) return isEmpty(right);
  return isDeepStrictEqual(left, right);
}

/** Services do not give back what is empty or off. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === false || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isEmpty);
}
