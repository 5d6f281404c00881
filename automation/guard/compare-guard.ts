/** Holds the live protections of a vault against those that were deployed. Pure. */

import { bucketArn, partitionOf } from "../../components/config/values";
import type { GuardLoss } from "../judge/outcome";
import { compareBucket, type GuardedBucket } from "./compare-bucket";
import { compareInventory } from "./compare-inventory";
import { compareKey } from "./compare-key";
import { compareJobRoles } from "./compare-job-roles";
import type { GuardFacts } from "./facts";
import type { GuardedVault } from "./guarded-vault";
import { deniedActions, Losses } from "./losses";
import { ALLOWS, ALLOWS_BESIDE } from "./what-it-allows";

/**
 * Everything that is not as deployed, at the vault and at the operations bucket beside it.
 * @param callerRoleArn the role that the vault account's credentials are of; a break-glass role may restore everything
 */
export function compareGuard(
  vault: GuardedVault,
  facts: GuardFacts,
  callerRoleArn?: string,
): readonly GuardLoss[] {
  const { breakGlassRoleArn } = vault.guard;
  const losses = new Losses({
    vault: vault.name,
    bucketArn: vault.bucketArn,
    prefix: "",
    allows: ALLOWS,
    denied: deniedActions(breakGlassRoleArn, [facts.policy, facts.key?.policy], callerRoleArn),
  });
  compareBucket(vaultBucket(vault), facts, losses);
  compareKey(vault, facts, losses);
  compareJobRoles(vault, facts, losses);
  compareInventory(vault, facts, losses);
  return [...losses.found, ...compareOperations(vault, facts, callerRoleArn)];
}

function vaultBucket({ guard, kmsKeyArn, lock }: GuardedVault): GuardedBucket {
  return {
    isBeside: false,
    existing: guard.existing,
    isChained: guard.isChained,
    policyStatements: guard.policyStatements,
    retention: { mode: lock.mode, days: lock.retentionDays },
    kmsKeyArn,
    // What earlier versions deployed without a word on the rules of an adopted bucket is left as it is.
    lifecycleRules: guard.existing ? guard.lifecycleRules : [],
  };
}

function compareOperations(
  { guard, kmsKeyArn, name, operationsBucketName, region }: GuardedVault,
  { operations }: GuardFacts,
  callerRoleArn: string | undefined,
): readonly GuardLoss[] {
  const { breakGlassRoleArn, operationsPolicyStatements } = guard;
  if (operations === undefined || operationsPolicyStatements === undefined) return [];
  const losses = new Losses({
    vault: name,
    bucketArn: bucketArn(partitionOf(region), operationsBucketName ?? ""),
    prefix: OPERATIONS_PREFIX,
    allows: ALLOWS_BESIDE,
    denied: deniedActions(breakGlassRoleArn, [operations.policy], callerRoleArn),
  });
  const bucket: GuardedBucket = {
    isBeside: true,
    // We made it beside an adopted vault, too.
    existing: false,
    isChained: false,
    policyStatements: operationsPolicyStatements,
    // AWS delivers no report into a bucket that has one.
    retention: undefined,
    kmsKeyArn,
    lifecycleRules: [],
  };
  compareBucket(bucket, operations, losses);
  return losses.found;
}

/** What begins the name of each protection of the operations bucket beside a vault. */
export const OPERATIONS_PREFIX = "operations-";
