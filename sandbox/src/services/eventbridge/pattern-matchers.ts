import { invalidPattern, notImplemented } from "./errors";

/** One entry of a list in an event pattern. */
export interface Matcher {
  /** Of the operator `exists`: whether there must be a value; `matches` is not asked then. */
  readonly exists?: boolean;
  matches(value: unknown): boolean;
}

type Test = (value: unknown) => boolean;

/** @throws AwsError InvalidEventPatternException, NotImplemented for `cidr` */
export function compileMatcher(expected: unknown): Matcher {
  if (isScalar(expected)) return { matches: (value) => value === expected };
  const [operator, operand] = onlyEntry(expected);
  if (operator === "exists") {
    if (typeof operand !== "boolean")
      throw invalidPattern("exists match pattern must be true or false");
    return { exists: operand, matches: () => operand };
  }
  if (operator === "anything-but") return { matches: anythingBut(operand) };
  if (operator === "numeric") return { matches: numeric(operand) };
  return { matches: textOperator(operator, operand) };
}

/** @throws AwsError for an operator that is none on text */
function textOperator(operator: string, operand: unknown): Test {
  switch (operator) {
    case "prefix":
    case "suffix":
      return affix(operator, operand);
    case "equals-ignore-case": {
      const wanted = textOf(operator, operand).toLowerCase();
      return (value) => typeof value === "string" && value.toLowerCase() === wanted;
    }
    case "wildcard":
      return wildcard(textOf(operator, operand));
    case "cidr":
      throw notImplemented("cidr in event patterns");
    default:
      throw invalidPattern(`Unrecognized match type ${operator}`);
  }
}

function affix(operator: "prefix" | "suffix", operand: unknown): Test {
  const isFolded = typeof operand === "object" && operand !== null;
  const wanted = isFolded ? foldedText(operator, operand) : textOf(operator, operand);
  return (value) => {
    if (typeof value !== "string") return false;
    const text = isFolded ? value.toLowerCase() : value;
    return operator === "prefix" ? text.startsWith(wanted) : text.endsWith(wanted);
  };
}

/** `{ "prefix": { "equals-ignore-case": "text" } }` */
function foldedText(operator: string, operand: object): string {
  const [inner, text] = onlyEntry(operand);
  if (inner !== "equals-ignore-case") throw invalidPattern(`Unsupported ${operator} pattern`);
  return textOf(inner, text).toLowerCase();
}

/** `*` stands for any characters, a backslash makes it one itself. */
function wildcard(pattern: string): Test {
  if (/\*\*/.test(pattern)) throw invalidPattern("Consecutive wildcard characters");
  const source = pattern.replace(/\\([*\\])|\*|[^*\\]+|\\/g, (part, escaped?: string) => {
    if (escaped !== undefined) return `\\${escaped}`;
    if (part === "*") return ".*";
    if (part === "\\") throw invalidPattern("Invalid escape character");
    return part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  });
  const form = new RegExp(`^${source}$`, "s");
  return (value) => typeof value === "string" && form.test(value);
}

function anythingBut(operand: unknown): Test {
  if (Array.isArray(operand)) {
    if (operand.length === 0 || !operand.every(isScalar)) {
      throw invalidPattern("Inside anything-but list must be one or more values.");
    }
    const excluded: readonly unknown[] = operand;
    return (value) => !excluded.includes(value);
  }
  if (isScalar(operand)) return (value) => value !== operand;
  const [operator, inner] = onlyEntry(operand);
  const texts: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
  const tests = texts.map((text) => textOperator(operator, text));
  return (value) => !tests.some((test) => test(value));
}

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  "=": (value, limit) => value === limit,
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
};

/** `[">", 0, "<=", 5]` */
function numeric(operand: unknown): Test {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw invalidPattern("Value of numeric must be an array of one or two comparisons.");
  }
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const [operator, limit] = [operand[index], operand[index + 1]] as readonly unknown[];
    const compare = Object.hasOwn(COMPARISONS, String(operator))
      ? COMPARISONS[String(operator)]
      : undefined;
    if (compare === undefined)
      throw invalidPattern(`Unrecognized numeric range operator: ${String(operator)}`);
    if (typeof limit !== "number")
      throw invalidPattern(`Value of ${String(operator)} must be numeric`);
    tests.push((value) => compare(value, limit));
  }
  return (value) => typeof value === "number" && tests.every((test) => test(value));
}

function onlyEntry(value: unknown): readonly [operator: string, operand: unknown] {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const [entry] = entries;
  if (entry === undefined || entries.length > 1 || Array.isArray(value)) {
    throw invalidPattern("Only one key allowed in match expression");
  }
  return entry;
}

function textOf(operator: string, operand: unknown): string {
  if (typeof operand === "string") return operand;
  throw invalidPattern(`${operator} match pattern must be a string`);
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
