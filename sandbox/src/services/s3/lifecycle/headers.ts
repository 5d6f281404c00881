import type { Bucket, ObjectVersion } from "../store/model";
import type { MultipartUpload } from "../multipart/multipart";
import { abortOfUpload, expirationOfCurrent } from "./due-dates";
import type { DueByRule } from "./due-dates";
import { rulesOf } from "./prepared-rules";

/** When a version expires, if it is the current one and a rule says so. */
export function expirationOf(bucket: Bucket, version: ObjectVersion): DueByRule | undefined {
  if (bucket.lifecycle === undefined || version.isDeleteMarker) return undefined;
  if (bucket.objects.current(version.key) !== version) return undefined;
  return expirationOfCurrent(version, rulesOf(bucket));
}

/**
 * The value of `x-amz-expiration`. Only current versions have it: noncurrent ones do not fall under `Expiration`. The API
 * reference says that the id of the rule is URL-encoded, but every answer seen of AWS has it as it is; so what a header
 * cannot carry, and no more, is encoded here.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html (x-amz-expiration)
 */
export function expirationHeader(bucket: Bucket, version: ObjectVersion): string | undefined {
  const expiration = expirationOf(bucket, version);
  if (expiration === undefined) return undefined;
  const date = new Date(expiration.dueEpochMs).toUTCString();
  return `expiry-date="${date}", rule-id="${headerText(expiration.ruleId)}"`;
}

function headerText(ruleId: string): string {
  return ruleId.replace(/[^\x20-\x7e]+/g, encodeURIComponent);
}

/** `x-amz-abort-date` and `x-amz-abort-rule-id` of CreateMultipartUpload and ListParts. */
export function abortMembers(
  bucket: Bucket,
  upload: Pick<MultipartUpload, "key" | "initiatedEpochMs">,
): { AbortDate?: Date; AbortRuleId?: string } {
  const abort = abortOfUpload(upload, rulesOf(bucket));
  if (abort === undefined) return {};
  return { AbortDate: new Date(abort.dueEpochMs), AbortRuleId: headerText(abort.ruleId) };
}
