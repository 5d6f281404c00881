import type * as Http from "node:http";
import { missingRight } from "./aws/missing-right";
import { ERRORS, type ErrorCode, type ErrorSource } from "./error-codes";

export type { ErrorCode, ErrorSource };

/** What went wrong at one place of the input, such as `vaults[0].lock.retention`. */
export interface Problem {
  /** Where in the input, as one would write it in code. */
  readonly path: string;
  /** What was expected, and what was there. */
  readonly message: string;
  /** What to change, as one can paste it. Absent where the message says it. */
  readonly fix?: string;
}

/** What an error says beside its code and message. */
export interface LockstepErrorOptions {
  /** What to do next, in one or two sentences. Default: what is to be done about any error of the code. */
  readonly hint?: string;
  /** What it follows from, as of every `Error`. */
  readonly cause?: unknown;
  /** Every mistake found, when there may be several. */
  readonly problems?: readonly Problem[];
}

const BRAND = Symbol.for("lockstep.error");

/** The one error class of the library. Decide by `code`, never by the text. */
export class LockstepError extends Error {
  /** Who can put it right. Follows from `code`. */
  readonly source: ErrorSource;
  /** What to do next, in one or two sentences. Its words are not stable. */
  readonly hint: string;
  /** Every mistake found; empty where the message says all. */
  readonly problems: readonly Problem[];

  constructor(
    /** Stable: what to decide by. */
    readonly code: ErrorCode,
    message: string,
    options: LockstepErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "LockstepError";
    const { hint, source } = ERRORS[code];
    this.source = source;
    this.hint = options.hint ?? hint;
    this.problems = options.problems ?? [];
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** True for a LockstepError, also one made by another copy of this package. */
export function isLockstepError(error: unknown): error is LockstepError {
  return typeof error === "object" && error !== null && BRAND in error;
}

/** The message of anything thrown; of an answer of AWS what was asked, too. */
export function messageOf(error: unknown): string {
  const failure = awsFailure(error);
  if (failure?.httpStatus !== undefined) return failureText(failure);
  return error instanceof Error ? error.message : String(error);
}

/** Throws an `Aborted` error when the signal has been given. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedError();
}

/** The error of work that was stopped on request. */
export function abortedError(): LockstepError {
  return new LockstepError("Aborted", "Stopped on request.");
}

/** What Node says when there is nobody at the other end. */
const UNREACHABLE_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
]);

/**
 * Says what an error of the AWS SDK is: an answer of AWS, or no answer at all. Anything else is handed back as it is.
 */
export function explained(error: unknown): unknown {
  if (isLockstepError(error) || !(error instanceof Error)) return error;
  const failure = awsFailure(error);
  const systemCode = (error as NodeJS.ErrnoException).code;
  if (UNREACHABLE_CODES.has(systemCode ?? "") || error.name === "TimeoutError") {
    return new LockstepError("AwsUnreachable", `AWS does not answer: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (NO_CREDENTIALS.has(error.name) || isKeysRefusal(error)) return credentialsUnusable(error);
  if (isClockRefusal(error)) return clockSkewed(error);
  if (failure?.httpStatus === undefined) return error;
  return new LockstepError("AwsRefused", failureText(failure), {
    ...(failure.code === "InvalidObjectState"
      ? { hint: ARCHIVED }
      : failure.httpStatus === 403 && { hint: NOT_ALLOWED }),
    cause: error,
  });
}

/** Next, where AWS says that the caller may not. */
const NOT_ALLOWED =
  "`lockstep policies --operator` writes what whoever runs a command has to be allowed, for each account; an organization's policies, too, may refuse it. Then run the command again: it carries on where it was.";

/**
 * Next, where S3 does not give what is archived: a 403 as well, which no right mends.
 * @see https://docs.aws.amazon.com/botocore/latest/reference/services/s3/client/exceptions/InvalidObjectState.html
 */
const ARCHIVED =
  "The object is archived: restore it (`aws s3api restore-object`), and run the command again once that is done.";

/** What the SDK throws when it finds no credentials, or a sign-in that is over. */
const NO_CREDENTIALS = new Set(["CredentialsProviderError", "TokenProviderError"]);

/**
 * What AWS says of keys that are not or no longer in force.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
const KEYS_NOT_IN_FORCE = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidToken",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);

/** Whether AWS refuses the caller's keys, whatever was asked. */
export function isKeysRefusal(error: unknown): boolean {
  return KEYS_NOT_IN_FORCE.has(awsFailure(error)?.code ?? "") && !isClockRefusal(error);
}

/**
 * What AWS says of a request that was signed at another time than its own.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
const SIGNED_AT_ANOTHER_TIME = new Set([
  "RequestTimeTooSkewed",
  "RequestExpired",
  "RequestInTheFuture",
]);

/** As in `Signature expired: 20261129T140000Z is now earlier than ...` and `Signature not yet current: ...`. */
const SIGNATURE_TIME = /^Signature (expired|not yet current)/;

/** Whether AWS refuses the time at which a request was signed. */
export function isClockRefusal(error: unknown): boolean {
  const failure = awsFailure(error);
  if (failure === undefined) return false;
  return SIGNED_AT_ANOTHER_TIME.has(failure.code) || SIGNATURE_TIME.test(failure.message);
}

/** The error of a clock that is not AWS's. */
export function clockSkewed(error: unknown): LockstepError {
  return new LockstepError("ClockSkewed", `AWS refuses this machine's time: ${messageOf(error)}`, {
    cause: error,
  });
}

