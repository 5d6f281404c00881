import type { ConditionKeys } from "../authorization/model";
import type { WorldSettings } from "../world/settings";
import type { RawRequest } from "./raw-request";
import type { Authentication } from "./sigv4";

/**
 * Condition keys that come from the request itself (IAM User Guide, "AWS global condition context keys"; S3's own from
 * "Condition keys for Amazon S3"). Keys of principal, resource and time are filled where policies are evaluated.
 */
export function requestConditionKeys(
  request: RawRequest,
  authentication: Authentication,
  region: string,
  settings: WorldSettings,
): ConditionKeys {
  const isAnonymous = authentication.principal.kind === "anonymous";
  return {
    "aws:sourceip": request.remoteAddress,
    "aws:securetransport": String(settings.presentsTls),
    "aws:useragent": request.headers["user-agent"],
    "aws:referer": request.headers["referer"],
    "aws:requestedregion": region,
    "s3:authtype": isAnonymous ? undefined : authType(authentication),
    "s3:signatureversion": isAnonymous
      ? undefined
      : (authentication.signatureVersion ?? "AWS4-HMAC-SHA256"),
    "s3:signatureage":
      authentication.signatureAgeMs === undefined
        ? undefined
        : String(authentication.signatureAgeMs),
    "s3:tlsversion": settings.presentsTls ? "1.3" : undefined,
    "s3:x-amz-content-sha256": authentication.payloadHash,
  };
}

function authType({ presigned, isForm }: Authentication): string {
  if (isForm === true) return "POST";
  return presigned ? "REST-QUERY-STRING" : "REST-HEADER";
}

/** What a call that one service makes for another shows: no address, no agent. */
export function internalConditionKeys(region: string): ConditionKeys {
  return { "aws:securetransport": "true", "aws:requestedregion": region };
}
