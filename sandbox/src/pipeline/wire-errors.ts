import { AwsError, type ErrorDetail } from "../world/aws-error";
import type { ServiceName } from "../world/service-name";
import { serviceModel } from "../protocols/service-models";

/**
 * Errors that a request meets before it reaches a service. S3 and S3 Control have words of their own; the query and
 * JSON services share theirs, the JSON ones with other codes and always 400 (AWS General Reference, "Common errors").
 */

type Family = "s3" | "query" | "json";

function familyOf(service: ServiceName): Family {
  const { isQueryCompatible, protocol } = serviceModel(service);
  if (isQueryCompatible) return "query";
  switch (protocol) {
    case "restXml":
      return "s3";
    case "awsQuery":
      return "query";
    default:
      return "json";
  }
}

function pick(service: ServiceName, choices: Record<Family, () => AwsError>): AwsError {
  return choices[familyOf(service)]();
}

export function missingAuthentication(service: ServiceName): AwsError {
  const text = "Request is missing Authentication Token";
  return pick(service, {
    s3: () => new AwsError("AccessDenied", 403, "Access Denied"),
    query: () => new AwsError("MissingAuthenticationToken", 403, text),
    json: () => new AwsError("MissingAuthenticationTokenException", 400, text),
  });
}

export function unknownAccessKey(service: ServiceName, accessKeyId: string): AwsError {
  const text = "The security token included in the request is invalid.";
  return pick(service, {
    s3: () =>
      new AwsError(
        "InvalidAccessKeyId",
        403,
        "The AWS Access Key Id you provided does not exist in our records.",
        { AWSAccessKeyId: accessKeyId },
      ),
    query: () => new AwsError("InvalidClientTokenId", 403, text),
    json: () => new AwsError("UnrecognizedClientException", 400, text),
  });
}

export function invalidToken(service: ServiceName, token: string): AwsError {
  const text = "The security token included in the request is invalid.";
  return pick(service, {
    s3: () =>
      new AwsError("InvalidToken", 400, "The provided token is malformed or otherwise invalid.", {
        "Token-0": token,
      }),
    query: () => new AwsError("InvalidClientTokenId", 403, text),
    json: () => new AwsError("UnrecognizedClientException", 400, text),
  });
}

export function expiredToken(service: ServiceName, token: string): AwsError {
  const text = "The security token included in the request is expired";
  return pick(service, {
    s3: () =>
      new AwsError("ExpiredToken", 400, "The provided token has expired.", { "Token-0": token }),
    query: () => new AwsError("ExpiredToken", 403, text),
    json: () => new AwsError("ExpiredTokenException", 400, text),
  });
}

export function signatureDoesNotMatch(service: ServiceName, detail: ErrorDetail): AwsError {
  const text =
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
  return pick(service, {
    s3: () =>
      new AwsError(
        "SignatureDoesNotMatch",
        403,
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        detail,
      ),
    query: () => new AwsError("SignatureDoesNotMatch", 403, text),
    json: () => new AwsError("InvalidSignatureException", 400, text),
  });
}

/** Signed more than 15 minutes away from the sandbox's time. Times in milliseconds since the epoch. */
export function requestTimeTooSkewed(
  service: ServiceName,
  requestEpochMs: number,
  nowEpochMs: number,
  maxSkewMs: number,
): AwsError {
  const relation =
    requestEpochMs < nowEpochMs
      ? `Signature expired: ${basicTime(requestEpochMs)} is now earlier than ${basicTime(nowEpochMs - maxSkewMs)} (${basicTime(nowEpochMs)} - 15 min.)`
      : `Signature not yet current: ${basicTime(requestEpochMs)} is still later than ${basicTime(nowEpochMs + maxSkewMs)} (${basicTime(nowEpochMs)} + 15 min.)`;
  return pick(service, {
    s3: () =>
      new AwsError(
        "RequestTimeTooSkewed",
        403,
        "The difference between the request time and the current time is too large.",
        {
          RequestTime: basicTime(requestEpochMs),
          ServerTime: wholeSeconds(nowEpochMs),
          MaxAllowedSkewMilliseconds: maxSkewMs,
        },
      ),
    query: () => new AwsError("SignatureDoesNotMatch", 403, relation),
    json: () => new AwsError("InvalidSignatureException", 400, relation),
  });
}

