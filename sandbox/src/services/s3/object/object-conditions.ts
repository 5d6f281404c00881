import { conditionNotImplemented, noSuchKey, notModified, preconditionFailed } from "../errors";
import type { Bucket, ObjectVersion } from "../store/model";

/**
 * Conditional requests: RFC 7232 with the limits that S3 sets.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 */

/** Conditions of a read or of the source of a copy. */
export interface ReadConditions {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: Date;
  readonly ifUnmodifiedSince?: Date;
}

type Dated = Pick<ObjectVersion, "etag" | "lastModifiedEpochMs">;

/**
 * The condition that does not hold, by its header, or undefined. A failed If-Match or If-Unmodified-Since goes before
 * the other two; a date does not count where an ETag is given of the same kind, and "modified since" a date to come is not
 * asked at all (recorded; RFC 9110, section 13.1.3).
 */
export function failedCondition(
  version: Dated,
  conditions: ReadConditions,
  nowEpochMs: number,
): "If-Match" | "If-Unmodified-Since" | "If-None-Match" | "If-Modified-Since" | undefined {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  // Dates of HTTP have whole seconds.
  const modifiedSeconds = Math.floor(version.lastModifiedEpochMs / 1000);
  if (ifMatch !== undefined) {
    if (!matchesEtag(version, ifMatch)) return "If-Match";
  } else if (ifUnmodifiedSince !== undefined && modifiedSeconds > seconds(ifUnmodifiedSince)) {
    return "If-Unmodified-Since";
  }
  if (ifNoneMatch !== undefined) {
    if (matchesEtag(version, ifNoneMatch)) return "If-None-Match";
  } else if (
    ifModifiedSince !== undefined &&
    ifModifiedSince.getTime() <= nowEpochMs &&
    modifiedSeconds <= seconds(ifModifiedSince)
  ) {
    return "If-Modified-Since";
  }
  return undefined;
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

/** @throws AwsError PreconditionFailed (412) or NotModified (304) */
export function checkReadConditions(
  version: ObjectVersion,
  conditions: ReadConditions,
  nowEpochMs: number,
): void {
  const failed = failedCondition(version, conditions, nowEpochMs);
  if (failed === "If-None-Match" || failed === "If-Modified-Since") {
    throw notModified({
      etag: `"${version.etag}"`,
      "last-modified": new Date(version.lastModifiedEpochMs).toUTCString(),
    });
  }
  if (failed !== undefined) throw preconditionFailed(failed);
}

/**
 * Conditions of PutObject, CopyObject and CompleteMultipartUpload, against the current version. S3 takes
 * `If-None-Match: *` and `If-Match: <etag>`, nothing else. A delete marker counts as no object.
 * @throws AwsError PreconditionFailed, NoSuchKey, NotImplemented
 */
export function checkWriteConditions(
  bucket: Bucket,
  key: string,
  conditions: { readonly ifMatch?: string; readonly ifNoneMatch?: string },
): void {
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifMatch === undefined && ifNoneMatch === undefined) return;
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw conditionNotImplemented(
      "If-Match,If-None-Match",
      "Multiple conditional request headers present in the request",
    );
  }
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*") {
    throw valueNotTaken("If-None-Match");
  }
  if (ifMatch === "*") throw valueNotTaken("If-Match");
  const current = existing(bucket, key);
  if (ifNoneMatch !== undefined) {
    if (current !== undefined) throw preconditionFailed("If-None-Match");
    return;
  }
  if (current === undefined) throw noSuchKey(key);
  if (ifMatch !== undefined && !matchesEtag(current, ifMatch)) throw preconditionFailed("If-Match");
}

function valueNotTaken(header: string): Error {
  return conditionNotImplemented(
    header,
    `We don't accept the provided value of ${header} header for this API`,
  );
}

/**
 * `If-Match` of a delete: an ETag or `*`, against the current version. Nothing there is no success but NoSuchKey, and a delete
 * marker is nothing there: so it was measured on AWS, where the User Guide says 412.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
 */
export function checkDeleteCondition(
  bucket: Bucket,
  key: string,
  ifMatch: string | undefined,
): void {
  if (ifMatch === undefined) return;
  const current = existing(bucket, key);
  if (current === undefined) throw noSuchKey(key);
  if (!matchesEtag(current, ifMatch)) throw preconditionFailed("If-Match");
}

function existing(bucket: Bucket, key: string): ObjectVersion | undefined {
  const current = bucket.objects.current(key);
  return current?.isDeleteMarker === true ? undefined : current;
}

/** `value` is `*`, or ETags separated by commas, quoted or not. */
function matchesEtag(version: Pick<ObjectVersion, "etag">, value: string): boolean {
  if (value.trim() === "*") return true;
  return value.split(",").some((part) => unquoted(part) === version.etag);
}

/** An ETag without its quotes. */
export function unquoted(etag: string): string {
  return etag.trim().replace(/^"(.*)"$/, "$1");
}
