/**
 * Why a canary was refused. S3 tells the code in one place alone, the event `s3:Replication:OperationFailedReplication`, which
 * nobody can ask for afterwards; so the cause is looked for among what the doctor has found, and what is left is a policy that
 * cannot be looked at. Pure.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics-events.html
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */

import { hasMetrics } from "../../../components/config/rule";
import type { VaultOutputs } from "../../../components/promise/outputs";
import type { DeployedPromise } from "../../promise/deployed-promise";
import { finding, type FindingFields, type FoundAt } from "../finding";
import type { FindingId } from "../kinds";

/** Kinds that keep replication out by themselves. */
const CAUSES: ReadonlySet<FindingId> = new Set<FindingId>([
  "dead-principal",
  "key-aws-managed",
  "key-policy",
  "key-unusable",
  "organization-denies",
  "owner-override",
  "perimeter",
  "perimeter-maybe",
  "role-changed",
  "role-missing",
  "role-right",
  "role-trust",
  "rule-drift",
  "rule-of-others",
  "rule-replica-key",
  "rules-role",
  "source-key",
  "source-lock-weaker",
  "vault-bucket",
  "vault-bucket-policy",
  "vault-encryption",
  "vault-key",
  "vault-key-policy",
  "vault-object-lock",
  "vault-request-payment",
  "vault-versioning",
]);

/** What is known beside a canary that was refused. */
export interface RefusalFacts {
  readonly promise: DeployedPromise;
  readonly vault: VaultOutputs;
  /** Names of the rules that took it. */
  readonly rules: readonly string[];
  /** All that the doctor has found before. */
  readonly found: readonly FindingFields[];
  /** Topics that are told of failed replication. */
  readonly topicArns: readonly string[];
}

/** @param what names the canary, and that it was refused */
export function refusedCanary(what: string, facts: RefusalFacts): FindingFields {
  const { found, promise, vault } = facts;
  const at: FoundAt = { account: vault.accountId, resource: vault.bucketArn };
  const near = found.filter(({ resource }) => isNear(resource, promise, vault));
  const causes = near.filter(({ id }) => CAUSES.has(id));
  const told = codeIsTold(facts);
  if (causes.length > 0) {
    const names = [...new Set(causes.map(({ id, resource }) => `${id} of ${resource}`))];
    const text = `${what}: the likely cause is ${names.join(" or ")}, which was found beside it. ${told}`;
    return finding("canary-failed", at, text, `what stands with ${[...ids(causes)].join(", ")}`);
  }
  const role = promise.source.replicationRoleArn;
  const sourceAccount = promise.source.accountId;
  const unread = near.filter(({ id }) => id === "not-checked");
  const isSimulated = !unread.some(({ resource }) => resource === role);
  const policies = [
    `a resource control policy over account ${vault.accountId} (its bucket or its key)`,
    `or over account ${sourceAccount} (the source and its key)`,
    ...(isSimulated
      ? []
      : [`or a service control policy over account ${sourceAccount}, which was not simulated`]),
  ].join(", ");
  const others = unread.filter(({ resource }) => resource !== role);
  const notRead =
    others.length === 0
      ? "every policy that can be read lets the role in"
      : `every policy that could be read lets the role in (not read: ${[...new Set(others.map(({ resource }) => resource))].join(", ")})`;
  const text =
    `${what}, though ${notRead}${isSimulated ? " and so does IAM's policy simulator, which knows service control policies and boundaries" : ""}. ` +
    `The likely cause is what nothing of AWS tells: ${policies}. ` +
    `Policies of VPC endpoints are none: S3 works from its own network. ${told}`;
  const exception = JSON.stringify({ Condition: { ArnNotLike: { "aws:PrincipalArn": [role] } } });
  const fix = `have whoever manages the organization add to each Deny in those policies that may hit it: ${exception}; \`lockstep policies\` writes policies that have it`;
  return finding("canary-refused", at, text, fix);
}

function isNear(resource: string, { rules, source }: DeployedPromise, vault: VaultOutputs) {
  const keys = [vault.kmsKeyArn, ...rules.map(({ replicaKmsKeyId }) => replicaKmsKeyId)];
  const names = [
    source.bucketArn,
    source.bucketName,
    source.replicationRoleArn,
    vault.bucketArn,
    vault.bucketName,
    ...keys,
  ];
  // Keys of the source are in no output.
  const isSourceKey = resource.includes(`:kms:${source.region}:${source.accountId}:`);
  return isSourceKey || names.includes(resource);
}

function ids(found: readonly FindingFields[]): ReadonlySet<string> {
  return new Set(found.map(({ id }) => id));
}

/** Where the failure code is to be had. */
function codeIsTold({ promise, rules, topicArns }: RefusalFacts): string {
  const event = "the event s3:Replication:OperationFailedReplication";
  const measured = promise.rules.filter((rule) => rules.includes(rule.name) && hasMetrics(rule));
  // S3 notifies topics of the bucket's own Region.
  const topicArn = topicArns.find((arn) => arn.split(":")[3] === promise.source.region);
  if (topicArn !== undefined && measured.length > 0) {
    return `Its failure code (\`*NotPermitted\` or another) is in ${event}, which went to ${topicArn}`;
  }
  return `Its failure code is in ${event} alone, which nobody is told: set lockstep:monitoring, and metrics of the rule`;
}
