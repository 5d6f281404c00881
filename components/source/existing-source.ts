/**
 * What a source bucket has already that S3 keeps in one document each: replication rules and notifications. Ours are added
 * to what is there; nothing of others is lost.
 *
 * The documents are read when the program runs. What someone else changes between that and the deployment is overwritten:
 * S3 has no conditional write for them.
 */

import type { Provider } from "@pulumi/aws/provider";
import * as s3 from "@pulumi/aws/s3";
import type { input } from "@pulumi/aws/types";
import { canonicalJson } from "../promise/canonical-json";
import type { RuleConfig } from "../config/types";
import { type ReplicationDestination, replicationRule } from "./declared-rules";
import {
  type DeclaredRule,
  declared,
  type FoundRule,
  freePriorities,
  isFirstSchema,
  lostMembers,
  mayHideMembers,
} from "./rules-of-others";

/** Replication as a bucket has it. */
export interface ExistingReplication {
  /** The one role of all rules. */
  roleArn: string;
  /** Rules that are not ours, in the form in which they are declared again. */
  otherRules: DeclaredRule[];
  /** What keeps rules of others from being declared again as they are, and ours from being added. */
  conflicts: RuleConflict[];
}

/** A rule of others that cannot stand beside ours as it is. */
export interface RuleConflict {
  /** Name of the rule of others. */
  id: string;
  /** Name of our rule that it gets in the way of, and which member of it; undefined when its own form is in the way. */
  ours?: { name: string; member: "name" | "priority" };
  /** What was expected and what was found, with the way out. */
  reason: string;
}

/** Notifications of others, as they are declared again. */
export interface ExistingNotifications {
  /** Whether all events go to EventBridge. */
  eventbridge: boolean;
  /** To SNS, as `@pulumi/aws` declares them. */
  topics: input.s3.BucketNotificationTopic[];
  /** To SQS, as `@pulumi/aws` declares them. */
  queues: input.s3.BucketNotificationQueue[];
  /** To Lambda, as `@pulumi/aws` declares them. */
  lambdaFunctions: input.s3.BucketNotificationLambdaFunction[];
}

/** What `findExistingSource` reads of a bucket: settings that S3 keeps as one, and that are shared with others. */
export interface ExistingSource {
  /** Undefined when the bucket has no replication configuration. */
  replication?: ExistingReplication;
  /** Those of others, which stay. */
  notifications: ExistingNotifications;
  /** Priorities of our rules in the last deployment, by name. */
  deployedPriorities?: ReadonlyMap<string, number>;
}

/** By what our own rules are told from those of others. */
export interface OurRules {
  /** The last deployment's rules for this bucket, as the stack's outputs tell them. They are ours, whatever became of them. */
  deployed: readonly { name: string; priority: number }[];
  /** What the config asks for. */
  wanted: readonly { rule: RuleConfig; destination: ReplicationDestination }[];
}

/**
 * Reads the rules of a bucket in S3's own names, with all that they say: `@pulumi/aws` answers only what it has a property for.
 * @returns undefined when the bucket has none
 */
export type ReadReplicationRules = (bucket: string) => Promise<
  | readonly {
      /** The rule's name. */
      ID?: string | undefined;
    }[]
  | undefined
>;

/** Notifications that we make have ids that begin so. */
export const NOTIFICATION_ID_PREFIX = "lockstep-";

/**
 * @param readRules without it, a rule of others that may say more than the provider answers is a conflict
 * @throws when the bucket cannot be read
 */
export async function findExistingSource(
  bucket: string,
  ours: OurRules,
  provider: Provider,
  readRules?: ReadReplicationRules,
): Promise<ExistingSource> {
  const [replication, notifications] = await Promise.all([
    findReplication(bucket, ours, provider, readRules),
    s3.getBucketNotification({ bucket }, { provider }),
  ]);
  return {
    ...(replication === undefined ? {} : { replication }),
    notifications: withoutOurs(notifications),
    deployedPriorities: new Map(ours.deployed.map(({ name, priority }) => [name, priority])),
  };
}

