import type { Principal } from "../authorization/model";
import type { ServiceName } from "../world/service-name";
import type { World } from "../world/world";
import { basicTimeOf, parseBasicTime } from "./basic-time";
import { canonicalRequest } from "./canonical-request";
import type { RawRequest } from "./raw-request";
import type { SignatureFacts } from "./signature-facts";
import { hmacHex, sha256Hex, type HmacKey, type SigningKeys } from "./signing-key";
import { holdsAtOne, signingTimes } from "./signing-times";
import * as forms from "./signature-errors";
import * as errors from "./wire-errors";

/** Who sent a request, and what is needed to verify the signatures inside its body. */
export interface Authentication {
  readonly principal: Principal;
  readonly presigned: boolean;
  /** `x-amz-content-sha256` as it was signed; undefined when no payload hash was given. */
  readonly payloadHash?: string;
  readonly chunkSigning?: ChunkSigning;
  /** Milliseconds since the signing time; presigned requests and forms only. */
  readonly signatureAgeMs?: number;
  /** Absent: Version 4, or no signature at all. */
  readonly signatureVersion?: "AWS";
  /** The fields of a form were signed. */
  readonly isForm?: boolean;
}

export interface ChunkSigning {
  readonly key: HmacKey;
  readonly timestamp: string;
  readonly scope: string;
  readonly seedSignature: string;
}

/** How far the time of a signature in a header may be from the service's. */
export const MAX_SKEW_MS = 15 * 60 * 1000;
const MAX_PRESIGNED_SECONDS = 7 * 24 * 60 * 60;
const UNSIGNED = "UNSIGNED-PAYLOAD";
const SPECIAL_HASHES = new Set([
  UNSIGNED,
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
]);

/** Who sends a request without a signature. */
export const ANONYMOUS: Principal = {
  kind: "anonymous",
  arn: "anonymous",
  principalArn: "anonymous",
  userId: "anonymous",
};

/**
 * Verifies a signature of Version 4 and says who sent the request.
 * @throws AwsError in the words of the service
 */
