import type { CORSRule } from "@aws-sdk/client-s3";
import { corsRulesOf } from "./bucket-cors";
import {
  corsBucketNotFound,
  corsNotAllowed,
  corsNotEnabled,
  invalidCorsHeader,
  invalidCorsMethod,
  missingOrigin,
} from "../errors";
import type { Bucket } from "../store/model";

/**
 * Cross-origin requests of browsers: what a preflight is answered, and which headers an answer to the request itself
 * gets.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */

const METHODS: readonly string[] = ["GET", "PUT", "POST", "DELETE", "HEAD"];
/** RFC 9110, "Tokens". */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

type RequestHeaders = Readonly<Record<string, string | undefined>>;

/**
 * The headers that answer a preflight request, an `OPTIONS` without a body.
 * @param bucket undefined when there is none of the name
 * @throws AwsError BadRequest, AccessForbidden
 */
export function answerPreflight(
  bucket: Bucket | undefined,
  level: "service" | "bucket" | "object",
  headers: RequestHeaders,
): Readonly<Record<string, string>> {
  const { origin } = headers;
  if (origin === undefined || origin === "") throw missingOrigin();
  const method = headers["access-control-request-method"];
  if (method !== undefined && !METHODS.includes(method)) throw invalidCorsMethod(method);
  const names = requestedHeaders(headers);
  const invalid = names.find((name) => !HEADER_NAME.test(name.trim()));
  if (invalid !== undefined) throw invalidCorsHeader(invalid);
  if (bucket === undefined) throw corsBucketNotFound(method ?? "OPTIONS");
  const rules = corsRulesOf(bucket);
  if (rules.length === 0) throw corsNotEnabled(method ?? "OPTIONS");
  if (method === undefined) throw invalidCorsMethod("null");
  const allowed = allowedBy(rules, origin, method, names);
  if (allowed === undefined) throw corsNotAllowed(method, level.toUpperCase());
  return allowed;
}

/** The headers that the answer to a request of a browser gets; none when no rule of the bucket allows it. */
export function corsHeaders(
  bucket: Bucket,
  method: string,
  headers: RequestHeaders,
): Readonly<Record<string, string>> {
  const { origin } = headers;
  if (origin === undefined || origin === "") return {};
  // S3 goes by the headers of a preflight wherever it sees them (recorded).
  const asked = headers["access-control-request-method"] ?? method;
  return allowedBy(corsRulesOf(bucket), origin, asked, requestedHeaders(headers)) ?? {};
}

function requestedHeaders(headers: RequestHeaders): string[] {
  const text = headers["access-control-request-headers"] ?? "";
  return text === "" ? [] : text.split(",");
}

function allowedBy(
  rules: readonly CORSRule[],
  origin: string,
  method: string,
  names: readonly string[],
): Readonly<Record<string, string>> | undefined {
  for (const rule of rules) {
    const allowedOrigin = rule.AllowedOrigins?.find((pattern) => matches(pattern, origin));
    if (allowedOrigin === undefined || rule.AllowedMethods?.includes(method) !== true) continue;
    const lowerNames = names.map((name) => name.trim().toLowerCase());
    const allowsHeader = (name: string): boolean =>
      rule.AllowedHeaders?.some((pattern) => matches(pattern.toLowerCase(), name)) === true;
    if (!lowerNames.every(allowsHeader)) continue;
    return headersOf(rule, allowedOrigin === "*" ? "*" : origin, lowerNames);
  }
  return undefined;
}

/** `pattern` has one `*` at most, which stands for any text. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === text;
  const before = pattern.slice(0, star);
  const after = pattern.slice(star + 1);
  return (
    text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after)
  );
}

function headersOf(
  rule: CORSRule,
  allowedOrigin: string,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {
    "access-control-allow-origin": allowedOrigin,
    "access-control-allow-methods": (rule.AllowedMethods ?? []).join(", "),
    vary: VARY,
  };
  if (names.length > 0) found["access-control-allow-headers"] = names.join(", ");
  const exposed = rule.ExposeHeaders ?? [];
  if (exposed.length > 0) found["access-control-expose-headers"] = exposed.join(", ");
  if (rule.MaxAgeSeconds !== undefined) {
    found["access-control-max-age"] = String(rule.MaxAgeSeconds);
  }
  if (allowedOrigin !== "*") found["access-control-allow-credentials"] = "true";
  return found;
}