async function findReplication(
  bucket: string,
  ours: OurRules,
  provider: Provider,
  readRules: ReadReplicationRules | undefined,
): Promise<ExistingReplication | undefined> {
  let found: s3.GetBucketReplicationConfigurationResult;
  try {
    found = await s3.getBucketReplicationConfiguration({ bucket }, { provider });
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
  const others = found.rules.filter((rule) => !isOurs(rule, ours));
  return {
    roleArn: found.role,
    otherRules: declaredAgain(others, ours),
    conflicts: [
      ...clashes(others, ours),
      ...(others.length === 0 ? [] : await inexpressible(bucket, others, readRules)),
    ],
  };
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

/**
 * A rule is ours when the last deployment's outputs have it, or when it says just what ours would say: then nothing is lost by
 * writing it again. That is what a first deployment leaves that did not come to its end, and `pulumi destroy` beside rules of
 * others. Any other rule is another team's, though it has our rule's name or fills our vault: it stays, or stops the deployment.
 */
function isOurs(found: FoundRule, { deployed, wanted }: OurRules): boolean {
  return (
    deployed.some(({ name }) => name === found.id) ||
    wanted.some(
      ({ destination, rule }) => rule.name === found.id && isSame(found, rule, destination),
    )
  );
}

/** But for a priority that the config leaves out, and for the key of a vault, which is known only once it is made. */
function isSame(found: FoundRule, rule: RuleConfig, destination: ReplicationDestination): boolean {
  const comparable = (declaredRule: DeclaredRule): string => {
    const { destination: to, priority, ...rest } = declaredRule;
    const { encryptionConfiguration, ...place } = to as Exclude<typeof to, Promise<unknown>> & {
      encryptionConfiguration?: unknown;
    };
    return canonicalJson({
      ...rest,
      ...(rule.hasDefaultPriority === true ? {} : { priority }),
      destination: place,
      isEncrypted: encryptionConfiguration !== undefined,
    });
  };
  return comparable(declared(found)) === comparable(replicationRule(rule, destination));
}

/** Rules of the first schema get priorities, which it does not have: the lowest that nobody uses. */
function declaredAgain(
  others: readonly FoundRule[],
  { deployed, wanted }: OurRules,
): DeclaredRule[] {
  const free = freePriorities([
    ...others.filter((rule) => !isFirstSchema(rule)).map(({ priority }) => priority),
    ...deployed.map(({ priority }) => priority),
    ...wanted
      .filter(({ rule }) => rule.hasDefaultPriority !== true)
      .map(({ rule }) => rule.priority),
  ]);
  return others.map((rule) =>
    isFirstSchema(rule) ? declared(rule, free.next().value) : declared(rule),
  );
}

/** Names and priorities that rules of others have already. */
function clashes(others: readonly FoundRule[], { wanted }: OurRules): RuleConflict[] {
  return others.flatMap((other) => {
    const { destinations, id, priority } = other;
    const conflicts: RuleConflict[] = [];
    for (const { rule } of wanted) {
      const { hasDefaultPriority, name } = rule;
      if (name === id) {
        conflicts.push({
          id,
          ours: { name, member: "name" },
          reason:
            `expected a name that no rule of others has, got "${name}", which a rule to ${destinations[0]?.bucket} has that is ` +
            "not of this stack's last deployment; rename yours. If it was left by a run of this stack, take it out of the bucket's " +
            "replication configuration",
        });
      }
      if (hasDefaultPriority === true || isFirstSchema(other) || priority !== rule.priority)
        continue;
      conflicts.push({
        id,
        ours: { name, member: "priority" },
        reason:
          `expected a priority that no rule of the bucket has, got ${priority}, which its rule "${id}" has; ` +
          "change it (larger wins among rules to one bucket), or leave it out",
      });
    }
    return conflicts;
  });
}

/** Rules that would lose something. The bucket has one configuration: who adds a rule writes all of them again. */
async function inexpressible(
  bucket: string,
  others: readonly FoundRule[],
  readRules: ReadReplicationRules | undefined,
): Promise<RuleConflict[]> {
  if (readRules === undefined) {
    return others.filter(mayHideMembers).map(({ id }) => ({
      id,
      reason:
        `expected rules of which @pulumi/aws shows everything, got "${id}", whose filter may have a Not that it does not show; ` +
        "deploy with `lockstep up` or `pulumi up` on Lockstep's program, or give findExistingSource a readRules",
    }));
  }
  const live = (await readRules(bucket)) ?? [];
  return others.flatMap(({ id }) => {
    const rule = live.find(({ ID }) => ID === id);
    const lost = rule === undefined ? [] : lostMembers(rule);
    if (lost.length === 0) return [];
    return [
      {
        id,
        reason:
          `expected rules that @pulumi/aws can write again, got "${id}" with ${lost.join(", ")}, which it has no property for; ` +
          "adding our rules would take that away from it. Have its owner write the rule without it, or take a source bucket of its own",
      },
    ];
  });
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
