/** What a bucket that is to be adopted as a vault has, and what it lacks. */

import type { Provider as VaultProvider } from "@pulumi/aws-native/provider";
import * as native from "@pulumi/aws-native/s3";
import type { Provider as AttachProvider } from "@pulumi/aws/provider";
import * as s3 from "@pulumi/aws/s3";
import { vaultOperationsBucketName } from "../derived-names";
import { isAbsent } from "../source/existing-source";
import { type BucketFacts, bucketProblems } from "./guarantees";
import { type CloudFormationRule, takingRules } from "./lifecycle-rules";
import type { LifecycleRuleOutputs, LockMode } from "../promise/outputs";
import { isOurVaultSid } from "../policy-documents";
import type { PolicyDocument, PolicyStatement } from "../policy-documents/policy-document";

/** What `findExistingVault` reads of a bucket that is to be a vault. */
export interface ExistingVault {
  /** Protections that the bucket lacks and is given, in words. Empty: it is a vault already. */
  missing: string[];
  /** What stands against adopting it: a protection of its own that would be weakened. */
  conflicts: string[];
  /** Statements of the bucket's policy that are not ours. They stay. */
  otherStatements: PolicyStatement[];
  /** Of the bucket beside it, when that is there: the vault was one of Lockstep's before, under another name or in another stack. */
  operationsBucketName?: string | undefined;
  /** Lifecycle rules of the bucket that take versions away. They stay. */
  lifecycleRules: LifecycleRuleOutputs[];
}

/** @throws when the bucket is not there or cannot be read */
export async function findExistingVault(
  bucket: string,
  wanted: { lock: { mode: LockMode; retentionDays: number }; policy: PolicyDocument },
  providers: { vault: VaultProvider; attach: AttachProvider },
): Promise<ExistingVault> {
  const { lock, policy } = wanted;
  const operationsBucketName = vaultOperationsBucketName(bucket);
  const [facts, statements, hasOperationsBucket] = await Promise.all([
    native.getBucket({ bucketName: bucket }, { provider: providers.vault }),
    findStatements(bucket, providers.attach),
    isThere(operationsBucketName, providers.attach),
  ]);
  return {
    missing: [
      ...bucketProblems(facts, lock).map(({ path, reason }) => `${path}: ${reason}`),
      ...policy.Statement.filter((ours) => !statements.some(({ Sid }) => Sid === ours.Sid)).map(
        ({ Sid }) => `bucket policy: expected the statement ${Sid}, got none`,
      ),
    ],
    conflicts: conflictsOf(facts, lock),
    otherStatements: statements.filter(({ Sid }) => !isOurVaultSid(Sid)),
    ...(hasOperationsBucket ? { operationsBucketName } : {}),
    lifecycleRules: takingRules(
      (facts.lifecycleConfiguration?.rules ?? []) as readonly CloudFormationRule[],
    ),
  };
}

async function isThere(bucket: string, provider: AttachProvider): Promise<boolean> {
  try {
    await s3.getBucket({ bucket }, { provider });
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

/** A default retention that is stricter than the config's is not weakened. Pure. */
function conflictsOf(
  { objectLockConfiguration }: BucketFacts,
  lock: { mode: LockMode; retentionDays: number },
): string[] {
  const found = (
    objectLockConfiguration as
      { rule?: { defaultRetention?: { mode?: string; days?: number; years?: number } } } | undefined
  )?.rule?.defaultRetention;
  if (found === undefined) return [];
  const days = found.days ?? (found.years ?? 0) * 365;
  const conflicts: string[] = [];
  if (found.mode === "COMPLIANCE" && lock.mode !== "COMPLIANCE") {
    conflicts.push("its default retention is in mode COMPLIANCE; choose stage compliance");
  }
  if (days > lock.retentionDays) {
    conflicts.push(
      `its default retention is ${days} days, the config's ${lock.retentionDays}; say as much or more`,
    );
  }
  return conflicts;
}

async function findStatements(
  bucket: string,
  provider: AttachProvider,
): Promise<PolicyStatement[]> {
  try {
    const { policy } = await s3.getBucketPolicy({ bucket }, { provider });
    if (policy === "") return [];
    const { Statement: statements } = JSON.parse(policy) as {
      Statement: PolicyStatement | PolicyStatement[];
    };
    return Array.isArray(statements) ? statements : [statements];
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