export function authenticateVersion4(
  world: World,
  keys: SigningKeys,
  service: ServiceName,
  request: RawRequest,
  facts: SignatureFacts,
): Authentication {
  const isQuery = facts.kind === "query";
  const usesS3Rules = service === "s3" || service === "s3control";
  checkScope(service, facts);
  const credential = world.iam.credential(facts.accessKeyId);
  if (credential === undefined) throw errors.unknownAccessKey(service, facts.accessKeyId);

  const { timestamp, signedEpochMs } = signingTime(service, request, facts);
  const expiresSeconds = expiresAfterSeconds(service, request, facts);
  const nowEpochMs = world.clock.nowEpochMs();
  // S3 tells that a URL has expired, and that a token is wrong, before it looks at the signature.
  if (isQuery) checkTimes(world, service, facts, expiresSeconds, signedEpochMs);
  const token = isQuery
    ? (request.query.get("X-Amz-Security-Token") ?? undefined)
    : request.headers["x-amz-security-token"];
  checkToken(service, credential, token, facts.accessKeyId, nowEpochMs);
  checkSignedHeaders(service, request, facts);
  const payloadHash = signedPayloadHash(usesS3Rules, isQuery, request);
  const canonical = canonicalText(request, facts, payloadHash, usesS3Rules);
  const { scope } = facts;
  const stringToSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256Hex(canonical)}`;
  const key = keys.key(credential.secretAccessKey, facts.date, facts.region, facts.service);
  if (!sameText(hmacHex(key, stringToSign), facts.signature)) {
    throw errors.signatureDoesNotMatch(service, {
      AWSAccessKeyId: facts.accessKeyId,
      StringToSign: stringToSign,
      SignatureProvided: facts.signature,
      StringToSignBytes: hexBytes(stringToSign),
      CanonicalRequest: canonical,
      CanonicalRequestBytes: hexBytes(canonical),
    });
  }

  if (!isQuery) checkTimes(world, service, facts, expiresSeconds, signedEpochMs);
  return {
    principal: credential.principal,
    presigned: isQuery,
    payloadHash,
    chunkSigning: { key, timestamp, scope, seedSignature: facts.signature },
    signatureAgeMs: isQuery ? nowEpochMs - signedEpochMs : undefined,
  };
}

/** Names in credential scopes by which a service answers. */
const SCOPE_SERVICES: Readonly<Record<ServiceName, string>> = {
  s3: "s3",
  s3control: "s3",
  iam: "iam",
  sts: "sts",
  kms: "kms",
  cloudcontrol: "cloudcontrolapi",
  sns: "sns",
  eventbridge: "events",
  cloudwatch: "monitoring",
  cloudtrail: "cloudtrail",
  athena: "athena",
};

/** @throws AwsError when the credential scope is not one of this service */
function checkScope(service: ServiceName, facts: SignatureFacts): void {
  const expected = SCOPE_SERVICES[service];
  if (facts.service !== expected) throw forms.wrongScopeService(service, facts, expected);
  if (facts.terminal !== "aws4_request") throw forms.wrongScopeTerminal(service, facts);
  if (!/^\d{8}$/.test(facts.date)) throw forms.malformedScopeDate(service, facts);
}

/** @throws AwsError when there is none, or when it is not of the credential's day */
function signingTime(
  service: ServiceName,
  request: RawRequest,
  facts: SignatureFacts,
): { timestamp: string; signedEpochMs: number } {
  const given =
    facts.kind === "query"
      ? (request.query.get("X-Amz-Date") ?? undefined)
      : (request.headers["x-amz-date"] ?? basicTimeOf(request.headers["date"]));
  const signedEpochMs = given === undefined ? undefined : parseBasicTime(given);
  if (given === undefined || signedEpochMs === undefined) {
    throw forms.unreadableTime(service, facts.kind, given, request.headers["authorization"]);
  }
  if (!given.startsWith(facts.date)) {
    throw forms.wrongScopeDate(service, facts, given.slice(0, 8));
  }
  return { timestamp: given, signedEpochMs };
}

/** `host` and every `x-amz-*` header must be covered, or they could be changed on the way. */
function checkSignedHeaders(
  service: ServiceName,
  request: RawRequest,
  facts: SignatureFacts,
): void {
  const { signedHeaders } = facts;
  if (!signedHeaders.includes("host") && !signedHeaders.includes(":authority")) {
    throw forms.hostNotSigned(service, facts.kind);
  }
  if (service !== "s3" && service !== "s3control") return;
  let refused: string[] | undefined;
  for (const name in request.headers) {
    if (!name.startsWith("x-amz-") || signedHeaders.includes(name)) continue;
    // A presigned request may carry the hash of its payload without having signed it.
    if (name !== "x-amz-content-sha256") (refused ??= []).push(name);
  }
  if (refused !== undefined) throw errors.headersNotSigned(refused);
}

function signedPayloadHash(usesS3Rules: boolean, isQuery: boolean, request: RawRequest): string {
  const given = request.headers["x-amz-content-sha256"];
  if (!usesS3Rules) return sha256Hex(request.body);
  if (given === undefined) {
    const inQuery = isQuery ? request.query.get("X-Amz-Content-Sha256") : null;
    if (inQuery !== null) return inQuery;
    if (isQuery) return UNSIGNED;
    throw errors.missingContentSha256();
  }
  if (!SPECIAL_HASHES.has(given) && !/^[0-9a-f]{64}$/.test(given)) {
    if (given.startsWith("STREAMING-AWS4-ECDSA")) {
      throw errors.notImplemented("Signature Version 4A");
    }
    throw errors.invalidContentSha256(given);
  }
  return given;
}

function canonicalText(
  request: RawRequest,
  facts: SignatureFacts,
  payloadHash: string,
  usesS3Rules: boolean,
): string {
  try {
    return canonicalRequest(request, facts.signedHeaders, payloadHash, usesS3Rules);
  } catch (error) {
    if (error instanceof URIError) throw errors.invalidUri();
    throw error;
  }
}

/** How long a presigned request holds, in seconds; 0 for one that is signed in its header. */
function expiresAfterSeconds(
  service: ServiceName,
  request: RawRequest,
  facts: SignatureFacts,
): number {
  if (facts.kind === "header") return 0;
  const text = request.query.get("X-Amz-Expires");
  if (text === null) {
    if (service === "s3" || service === "s3control") throw forms.incompleteQuery();
    // The other services hold a signature in the query to the time of one in the header.
    return MAX_SKEW_MS / 1000;
  }
  const expiresSeconds = Number(text);
  if (!/^-?\d+$/.test(text)) {
    throw forms.malformedExpiry(service, "X-Amz-Expires should be a number");
  }
  if (expiresSeconds < 0) {
    throw forms.malformedExpiry(service, "X-Amz-Expires must be non-negative");
  }
  if (expiresSeconds > MAX_PRESIGNED_SECONDS) {
    throw forms.malformedExpiry(
      service,
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${MAX_PRESIGNED_SECONDS} seconds`,
    );
  }
  return expiresSeconds;
}

