import { AwsError } from "../aws-error";
import { CodecError } from "./codec-error";
import { jsonValue, readJson } from "./json-codec";
import type { AnswerIds, Protocol, WireInput, WireOutput } from "./protocol";
import type { OperationModel, ServiceModel } from "./service-models";

/** KMS (1.1) and Cloud Control (1.0): one JSON document each way. */
export class AwsJson implements Protocol {
  private readonly contentType: string;

  constructor(private readonly model: ServiceModel) {
    const version = model.protocol === "awsJson1_0" ? "1.0" : "1.1";
    this.contentType = `application/x-amz-json-${version}`;
  }

  decodeInput(operation: OperationModel, input: WireInput): object {
    if (operation.input.kind === "unit") return {};
    const text = input.body.length === 0 ? "{}" : input.body.toString("utf8");
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      if (error instanceof SyntaxError) throw serializationException("The body is no JSON");
      throw error;
    }
    try {
      return readJson(operation.input, parsed, "") as object;
    } catch (error) {
      throw error instanceof CodecError ? inputError(error) : error;
    }
  }

  encodeOutput(operation: OperationModel, output: unknown): WireOutput {
    const hasBody = operation.output.kind !== "unit";
    return {
      statusCode: 200,
      headers: { "content-type": this.contentType },
      body: hasBody ? JSON.stringify(jsonValue(operation.output, output ?? {})) : "",
    };
  }

  encodeError(error: AwsError, _ids: AnswerIds): WireOutput {
    const model = this.model.errors.get(error.code);
    const body = {
      __type: error.code,
      [model?.messageMember ?? "message"]: error.message,
      ...error.detail,
    };
    return {
      statusCode: error.statusCode,
      headers: {
        ...error.headers,
        "content-type": this.contentType,
        "x-amzn-errortype": error.code,
      },
      body: JSON.stringify(body),
    };
  }
}

function inputError(error: CodecError): AwsError {
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
function serializationException(message: string): AwsError {
  return new AwsError("SerializationException", 400, message);
}