/** The error of keys that are not there or not in force. */
export function credentialsUnusable(error: unknown): LockstepError {
  const whose = typeof error === "object" && error !== null && WHOSE in error ? error[WHOSE] : "";
  const of = typeof whose === "string" && whose !== "" ? ` for ${whose}` : "";
  return new LockstepError(
    "CredentialsUnusable",
    `No usable credentials${of}: ${messageOf(error)}`,
    { cause: error },
  );
}

/** Where it is left on what the SDK throws whose credentials it could not get. */
const WHOSE = Symbol("lockstep.whose");

/** The same error, with whose credentials could not be had, as in `account 222222222222 (profile vault)`. */
export function withWhose(error: unknown, whose: string): unknown {
  if (error instanceof Error)
    Object.defineProperty(error, WHOSE, { value: whose, configurable: true });
  return error;
}

/** As in `HeadObject of a/b (version v1) in acme-records: AccessDenied: Access Denied (HTTP 403, request 4A7B)`. */
export function failureText(failure: AwsFailure): string {
  const { code, httpStatus, message, request, requestId } = failure;
  const status = httpStatus === undefined ? [] : [`HTTP ${httpStatus}`];
  const id = requestId === undefined ? [] : [`request ${requestId}`];
  const facts = [...status, ...id].join(", ");
  return [
    ...(request === undefined ? [] : [requestText(request)]),
    code,
    ...(message === "" || message === code ? [] : [message]),
    ...(httpStatus === 403 && message === "" ? neededText(failure) : []),
  ]
    .join(": ")
    .concat(facts === "" ? "" : ` (${facts})`);
}

/** S3 says what is missing but for HEAD requests. */
function neededText(failure: AwsFailure): readonly string[] {
  const right = rightOf(failure);
  return right === undefined ? [] : [`needs ${right}`];
}

/** The action that AWS did not allow; undefined where nobody can tell. */
export function rightOf({ message, request }: AwsFailure): string | undefined {
  return missingRight({
    operation: request?.operation,
    isOfVersion: request?.versionId !== undefined,
    message,
  });
}

function requestText({ bucket, jobId, key, operation, versionId }: AwsRequest): string {
  const version = versionId === undefined ? "" : ` (version ${versionId})`;
  return [
    operation,
    ...(key === undefined ? [] : [` of ${key}${version}`]),
    ...(jobId === undefined ? [] : [` of job ${jobId}`]),
    ...(bucket === undefined ? [] : [key === undefined ? ` on ${bucket}` : ` in ${bucket}`]),
  ].join("");
}

/** What was asked of AWS. */
export interface AwsRequest {
  /** As in `HeadObject`. */
  readonly operation: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly versionId?: string;
  readonly jobId?: string;
}

/** Where `automation/aws/request-facts.ts` leaves what was asked on the SDK's error. */
export const REQUEST_FACTS = Symbol.for("lockstep.request");

/** Facts of an error of the AWS SDK: its code, HTTP status and request id, and what was asked. */
export interface AwsFailure {
  readonly code: string;
  readonly httpStatus: number | undefined;
  readonly requestId: string | undefined;
  /** Empty where AWS says nothing but the code. */
  readonly message: string;
  readonly request: AwsRequest | undefined;
}

/** The SDK's words for an answer without a body, as every failed HEAD request has. */
const NO_WORDS = new Set(["", "Unknown", "UnknownError"]);

/** Reads an error of the AWS SDK; undefined for anything else. */
export function awsFailure(error: unknown): AwsFailure | undefined {
  // The SDK counts its attempts on whatever is thrown.
  if (!(error instanceof Error) || !("$metadata" in error) || isLockstepError(error)) {
    return undefined;
  }
  const metadata = error.$metadata as { httpStatusCode?: number; requestId?: string } | undefined;
  const httpStatus = metadata?.httpStatusCode;
  const isNameless = NO_WORDS.has(error.name) || /^\d+$/.test(error.name);
  return {
    code: isNameless ? statusWords(httpStatus) : error.name,
    httpStatus,
    requestId: metadata?.requestId,
    message: NO_WORDS.has(error.message) ? "" : error.message,
    request: (error as { [REQUEST_FACTS]?: AwsRequest })[REQUEST_FACTS],
  };
}

function statusWords(httpStatus = 0): string {
  // A command that has no such failure does not wait for it to be loaded.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` would go past the loader
  const { STATUS_CODES } = require("node:http") as typeof Http;
  return STATUS_CODES[httpStatus] ?? "no error code";
}
