/**
 * What a source bucket has already that S3 keeps in one document each: replication rules and notifications. Ours are added
 * to what is there; nothing of others is lost.
 *
 * The documents are read when the program runs. What someone else changes between that and the deployment is overwritten:
 * S3 has no conditional write for them.
 */

import type { Provider } from "@pulumi/aws/provider";
import * as s3 from "@pulumi/aws/s3";
import type { input, output } from "@pulumi/aws/types";

type Rule = input.s3.BucketReplicationConfigRule;
type FoundRule = output.s3.GetBucketReplicationConfigurationRule;

/** Replication as a bucket has it. */
export interface ExistingReplication {
  /** The one role of all rules. */
  roleArn: string;
  /** Rules that are not ours, in the form in which they are declared again. */
  otherRules: Rule[];
}

/** Notifications of others, as they are declared again. */
export interface ExistingNotifications {
  eventbridge: boolean;
  topics: input.s3.BucketNotificationTopic[];
  queues: input.s3.BucketNotificationQueue[];
  lambdaFunctions: input.s3.BucketNotificationLambdaFunction[];
}

export interface ExistingSource {
  /** Undefined when the bucket has no replication configuration. */
  replication?: ExistingReplication;
  notifications: ExistingNotifications;
}

/** By what our own rules are told from those of others. */
export interface OurRules {
  /** Names of our rules, those of the config and those of the last deployment. */
  names: readonly string[];
  /** ARNs of our vaults: a rule that fills one of them is ours, whatever it is called. */
  vaultBucketArns: readonly string[];
}

/** Notifications that we make have ids that begin so. */
export const NOTIFICATION_ID_PREFIX = "lockstep-";

/** @throws when the bucket cannot be read */
export async function findExistingSource(
  bucket: string,
  ours: OurRules,
  provider: Provider,
): Promise<ExistingSource> {
  const [replication, notifications] = await Promise.all([
    findReplication(bucket, ours, provider),
    s3.getBucketNotification({ bucket }, { provider }),
  ]);
  return {
    ...(replication === undefined ? {} : { replication }),
    notifications: withoutOurs(notifications),
  };
}

async function findReplication(
  bucket: string,
  ours: OurRules,
  provider: Provider,
): Promise<ExistingReplication | undefined> {
  try {
    const found = await s3.getBucketReplicationConfiguration({ bucket }, { provider });
    return {
      roleArn: found.role,
      otherRules: found.rules.filter((rule) => !isOurs(rule, ours)).map(declared),
    };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * The provider says by text alone that there is no such configuration: in its own words, or in S3's.
 * `couldn't find resource` and `empty result` are those of its finders, the third is S3's code.
 */
export function isAbsent(error: unknown): boolean {
  const text = error instanceof Error ? error.message : String(error);
  return /couldn't find resource|empty result|ReplicationConfigurationNotFoundError|NoSuchBucketPolicy|ObjectLockConfigurationNotFoundError/.test(
    text,
  );
}

function isOurs(rule: FoundRule, ours: OurRules): boolean {
  return (
    ours.names.includes(rule.id) ||
    rule.destinations.some(({ bucket }) => ours.vaultBucketArns.includes(bucket))
  );
}

/**
 * A rule as it was read, in the form in which it is declared. A rule of the first schema (`prefix`, no filter) becomes one of
 * the second, since S3 takes no mixture: it replicates delete markers, as the first schema always does.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html#replication-backward-compat-considerations
 */
export function declared(rule: FoundRule): Rule {
  const [filter] = rule.filters;
  const isFirstSchema = filter === undefined;
  const [markers] = rule.deleteMarkerReplications;
  const [criteria] = rule.sourceSelectionCriterias;
  return {
    id: rule.id,
    status: rule.status,
    priority: rule.priority,
    filter: isFirstSchema ? { prefix: rule.prefix } : declaredFilter(filter),
    deleteMarkerReplication: {
      status: markers?.status ?? (isFirstSchema ? "Enabled" : "Disabled"),
    },
    ...(criteria === undefined ? {} : { sourceSelectionCriteria: declaredCriteria(criteria) }),
    destination: declaredDestination(rule.destinations[0]),
  };
}

function declaredFilter({
  ands: [and],
  prefix,
  tags: [tag],
}: FoundRule["filters"][number]): NonNullable<Rule["filter"]> {
  if (and !== undefined) {
    const tags = Object.fromEntries(and.tags.map(({ key, value }) => [key, value]));
    return { and: { ...(and.prefix ? { prefix: and.prefix } : {}), tags } };
  }
  return tag === undefined ? { prefix } : { tag: { key: tag.key, value: tag.value } };
}

function declaredCriteria({
  replicaModifications: [modifications],
  sseKmsEncryptedObjects: [encrypted],
}: FoundRule["sourceSelectionCriterias"][number]): Rule["sourceSelectionCriteria"] {
  return {
    ...(modifications && { replicaModifications: { status: modifications.status } }),
    ...(encrypted && { sseKmsEncryptedObjects: { status: encrypted.status } }),
  };
}

function declaredDestination(found: FoundRule["destinations"][number] | undefined) {
  if (found === undefined) throw new Error("S3 answered a replication rule without a destination");
  const [translation] = found.accessControlTranslations;
  const [encryption] = found.encryptionConfigurations;
  const [metrics] = found.metrics;
  const [time] = found.replicationTimes;
  const thresholdMinutes = metrics?.eventThresholds[0]?.minutes;
  return {
    bucket: found.bucket,
    // The provider answers an empty text for what is not there.
    ...(found.account && { account: found.account }),
    ...(found.storageClass && { storageClass: found.storageClass }),
    ...(translation && { accessControlTranslation: { owner: translation.owner } }),
    ...(encryption && {
      encryptionConfiguration: { replicaKmsKeyId: encryption.replicaKmsKeyId },
    }),
    ...(metrics && {
      metrics: {
        status: metrics.status,
        ...(thresholdMinutes === undefined
          ? {}
          : { eventThreshold: { minutes: thresholdMinutes } }),
      },
    }),
    ...(time && {
      replicationTime: { status: time.status, time: { minutes: time.times[0]?.minutes ?? 15 } },
    }),
  };
}

function withoutOurs(found: s3.GetBucketNotificationResult): ExistingNotifications {
  const others = <Entry extends { id: string }>(entries: readonly Entry[]): Entry[] =>
    entries.filter(({ id }) => !id.startsWith(NOTIFICATION_ID_PREFIX));
  const filters = ({
    filterPrefix,
    filterSuffix,
  }: {
    filterPrefix: string;
    filterSuffix: string;
  }) => ({
    ...(filterPrefix && { filterPrefix }),
    ...(filterSuffix && { filterSuffix }),
  });
  return {
    eventbridge: found.eventbridge,
    topics: others(found.topics).map((entry) => ({
      id: entry.id,
      topicArn: entry.topicArn,
      events: entry.events,
      ...filters(entry),
    })),
    queues: others(found.queues).map((entry) => ({
      id: entry.id,
      queueArn: entry.queueArn,
      events: entry.events,
      ...filters(entry),
    })),
    lambdaFunctions: others(found.lambdaFunctions).map((entry) => ({
      id: entry.id,
      lambdaFunctionArn: entry.lambdaFunctionArn,
      events: entry.events,
      ...filters(entry),
    })),
  };
}
