import { invalidPattern } from "./errors";
import { compileMatcher, type Matcher } from "./pattern-matchers";

/**
 * Event patterns: an object of fields, each with a list of what it may be, or with an object of fields again.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export interface EventPattern {
  readonly text: string;
  matches(event: object): boolean;
}

type Test = (value: unknown) => boolean;
type JsonObject = Readonly<Record<string, unknown>>;

/** @throws AwsError InvalidEventPatternException */
export function compileEventPattern(text: string): EventPattern {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalidPattern("Filter is not valid JSON");
  }
  if (!isObject(document)) throw invalidPattern("Filter is not an object");
  return { text, matches: compileFields(document) };
}

function compileFields(fields: JsonObject): Test {
  const entries = Object.entries(fields);
  if (entries.length === 0) throw invalidPattern("Empty objects are not allowed");
  const tests = entries.map(([name, expected]) =>
    name === "$or" ? compileOr(expected) : compileField(name, expected),
  );
  return (value) => tests.every((test) => test(value));
}

function compileOr(choices: unknown): Test {
  if (!Array.isArray(choices) || choices.length < 2 || !choices.every(isObject)) {
    throw invalidPattern('"$or" must be an array of at least two objects');
  }
  const tests = choices.map(compileFields);
  return (value) => tests.some((test) => test(value));
}

function compileField(name: string, expected: unknown): Test {
  if (isObject(expected)) {
    const inside = compileFields(expected);
    // A list of objects matches when one of them does; a missing object is asked as one without fields.
    return (value) => {
      const member = memberOf(value, name);
      return Array.isArray(member) ? member.some(inside) : inside(member);
    };
  }
  if (!Array.isArray(expected)) throw invalidPattern(`"${name}" must be an object or an array`);
  if (expected.length === 0) throw invalidPattern("Empty arrays are not allowed");
  const matchers = expected.map(compileMatcher);
  return (value) => {
    const member = memberOf(value, name);
    const values: readonly unknown[] = Array.isArray(member) ? member : [member];
    return matchers.some((matcher) => matchesAny(matcher, member, values));
  };
}

function matchesAny(matcher: Matcher, member: unknown, values: readonly unknown[]): boolean {
  if (matcher.exists !== undefined) {
    const isLeaf = member !== undefined && !isObject(member);
    return isLeaf === matcher.exists;
  }
  return values.some((value) => value !== undefined && matcher.matches(value));
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