/** @throws AwsError when the signature holds at none of the times that may count */
function checkTimes(
  world: World,
  service: ServiceName,
  facts: SignatureFacts,
  expiresSeconds: number,
  signedEpochMs: number,
): void {
  // Nearly all hold at the first, for which nothing more is to be made.
  if (facts.kind === "header") {
    if (Math.abs(world.clock.nowEpochMs() - signedEpochMs) <= MAX_SKEW_MS) return;
  }
  holdsAtOne(signingTimes(world), (time) => {
    checkTime(service, facts, expiresSeconds, signedEpochMs, time);
  });
}

function checkTime(
  service: ServiceName,
  facts: SignatureFacts,
  expiresSeconds: number,
  signedEpochMs: number,
  nowEpochMs: number,
): void {
  if (facts.kind === "header") {
    if (Math.abs(nowEpochMs - signedEpochMs) <= MAX_SKEW_MS) return;
    throw errors.requestTimeTooSkewed(service, signedEpochMs, nowEpochMs, MAX_SKEW_MS);
  }
  if (signedEpochMs - nowEpochMs > MAX_SKEW_MS) {
    throw errors.presignedNotYetValid();
  }
  const endEpochMs = signedEpochMs + expiresSeconds * 1000;
  if (nowEpochMs > endEpochMs) {
    throw errors.presignedExpired(expiresSeconds, endEpochMs, nowEpochMs);
  }
}

/** @throws AwsError for a session token that is missing, wrong or expired */
export function checkToken(
  service: ServiceName,
  credential: { readonly sessionToken?: string; readonly expiresEpochMs?: number },
  token: string | undefined,
  accessKeyId: string,
  nowEpochMs: number,
): void {
  const { sessionToken, expiresEpochMs } = credential;
  if (sessionToken === undefined) {
    if (token !== undefined) throw errors.invalidToken(service, token);
    return;
  }
  if (token === undefined) throw errors.unknownAccessKey(service, accessKeyId);
  if (token !== sessionToken) throw errors.invalidToken(service, token);
  if (expiresEpochMs !== undefined && nowEpochMs >= expiresEpochMs) {
    throw errors.expiredToken(service, token);
  }
}

/** Compares without telling by its time how much was right. */
export function sameText(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) {
    difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  }
  return difference === 0;
}

/** The bytes of a string to sign, as S3 shows them. */
export function hexBytes(text: string): string {
  return Buffer.from(text, "latin1").toString("hex").replace(/../g, "$& ").trimEnd();
}
