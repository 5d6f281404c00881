import type {
  Destination,
  ReplicationConfiguration,
  ReplicationRule,
  ReplicationRuleFilter,
  ReplicationRuleNotOperator,
} from "@aws-sdk/client-s3";
import {
  accountMissingForOwnerOverride,
  deleteMarkersWithTagFilter,
  destinationAccountEmpty,
  duplicatePriority,
  duplicateRuleId,
  invalidArgument,
  kmsKeyMissing,
  kmsSelectionMissing,
  malformedXml,
  metricsEventThresholdMissing,
  metricsEventThresholdNotAllowed,
  notImplemented,
  replicationMemberMissing,
  replicationMemberNotAllowed,
  replicationMinutesInvalid,
  replicationTimeStatusDiffers,
  replicationTimeWithoutMetrics,
  replicationValueMissing,
  ruleIdNotAscii,
  tooManyDestinations,
} from "../errors";

/**
 * The form of a replication configuration, apart from the buckets it names.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
 */

const MAX_RULES_COUNT = 1000;
const MAX_RULE_ID_LENGTH = 255;
const REPLICATION_TIME_MINUTES = 15;

/** Classes that a replica may have; the enumeration of the SDK holds more that do not apply. */
const STORAGE_CLASSES: readonly string[] = [
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER",
  "DEEP_ARCHIVE",
  "GLACIER_IR",
];

type Toggle = { readonly Status?: string | undefined } | undefined;

/**
 * @param newRuleId makes the id of a rule that has none
 * @returns the configuration as S3 keeps it: every rule has an id
 * @throws AwsError `MalformedXML`, `InvalidRequest` or `InvalidArgument`
 */
export function checkedReplicationConfiguration(
  configuration: ReplicationConfiguration | undefined,
  newRuleId: () => string,
): ReplicationConfiguration & { Role: string; Rules: ReplicationRule[] } {
  const role = configuration?.Role;
  const rules = configuration?.Rules ?? [];
  if (role === undefined || rules.length === 0 || rules.length > MAX_RULES_COUNT) {
    throw malformedXml();
  }
  if (!/^arn:[^:]+:iam::\d{12}:role\/.+/.test(role)) {
    throw invalidArgument("Role", role, "Invalid ARN of the replication role");
  }
  for (const rule of rules) checkRule(rule);
  checkSchema(rules);
  checkUnique(rules);
  return { Role: role, Rules: rules.map((rule) => ({ ...rule, ID: rule.ID || newRuleId() })) };
}

function checkRule(rule: ReplicationRule): void {
  checkToggle(rule);
  checkId(rule.ID);
  checkFilter(rule);
  if (rule.ExistingObjectReplication !== undefined) throw malformedXml();
  if (rule.Priority !== undefined && (!Number.isInteger(rule.Priority) || rule.Priority < 0)) {
    throw malformedXml();
  }
  if (rule.DeleteMarkerReplication !== undefined) checkToggle(rule.DeleteMarkerReplication);
  if (rule.Destination === undefined) throw malformedXml();
  checkEncryption(rule);
  checkDestination(rule.Destination);
  checkReplicationTime(rule.Destination);
}

/** A container with a Status of `Enabled` or `Disabled`. */
function checkToggle(toggle: Toggle): void {
  if (toggle?.Status !== "Enabled" && toggle?.Status !== "Disabled") throw malformedXml();
}

function checkId(id: string | undefined): void {
  if (id === undefined) return;
  // ASCII is from the first control character to DEL; a rule id has none of the control characters either.
  if (!/^[\x20-\x7e]*$/.test(id)) throw ruleIdNotAscii();
  if (id.length > MAX_RULE_ID_LENGTH) {
    throw invalidArgument("ID", id, "ID length should not exceed allowed limit of 255");
  }
}

function checkFilter(rule: ReplicationRule): void {
  const filter = rule.Filter;
  if (filter === undefined) return;
  if (rule.Prefix !== undefined) throw malformedXml();
  const given = [filter.Prefix, filter.Tag, filter.And, filter.Not];
  if (given.filter((part) => part !== undefined).length > 1) throw malformedXml();
  const not = filter.Not ?? filter.And?.Not;
  if (not !== undefined) checkNot(not);
  for (const tag of tagsOf(filter)) {
    if (tag.Key === undefined || tag.Value === undefined) throw malformedXml();
  }
}

/**
 * "Specify exactly one Prefix, Tag, or Or child element": the API's description of `ReplicationRuleNotOperator`, as in the model
 * of `@aws-sdk/client-s3` 3.1173. The user guide has no page on it yet; that S3 answers MalformedXML is assumed.
 */
function checkNot({ Or, Prefix, Tag }: ReplicationRuleNotOperator): void {
  if ([Prefix, Tag, Or].filter((part) => part !== undefined).length !== 1) throw malformedXml();
  if (Or !== undefined && (Or.Prefixes ?? []).length + (Or.Tags ?? []).length === 0) {
    throw malformedXml();
  }
}

/** Every tag of a filter, those by which it excludes too. */
function tagsOf({ And, Not, Tag }: ReplicationRuleFilter): { Key?: string; Value?: string }[] {
  const not = Not ?? And?.Not;
  return [...present(Tag), ...(And?.Tags ?? []), ...present(not?.Tag), ...(not?.Or?.Tags ?? [])];
}

