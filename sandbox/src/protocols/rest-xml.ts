import { AwsError, type ErrorDetail } from "../world/aws-error";
import { CodecError } from "./codec-error";
import {
  bareTextMember,
  requestBindings,
  responseBindings,
  type RequestBindings,
  type ResponseBindings,
} from "./http-bindings";
import type { AnswerIds, Protocol, WireInput, WireOutput } from "./protocol";
import type { OperationModel, ServiceModel } from "./service-models";
import type { Member, Shape } from "./shapes";
import { decodeXmlDocument } from "./xml-decode";
import { encodeXmlDocument, escapeXml, XML_DECLARATION } from "./xml-encode";

/** S3 and S3 Control: members in path, query and headers, the rest in an XML document. */
export class RestXml implements Protocol {
  private readonly requests = new Map<OperationModel, RequestBindings>();
  private readonly responses = new Map<OperationModel, ResponseBindings>();

  constructor(private readonly model: ServiceModel) {}

  decodeInput(operation: OperationModel, input: WireInput): object {
    const bindings = this.request(operation);
    const target: Record<string, unknown> = {};
    try {
      bindings.read(input, target);
      if (bindings.payload !== undefined) {
        target[bindings.payload.name] = decodePayload(bindings.payload, input.body);
      } else if (bindings.hasDocument && operation.input.kind === "structure") {
        const document = decodeXmlDocument(
          input.body.toString("utf8"),
          operation.input.rootName,
          operation.input,
        );
        Object.assign(target, document);
      }
    } catch (error) {
      throw error instanceof CodecError ? inputError(error, operation) : error;
    }
    return target;
  }

  encodeOutput(operation: OperationModel, output: unknown): WireOutput {
    const bindings = this.response(operation);
    const value = (output ?? {}) as Readonly<Record<string, unknown>>;
    const headers: Record<string, string> = {};
    bindings.write(value, headers);
    const answer: WireOutput = {
      statusCode: operation.http?.statusCode ?? 200,
      headers,
      body: undefined,
    };
    if (bindings.statusCodeMember !== undefined) {
      answer.statusCode = Number(value[bindings.statusCodeMember] ?? answer.statusCode);
    }
    if (bindings.payload !== undefined) this.encodePayload(bindings.payload, value, answer);
    else if (bindings.hasDocument) this.encodeDocument(operation.output, value, answer);
    return answer;
  }

  encodeError(error: AwsError, ids: AnswerIds): WireOutput {
    const headers: Record<string, string> = {
      ...error.headers,
      "content-type": "application/xml",
    };
    const inside =
      element("Code", error.code) + element("Message", error.message) + details(error.detail);
    const identifiers = element("RequestId", ids.requestId) + element("HostId", ids.hostId);
    const body =
      this.model.service === "s3"
        ? `${XML_DECLARATION}<Error>${inside}${identifiers}</Error>`
        : `${XML_DECLARATION}<ErrorResponse xmlns="${this.model.xmlNamespace}"><Error>${inside}</Error>${identifiers}</ErrorResponse>`;
    return { statusCode: error.statusCode, headers, body };
  }

  private encodePayload(
    payload: Member,
    value: Readonly<Record<string, unknown>>,
    answer: WireOutput,
  ): void {
    const content = value[payload.name];
    if (content === undefined || content === null) return;
    switch (payload.shape.kind) {
      case "blob":
        answer.body = toBuffer(content);
        break;
      case "string":
        answer.body = String(content);
        answer.headers["content-type"] ??= "application/json";
        break;
      default:
        answer.headers["content-type"] ??= "application/xml";
        answer.body = encodeXmlDocument(
          payload.elementName,
          this.model.xmlNamespace,
          payload.shape,
          content,
        );
    }
  }

  private encodeDocument(
    shape: Shape,
    value: Readonly<Record<string, unknown>>,
    answer: WireOutput,
  ): void {
    if (shape.kind !== "structure") return;
    answer.headers["content-type"] ??= "application/xml";
    const bare = bareTextMember(shape);
    if (bare !== undefined) {
      const text = escapeXml(String(value[bare.name] ?? ""));
      answer.body = `${XML_DECLARATION}<${shape.rootName} xmlns="${this.model.xmlNamespace}">${text}</${shape.rootName}>`;
      return;
    }
    answer.body = encodeXmlDocument(shape.rootName, this.model.xmlNamespace, shape, value);
  }

  private request(operation: OperationModel): RequestBindings {
    let bindings = this.requests.get(operation);
    if (bindings === undefined) {
      bindings = requestBindings(operation.input);
      this.requests.set(operation, bindings);
    }
    return bindings;
  }

  private response(operation: OperationModel): ResponseBindings {
    let bindings = this.responses.get(operation);
    if (bindings === undefined) {
      bindings = responseBindings(operation.output);
      this.responses.set(operation, bindings);
    }
    return bindings;
  }
}

function inputError(error: CodecError, operation: OperationModel): AwsError {
  if (error.problem === "missing" && error.place === "document" && error.memberName === "") {
    return new AwsError("MissingRequestBodyError", 400, "Request Body is empty");
  }
  if (error.place === "document") return malformedXml(operation);
  if (error.problem === "missing") {
    const kind = error.place === "header" ? "header" : "parameter";
    return new AwsError(
      "InvalidRequest",
      400,
      `Missing required ${kind} for this request: ${error.memberName}`,
    );
  }
  return new AwsError("InvalidArgument", 400, argumentMessage(error), {
    ArgumentName: error.memberName,
    ArgumentValue: error.value,
  });
}

function decodePayload(payload: Member, body: Buffer): unknown {
  switch (payload.shape.kind) {
    case "blob":
      return body;
    case "string":
      return body.toString("utf8");
    default:
      if (body.length === 0) {
        if (!payload.required) return undefined;
        throw new CodecError("missing", "The body is empty");
      }
      return decodeXmlDocument(body.toString("utf8"), payload.elementName, payload.shape);
  }
}

function toBuffer(content: unknown): Buffer {
  if (Buffer.isBuffer(content)) return content;
  if (content instanceof Uint8Array) return Buffer.from(content);
  return Buffer.from(String(content), "utf8");
}

/** An ACL that breaks its schema has a code of its own, with the same text (recorded for missing members). */
function malformedXml(operation: OperationModel): AwsError {
  return new AwsError(
    operation.name.endsWith("Acl") ? "MalformedACLError" : "MalformedXML",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}

/** Wordings of the S3 API; `assumed` for arguments that have none on record. */
function argumentMessage(error: CodecError): string {
  if (error.memberName.toLowerCase() === "x-amz-object-lock-retain-until-date") {
    return "The retain until date must be provided in ISO 8601 format";
  }
  if (error.memberName === "partNumber") {
    return "Part number must be an integer between 1 and 10000, inclusive";
  }
  if (/^max-|-?part-number-marker$/.test(error.memberName)) {
    return `Provided ${error.memberName} not an integer or within integer range`;
  }
  return `The value of ${error.memberName} is not valid`;
}

function details(detail: ErrorDetail): string {
  let text = "";
  for (const [name, value] of Object.entries(detail)) text += element(name, String(value));
  return text;
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}
