import { AwsError } from "../world/aws-error";
import { CodecError } from "./codec-error";
import type { AnswerIds, Protocol, WireInput, WireOutput } from "./protocol";
import { wireErrorOf } from "./query-compatible";
import { queryTree, readQuery } from "./query-decode";
import { plainBody } from "./request-compression";
import type { OperationModel, ServiceModel } from "./service-models";
import { encodeXmlContent, escapeXml } from "./xml-encode";

/** IAM and STS: form parameters in, XML out. */
export class AwsQuery implements Protocol {
  constructor(private readonly model: ServiceModel) {}

  decodeInput(operation: OperationModel, input: WireInput): object {
    if (operation.input.kind === "unit") return {};
    const parameters = new URLSearchParams(input.query);
    for (const [key, value] of new URLSearchParams(
      plainBody(input.headers, input.body).toString("utf8"),
    )) {
      parameters.append(key, value);
    }
    try {
      return readQuery(operation.input, queryTree(parameters), "") as object;
    } catch (error) {
      throw error instanceof CodecError ? validationError(error) : error;
    }
  }

  encodeOutput(operation: OperationModel, output: unknown, ids: AnswerIds): WireOutput {
    const { name } = operation;
    // Operations without a result have no result element.
    const result =
      operation.output.kind === "unit"
        ? ""
        : `<${name}Result>${encodeXmlContent(operation.output, output ?? {})}</${name}Result>`;
    return {
      statusCode: 200,
      headers: { "content-type": "text/xml" },
      body: `<${name}Response xmlns="${this.model.xmlNamespace}">${result}<ResponseMetadata><RequestId>${ids.requestId}</RequestId></ResponseMetadata></${name}Response>`,
    };
  }

  encodeError(error: AwsError, ids: AnswerIds): WireOutput {
    const type = error.statusCode >= 500 ? "Receiver" : "Sender";
    const code = wireErrorOf(this.model, error).queryCode;
    const message = error.message === "" ? "" : `<Message>${escapeXml(error.message)}</Message>`;
    const inside = `<Type>${type}</Type><Code>${escapeXml(code)}</Code>${message}`;
    return {
      statusCode: error.statusCode,
      headers: { ...error.headers, "content-type": "text/xml" },
      body: `<ErrorResponse xmlns="${this.model.xmlNamespace}"><Error>${inside}</Error><RequestId>${ids.requestId}</RequestId></ErrorResponse>`,
    };
  }
}

/** IAM's form of a message; of a value of another type it says nothing but the code. */
function validationError(error: CodecError): AwsError {
  const path = error.memberName
    .split(".")
    // AWS counts the members of a list: `tags.1.member.key`.
    .map((part) =>
      /^\d+$/.test(part) ? `${part}.member` : part.charAt(0).toLowerCase() + part.slice(1),
    )
    .join(".");
  if (error.problem === "missing") {
    return new AwsError(
      "ValidationError",
      400,
      `1 validation error detected: Value at '${path}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return new AwsError("MalformedInput", 400, "");
}
