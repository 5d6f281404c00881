import { tokensOf, type Token } from "../sql/tokens";
import { positionOf } from "./position";

type Rule = readonly [
  pattern: RegExp,
  reason: (name: string, where: string, other: string) => string,
];

/**
 * Messages of the engine and what Athena says in their place. The texts about columns are quoted in public issues; those of types
 * and casts are Trino's, as far as the engine tells what they need.
 * @see https://github.com/opencost/opencost/issues/3076
 */
const RULES: readonly Rule[] = [
  [/Referenced column "(.+?)" not found/, columnNotFound],
  [/does not have a column named "(.+?)"/, columnNotFound],
  [
    /column named "(.+?)" does not exist|Values list "\w+" does not have a column named "(.+?)"/,
    columnNotFound,
  ],
  [/Referenced table "(.+?)" not found/, columnNotFound],
  [
    /Ambiguous reference to column name "(.+?)"/,
    (name, where) => `AMBIGUOUS_NAME: ${where}: Column '${name}' is ambiguous`,
  ],
  [
    /column "?(.+?)"? must appear in the GROUP BY clause/,
    (name, where) =>
      `EXPRESSION_NOT_AGGREGATE: ${where}: '${name}' must be an aggregate expression or appear in GROUP BY clause`,
  ],
  [
    /Cannot compare values of type (\w+).* and type (\w+)/,
    (left, where, right) =>
      `TYPE_MISMATCH: ${where}: Cannot apply operator: ${typeName(left)} = ${typeName(right)}`,
  ],
  [
    /No function matches the given name and argument types '(.+?)'/,
    (call, where) => `TYPE_MISMATCH: ${where}: Unexpected parameters ${call.toLowerCase()}`,
  ],
  [
    /Could not convert string '([\s\S]*?)' to (\w+)/,
    (value, _where, type) => `INVALID_CAST_ARGUMENT: Cannot cast '${value}' to ${typeName(type)}`,
  ],
];

function columnNotFound(name: string, where: string): string {
  return `COLUMN_NOT_FOUND: ${where}: Column '${name}' cannot be resolved or requester is not authorized to access requested resources`;
}

function typeName(engineName: string): string {
  const name = engineName.toLowerCase();
  if (/^(integer_literal|int32)$/.test(name)) return "integer";
  return name === "int64" ? "bigint" : name;
}

/** Why a query failed, from the engine's error; what has no rule keeps the engine's words. */
export function failureReason(query: string, message: string): string {
  // What the sandbox has the engine say is whole already.
  const own = /^Invalid Input Error: ([A-Z_]+: [\s\S]*)$/.exec(message);
  if (own?.[1] !== undefined) return own[1];
  for (const [pattern, reason] of RULES) {
    const match = pattern.exec(message);
    if (match === null) continue;
    const [, first, second] = match;
    const name = first ?? second ?? "";
    return reason(name, whereIs(query, name), second ?? "");
  }
  if (message.startsWith("Out of Memory")) {
    return "EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded the memory that the sandbox gives it";
  }
  const [line = message] = message.split("\n");
  return `GENERIC_USER_ERROR: ${line}`;
}

/** Where a name stands for the first time; else the query's begin. */
function whereIs(query: string, name: string): string {
  const wanted = name.toLowerCase();
  const isName = ({ kind, value }: Token): boolean =>
    (kind === "word" || kind === "double") && value.toLowerCase() === wanted;
  return positionOf(query, tokensOf(query, "trino").find(isName)?.offset ?? 0);
}
