import type { AwsError } from "../world/aws-error";
import type { OperationModel } from "./service-models";

/** What a protocol reads an operation's input from. */
export interface WireInput {
  /** Values of the path's labels, percent-decoded, by member name. S3's `Bucket` is one of them wherever it stood. */
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Lower-cased names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** An answer, short of the headers that every answer has. */
export interface WireOutput {
  statusCode: number;
  /** Names as they are sent, lower-cased. */
  headers: Record<string, string>;
  body: Buffer | string | undefined;
}

/** The identifiers of one answer. */
export interface AnswerIds {
  readonly requestId: string;
  /** S3's second id, `x-amz-id-2`. */
  readonly hostId: string;
}

/** The server's side of one AWS protocol, for one service. */
export interface Protocol {
  /** @throws AwsError in the words of the service when the input does not fit the schema */
  decodeInput(operation: OperationModel, input: WireInput): object;
  encodeOutput(operation: OperationModel, output: unknown, ids: AnswerIds): WireOutput;
  encodeError(error: AwsError, ids: AnswerIds): WireOutput;
}