export function presignedExpired(
  expiresSeconds: number,
  endEpochMs: number,
  nowEpochMs: number,
): AwsError {
  return new AwsError("AccessDenied", 403, "Request has expired", {
    "X-Amz-Expires": expiresSeconds,
    Expires: wholeSeconds(endEpochMs),
    ServerTime: wholeSeconds(nowEpochMs),
  });
}

export function headersNotSigned(names: readonly string[]): AwsError {
  return new AwsError(
    "AccessDenied",
    403,
    "There were headers present in the request which were not signed",
    { HeadersNotSigned: names.join(", ") },
  );
}

export function missingContentSha256(): AwsError {
  return new AwsError(
    "InvalidRequest",
    400,
    "Missing required header for this request: x-amz-content-sha256",
  );
}

export function invalidContentSha256(value: string): AwsError {
  return new AwsError(
    "InvalidArgument",
    400,
    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
    { ArgumentName: "x-amz-content-sha256", ArgumentValue: value },
  );
}

export function anonymousSignedStream(): AwsError {
  return new AwsError(
    "InvalidRequest",
    400,
    "Anonymous requests don't support this x-amz-content-sha256 value. Please use UNSIGNED-PAYLOAD or STREAMING-UNSIGNED-PAYLOAD-TRAILER.",
  );
}

export function contentSha256Mismatch(given: string, computed: string): AwsError {
  return new AwsError(
    "XAmzContentSHA256Mismatch",
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { ClientComputedContentSHA256: given, S3ComputedContentSHA256: computed },
  );
}

export function invalidDigest(value: string): AwsError {
  return new AwsError("InvalidDigest", 400, "The Content-MD5 you specified was invalid.", {
    "Content-MD5": value,
  });
}

/** The digest that was sent is shown in hex, the computed one in base64 (recorded). */
export function badContentMd5(given: string, computed: string): AwsError {
  return new AwsError(
    "BadDigest",
    400,
    "The Content-MD5 you specified did not match what we received.",
    { ExpectedDigest: Buffer.from(given, "base64").toString("hex"), CalculatedDigest: computed },
  );
}

export function badChecksum(algorithm: string): AwsError {
  return new AwsError(
    "BadDigest",
    400,
    `The ${algorithm} you specified did not match the calculated checksum.`,
  );
}

export function invalidChecksumHeader(header: string): AwsError {
  return new AwsError("InvalidRequest", 400, `Value for ${header} header is invalid.`);
}

export function unknownChecksumHeader(): AwsError {
  return new AwsError(
    "InvalidRequest",
    400,
    "The algorithm type you specified in x-amz-checksum- header is invalid.",
  );
}

export function invalidChecksumTrailer(trailer: string): AwsError {
  return new AwsError("InvalidRequest", 400, `Value for ${trailer} trailing header is invalid.`);
}

export function severalChecksums(): AwsError {
  return new AwsError(
    "InvalidRequest",
    400,
    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
  );
}

export function checksumAnnouncedButAbsent(): AwsError {
  return new AwsError(
    "InvalidRequest",
    400,
    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
  );
}

export function missingBodyChecksum(): AwsError {
  return new AwsError(
    "InvalidRequest",
    400,
    "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
  );
}

export function malformedTrailer(): AwsError {
  return new AwsError(
    "MalformedTrailerError",
    400,
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
  );
}

export function incompleteBody(): AwsError {
  return new AwsError("IncompleteBody", 400, "The request body terminated unexpectedly");
}

export function contentLengthMismatch(): AwsError {
  return new AwsError(
    "IncompleteBody",
    400,
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
  );
}

/** @param chunkNumber counted from 1 */
export function invalidChunkSize(chunkNumber: number, sizeBytes: number): AwsError {
  return new AwsError(
    "InvalidChunkSizeError",
    403,
    "Only the last chunk is allowed to have a size less than 8192 bytes",
    { Chunk: chunkNumber, BadChunkSize: sizeBytes },
  );
}

export function missingContentLength(): AwsError {
  return new AwsError(
    "MissingContentLength",
    411,
    "You must provide the Content-Length HTTP header.",
  );
}

/** The bodies of all objects lie in memory: the limit is the sandbox's own. */
export function entityTooLarge(maxBytes: number): AwsError {
  return new AwsError(
    "EntityTooLarge",
    400,
    "Your proposed upload exceeds the maximum allowed size",
    { MaxSizeAllowed: maxBytes },
  );
}

