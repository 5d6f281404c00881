import type {
  LifecycleRule,
  LifecycleRuleAndOperator,
  LifecycleRuleFilter,
  Transition,
} from "@aws-sdk/client-s3";
import { invalidArgument, invalidArgumentText, invalidRequest, malformedXml } from "../errors";
import { checkLifecycleForms } from "./lifecycle-forms";

/**
 * The form of lifecycle rules. Texts are those that AWS is seen to answer; where none is known it is `MalformedXML`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */

const MAX_RULES_COUNT = 1000;
const MAX_RULE_ID_LENGTH = 255;
const MAX_NEWER_VERSIONS_COUNT = 100;
/** 1,000 TiB, as S3's message says; the User Guide speaks of 50 TB. */
const MAX_SIZE_BYTES = 1_099_511_627_776_000;
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
  checkLifecycleForms(rules);
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
  checkNoncurrentTransitions(rule);
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
  if (filter.And !== undefined) {
    const { Prefix, ObjectSizeGreaterThan, ObjectSizeLessThan } = filter.And;
    const bounds = [Prefix, ObjectSizeGreaterThan, ObjectSizeLessThan];
    const count = keys.length + bounds.filter((part) => part !== undefined).length;
    if (count < 2) throw malformedXml();
  }
  if (new Set(keys).size < keys.length) {
    throw invalidRequest("Duplicate Tag Keys are not allowed.");
  }
  checkSizes({ ...filter, ...filter.And });
}

/** That the other bound has the same limits is assumed from the one that is seen. */
function checkSizes(sizes: LifecycleRuleAndOperator): void {
  const { ObjectSizeGreaterThan: greaterThan, ObjectSizeLessThan: lessThan } = sizes;
  if (lessThan !== undefined && (lessThan < 1 || lessThan > MAX_SIZE_BYTES)) {
    throw invalidRequest(`'ObjectSizeLessThan' should be between 1 and ${MAX_SIZE_BYTES}.`);
  }
  if (greaterThan !== undefined && (greaterThan < 0 || greaterThan > MAX_SIZE_BYTES)) {
    throw invalidRequest(`'ObjectSizeGreaterThan' should be between 0 and ${MAX_SIZE_BYTES}.`);
  }
  if (greaterThan !== undefined && lessThan !== undefined && lessThan <= greaterThan) {
    throw invalidRequest(
      "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.",
    );
  }
}

function hasSizes(rule: LifecycleRule): boolean {
  const filter = rule.Filter;
  const sizes = [
    filter?.ObjectSizeGreaterThan,
    filter?.ObjectSizeLessThan,
    filter?.And?.ObjectSizeGreaterThan,
    filter?.And?.ObjectSizeLessThan,
  ];
  return sizes.some((size) => size !== undefined);
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
  if (expiration.ExpiredObjectDeleteMarker !== undefined) {
    refuseFilters(rule, "ExpiredObjectDeleteMarker");
  }
}

/** Of actions that are not about objects. @throws AwsError `InvalidRequest` */
function refuseFilters(rule: LifecycleRule, action: string): void {
  if (hasTags(rule)) throw invalidRequest(`${action} cannot be specified with Tags.`);
  if (hasSizes(rule)) throw invalidRequest(`${action} cannot be specified with Object Size.`);
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
  checkDistinctClasses(rule, transitions, "Transition");
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

function checkNoncurrentTransitions(rule: LifecycleRule): void {
  const transitions = rule.NoncurrentVersionTransitions ?? [];
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
  checkDistinctClasses(rule, transitions, "NoncurrentVersionTransition");
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
  rule: LifecycleRule,
  transitions: readonly { readonly StorageClass?: string }[],
  action: string,
): void {
  const classes = transitions.map((transition) => transition.StorageClass);
  if (new Set(classes).size < classes.length) {
    throw invalidRequest(
      `'StorageClass' must be different for '${action}' actions in same 'Rule' with ${filterText(rule)}`,
    );
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
  refuseFilters(rule, "AbortIncompleteMultipartUpload");
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