const present = <Value>(value: Value | undefined): Value[] => (value === undefined ? [] : [value]);

/** With a Filter a rule is of the second schema, which makes two members mandatory that the first does not know. */
function checkSchema(rules: readonly ReplicationRule[]): void {
  for (const rule of rules) {
    if (rule.Filter === undefined) {
      if (rule.Prefix === undefined) throw malformedXml();
      if (rule.DeleteMarkerReplication !== undefined) {
        throw replicationMemberNotAllowed("DeleteMarkerReplication");
      }
      if (rule.Priority !== undefined) throw replicationMemberNotAllowed("Priority");
      continue;
    }
    if (rule.DeleteMarkerReplication === undefined) {
      throw replicationMemberMissing("DeleteMarkerReplication");
    }
    if (rule.Priority === undefined) throw replicationMemberMissing("Priority");
    if (rule.DeleteMarkerReplication.Status === "Enabled" && tagsOf(rule.Filter).length > 0) {
      throw deleteMarkersWithTagFilter();
    }
  }
  checkDestinationCount(rules);
}

/**
 * One rule of the first schema is enough to hold all of them to one destination: seen on AWS where one of two rules had no
 * Filter (terraform-aws-modules/terraform-aws-s3-bucket 104).
 */
function checkDestinationCount(rules: readonly ReplicationRule[]): void {
  const destinations = new Set(rules.map(({ Destination }) => Destination?.Bucket));
  const isFirstSchema = rules.some(({ Filter }) => Filter === undefined);
  if (isFirstSchema && destinations.size > 1) throw tooManyDestinations();
}

function checkUnique(rules: readonly ReplicationRule[]): void {
  const ids = new Set<string>();
  const priorities = new Set<number>();
  for (const { ID: id, Priority: priority } of rules) {
    if (id !== undefined && id !== "") {
      if (ids.has(id)) throw duplicateRuleId();
      ids.add(id);
    }
    if (priority !== undefined) {
      if (priorities.has(priority)) throw duplicatePriority(priority);
      priorities.add(priority);
    }
  }
}

/** KMS objects are opted in and the key for their replicas is named, both or neither. */
function checkEncryption(rule: ReplicationRule): void {
  const criteria = rule.SourceSelectionCriteria;
  if (criteria?.ReplicaModifications !== undefined) checkToggle(criteria.ReplicaModifications);
  const selection = criteria?.SseKmsEncryptedObjects;
  if (selection !== undefined) checkToggle(selection);
  const encryption = rule.Destination?.EncryptionConfiguration;
  if (encryption?.UseSourceMultiRegionKey !== undefined) {
    throw notImplemented("UseSourceMultiRegionKey of replication rules");
  }
  if (selection?.Status === "Enabled" && !encryption?.ReplicaKmsKeyID) throw kmsKeyMissing();
  if (encryption !== undefined && selection === undefined) throw kmsSelectionMissing();
}

function checkDestination(destination: Destination): void {
  if (destination.Bucket === undefined || !/^arn:[^:]+:s3:::[^/]+$/.test(destination.Bucket)) {
    throw invalidArgument("Bucket", destination.Bucket, "Invalid bucket ARN");
  }
  if (
    destination.StorageClass !== undefined &&
    !STORAGE_CLASSES.includes(destination.StorageClass)
  ) {
    throw malformedXml();
  }
  if (destination.Account === "") throw destinationAccountEmpty();
  const owner: string | undefined = destination.AccessControlTranslation?.Owner;
  if (destination.AccessControlTranslation !== undefined && owner !== "Destination") {
    throw malformedXml();
  }
  if (owner !== undefined && destination.Account === undefined) {
    throw accountMissingForOwnerOverride();
  }
}

/** Replication Time Control goes with metrics of the same status; metrics may go alone, then without a threshold. */
function checkReplicationTime(destination: Destination): void {
  const { ReplicationTime: time, Metrics: metrics } = destination;
  if (time !== undefined) {
    if (metrics === undefined) throw replicationTimeWithoutMetrics();
    if (time.Status === undefined) throw replicationValueMissing("ReplicationTime-Status");
    checkToggle(time);
    if (time.Time?.Minutes === undefined) {
      throw replicationValueMissing("ReplicationTime-ReplicationTimeValue");
    }
    if (time.Time.Minutes !== REPLICATION_TIME_MINUTES) {
      throw replicationMinutesInvalid("Replication-ReplicationTimeValue-Minutes");
    }
  }
  if (metrics === undefined) return;
  if (metrics.Status === undefined) throw replicationValueMissing("ReplicationMetrics-Status");
  checkToggle(metrics);
  const thresholdMinutes = metrics.EventThreshold?.Minutes;
  if (thresholdMinutes !== undefined && thresholdMinutes !== REPLICATION_TIME_MINUTES) {
    throw replicationMinutesInvalid("EventThreshold-ReplicationTimeValue-Minutes");
  }
  if (time === undefined) {
    if (thresholdMinutes !== undefined) throw metricsEventThresholdNotAllowed();
    return;
  }
  if (time.Status !== metrics.Status) throw replicationTimeStatusDiffers();
  if (time.Status === "Enabled" && thresholdMinutes === undefined) {
    throw metricsEventThresholdMissing();
  }
}
