/** What a first `up` does at one source or vault, of what the operators' table lets it do. Pure. */

import type { LockstepConfig } from "../../components/config/types";
import { type OperatorFacts, operatorFacts } from "./operator-facts";
import { OPERATOR_ROWS } from "./operator-policies";

/** Actions on one resource. */
export interface OperatorNeed {
  readonly resource: string;
  readonly actions: readonly string[];
}

/**
 * What every first `up` does, whatever the config: without it something is made by halves. Everything else is read, or depends on
 * options and on the provider.
 */
const SURE_ACTIONS: ReadonlySet<string> = new Set([
  "cloudformation:CreateResource",
  "cloudwatch:PutMetricAlarm",
  "events:PutRule",
  "events:PutTargets",
  "iam:CreateRole",
  "iam:PassRole",
  "iam:PutRolePolicy",
  "kms:CreateKey",
  "s3:CreateBucket",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketVersioning",
  "s3:PutObject",
  "s3:PutReplicationConfiguration",
  "sns:CreateTopic",
]);

/** Whether a first `up` does an action for sure, where it is among its needs. */
export function isSure(action: string): boolean {
  return SURE_ACTIONS.has(action);
}

/** What only changes or takes away what is there. */
const ONLY_LATER = /:(Delete|Detach|PutRolePermissionsBoundary|Unsubscribe|Untag|Update)/;

/** Of a source bucket that was there before. */
const ON_EXISTING_SOURCE = [
  "s3:PutBucketNotification",
  "s3:PutBucketVersioning",
  "s3:PutInventoryConfiguration",
  "s3:PutReplicationConfiguration",
];

/** @param bucketArn of the source or vault */
export function firstUpNeeds(
  config: LockstepConfig,
  side: OperatorFacts["side"],
  bucketArn: string,
  region: string,
): readonly OperatorNeed[] {
  const facts = operatorFacts(config).find(
    (one) => one.side === side && one.bucketArn === bucketArn,
  );
  if (facts === undefined) return [];
  const actionsOf = new Map<string, Set<string>>();
  for (const row of OPERATOR_ROWS) {
    if (row.side !== side || row.isRestoring === true) continue;
    for (const resource of row.resources(facts)) {
      const wanted = (row.actions.up ?? []).filter(
        (action) => !ONLY_LATER.test(action) && isDoneAt(resource, action, facts),
      );
      const example = exampleOf(resource, region);
      actionsOf.set(example, new Set([...(actionsOf.get(example) ?? []), ...wanted]));
    }
  }
  return [...actionsOf]
    .map(([resource, actions]) => ({ resource, actions: [...actions].sort() }))
    .filter(({ actions }) => actions.length > 0);
}

/** A statement names resources of several kinds, and not every action is done at each. */
function isDoneAt(resource: string, action: string, facts: OperatorFacts): boolean {
  if (resource.includes(":alias/")) return action.endsWith("Alias");
  if (resource === facts.operationsArn) {
    return !/:Put(BucketNotification|ReplicationConfiguration)$/.test(action);
  }
  if (resource !== facts.bucketArn || /:(Get|List)/.test(action)) return true;
  // A source's own policy is its owner's.
  if (facts.side === "source" && action === "s3:PutBucketPolicy") return false;
  if (facts.makesBucket) return true;
  return facts.side === "source"
    ? ON_EXISTING_SOURCE.includes(action)
    : action !== "s3:CreateBucket";
}

const ANY_KEY_ID = "00000000-0000-0000-0000-000000000000";

/** The simulator takes a resource for what it is: one that stands for those of a pattern. */
function exampleOf(pattern: string, region: string): string {
  if (pattern === "*") return pattern;
  const [arn, partition, service, ofRegion = "", ...rest] = pattern.split(":");
  const name = rest.join(":").replace("key/*", `key/${ANY_KEY_ID}`).replaceAll("*", "example");
  return [arn, partition, service, ofRegion === "*" ? region : ofRegion, name].join(":");
}
