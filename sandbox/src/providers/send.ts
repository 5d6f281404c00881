import { STATUS_CODES } from "node:http";
import type { Client, Command, MetadataBearer } from "@smithy/types";

/** Sends a command and tells an error as the AWS providers do: service, operation, status, request, code and message. */
export async function send<
  ClientInput extends object,
  Input extends ClientInput,
  ClientOutput extends MetadataBearer,
  Output extends ClientOutput,
  Config extends { readonly serviceId: string },
>(
  client: Client<ClientInput, ClientOutput, Config>,
  command: Command<ClientInput, Input, ClientOutput, Output, Config>,
): Promise<Output> {
  try {
    return await client.send(command);
  } catch (error) {
    const operation = command.constructor.name.replace(/Command$/, "");
    throw new ApiError(client.config.serviceId, operation, error);
  }
}

interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** An AWS error with its operation. */
export class ApiError extends Error {
  /** The code on the wire, `NoSuchBucket`. */
  readonly code: string;
  readonly statusCode: number | undefined;

  constructor(service: string, operation: string, cause: unknown) {
    const error: SdkError =
      cause instanceof Error ? (cause as SdkError) : { name: "Error", message: String(cause) };
    const { httpStatusCode, requestId } = error.$metadata ?? {};
    const { code, message } = wordsOf(error, httpStatusCode);
    const response =
      httpStatusCode === undefined
        ? ""
        : `https response error StatusCode: ${httpStatusCode}, RequestID: ${requestId ?? ""}, api error `;
    super(`operation error ${service}: ${operation}, ${response}${code}: ${message}`, {
      cause,
    });
    this.name = "ApiError";
    this.code = code;
    this.statusCode = httpStatusCode;
  }
}

/** The answer to a HEAD has no body to say more than its status: `403` is `Forbidden: Forbidden`, as in the AWS providers. */
function wordsOf(
  error: SdkError,
  status: number | undefined,
): { readonly code: string; readonly message: string } {
  const text = STATUS_CODES[status ?? 0];
  if (error.message !== "UnknownError" || text === undefined) {
    return { code: error.name, message: error.message };
  }
  return {
    code: error.name === "Unknown" ? text.replaceAll(" ", "") : error.name,
    message: text,
  };
}

/** True for an error of AWS with one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): error is ApiError {
  return error instanceof ApiError && codes.includes(error.code);
}

/** The answer, or undefined when AWS says by one of these codes that there is none. */
export async function unlessAbsent<Output>(
  answer: Promise<Output>,
  ...codes: string[]
): Promise<Output | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (hasCode(error, ...codes)) return undefined;
    throw error;
  }
}
