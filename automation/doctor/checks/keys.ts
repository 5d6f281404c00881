/** Keys that cannot be used. Pure. */

import type { Fact, GuardFacts, KeyFacts } from "../../guard/facts";
import type { ReadStatement } from "../../guard/statement";
import { lets, type RoleNeed } from "../deny";
import { finding, type FindingFields, type FoundAt, isUnreadable, notChecked } from "../finding";

/** A key that versions of the source are under. */
export function judgeSourceKey(key: Fact<KeyFacts>, at: FoundAt): readonly FindingFields[] {
  if ("unreadable" in key) return [notChecked(at, "the source's key", key)];
  const { state } = key.value;
  if (state === "Enabled") return [];
  return [finding("source-key", at, `the source's key is ${state}`, enableKey(at, key.value))];
}

/**
 * A key that the source's bucket encrypts with, where the config names others: the replication role's policy has those alone.
 * @param named ARNs; none: any key of the account
 */
export function judgeUnnamedKey(
  keyArn: string,
  named: readonly string[],
  roleArn: string,
  at: FoundAt,
): readonly FindingFields[] {
  if (named.length === 0 || named.includes(keyArn)) return [];
  const what = `the source's bucket encrypts under ${keyArn}, which ${roleArn} may not use: the config names other keys`;
  const fix = `in lockstep:source: \`kmsKeyArns: ${JSON.stringify([...named, keyArn])}\`, then \`lockstep up\`; or give the bucket its former key back`;
  return [finding("source-key", at, what, fix)];
}

/**
 * Whether a key's policy lets the replication role read with it, by itself or by leaving it to the policies of the account.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function judgeSourceKeyPolicy(
  policy: Fact<readonly ReadStatement[]>,
  roleArn: string,
  at: FoundAt,
): readonly FindingFields[] {
  if ("unreadable" in policy) return [notChecked(at, "the policy of the source's key", policy)];
  const [, , , region = "", ownerAccountId = ""] = at.resource.split(":");
  const need: RoleNeed = {
    roleArn,
    action: "kms:Decrypt",
    resource: at.resource,
    ownerAccountId,
    region,
  };
  if (policy.value.some((statement) => lets(statement, need) !== "no")) return [];
  const what = `the policy of the source's key does not let ${roleArn} use kms:Decrypt, nor leaves it to its account's policies`;
  const patch = {
    Effect: "Allow",
    Principal: { AWS: roleArn },
    Action: "kms:Decrypt",
    Resource: "*",
  };
  return [finding("source-key", at, what, `add to it: ${JSON.stringify(patch)}`)];
}

/** A key of others that replicas are written under. */
export function judgeVaultKey(
  { facts }: Pick<NonNullable<GuardFacts["key"]>, "facts">,
  at: FoundAt,
): readonly FindingFields[] {
  if (isUnreadable(facts)) return [notChecked(at, "the vault's key", facts)];
  const { manager, state } = facts.value;
  if (manager === "AWS") {
    const fix =
      "in lockstep:vaults: `encryption: { kms: create }`, or the ARN of a customer managed key of the vault's account and Region";
    return [finding("key-aws-managed", at, "AWS manages the key (aws/s3)", fix)];
  }
  if (state === "Enabled") return [];
  return [finding("key-unusable", at, `the key is ${state}`, enableKey(at, facts.value))];
}

function enableKey({ resource }: FoundAt, { state }: KeyFacts): string {
  switch (state) {
    case "gone":
      return "name a key that is there; what was encrypted under this one is lost";
    case "PendingDeletion":
      return `aws kms cancel-key-deletion --key-id ${resource} && aws kms enable-key --key-id ${resource}`;
    default:
      return `aws kms enable-key --key-id ${resource}`;
  }
}
