import { DAY_MS, nextMidnightAfter } from "../../../time/midnight";
import type { MultipartUpload } from "../multipart/multipart";
import type { ObjectVersion } from "../store/model";
import { matchesVersion } from "./prepared-rules";
import type { PreparedRule } from "./prepared-rules";

/** An action of a rule and the midnight from which on it is due. */
export interface DueByRule {
  readonly dueEpochMs: number;
  readonly ruleId: string;
}

/**
 * S3 adds the days to the time and goes on to "the next day midnight UTC". A time at midnight sharp goes on a whole day
 * as well (assumed).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days
 */
export function dueAfterDays(fromEpochMs: number, days: number): number {
  return nextMidnightAfter(fromEpochMs + days * DAY_MS);
}

/** When an action that is given by date or by days since `fromEpochMs` is due. Undefined when it is given by neither. */
export function dueOf(
  action: { readonly Days?: number; readonly Date?: Date },
  fromEpochMs: number,
): number | undefined {
  if (action.Date !== undefined) return action.Date.getTime();
  return action.Days === undefined ? undefined : dueAfterDays(fromEpochMs, action.Days);
}

/** The earlier of two; the one that came first where they are due together. */
export function earlier(
  known: DueByRule | undefined,
  dueEpochMs: number | undefined,
  ruleId: string,
): DueByRule | undefined {
  if (dueEpochMs === undefined) return known;
  return known === undefined || dueEpochMs < known.dueEpochMs ? { dueEpochMs, ruleId } : known;
}

/** When the current version expires: by the earliest of the rules that speak of it. */
export function expirationOfCurrent(
  version: ObjectVersion,
  rules: readonly PreparedRule[],
): DueByRule | undefined {
  let found: DueByRule | undefined;
  for (const prepared of rules) {
    const expiration = prepared.rule.Expiration;
    if (expiration === undefined || !matchesVersion(prepared, version)) continue;
    found = earlier(found, dueOf(expiration, version.lastModifiedEpochMs), prepared.id);
  }
  return found;
}

/** When S3 gives up an unfinished multipart upload. */
export function abortOfUpload(
  upload: Pick<MultipartUpload, "key" | "initiatedEpochMs">,
  rules: readonly PreparedRule[],
): DueByRule | undefined {
  let found: DueByRule | undefined;
  for (const { id, prefix, rule } of rules) {
    const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
    if (days === undefined || !upload.key.startsWith(prefix)) continue;
    found = earlier(found, dueAfterDays(upload.initiatedEpochMs, days), id);
  }
  return found;
}
