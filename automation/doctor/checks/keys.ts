/** Keys that cannot be used. Pure. */

import type { Fact, GuardFacts, KeyFacts } from "../../guard/facts";
import { finding, type FindingFields, type FoundAt, isUnreadable, notChecked } from "../finding";

/** A key that versions of the source are under. */
export function judgeSourceKey(key: Fact<KeyFacts>, at: FoundAt): readonly FindingFields[] {
  if ("unreadable" in key) return [notChecked(at, "the source's key", key)];
  const { state } = key.value;
  if (state === "Enabled") return [];
  return [finding("source-key", at, `the source's key is ${state}`, enableKey(at, key.value))];
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
