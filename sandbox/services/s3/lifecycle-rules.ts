import type {
  LifecycleRule,
  LifecycleRuleFilter,
  NoncurrentVersionTransition,
  Transition,
} from "@aws-sdk/client-s3";
import { invalidArgument, invalidArgumentText, invalidRequest, malformedXml } from "./errors";

/**
 * The form of lifecycle rules. Texts are those that AWS is seen to answer; where none is known it is `MalformedXML`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */

const MAX_RULES_COUNT = 1000;
const MAX_RULE_ID_LENGTH = 255;
const MAX_NEWER_VERSIONS_COUNT = 100;
const DAY_MS = 86_400_000;
/** Infrequent-access classes take objects from this age on. */
const INFREQUENT_ACCESS_MIN_DAYS = 30;
const INFREQUENT_ACCESS_CLASSES: readonly string[] = ["STANDARD_IA", "ONEZONE_IA"];
const TRANSITION_CLASSES: readonly string[] = [
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
];

/**
 * @param newRuleId makes the id of a rule that has none
 * @returns the rules as S3 keeps them: every rule has an id
 * @throws AwsError `MalformedXML`, `InvalidRequest` or `InvalidArgument`
 */
export function checkedLifecycleRules(
  rules: readonly LifecycleRule[],
  newRuleId: () => string,
): LifecycleRule[] {
  if (rules.length === 0 || rules.length > MAX_RULES_COUNT) throw malformedXml();
  const ids = new Set<string>();
  return rules.map((rule) => {
    checkRule(rule);
    const id = rule.ID || newRuleId();
    if (id.length > MAX_RULE_ID_LENGTH) {
      throw invalidArgument("ID", id, "ID length should not exceed allowed limit of 255");
    }
    if (ids.has(id)) {
      throw invalidArgument(
        "ID",
        id,
        "Rule ID must be unique. Found same ID for more than one rule",
      );
    }
    ids.add(id);
    return { ...rule, ID: id };
  });
}

function checkRule(rule: LifecycleRule): void {
  if (rule.Status !== "Enabled" && rule.Status !== "Disabled") throw malformedXml();
  if ((rule.Prefix === undefined) === (rule.Filter === undefined)) throw malformedXml();
  if (rule.Filter !== undefined) checkFilter(rule.Filter);
  const hasAction =
    rule.Expiration !== undefined ||
    rule.NoncurrentVersionExpiration !== undefined ||
    rule.AbortIncompleteMultipartUpload !== undefined ||
    (rule.Transitions ?? []).length > 0 ||
    (rule.NoncurrentVersionTransitions ?? []).length > 0;
  if (!hasAction) throw invalidRequest("At least one action needs to be specified in a rule");
  checkExpiration(rule);
  checkNoncurrentExpiration(rule);
  checkTransitions(rule);
  checkNoncurrentTransitions(rule.NoncurrentVersionTransitions ?? []);
  checkAbort(rule);
}

/** One of the members; several go into And. */
function checkFilter(filter: LifecycleRuleFilter): void {
  const given = [
    filter.Prefix,
    filter.Tag,
    filter.And,
    filter.ObjectSizeGreaterThan,
    filter.ObjectSizeLessThan,
  ].filter((part) => part !== undefined);
  if (given.length > 1) throw malformedXml();
  const keys = (filter.And?.Tags ?? []).map((tag) => tag.Key);
  if (new Set(keys).size < keys.length) {
    throw invalidRequest("Duplicate Tag Keys are not allowed.");
  }
}

function hasTagsOrSize(rule: LifecycleRule): boolean {
  const filter = rule.Filter;
  const sizes = [
    filter?.ObjectSizeGreaterThan,
    filter?.ObjectSizeLessThan,
    filter?.And?.ObjectSizeGreaterThan,
    filter?.And?.ObjectSizeLessThan,
  ];
  return (
    filter?.Tag !== undefined ||
    (filter?.And?.Tags ?? []).length > 0 ||
    sizes.some((size) => size !== undefined)
  );
}

function hasTags(rule: LifecycleRule): boolean {
  return rule.Filter?.Tag !== undefined || (rule.Filter?.And?.Tags ?? []).length > 0;
}

function checkExpiration(rule: LifecycleRule): void {
  const expiration = rule.Expiration;
  if (expiration === undefined) return;
  const given = [expiration.Days, expiration.Date, expiration.ExpiredObjectDeleteMarker];
  if (given.filter((part) => part !== undefined).length !== 1) throw malformedXml();
  if (expiration.Days !== undefined && !isPositive(expiration.Days)) {
    throw invalidArgumentText("'Days' for Expiration action must be a positive integer");
  }
  checkMidnight(expiration.Date);
  if (expiration.ExpiredObjectDeleteMarker !== undefined && hasTagsOrSize(rule)) {
    throw invalidRequest(
      "ExpiredObjectDeleteMarker cannot be specified with Tags or object sizes.",
    );
  }
}

function checkNoncurrentExpiration(rule: LifecycleRule): void {
  const expiration = rule.NoncurrentVersionExpiration;
  if (expiration === undefined) return;
  if (!isPositive(expiration.NoncurrentDays)) {
    throw invalidArgumentText(
      "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer",
    );
  }
  checkNewerVersions(expiration.NewerNoncurrentVersions);
}

