import type { ServiceName } from "../world/service-name";

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
  /** The caller's, when the request was signed. */
  readonly accountId?: string;
  /** S3 only; percent-decoded. */
  readonly bucket?: string;
  readonly key?: string;
  /** 0: a fault kept the request from being carried out and answered. */
  readonly statusCode: number;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** From the last byte of the request to the answer, in milliseconds of the sandbox's clock. */
  readonly durationMs: number;
  /** The name of the fault that hit the request. */
  readonly fault?: string;
}