export function invalidUri(): AwsError {
  return new AwsError("InvalidURI", 400, "Couldn't parse the specified URI.");
}

export function misplacedSubResource(message: string): AwsError {
  return new AwsError("InvalidRequest", 400, message);
}

export function partNumberAlone(partNumber: string): AwsError {
  return new AwsError(
    "InvalidArgument",
    400,
    "This operation does not accept partNumber without uploadId",
    { ArgumentName: "partNumber", ArgumentValue: partNumber },
  );
}

export function methodNotAllowed(method: string, resourceType: string): AwsError {
  return new AwsError(
    "MethodNotAllowed",
    405,
    "The specified method is not allowed against this resource.",
    { Method: method, ResourceType: resourceType },
  );
}

/** An operation that AWS has and the sandbox does not, or a part of one. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", 501, `${what} is not implemented by the sandbox.`);
}

export function unknownOperation(service: ServiceName, name: string, version: string): AwsError {
  return pick(service, {
    s3: () => methodNotAllowed(name, "SERVICE"),
    query: () =>
      new AwsError("InvalidAction", 400, `Could not find operation ${name} for version ${version}`),
    json: () => new AwsError("UnknownOperationException", 400, `Unknown operation ${name}`),
  });
}

/** A bucket reached through the endpoint of its own Region with a signature for another one. */
export function wrongSigningRegion(given: string, expected: string): AwsError {
  return new AwsError(
    "AuthorizationHeaderMalformed",
    400,
    `The authorization header is malformed; the region '${given}' is wrong; expecting '${expected}'`,
    { Region: expected },
    { "x-amz-bucket-region": expected },
  );
}

export function internalError(): AwsError {
  return new AwsError("InternalError", 500, "We encountered an internal error. Please try again.");
}

/**
 * Too many requests, in the words of each service (Amazon S3 API Reference, "Error responses"; the "Common errors" of the
 * IAM, STS, KMS and Cloud Control API references; the text "Rate exceeded" is what they answer, assumed for all).
 */
export function throttled(service: ServiceName): AwsError {
  return pick(service, {
    s3: () => new AwsError("SlowDown", 503, "Please reduce your request rate."),
    query: () => new AwsError("Throttling", 400, "Rate exceeded"),
    json: () => new AwsError("ThrottlingException", 400, "Rate exceeded"),
  });
}

/** A failure on the side of the service, as it answers one. */
export function serviceFailure(service: ServiceName): AwsError {
  const text =
    "The request processing has failed because of an unknown error, exception or failure.";
  return pick(service, {
    s3: internalError,
    query: () => new AwsError("InternalFailure", 500, text),
    json: () => new AwsError("InternalFailure", 500, text),
  });
}

export function serviceUnavailable(service: ServiceName): AwsError {
  const text = "The request has failed due to a temporary failure of the server.";
  return pick(service, {
    s3: () => new AwsError("ServiceUnavailable", 503, "Service is unable to handle request."),
    query: () => new AwsError("ServiceUnavailable", 503, text),
    json: () => new AwsError("ServiceUnavailable", 503, text),
  });
}

function basicTime(epochMs: number): string {
  return wholeSeconds(epochMs).replace(/[-:]/g, "");
}

function wholeSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

export function presignedNotYetValid(): AwsError {
  return new AwsError("AccessDenied", 403, "Request is not valid yet");
}

/** A presigned request of Signature Version 2 that lacks a parameter (recorded). */
export function incompleteVersion2Query(): AwsError {
  return new AwsError(
    "AccessDenied",
    403,
    "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
  );
}

/** The text is seen on AWS. */
export function malformedVersion2Expires(expires: string): AwsError {
  return new AwsError(
    "AccessDenied",
    403,
    `Invalid date (should be seconds since epoch): ${expires}`,
  );
}

/** Recorded. */
export function version2Expired(endEpochMs: number, nowEpochMs: number): AwsError {
  return new AwsError("AccessDenied", 403, "Request has expired", {
    Expires: wholeSeconds(endEpochMs),
    ServerTime: wholeSeconds(nowEpochMs),
  });
}

export function missingDate(): AwsError {
  return new AwsError(
    "AccessDenied",
    403,
    "AWS authentication requires a valid Date or x-amz-date header",
  );
}
