import type { Principal } from "../../authorization/model";
import type { ServiceName } from "../../world/service-name";

/** A call that reached a service, as far as CloudTrail tells of it. */
export interface ApiCall {
  readonly service: ServiceName;
  /** The AWS name of the operation, `DeleteObject`. */
  readonly operation: string;
  /** The one that the request was made in. */
  readonly region: string;
  readonly principal: Principal;
  /** Absent without a signature. */
  readonly accessKeyId?: string;
  readonly epochMs: number;
  /** As the answer has it. */
  readonly requestId: string;
  /** `x-amz-id-2`; of S3 alone. */
  readonly hostId: string;
  /** What was asked for, by the operation's schema; absent when it could not be read. */
  readonly input?: object;
  /** What was answered; absent for a refusal. */
  readonly output?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
  readonly request: CallRequest;
  readonly answer: CallAnswer;
}

export interface CallRequest {
  readonly sourceAddress: string;
  /** Lower-cased names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  /** Of S3: what the path and the host name. */
  readonly labels: Readonly<Record<string, string>>;
  readonly signature: "header" | "query" | "form" | "none";
  readonly signatureVersion: "SigV2" | "SigV4";
  readonly bodyBytes: number;
}

export interface CallAnswer {
  /** Lower-cased names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
}
