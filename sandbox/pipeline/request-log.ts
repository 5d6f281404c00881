import type { ServiceName } from "../operation";

/** One line of the sandbox's request log. */
export interface RequestLogEntry {
  /** By the sandbox's clock. */
  readonly epochMs: number;
  readonly requestId: string;
  readonly method: string;
  /** As sent, percent-encoded, without the query: a presigned query holds a signature. */
  readonly rawPath: string;
  readonly service: ServiceName;
  /** Absent when the request named none that AWS has. */
  readonly operation?: string;
  readonly region?: string;
  readonly principalArn?: string;
  readonly statusCode: number;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestBytes: number;
  readonly responseBytes: number;
}
