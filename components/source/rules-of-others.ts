/**
 * Replication rules of others, in the form in which they are declared again beside ours: with everything that they say, and
 * with priorities that S3 takes.
 */

import type { input, output } from "@pulumi/aws/types";
import type { RuleConfig } from "../config/types";

export type DeclaredRule = input.s3.BucketReplicationConfigRule;
export type FoundRule = output.s3.GetBucketReplicationConfigurationRule;

/** A rule of the first schema has no filter, and no priority. */
export const isFirstSchema = ({ filters }: FoundRule): boolean => filters.length === 0;

/**
 * A rule as it was read, in the form in which it is declared. A rule of the first schema (`prefix`, no filter) becomes one of
 * the second, since S3 takes no mixture: it replicates delete markers, as the first schema always does.
 * @param priority of a rule of the first schema, which has none
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html#replication-backward-compat-considerations
 */
export function declared(rule: FoundRule, priority = rule.priority): DeclaredRule {
  const [filter] = rule.filters;
  const [markers] = rule.deleteMarkerReplications;
  const [existing] = rule.existingObjectReplications ?? [];
  const [criteria] = rule.sourceSelectionCriterias;
  return {
    id: rule.id,
    status: rule.status,
    priority,
    filter: filter === undefined ? { prefix: rule.prefix ?? "" } : declaredFilter(filter),
    deleteMarkerReplication: {
      status: markers?.status ?? (filter === undefined ? "Enabled" : "Disabled"),
    },
    ...(existing && { existingObjectReplication: { status: existing.status } }),
    ...(criteria && { sourceSelectionCriteria: declaredCriteria(criteria) }),
    destination: declaredDestination(rule.destinations[0]),
  };
}

function declaredFilter({
  ands: [and],
  prefix,
  tags: [tag],
}: FoundRule["filters"][number]): NonNullable<DeclaredRule["filter"]> {
  if (and !== undefined) {
    const tags = Object.fromEntries(and.tags.map(({ key, value }) => [key, value]));
    return { and: { ...(and.prefix ? { prefix: and.prefix } : {}), tags } };
  }
  return tag === undefined ? { prefix: prefix ?? "" } : { tag: { key: tag.key, value: tag.value } };
}

function declaredCriteria({
  replicaModifications: [modifications],
  sseKmsEncryptedObjects: [encrypted],
}: FoundRule["sourceSelectionCriterias"][number]): DeclaredRule["sourceSelectionCriteria"] {
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

/** Members of a rule, in S3's own names. */
type Members = { readonly [member: string]: true | Members };

const STATUS: Members = { Status: true };
const MINUTES: Members = { Minutes: true };
const TAG: Members = { Key: true, Value: true };

/** What `aws.s3.BucketReplicationConfig` has a property for (7.48), and `declared` a line. */
const EXPRESSIBLE: Members = {
  ID: true,
  Status: true,
  Priority: true,
  Prefix: true,
  Filter: { Prefix: true, Tag: TAG, And: { Prefix: true, Tags: TAG } },
  DeleteMarkerReplication: STATUS,
  ExistingObjectReplication: STATUS,
  SourceSelectionCriteria: { SseKmsEncryptedObjects: STATUS, ReplicaModifications: STATUS },
  Destination: {
    Bucket: true,
    Account: true,
    StorageClass: true,
    AccessControlTranslation: { Owner: true },
    EncryptionConfiguration: { ReplicaKmsKeyID: true },
    ReplicationTime: { ...STATUS, Time: MINUTES },
    Metrics: { ...STATUS, EventThreshold: MINUTES },
  },
};

/**
 * The members of a live rule that would be lost if it were declared again, such as `Filter.Not`: without it, what its owners
 * exclude would be replicated. Pure.
 * @param rule in S3's own names, as an AWS SDK answers it
 */
export function lostMembers(rule: object, known: Members = EXPRESSIBLE, path = ""): string[] {
  return Object.entries(rule).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return [];
    const at = path === "" ? name : `${path}.${name}`;
    const members = known[name];
    if (members === undefined) return [at];
    if (members === true) return [];
    return [value].flat().flatMap((part) => lostMembers(part as object, members, at));
  });
}

/**
 * Whether a rule as the provider answers it may say more than is seen: a filter of which nothing is seen may be the empty one
 * or `Not`, and one with `And` may have a `Not` in it.
 */
export function mayHideMembers({ filters: [filter] }: FoundRule): boolean {
  if (filter === undefined) return false;
  return filter.ands.length > 0 || (!filter.prefix && filter.tags.length === 0);
}

/** The lowest numbers from 1 on that are not taken. */
export function* freePriorities(taken: Iterable<number | undefined>): Generator<number, never> {
  const used = new Set(taken);
  for (let priority = 1; ; priority += 1) if (!used.has(priority)) yield priority;
}

/**
 * Our rules with the priorities that they are declared with. One that is left out is that of the last deployment, else the
 * lowest that is free beside rules of others: S3 takes each once.
 * @param deployed priorities of the last deployment, by the rule's name
 */
export function withFreePriorities(
  rules: readonly RuleConfig[],
  others: readonly number[],
  deployed: ReadonlyMap<string, number> = new Map(),
): RuleConfig[] {
  const said = rules.filter(({ hasDefaultPriority }) => hasDefaultPriority !== true);
  const used = new Set([...others, ...said.map(({ priority }) => priority)]);
  const kept = new Map<string, number>();
  for (const { hasDefaultPriority, name } of rules) {
    const before = deployed.get(name);
    if (hasDefaultPriority !== true || before === undefined || used.has(before)) continue;
    kept.set(name, before);
    used.add(before);
  }
  const free = freePriorities(used);
  return rules.map((rule) =>
    rule.hasDefaultPriority === true
      ? { ...rule, priority: kept.get(rule.name) ?? free.next().value }
      : rule,
  );
}
