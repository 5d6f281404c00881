import type { HttpFacts } from "../world/operation";
import type { VerifiedBody } from "./body";
import type { RawRequest } from "./raw-request";
import type { Authentication } from "./sigv4";

/** Presigned requests carry their `x-amz-*` headers in the query; S3 takes them from there. */
export function withHoistedHeaders(request: RawRequest): RawRequest {
  const headers = { ...request.headers };
  for (const [key, value] of request.query) {
    const name = key.toLowerCase();
    if (name.startsWith("x-amz-") && !SIGNATURE_KEYS.has(name)) headers[name] ??= value;
  }
  return { ...request, headers };
}

const SIGNATURE_KEYS = new Set([
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-security-token",
  "x-amz-signature",
  "x-amz-signedheaders",
  "x-amz-content-sha256",
]);

/** What a handler may know of the request. */
export function httpFacts(
  request: RawRequest,
  verified: VerifiedBody,
  authentication: Authentication,
  form?: ReadonlyMap<string, string>,
): HttpFacts {
  return {
    method: request.method,
    rawPath: request.rawPath,
    query: request.query,
    headers: verified.headers,
    body: verified.body,
    presigned: authentication.presigned,
    form,
  };
}
