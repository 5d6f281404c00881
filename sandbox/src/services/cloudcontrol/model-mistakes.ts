import type { ErrorObject } from "ajv";

/**
 * What is wrong with a model, in the words of CloudFormation's validator as Cloud Control answers them:
 * `Model validation failed (#/DelaySeconds: expected type: Integer, found: String)`.
 * Sources: recorded answers of CreateResource and UpdateResource, and which keywords show no values from
 * CloudFormation's own validator; the words of the rest are those of the JSON schema library under it.
 */
export function mistakesMessage(errors: readonly ErrorObject[]): string {
  const mistakes = [...new Map(errors.map(mistakeOf).map((one) => [one.text, one])).values()];
  const [first] = mistakes;
  if (mistakes.length === 1 && first !== undefined) {
    // An enumerated string is a string and one of the list: two schemas, of which the first matches.
    return first.isOneOfTwo
      ? `Model validation failed (${first.pointer}: #: only 1 subschema matches out of 2)\n${line(first)}`
      : `Model validation failed (${first.text})`;
  }
  return [
    `Model validation failed (#: ${mistakes.length} schema violations found)`,
    ...mistakes.map(line),
  ].join("\n");
}

interface Mistake {
  readonly pointer: string;
  readonly text: string;
  readonly isOneOfTwo: boolean;
}

const line = ({ text, pointer }: Mistake): string => `${text} (${pointer})`;

function mistakeOf(error: ErrorObject): Mistake {
  const pointer = `#${error.instancePath}`;
  return {
    pointer,
    text: `${pointer}: ${words(error)}`,
    isOneOfTwo:
      (error.keyword === "enum" || error.keyword === "const") &&
      typeof error.parentSchema?.["type"] === "string",
  };
}

function words({ keyword, params, data }: ErrorObject): string {
  const of = (name: string): string => String((params as Readonly<Record<string, unknown>>)[name]);
  const size = sizeOf(data);
  switch (keyword) {
    case "additionalProperties":
      return `extraneous key [${of("additionalProperty")}] is not permitted`;
    case "required":
      return `required key [${of("missingProperty")}] not found`;
    case "type":
      return wrongType(of("type").split(","), data);
    case "minLength":
      return `expected minLength: ${of("limit")}, actual: ${size}`;
    case "maxLength":
      return `expected maxLength: ${of("limit")}, actual: ${size}`;
    case "minItems":
      return `expected minimum item count: ${of("limit")}, found: ${size}`;
    case "maxItems":
      return `expected maximum item count: ${of("limit")}, found: ${size}`;
    case "uniqueItems":
      return "array items are not unique";
    case "oneOf":
      return `#: ${params["passingSchemas"] === null ? 0 : 2} subschemas matched instead of one`;
    default:
      return `failed validation constraint for keyword [${keyword}]`;
  }
}

function wrongType(types: readonly string[], data: unknown): string {
  const [type] = types;
  return types.length === 1
    ? `expected type: ${TYPE_NAMES[type ?? ""] ?? type}, found: ${typeNameOf(data)}`
    : `#: no subschema matched out of the total ${types.length} subschemas`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "String",
  integer: "Integer",
  number: "Number",
  boolean: "Boolean",
  object: "JSONObject",
  array: "JSONArray",
};

function typeNameOf(data: unknown): string {
  if (data === null) return "Null";
  if (Array.isArray(data)) return "JSONArray";
  if (typeof data === "object") return "JSONObject";
  if (typeof data === "number") return Number.isInteger(data) ? "Integer" : "BigDecimal";
  return typeof data === "boolean" ? "Boolean" : "String";
}

function sizeOf(data: unknown): number {
  if (typeof data === "string") return [...data].length;
  return Array.isArray(data) ? data.length : 0;
}
