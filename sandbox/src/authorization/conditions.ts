import { BlockList, isIP } from "node:net";
import { MalformedPolicy } from "./malformed-policy";
import { compileArnPattern, compilePattern } from "./patterns";
import type { KeyReader, Matcher } from "./patterns";
import type { Condition } from "./statement";

/**
 * Condition operators. Rules (IAM User Guide, "IAM JSON policy elements: Condition operators" and "Multivalued context
 * keys"): several values of a key are alternatives, for a negated operator none may match; a key that the request does
 * not have makes a positive operator false, a negated one or one with `IfExists` true.
 */

type MakeMatcher = (value: string, variables: boolean) => Matcher;

interface Operator {
  readonly negated: boolean;
  readonly make: MakeMatcher;
}

const stringEquals: MakeMatcher = (value, variables) =>
  compilePattern(value, { wildcards: false, variables });
const stringEqualsIgnoreCase: MakeMatcher = (value, variables) =>
  compilePattern(value, { wildcards: false, variables, ignoreCase: true });
const stringLike: MakeMatcher = (value, variables) =>
  compilePattern(value, { wildcards: true, variables });
const arnLike: MakeMatcher = (value, variables) =>
  compileArnPattern(value, { wildcards: true, variables });

const binaryEquals: MakeMatcher = (value) => (text) => text === value;
const bool: MakeMatcher = (value) => {
  const expected = value.toLowerCase();
  return (text) => text.toLowerCase() === expected;
};

function comparison(
  parse: (text: string) => number,
  holds: (actual: number, limit: number) => boolean,
): MakeMatcher {
  return (value) => {
    const limit = parse(value);
    // NaN compares false with everything, so a value that cannot be read never matches.
    return (text) => holds(parse(text), limit);
  };
}

/** Epoch seconds, or an ISO 8601 date as W3C's note on dates allows. */
function parseDate(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) && text.length > 4 ? Number(text) * 1000 : Date.parse(text);
}

function parseNumber(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

const ipAddress: MakeMatcher = (value) => {
  const [address = "", prefix] = value.split("/");
  const version = isIP(address);
  if (version === 0) {
    throw new MalformedPolicy("invalid-condition", "Invalid IP address in Conditions", value);
  }
  const family = version === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  const bits = prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix);
  if (!Number.isInteger(bits) || bits < 0 || bits > (version === 4 ? 32 : 128)) {
    throw new MalformedPolicy("invalid-condition", "Invalid IP address in Conditions", value);
  }
  list.addSubnet(address, bits, family);
  // What is no address is on no list.
  return (text) => list.check(text, isIP(text) === 4 ? "ipv4" : "ipv6");
};

const equal = (actual: number, limit: number) => actual === limit;
const less = (actual: number, limit: number) => actual < limit;
const lessOrEqual = (actual: number, limit: number) => actual <= limit;
const greater = (actual: number, limit: number) => actual > limit;
const greaterOrEqual = (actual: number, limit: number) => actual >= limit;

function comparisons(family: string, parse: (text: string) => number): [string, Operator][] {
  const positive = (holds: typeof equal): Operator => ({
    negated: false,
    make: comparison(parse, holds),
  });
  return [
    [`${family}Equals`, positive(equal)],
    [`${family}NotEquals`, { negated: true, make: comparison(parse, equal) }],
    [`${family}LessThan`, positive(less)],
    [`${family}LessThanEquals`, positive(lessOrEqual)],
    [`${family}GreaterThan`, positive(greater)],
    [`${family}GreaterThanEquals`, positive(greaterOrEqual)],
  ];
}

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["StringEquals", { negated: false, make: stringEquals }],
  ["StringNotEquals", { negated: true, make: stringEquals }],
  ["StringEqualsIgnoreCase", { negated: false, make: stringEqualsIgnoreCase }],
  ["StringNotEqualsIgnoreCase", { negated: true, make: stringEqualsIgnoreCase }],
  ["StringLike", { negated: false, make: stringLike }],
  ["StringNotLike", { negated: true, make: stringLike }],
  ["ArnEquals", { negated: false, make: arnLike }],
  ["ArnNotEquals", { negated: true, make: arnLike }],
  ["ArnLike", { negated: false, make: arnLike }],
  ["ArnNotLike", { negated: true, make: arnLike }],
  ["Bool", { negated: false, make: bool }],
  ["BinaryEquals", { negated: false, make: binaryEquals }],
  ["IpAddress", { negated: false, make: ipAddress }],
  ["NotIpAddress", { negated: true, make: ipAddress }],
  ...comparisons("Numeric", parseNumber),
  ...comparisons("Date", parseDate),
]);

const OPERATORS_BY_LOWER_CASE = new Map(
  [...OPERATORS].map(([name, operator]) => [name.toLowerCase(), operator]),
);

/**
 * Prepares one operator with one key.
 * @throws MalformedPolicy for an operator or a value that AWS refuses
 */
export function compileCondition(
  operatorName: string,
  key: string,
  values: readonly string[],
  variables: boolean,
): Condition {
  const lowerKey = key.toLowerCase();
  const parts = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/i.exec(operatorName);
  const quantifier = parts?.[1]?.toLowerCase();
  const base = (parts?.[2] ?? "").toLowerCase();
  const ifExists = parts?.[3] !== undefined;

  if (base === "null") {
    if (ifExists) throw invalidOperator(operatorName);
    // `Null: true` asks that the key be absent.
    return (keys) =>
      values.some((value) => (value.toLowerCase() === "true") === isAbsent(keys.get(lowerKey)));
  }
  const operator = OPERATORS_BY_LOWER_CASE.get(base);
  if (operator === undefined) throw invalidOperator(operatorName);
  const matchers = values.map((value) => operator.make(value, variables));
  const { negated } = operator;
  const holds = (text: string, keys: KeyReader): boolean =>
    matchers.some((matcher) => matcher(text, keys)) !== negated;

  // A multi-valued key without a set operator: AWS calls the result undefined; the strict reading is used.
  const wantsAll = quantifier === undefined ? negated : quantifier === "forallvalues";

  return (keys) => {
    const actual = keys.get(lowerKey) ?? [];
    if (typeof actual === "string") return holds(actual, keys);
    // An absent key has no values: all of them hold, and none does.
    if (actual.length === 0 && ifExists) return true;
    return wantsAll
      ? actual.every((text) => holds(text, keys))
      : actual.some((text) => holds(text, keys));
  };
}

function isAbsent(value: string | readonly string[] | undefined): boolean {
  return value === undefined || (typeof value !== "string" && value.length === 0);
}

function invalidOperator(name: string): MalformedPolicy {
  return new MalformedPolicy("invalid-condition", `Invalid Condition type : ${name}`, name);
}
