import type { PolicyResource } from "../resource";
import { at, isTrueAt, numberAt, type Read, textAt, UNKNOWN, type Unknown } from "../values";
import type { Bucket } from "./bucket";
import { aspectOf } from "./bucket-aspects";
import type { Program } from "./program";

/** What Object Lock does in a bucket. */
export interface Lock {
  /** The resource that says it; the bucket itself where nothing does. */
  readonly resource: PolicyResource;
  readonly isLocked: boolean | Unknown;
  /** What a version gets that comes without a lock of its own; undefined where it gets none. */
  readonly retention: Retention | undefined | Unknown;
}

/** A default retention. */
export interface Retention {
  readonly mode: string | undefined | Unknown;
  readonly days: number | undefined | Unknown;
}

/** S3 counts a year as 365 days. */
const DAYS_A_YEAR = 365;

/** @returns undefined for a bucket that is made elsewhere and of whose lock nothing is said */
export function lockOf(program: Program, bucket: Bucket): Lock | undefined {
  const aspect = aspectOf(program, bucket, "aws:s3:BucketObjectLockConfiguration", {
    aws: "objectLockConfiguration",
    native: "objectLockConfiguration",
  });
  const flag = isTrueAt(bucket.resource?.props, "objectLockEnabled");
  if (aspect === undefined || aspect === UNKNOWN) {
    if (bucket.resource === undefined) return undefined;
    return {
      resource: bucket.resource,
      isLocked: flag === false && aspect === UNKNOWN ? UNKNOWN : flag,
      retention: aspect,
    };
  }
  return {
    resource: aspect.resource,
    isLocked: aspect.value === UNKNOWN ? UNKNOWN : true,
    retention: retentionIn(aspect.value),
  };
}

function retentionIn(configuration: Read): Retention | undefined | Unknown {
  const retention = at(configuration, "rule", "defaultRetention");
  if (retention === undefined || retention === UNKNOWN) return retention;
  const years = numberAt(retention, "years");
  const days = numberAt(retention, "days");
  return {
    mode: textAt(retention, "mode"),
    days: typeof years === "number" ? years * DAYS_A_YEAR : days === undefined ? years : days,
  };
}
