import { createHmac } from "node:crypto";
import type { World } from "../world/world";
import { parseBasicTime } from "./basic-time";
import type { RawRequest } from "./raw-request";
import { s3Address } from "./s3-address";
import type { Version2Facts } from "./signature-facts";
import { takesVersion2, unsupportedMechanism } from "./signature-errors";
import { checkToken, hexBytes, MAX_SKEW_MS, sameText, type Authentication } from "./sigv4";
import { holdsAtOne, signingTimes } from "./signing-times";
import * as errors from "./wire-errors";

/**
 * Signature Version 2 of S3. Its Regions of before 2014 still take it, and boto3 and the AWS CLI presign with it there
 * unless they are told otherwise.
 *
 * A signature covers method, Content-MD5, Content-Type, time, `x-amz-*` headers and the resource, but neither the body
 * nor other headers and parameters.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
 */

/** Parameters that belong to the resource. */
const SUB_RESOURCES = new Set([
  "accelerate",
  "acl",
  "analytics",
  "cors",
  "delete",
  "encryption",
  "intelligent-tiering",
  "inventory",
  "legal-hold",
  "lifecycle",
  "location",
  "logging",
  "metrics",
  "notification",
  "object-lock",
  "ownershipControls",
  "partNumber",
  "policy",
  "policyStatus",
  "publicAccessBlock",
  "replication",
  "requestPayment",
  "restore",
  "retention",
  "select",
  "select-type",
  "tagging",
  "torrent",
  "uploadId",
  "uploads",
  "versionId",
  "versioning",
  "versions",
  "website",
  "response-cache-control",
  "response-content-disposition",
  "response-content-encoding",
  "response-content-language",
  "response-content-type",
  "response-expires",
]);

/** @throws AwsError */
export function authenticateVersion2(
  world: World,
  request: RawRequest,
  facts: Version2Facts,
): Authentication {
  const address = s3Address(request.headers["host"] ?? "", request.rawPath);
  const region = address.bucket === undefined ? undefined : regionOf(world, address.bucket);
  if (region !== undefined && !takesVersion2(region)) throw unsupportedMechanism();
  const isQuery = facts.kind === "query";
  const credential = world.iam.credential(facts.accessKeyId);
  if (credential === undefined) throw errors.unknownAccessKey("s3", facts.accessKeyId);

  const nowEpochMs = world.clock.nowEpochMs();
  const amzHeaders = amzHeadersOf(request, isQuery);
  const times = signingTimes(world);
  if (isQuery) holdsAtOne(times, (time) => checkExpiry(facts.expires, time));
  checkToken(
    "s3",
    credential,
    amzHeaders.get("x-amz-security-token"),
    facts.accessKeyId,
    nowEpochMs,
  );
  const stringToSign = [
    request.method,
    request.headers["content-md5"] ?? "",
    request.headers["content-type"] ?? "",
    isQuery ? (facts.expires ?? "") : timeLine(request),
    `${[...amzHeaders].map(([name, value]) => `${name}:${value}\n`).join("")}${resourceOf(request, address.bucket)}`,
  ].join("\n");
  const computed = createHmac("sha1", credential.secretAccessKey)
    .update(stringToSign, "latin1")
    .digest("base64");
  if (!sameText(computed, facts.signature)) {
    throw errors.signatureDoesNotMatch("s3", {
      AWSAccessKeyId: facts.accessKeyId,
      StringToSign: stringToSign,
      SignatureProvided: facts.signature,
      StringToSignBytes: hexBytes(stringToSign),
    });
  }
  if (!isQuery) holdsAtOne(times, (time) => checkHeaderTime(request, time));
  const payloadHash = request.headers["x-amz-content-sha256"];
  // Its chunks are chained to a signature of Version 4, which is not there. Assumed.
  if (payloadHash?.startsWith("STREAMING-AWS4-") === true) throw unsupportedMechanism();
  return {
    principal: credential.principal,
    presigned: isQuery,
    payloadHash,
    signatureVersion: "AWS",
  };
}

function regionOf(world: World, bucketName: string): string | undefined {
  return world.s3.findBucket(bucketName)?.region;
}

/** `x-amz-*` by name, sorted. A presigned request has them among its parameters. */
function amzHeadersOf(request: RawRequest, isQuery: boolean): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith("x-amz-")) found.set(name, value ?? "");
  }
  if (isQuery) {
    for (const [key, value] of request.query) {
      const name = key.toLowerCase();
      if (name.startsWith("x-amz-")) found.set(name, value);
    }
  }
  return new Map([...found].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Empty when the time stands in `x-amz-date`, which is among the headers. */
function timeLine(request: RawRequest): string {
  return request.headers["x-amz-date"] === undefined ? (request.headers["date"] ?? "") : "";
}

/** Bucket and path as sent, and the parameters that name a part of it, decoded and sorted. */
function resourceOf(request: RawRequest, bucket: string | undefined): string {
  const inPath =
    bucket === undefined ||
    request.rawPath === `/${bucket}` ||
    request.rawPath.startsWith(`/${bucket}/`);
  const path = inPath ? request.rawPath : `/${bucket}${request.rawPath}`;
  const parameters = [...request.query]
    .filter(([name]) => SUB_RESOURCES.has(name))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`));
  return parameters.length === 0 ? path : `${path}?${parameters.join("&")}`;
}

/** @param expires seconds since the epoch */
function checkExpiry(expires: string | undefined, nowEpochMs: number): void {
  if (expires === undefined) throw errors.incompleteVersion2Query();
  const endEpochMs = Number(expires) * 1000;
  if (!/^\d+$/.test(expires)) throw errors.malformedVersion2Expires(expires);
  if (nowEpochMs > endEpochMs) throw errors.version2Expired(endEpochMs, nowEpochMs);
}

function checkHeaderTime(request: RawRequest, nowEpochMs: number): void {
  const text = request.headers["x-amz-date"] ?? request.headers["date"] ?? "";
  const signedEpochMs = parseBasicTime(text) ?? Date.parse(text);
  if (Number.isNaN(signedEpochMs)) throw errors.missingDate();
  if (Math.abs(nowEpochMs - signedEpochMs) > MAX_SKEW_MS) {
    throw errors.requestTimeTooSkewed("s3", signedEpochMs, nowEpochMs, MAX_SKEW_MS);
  }
}
