import { cbor, tag } from "@smithy/core/cbor";
import { AwsError } from "../world/aws-error";
import { CodecError } from "./codec-error";
import { inputError, jsonValue, readJson } from "./json-codec";
import type { Protocol, WireInput, WireOutput } from "./protocol";
import { queryErrorHeaders, wireErrorOf } from "./query-compatible";
import { plainBody } from "./request-compression";
import type { OperationModel, ServiceModel } from "./service-models";
import type { SimpleShape } from "./shapes";

/** The CBOR tag of a timestamp: seconds since the Unix epoch. */
const EPOCH_TAG = 1;

/**
 * One CBOR document each way, to `/service/TARGET/operation/NAME`.
 * @see https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
export class RpcV2Cbor implements Protocol {
  constructor(private readonly model: ServiceModel) {}

  decodeInput(operation: OperationModel, input: WireInput): object {
    const body = plainBody(input.headers, input.body);
    if (operation.input.kind === "unit" || body.length === 0) {
      return this.read(operation, {});
    }
    return this.read(operation, parse(body));
  }

  private read(operation: OperationModel, document: unknown): object {
    if (operation.input.kind === "unit") return {};
    try {
      return readJson(operation.input, document, "", readScalar) as object;
    } catch (error) {
      throw error instanceof CodecError ? inputError(error) : error;
    }
  }

  encodeOutput(operation: OperationModel, output: unknown): WireOutput {
    // An operation without output answers no document at all, and so no type of one.
    if (operation.output.kind === "unit") {
      return { statusCode: 200, headers: { "smithy-protocol": "rpc-v2-cbor" }, body: "" };
    }
    return {
      statusCode: 200,
      headers: { ...HEADERS },
      body: serialized(jsonValue(operation.output, output ?? {}, writeScalar)),
    };
  }

  encodeError(error: AwsError): WireOutput {
    const { shapeName, messageMember } = wireErrorOf(this.model, error);
    const body = {
      __type: `${this.model.namespace}#${shapeName}`,
      [messageMember]: error.message,
      ...error.detail,
    };
    return {
      statusCode: error.statusCode,
      headers: { ...error.headers, ...queryErrorHeaders(this.model, error), ...HEADERS },
      body: serialized(body),
    };
  }
}

const HEADERS = { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" };

function parse(body: Buffer): unknown {
  try {
    return cbor.deserialize(body);
  } catch (error) {
    // The library throws plain errors for whatever is wrong with a document.
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError("SerializationException", 400, `The body is no CBOR: ${reason}`);
  }
}

/** The library writes into one buffer that it uses again: the answer needs bytes of its own. */
function serialized(document: unknown): Buffer {
  return Buffer.from(cbor.serialize(document));
}

function readScalar(shape: SimpleShape, value: unknown, path: string): unknown {
  switch (shape.kind) {
    case "number":
      if (typeof value === "bigint") return Number(value);
      return required(typeof value === "number", value, path, "number");
    case "string":
      return required(typeof value === "string", value, path, "string");
    case "boolean":
      return required(typeof value === "boolean", value, path, "boolean");
    case "blob":
      required(value instanceof Uint8Array, value, path, "blob");
      return Buffer.from(value as Uint8Array);
    case "timestamp":
      return readTimestamp(value, path);
    case "document":
      return value;
    case "unit":
      return undefined;
  }
}

function readTimestamp(value: unknown, path: string): Date {
  const isTagged =
    typeof value === "object" && value !== null && "tag" in value && "value" in value;
  const seconds = isTagged && Number(value.tag) === EPOCH_TAG ? value.value : value;
  const isNumber = typeof seconds === "number" || typeof seconds === "bigint";
  const date = new Date(isNumber ? Number(seconds) * 1000 : Number.NaN);
  required(!Number.isNaN(date.getTime()), value, path, "timestamp");
  return date;
}

function required(isRight: boolean, value: unknown, path: string, kind: string): unknown {
  if (isRight) return value;
  throw new CodecError("type", `${path} is no ${kind}`, path, String(value));
}

function writeScalar(shape: SimpleShape, value: unknown): unknown {
  if (shape.kind === "timestamp" && value instanceof Date) {
    return tag({ tag: EPOCH_TAG, value: value.getTime() / 1000 });
  }
  return shape.kind === "blob" ? new Uint8Array(value as Uint8Array) : value;
}
