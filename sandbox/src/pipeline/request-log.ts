import type { ServiceName } from "../world/service-name";

/** One line of the sandbox's request log. */
export interface RequestLogEntry {
  /** By the sandbox's clock. */
  readonly epochMs: number;
  /** As the answer has it: `x-amz-request-id` of S3, `x-amzn-RequestId` of the others. */
  readonly requestId: string;
  /** HTTP's, in capitals. */
  readonly method: string;
  /** As sent, percent-encoded, without the query: a presigned query holds a signature. */
  readonly rawPath: string;
  /** That the request was routed to. */
  readonly service: ServiceName;
  /** Absent when the request named none that AWS has. */
  readonly operation?: string;
  /** That the request was signed for, else that of its bucket, else us-east-1. */
  readonly region?: string;
  /** The caller's; `anonymous` without a signature. Absent when the signature was refused. */
  readonly principalArn?: string;
  /** The caller's, when the request was signed. */
  readonly accountId?: string;
  /** S3 only; percent-decoded. */
  readonly bucket?: string;
  /** S3 only; percent-decoded. */
  readonly key?: string;
  /** 0: a fault kept the request from being carried out and answered. */
  readonly statusCode: number;
  /** AWS's; absent when the request was carried out. */
  readonly errorCode?: string;
  /** The answer's; absent when the request was carried out. */
  readonly errorMessage?: string;
  /** Of the body, as it was sent. */
  readonly requestBytes: number;
  /** Of the body; 0 without one. */
  readonly responseBytes: number;
  /** From the last byte of the request to the answer, in milliseconds of the sandbox's clock. */
  readonly durationMs: number;
  /** The name of the fault that hit the request. */
  readonly fault?: string;
}
