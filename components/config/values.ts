/**
 * The grammar of single values: durations, account ids, Regions, bucket names, ARNs.
 *
 * Pure functions, shared by the config and by the components' own validation, so that a value is
 * judged by one rule wherever it comes in.
 */

/** Object Lock's longest default retention. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html */
export const MAX_RETENTION_DAYS = 36_500;
/** Object Lock counts a year of default retention as 365 days (assumed), and so do we. */
export const DAYS_PER_YEAR = 365;

/**
 * Replicas that come locked for longer are refused, unless the config says otherwise: no record has to be kept longer by
 * accident, and no source may lock a vault for a century.
 */
export const DEFAULT_MAXIMUM_RETENTION_DAYS = 10 * DAYS_PER_YEAR;

const DURATION = /^([1-9]\d*) (day|days|year|years)$/;

/**
 * Reads "30 days" or "1 year" into days. Exact: no fractions, no other units, no sign, one space.
 *
 * @returns the days, or a sentence that says what is wrong.
 */
export function parseDurationDays(text: string): { days: number } | { problem: string } {
  const match = DURATION.exec(text);
  if (match === null) {
    return {
      problem:
        'expected a whole number and a unit, as in "30 days" or "1 year" (no fractions, no other units)',
    };
  }
  const count = Number(match[1]);
  const days = match[2]?.startsWith("year") ? count * DAYS_PER_YEAR : count;
  if (days > MAX_RETENTION_DAYS) {
    return { problem: "expected at most 100 years (36500 days), which is all Object Lock accepts" };
  }
  return { days };
}

/** Twelve digits. */
export function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text);
}

/** The form of a Region's name; whether the Region exists is AWS's to say. */
export function isRegion(text: string): boolean {
  return /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/.test(text);
}

export type Partition = "aws" | "aws-cn" | "aws-us-gov";

/** The partition that a Region belongs to: the second part of every ARN made in it. */
export function partitionOf(region: string): Partition {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}

/** S3 as `kms:ViaService` names it. */
export function s3ViaService(region: string): string {
  return `s3.${region}.${partitionOf(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}`;
}

/** ARN of a bucket. Bucket ARNs carry neither Region nor account. */
export function bucketArn(partition: Partition, bucketName: string): string {
  return `arn:${partition}:s3:::${bucketName}`;
}

const RESERVED_PREFIXES = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/**
 * The naming rules of general purpose buckets.
 *
 * @returns what is wrong with the name, or undefined.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function bucketNameProblem(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) {
    return `expected 3 to 63 characters, got ${name.length}`;
  }
  if (!/^[a-z0-9.-]+$/.test(name)) {
    return "expected only lower-case letters, digits, dots and hyphens";
  }
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) {
    return "expected a letter or digit at both ends";
  }
  if (name.includes("..")) return "expected no two dots in a row";
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return "expected a name that is not an IP address";
  const prefix = RESERVED_PREFIXES.find((reserved) => name.startsWith(reserved));
  if (prefix !== undefined)
    return `expected a name that does not start with "${prefix}", which S3 keeps for itself`;
  const suffix = RESERVED_SUFFIXES.find((reserved) => name.endsWith(reserved));
  if (suffix !== undefined)
    return `expected a name that does not end in "${suffix}", which S3 keeps for itself`;
  return undefined;
}

/** The parts of a KMS key's ARN. */
export interface KeyArnParts {
  partition: string;
  region: string;
  accountId: string;
  keyId: string;
}

/** Reads a key ARN (not an alias: an alias can be pointed at another key later). */
export function parseKeyArn(text: string): KeyArnParts | undefined {
  const match = /^arn:(aws|aws-cn|aws-us-gov):kms:([a-z0-9-]+):(\d{12}):key\/([A-Za-z0-9-]+)$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [, partition = "", region = "", accountId = "", keyId = ""] = match;
  return { partition, region, accountId, keyId };
}

/** Reads the account out of an IAM role's ARN. */
export function parseRoleArn(
  text: string,
): { partition: string; accountId: string; name: string } | undefined {
  const match =
    /^arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64})$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, partition = "", accountId = "", name = ""] = match;
  return { partition, accountId, name };
}

/**
 * The sentence by which someone acknowledges stage `compliance`. It names bucket and period, so that one written for another
 * vault, or for a shorter period, does not count.
 */
export function complianceAcknowledgement(bucketName: string, retentionDays: number): string {
  return `${bucketName}: COMPLIANCE for ${retentionDays} ${retentionDays === 1 ? "day" : "days"}`;
}