function checkTransitions(rule: LifecycleRule): void {
  const transitions = rule.Transitions ?? [];
  for (const transition of transitions) checkTransition(transition);
  checkDistinctClasses(transitions, "Transition");
  const usesDays = transitions.some((transition) => transition.Days !== undefined);
  const usesDate = transitions.some((transition) => transition.Date !== undefined);
  const where = `in lifecycle rule for ${filterText(rule)}`;
  if (usesDays && usesDate) {
    throw invalidRequest(`Found mixed 'Date' and 'Days' based Transition actions ${where}`);
  }
  const { Days: days, Date: date } = rule.Expiration ?? {};
  if ((usesDays && date !== undefined) || (usesDate && days !== undefined)) {
    throw invalidRequest(
      `Found mixed 'Date' and 'Days' based Expiration and Transition actions ${where}`,
    );
  }
  const isExpiredFirst =
    (days !== undefined && transitions.some((transition) => (transition.Days ?? 0) >= days)) ||
    (date !== undefined && transitions.some((transition) => isNotBefore(transition.Date, date)));
  if (isExpiredFirst) {
    const unit = days === undefined ? "Date" : "Days";
    throw invalidArgumentText(
      `'${unit}' in the Expiration action for ${filterText(rule)} must be greater than '${unit}' ` +
        "in the Transition action",
    );
  }
}

function checkTransition(transition: Transition): void {
  const { Days: days, Date: date, StorageClass: storageClass } = transition;
  if (storageClass === undefined || !TRANSITION_CLASSES.includes(storageClass)) {
    throw malformedXml();
  }
  if ((days === undefined) === (date === undefined)) throw malformedXml();
  if (days !== undefined && (!Number.isInteger(days) || days < 0)) {
    throw invalidArgumentText("'Days' for Transition action must be nonnegative");
  }
  checkMidnight(date);
  checkMinimumAge("Days", "Transition", days, storageClass);
}

function checkNoncurrentTransitions(transitions: readonly NoncurrentVersionTransition[]): void {
  for (const { NoncurrentDays: days, StorageClass: storageClass, ...rest } of transitions) {
    if (storageClass === undefined || !TRANSITION_CLASSES.includes(storageClass)) {
      throw malformedXml();
    }
    if (days === undefined) throw malformedXml();
    if (!Number.isInteger(days) || days < 0) {
      throw invalidArgumentText(
        "'NoncurrentDays' for NoncurrentVersionTransition action must be nonnegative",
      );
    }
    checkMinimumAge("NoncurrentDays", "NoncurrentVersionTransition", days, storageClass);
    checkNewerVersions(rest.NewerNoncurrentVersions);
  }
  checkDistinctClasses(transitions, "NoncurrentVersionTransition");
}

function checkMinimumAge(
  unit: string,
  action: string,
  days: number | undefined,
  storageClass: string,
): void {
  if (days === undefined || !INFREQUENT_ACCESS_CLASSES.includes(storageClass)) return;
  if (days >= INFREQUENT_ACCESS_MIN_DAYS) return;
  throw invalidArgumentText(
    `'${unit}' in ${action} action must be greater than or equal to ` +
      `${INFREQUENT_ACCESS_MIN_DAYS} for storageClass '${storageClass}'`,
  );
}

function checkDistinctClasses(
  transitions: readonly { readonly StorageClass?: string }[],
  action: string,
): void {
  const classes = transitions.map((transition) => transition.StorageClass);
  if (new Set(classes).size < classes.length) {
    throw invalidRequest(`'StorageClass' must be different for '${action}' actions in same 'Rule'`);
  }
}

function checkAbort(rule: LifecycleRule): void {
  const abort = rule.AbortIncompleteMultipartUpload;
  if (abort === undefined) return;
  if (!isPositive(abort.DaysAfterInitiation)) {
    throw invalidArgumentText(
      "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
    );
  }
  if (hasTags(rule)) {
    throw invalidRequest("AbortIncompleteMultipartUpload cannot be specified with Tags.");
  }
}

function checkNewerVersions(count: number | undefined): void {
  if (count === undefined) return;
  if (!isPositive(count) || count > MAX_NEWER_VERSIONS_COUNT) {
    throw invalidArgumentText("'NewerNoncurrentVersions' must be an integer between 1 and 100");
  }
}

function checkMidnight(date: Date | undefined): void {
  if (date !== undefined && date.getTime() % DAY_MS !== 0) {
    throw invalidArgumentText("'Date' must be at midnight GMT");
  }
}

function isNotBefore(date: Date | undefined, limit: Date): boolean {
  return date !== undefined && date.getTime() >= limit.getTime();
}

function isPositive(count: number | undefined): boolean {
  return count !== undefined && Number.isInteger(count) && count > 0;
}

/** How S3's messages name a rule: by its old prefix, or by its filter. */
function filterText(rule: LifecycleRule): string {
  if (rule.Filter === undefined) return `prefix '${rule.Prefix ?? ""}'`;
  const prefix = rule.Filter.Prefix ?? rule.Filter.And?.Prefix;
  return `filter '(${prefix === undefined ? "" : `prefix=${prefix}`})'`;
}
