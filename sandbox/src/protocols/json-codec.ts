import { AwsError } from "../world/aws-error";
import { CodecError } from "./codec-error";
import type { Shape, SimpleShape } from "./shapes";

/**
 * Reads a parsed JSON value by its schema. Members that the schema does not know are passed over, as AWS does; null
 * counts as absent.
 * @throws CodecError
 */
export function readJson(
  shape: Shape,
  value: unknown,
  path: string,
  readScalar: ScalarReader = readSimple,
): unknown {
  switch (shape.kind) {
    case "structure": {
      const source = record(value, path);
      const target: Record<string, unknown> = {};
      for (const member of shape.members) {
        const item = source[member.name];
        const memberPath = path === "" ? member.name : `${path}.${member.name}`;
        if (item !== undefined && item !== null) {
          target[member.name] = readJson(member.shape, item, memberPath, readScalar);
        } else if (member.required) {
          throw new CodecError("missing", `${memberPath} is missing`, memberPath);
        }
      }
      return target;
    }
    case "list":
      if (!Array.isArray(value)) throw wrongType(path, "list", value);
      return value.map((item, index) =>
        readJson(shape.item, item, `${path}.${index + 1}.member`, readScalar),
      );
    case "map": {
      const target: Record<string, unknown> = {};
      for (const [key, item] of Object.entries(record(value, path))) {
        target[key] = readJson(shape.value, item, `${path}.${key}`, readScalar);
      }
      return target;
    }
    default:
      return readScalar(shape, value, path);
  }
}

/** Reads a value that is no structure, list or map; these look the same in JSON and in CBOR. */
export type ScalarReader = (shape: SimpleShape, value: unknown, path: string) => unknown;
export type ScalarWriter = (shape: SimpleShape, value: unknown) => unknown;

function readSimple(shape: SimpleShape, value: unknown, path: string): unknown {
  switch (shape.kind) {
    case "string":
      if (typeof value !== "string") throw wrongType(path, "string", value);
      return value;
    case "number":
      if (typeof value !== "number") throw wrongType(path, "number", value);
      return value;
    case "boolean":
      if (typeof value !== "boolean") throw wrongType(path, "boolean", value);
      return value;
    case "blob":
      if (typeof value !== "string") throw wrongType(path, "blob", value);
      return Buffer.from(value, "base64");
    case "timestamp": {
      const date = typeof value === "number" ? new Date(value * 1000) : new Date(String(value));
      if (Number.isNaN(date.getTime())) throw wrongType(path, "timestamp", value);
      return date;
    }
    case "document":
      return value;
    case "unit":
      return undefined;
  }
}

function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrongType(path, "structure", value);
  }
  return value as Readonly<Record<string, unknown>>;
}

function wrongType(path: string, expected: string, value: unknown): CodecError {
  return new CodecError("type", `${path} is no ${expected}`, path, JSON.stringify(value));
}

/** The value as it goes into `JSON.stringify`: dates as epoch seconds, bytes as base64. */
export function jsonValue(
  shape: Shape,
  value: unknown,
  writeScalar: ScalarWriter = writeSimple,
): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.kind) {
    case "structure": {
      const source = value as Readonly<Record<string, unknown>>;
      const target: Record<string, unknown> = {};
      for (const member of shape.members) {
        const item = jsonValue(member.shape, source[member.name], writeScalar);
        if (item !== undefined) target[member.name] = item;
      }
      return target;
    }
    case "list":
      return (value as readonly unknown[]).map((item) => jsonValue(shape.item, item, writeScalar));
    case "map":
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          jsonValue(shape.value, item, writeScalar),
        ]),
      );
    default:
      return writeScalar(shape, value);
  }
}

function writeSimple(shape: SimpleShape, value: unknown): unknown {
  switch (shape.kind) {
    case "blob":
      return Buffer.from(value as Uint8Array).toString("base64");
    case "timestamp":
      return value instanceof Date ? value.getTime() / 1000 : value;
    default:
      return value;
  }
}

/** What the services that take such documents say of an input that does not fit. */
export function inputError(error: CodecError): AwsError {
  if (error.problem !== "missing") return serializationException(error.message);
  const path = error.memberName
    .split(".")
    .map((part) => part.charAt(0).toLowerCase() + part.slice(1))
    .join(".");
  return new AwsError(
    "ValidationException",
    400,
    `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
  );
}

/** The code is AWS's, the text is ours: AWS's depends on its Java types. */
export function serializationException(message: string): AwsError {
  return new AwsError("SerializationException", 400, message);
}
