import { hash } from "node:crypto";
import { checksum, checksumAlgorithm, isChecksumValue } from "../values/checksums";
import type { OperationModel } from "../protocols/service-models";
import { unwrapChunks } from "./aws-chunked";
import type { RawRequest } from "./raw-request";
import type { Authentication } from "./sigv4";
import { sha256Hex } from "./signing-key";
import * as errors from "./wire-errors";

/** The payload itself, and the headers as they are with trailers merged in. */
export interface VerifiedBody {
  readonly body: Buffer;
  readonly headers: Record<string, string | undefined>;
}

/** `x-amz-checksum-*` headers that name no value. */
const NOT_VALUES = new Set([
  "x-amz-checksum-algorithm",
  "x-amz-checksum-mode",
  "x-amz-checksum-type",
]);
const CHECKSUM_PREFIX = "x-amz-checksum-";
const ALGORITHM_HEADER = "x-amz-sdk-checksum-algorithm";

/** Refused without a checksum of the body (Amazon S3 API Reference, the request headers of each). */
const REQUIRES_CHECKSUM = new Set([
  "DeleteObjects",
  "PutBucketCors",
  "PutBucketLifecycleConfiguration",
  "PutObjectLegalHold",
  "PutObjectLockConfiguration",
  "PutObjectRetention",
]);

/**
 * Takes the payload out of its wrapping and checks it against everything that the request says about it.
 * S3 and S3 Control only: the other services' signatures cover their bodies.
 * @throws AwsError
 */
export function verifyBody(
  request: RawRequest,
  operation: OperationModel,
  authentication: Authentication,
): VerifiedBody {
  const { payloadHash } = authentication;
  const headers = request.headers;
  const isAnonymous = authentication.principal.kind === "anonymous";
  if (isAnonymous && payloadHash?.startsWith("STREAMING-AWS4-") === true) {
    throw errors.anonymousSignedStream();
  }
  if (payloadHash?.startsWith("STREAMING-") === true) {
    return verifyStreaming(request, operation, authentication, payloadHash);
  }
  // Without a signature nothing has looked at its form yet: whatever it is, it must be the hash.
  if (payloadHash !== undefined && payloadHash !== "UNSIGNED-PAYLOAD") {
    const computed = sha256Hex(request.body);
    if (computed !== payloadHash) throw errors.contentSha256Mismatch(payloadHash, computed);
  }
  checkDigests(headers, request.body, operation);
  return { body: request.body, headers };
}

/** The file of a form upload, checked against what the fields of the form say. @throws AwsError */
export function verifyFormFile(
  headers: Record<string, string | undefined>,
  file: Buffer,
  operation: OperationModel,
): VerifiedBody {
  checkDigests(headers, file, operation);
  return { body: file, headers };
}

function verifyStreaming(
  request: RawRequest,
  operation: OperationModel,
  authentication: Authentication,
  payloadHash: string,
): VerifiedBody {
  const decodedLength = request.headers["x-amz-decoded-content-length"];
  if (decodedLength === undefined || !/^\d+$/.test(decodedLength)) {
    throw errors.missingContentLength();
  }
  const isSigned = payloadHash.startsWith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  const { body, trailers } = unwrapChunks(request.body, {
    signing: isSigned ? authentication.chunkSigning : undefined,
    hasTrailer: payloadHash.endsWith("-TRAILER"),
  });
  if (body.length !== Number(decodedLength)) throw errors.contentLengthMismatch();
  const headers: Record<string, string | undefined> = {
    ...request.headers,
    ...trailers,
    "content-length": String(body.length),
  };
  checkAnnouncedTrailers(request.headers["x-amz-trailer"], trailers);
  checkDigests(headers, body, operation, trailers);
  return { body, headers };
}

function checkAnnouncedTrailers(
  announced: string | undefined,
  trailers: Readonly<Record<string, string>>,
): void {
  const names = (announced ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const agrees =
    names.length === Object.keys(trailers).length &&
    names.every((name) => trailers[name] !== undefined);
  if (!agrees) throw errors.malformedTrailer();
}

function checkDigests(
  headers: Readonly<Record<string, string | undefined>>,
  body: Buffer,
  operation: OperationModel,
  trailers: Readonly<Record<string, string>> = {},
): void {
  const hasMd5 = checkContentMd5(headers["content-md5"], body);
  // In CompleteMultipartUpload the header is about the object that the parts make, not about the request's body.
  if (!operation.hasBodyChecksum) return;
  const hasChecksum = checkChecksums(headers, body, trailers);
  if (!hasMd5 && !hasChecksum && REQUIRES_CHECKSUM.has(operation.name)) {
    throw errors.missingBodyChecksum();
  }
}

function checkContentMd5(given: string | undefined, body: Buffer): boolean {
  if (given === undefined) return false;
  if (!isChecksumValue("MD5", given)) throw errors.invalidDigest(given);
  const computed = hash("md5", body, "base64");
  if (computed !== given) throw errors.badContentMd5(given, computed);
  return true;
}

function checkChecksums(
  headers: Readonly<Record<string, string | undefined>>,
  body: Buffer,
  trailers: Readonly<Record<string, string>>,
): boolean {
  let found: string | undefined;
  for (const header in headers) {
    if (!header.startsWith(CHECKSUM_PREFIX) || NOT_VALUES.has(header)) continue;
    if (found !== undefined) throw errors.severalChecksums();
    found = header;
  }
  if (found === undefined) {
    const announced = headers[ALGORITHM_HEADER];
    // Reads name the algorithm too, without a body to sum.
    if (announced !== undefined && body.length > 0) throw errors.checksumAnnouncedButAbsent();
    return false;
  }
  const name = found.slice(CHECKSUM_PREFIX.length).toUpperCase();
  const value = headers[found] ?? "";
  const algorithm = checksumAlgorithm(name);
  if (algorithm === undefined) throw errors.unknownChecksumHeader();
  const announced = headers[ALGORITHM_HEADER];
  if (announced !== undefined && announced.toUpperCase() !== name) {
    throw errors.invalidChecksumHeader(ALGORITHM_HEADER);
  }
  if (!isChecksumValue(algorithm, value)) {
    throw trailers[found] === undefined
      ? errors.invalidChecksumHeader(found)
      : errors.invalidChecksumTrailer(found);
  }
  if (checksum(algorithm, body) !== value) throw errors.badChecksum(algorithm);
  return true;
}
