import type { AwsError } from "../world/aws-error";
import { CodecError } from "./codec-error";
import { inputError, jsonValue, readJson, serializationException } from "./json-codec";
import type { AnswerIds, Protocol, WireInput, WireOutput } from "./protocol";
import { queryErrorHeaders, wireErrorOf } from "./query-compatible";
import { plainBody } from "./request-compression";
import type { OperationModel, ServiceModel } from "./service-models";

/** KMS (1.1) and Cloud Control (1.0): one JSON document each way. */
export class AwsJson implements Protocol {
  private readonly contentType: string;

  constructor(
    private readonly model: ServiceModel,
    protocol: "awsJson1_0" | "awsJson1_1",
  ) {
    const version = protocol === "awsJson1_0" ? "1.0" : "1.1";
    this.contentType = `application/x-amz-json-${version}`;
  }

  decodeInput(operation: OperationModel, input: WireInput): object {
    if (operation.input.kind === "unit") return {};
    const body = plainBody(input.headers, input.body);
    const text = body.length === 0 ? "{}" : body.toString("utf8");
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
    const { shapeName, messageMember } = wireErrorOf(this.model, error);
    const body = {
      __type: shapeName,
      [messageMember]: error.message,
      ...error.detail,
    };
    return {
      statusCode: error.statusCode,
      headers: {
        ...error.headers,
        "content-type": this.contentType,
        "x-amzn-errortype": shapeName,
        ...queryErrorHeaders(this.model, error),
      },
      body: JSON.stringify(body),
    };
  }
}
