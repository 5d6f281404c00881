/**
 * The grammar of single values: durations, account ids, Regions, bucket names, ARNs.
 *
 * Pure functions, shared by the config and by the components' own validation, so that a value is
 * judged by one rule wherever it comes in.
 */

/** Object Lock's longest default retention. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html */
export const MAX_RETENTION_DAYS = 36_500;
/** Object Lock counts a year of default retention as 365 days (assumed), and so do we. */
const DAYS_PER_YEAR = 365;

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

/**
 * The form of a Region's name; whether the Region exists is AWS's to say. Those of partitions that are closed to the public
 * (`us-iso-east-1`) are none: what differs there is not known.
 */
export function isRegion(text: string): boolean {
  return REGION.test(text);
}

/** As isRegion, for editors too. */
export const REGION_PATTERN = "^(?![a-z]{2}-iso)[a-z]{2,4}(-[a-z]+)+-\\d{1,2}$";
const REGION = new RegExp(REGION_PATTERN);

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html, which names the four partitions */
export const PARTITIONS = ["aws", "aws-cn", "aws-us-gov", "aws-eusc"] as const;
export type Partition = (typeof PARTITIONS)[number];

/** The partitions but `aws`, by the start of their Regions' names. */
const PARTITION_STARTS = { "cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc" } as const;

/** The partition that a Region belongs to: the second part of every ARN made in it. */
export function partitionOf(region: string): Partition {
  const found = Object.entries(PARTITION_STARTS).find(([start]) => region.startsWith(start));
  return found?.[1] ?? "aws";
}

/** What the hosts of a partition's services end in. */
const DNS_SUFFIXES: Readonly<Record<Partition, string>> = {
  aws: "amazonaws.com",
  "aws-cn": "amazonaws.com.cn",
  "aws-us-gov": "amazonaws.com",
  "aws-eusc": "amazonaws.eu",
};

/**
 * S3 as `kms:ViaService` names it: the service's host. That this follows the partition's suffix in `aws-eusc` as it does in
 * `aws-cn` is assumed: no page that is public says so.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function s3ViaService(region: string): string {
  return `s3.${region}.${DNS_SUFFIXES[partitionOf(region)]}`;
}

/** ARN of a bucket. Bucket ARNs carry neither Region nor account. */
export function bucketArn(partition: Partition, bucketName: string): string {
  return `arn:${partition}:s3:::${bucketName}`;
}

const RESERVED_PREFIXES = ["xn--", "sthree-", "amzn-s3-demo-"];
/** The end of a name in an account's own regional namespace. */
const REGIONAL_NAMESPACE = /^[a-z0-9].*?-(\d{12})-([a-z0-9-]+)-an$/;

/**
 * The account and Region whose namespace a bucket's name is in; undefined for the global namespace. Nobody else can ever have
 * such a name.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html
 */
export function regionalNamespaceOf(
  bucketName: string,
): { accountId: string; region: string } | undefined {
  const [, accountId, region] = REGIONAL_NAMESPACE.exec(bucketName) ?? [];
  if (accountId === undefined || region === undefined || !isRegion(region)) return undefined;
  return { accountId, region };
}

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
  if (name.endsWith("-an") && regionalNamespaceOf(name) === undefined)
    return 'expected a name that ends in "-ACCOUNT-REGION-an", as in "acme-111122223333-eu-west-1-an", or not in "-an", which S3 keeps for names in an account\'s regional namespace';
  return undefined;
}

/** The parts of a KMS key's ARN. */
export interface KeyArnParts {
  partition: string;
  region: string;
  accountId: string;
  keyId: string;
}

const PARTITION_PATTERN = `(${PARTITIONS.join("|")})`;
export const KEY_ARN_PATTERN = `^arn:${PARTITION_PATTERN}:kms:([a-z0-9-]+):(\\d{12}):key/([A-Za-z0-9-]+)$`;
const KEY_ARN = new RegExp(KEY_ARN_PATTERN);
export const ROLE_ARN_PATTERN = `^arn:${PARTITION_PATTERN}:iam::(\\d{12}):role/(?:[\\x21-\\x7e]+/)?([\\w+=,.@-]{1,64})$`;
const ROLE_ARN = new RegExp(ROLE_ARN_PATTERN);
export const POLICY_ARN_PATTERN = `^arn:${PARTITION_PATTERN}:iam::(\\d{12}|aws):policy/(?:[\\x21-\\x7e]+/)?([\\w+=,.@-]{1,128})$`;
const POLICY_ARN = new RegExp(POLICY_ARN_PATTERN);

/** Reads a key ARN (not an alias: an alias can be pointed at another key later). */
export function parseKeyArn(text: string): KeyArnParts | undefined {
  const match = KEY_ARN.exec(text);
  if (match === null) return undefined;
  const [, partition = "", region = "", accountId = "", keyId = ""] = match;
  return { partition, region, accountId, keyId };
}

/** Reads the account out of an IAM role's ARN. */
export function parseRoleArn(
  text: string,
): { partition: string; accountId: string; name: string } | undefined {
  const match = ROLE_ARN.exec(text);
  if (match === null) return undefined;
  const [, partition = "", accountId = "", name = ""] = match;
  return { partition, accountId, name };
}

/** Reads the account out of a managed policy's ARN; `aws` stands for one of AWS's own. */
export function parsePolicyArn(text: string): { partition: string; accountId: string } | undefined {
  const [, partition, accountId] = POLICY_ARN.exec(text) ?? [];
  return partition === undefined || accountId === undefined ? undefined : { partition, accountId };
}

/** @returns what is wrong when an ARN is of another partition than a Region */
export function partitionProblem(arn: { partition: string }, region: string): string | undefined {
  const wanted = partitionOf(region);
  if (arn.partition === wanted) return undefined;
  return `expected an ARN of partition "${wanted}", which Region ${region} is in, got one of "${arn.partition}"; no partition knows the resources of another: write arn:${wanted}:...`;
}

/**
 * The sentence by which someone acknowledges stage `compliance`. It names bucket and period, so that one written for another
 * vault, or for a shorter period, does not count.
 */
export function complianceAcknowledgement(bucketName: string, retentionDays: number): string {
  return `${bucketName}: COMPLIANCE for ${retentionDays} ${retentionDays === 1 ? "day" : "days"}`;
}

/** The key that a configuration names; undefined with a key of our own or of S3. */
export function givenKeyArn({ kms }: { readonly kms: string }): string | undefined {
  return kms.startsWith("arn:") ? kms : undefined;
}
