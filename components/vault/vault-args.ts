/** What a vault is told, whether it is made or adopted, and what is wrong with it. */

import * as pulumi from "@pulumi/pulumi";
import type { LockStage } from "../config/types";
import {
  bucketNameProblem,
  complianceAcknowledgement,
  DEFAULT_MAXIMUM_RETENTION_DAYS,
  isAccountId,
  isRegion,
  MAX_RETENTION_DAYS,
  parseKeyArn,
  parseRoleArn,
  partitionProblem,
} from "../config/values";
import type { LockMode } from "../promise/outputs";
import { ArgumentProblems } from "../validation";
import { lockOf } from "./lock-of";

/** How a vault locks. Plain values: what is locked, and for how long, is never computed from another resource. */
export interface VaultLockArgs {
  /**
   * `pilot` is GOVERNANCE for one day, `governance` and `compliance` are Object Lock's modes of that name.
   *
   * Going up a stage, or to a longer retention, holds for versions that arrive afterwards. A version under `compliance`
   * can be deleted by nobody before its date.
   */
  stage: LockStage;
  /**
   * Whole days, 1 to 36500. `pilot` takes 1 only.
   * @default 1 for `pilot`; the other stages have none, so that nobody locks for a period they did not say
   */
  retentionDays?: number;
  /**
   * Replicas that come locked for longer are refused, and nobody extends a lock beyond it: to keep something longer, raise it
   * first. Whole days, not less than the retention.
   * @default 3650, or the retention where that is longer
   */
  maximumRetentionDays?: number;
  /**
   * Replicas that come locked for less are refused, and so have no copy at all. Whole days, not more than the retention.
   * @default none: they are accepted, and named by `verify`
   */
  minimumRetentionDays?: number;
  /**
   * Needed for `compliance` alone, exactly `<bucket>: COMPLIANCE for <days> days`: what nobody can undo is said twice.
   */
  acknowledgement?: string;
}

/** What `Vault` is given. */
export interface VaultArgs {
  /** The account that owns the vault, which the provider works in. An account apart from the source's is what keeps a copy
   * safe from whoever takes over the source; the same one is allowed. */
  accountId: string;
  /** AWS Region of the bucket, which the provider works in. */
  region: string;
  /** Changing it makes another vault; the old one is kept. */
  bucketName: pulumi.Input<string>;
  /** How long replicas are locked, and how hard. */
  lock: VaultLockArgs;
  /**
   * `create`: a KMS key of the vault's own. An ARN: a key of the vault's account and Region. `none`: S3's own keys, which
   * nobody can delete; versions that are under KMS at the source are not replicated then.
   * @default "none", since Object Lock does not protect against the deletion of a key
   */
  kms?: "create" | "none" | string;
  /** Of the bucket and the key that are made. An adopted bucket keeps its own. @default none */
  tags?: Record<string, string>;
  /** The roles that replicate into the vault, one for each source bucket. They need not exist yet. At least one. */
  replicationRoleArns: pulumi.Input<string>[];
  /**
   * The one role that may still change how the vault is guarded, and delete versions whose retention is over. It need not
   * exist yet. Whoever deploys changes of the vault has to be this role.
   * @default none: the vault's configuration is not locked down
   */
  breakGlassRoleArn?: string;
  /**
   * Whether a role of the account may extend locks by jobs (`RelockRole`), and bypass GOVERNANCE where the stage is `compliance`.
   * @default false: nobody may bypass, and locks are not extended
   */
  relock?: boolean;
  /**
   * Whether a role of the account may read the vault for checksums by jobs (`ChecksumRole`).
   * @default false: no role of ours may read what is in it
   */
  checksums?: boolean;
  /** Whether S3 may deliver inventories of the vault into the operations bucket beside it. @default false */
  inventory?: boolean;
  /** Whether delete markers are let in. @default false */
  deleteMarkers?: boolean;
  /** Whether replication may hand over the ownership of replicas. @default false */
  ownerOverride?: boolean;
  /** Whether the vault is the source of a further vault. @default false */
  isChained?: boolean;
}

/** What a vault locks for by itself, and which locks it lets in. */
export type VaultLock = { mode: LockMode; retentionDays: number } & RetentionLimits;

export function vaultLockOf(lock: VaultLockArgs): VaultLock {
  return { ...lockOf(lock), ...retentionLimitsOf(lock) };
}

/** The arguments that may be known only later, judged. */
export interface CheckedVault {
  bucketName: pulumi.Output<string>;
  replicationRoleArns: pulumi.Output<string[]>;
}

/** Which retention of their own replicas may come with. */
export interface RetentionLimits {
  /** Replicas that come locked for longer are refused. Whole days. */
  maximumRetentionDays: number;
  /** Replicas that come locked for less are refused. Whole days. Absent: they are accepted. */
  minimumRetentionDays?: number;
}

/** @param sourceRetentionDays default retention of the buckets that send to the vault: what they lock for is let in */
export function retentionLimitsOf(
  lock: VaultLockArgs,
  sourceRetentionDays: readonly number[] = [],
): RetentionLimits {
  const { maximumRetentionDays, minimumRetentionDays } = lock;
  return {
    maximumRetentionDays:
      maximumRetentionDays ??
      Math.max(DEFAULT_MAXIMUM_RETENTION_DAYS, lockOf(lock).retentionDays, ...sourceRetentionDays),
    ...(minimumRetentionDays === undefined ? {} : { minimumRetentionDays }),
  };
}

/** @throws ArgumentsError with everything that is wrong. */
export function checkVaultArgs(component: string, name: string, args: VaultArgs): CheckedVault {
  const problems = new ArgumentProblems(component, name);
  const { accountId, region } = args;
  if (!isAccountId(accountId))
    problems.add("accountId", `expected twelve digits, got "${accountId}"`);
  if (!isRegion(region)) problems.add("region", `expected a Region, got "${region}"`);
  const lockProblem = lockProblemOf(args.lock);
  if (lockProblem !== undefined) problems.add(lockProblem.path, lockProblem.reason);
  else for (const { path, reason } of limitProblemsOf(args.lock)) problems.add(path, reason);
  const breakGlassProblem = breakGlassProblemOf(args);
  if (breakGlassProblem !== undefined) problems.add("breakGlassRoleArn", breakGlassProblem);
  if (args.replicationRoleArns.length === 0) {
    problems.add("replicationRoleArns", "expected at least one role");
  }
  const keyProblem = keyProblemOf(args);
  if (keyProblem !== undefined) problems.add("kms", keyProblem);
  const bucketName = problems.judge("bucketName", args.bucketName, bucketNameProblem);
  const checked = {
    bucketName:
      lockProblem === undefined ? judgeAcknowledgement(args, problems, bucketName) : bucketName,
    replicationRoleArns: pulumi.all(
      args.replicationRoleArns.map((input, index) =>
        problems.judge(`replicationRoleArns[${index}]`, input, (arn) => {
          const role = parseRoleArn(arn);
          if (role === undefined) return `expected the ARN of a role, got "${arn}"`;
          return partitionProblem(role, region);
        }),
      ),
    ),
  };
  problems.throwIfAny();
  return checked;
}

/** A name that is known only later is judged when it is: the bucket waits for it. */
function judgeAcknowledgement(
  { bucketName, lock }: VaultArgs,
  problems: ArgumentProblems,
  checkedName: pulumi.Output<string>,
): pulumi.Output<string> {
  const { acknowledgement, retentionDays, stage } = lock;
  if (stage !== "compliance" || retentionDays === undefined) return checkedName;
  return problems.judge("lock.acknowledgement", bucketName, (name) => {
    const wanted = complianceAcknowledgement(name, retentionDays);
    if (acknowledgement === wanted) return undefined;
    return `expected exactly "${wanted}", got ${acknowledgement === undefined ? "nothing" : `"${acknowledgement}"`}; nobody, not even the account's root user, can delete a version before its date`;
  });
}

function breakGlassProblemOf({
  accountId,
  breakGlassRoleArn,
  region,
}: VaultArgs): string | undefined {
  if (breakGlassRoleArn === undefined) return undefined;
  const role = parseRoleArn(breakGlassRoleArn);
  if (role === undefined) return `expected the ARN of a role, got "${breakGlassRoleArn}"`;
  return role.accountId === accountId
    ? partitionProblem(role, region)
    : `expected a role of the vault's account ${accountId}, got one of account ${role.accountId}`;
}

function lockProblemOf(lock: VaultLockArgs): { path: string; reason: string } | undefined {
  const path = "lock.retentionDays";
  // Read as unknown, since a JavaScript caller may hand in anything, and a retention is no place for surprises.
  const days: unknown = lock.retentionDays;
  if (!["pilot", "governance", "compliance"].includes(lock.stage)) {
    return {
      path: "lock.stage",
      reason: `expected "pilot", "governance" or "compliance", got "${String(lock.stage)}"`,
    };
  }
  if (lock.stage === "pilot") {
    const good = days === undefined || days === 1;
    return good
      ? undefined
      : { path, reason: `expected 1 with stage "pilot", got ${String(days)}` };
  }
  const good =
    typeof days === "number" && Number.isInteger(days) && days >= 1 && days <= MAX_RETENTION_DAYS;
  if (good) return undefined;
  return {
    path,
    reason: `expected whole days from 1 to ${MAX_RETENTION_DAYS}, said explicitly with stage "${lock.stage}", got ${String(days)}`,
  };
}

/** Of a lock whose retention is good. */
function limitProblemsOf(lock: VaultLockArgs): { path: string; reason: string }[] {
  const { retentionDays } = lockOf(lock);
  const problems: { path: string; reason: string }[] = [];
  const judge = (
    name: "maximumRetentionDays" | "minimumRetentionDays",
    from: number,
    to: number,
  ) => {
    const days: unknown = lock[name];
    if (days === undefined) return;
    if (typeof days === "number" && Number.isInteger(days) && days >= from && days <= to) return;
    problems.push({
      path: `lock.${name}`,
      reason: `expected whole days from ${from} to ${to} beside a retention of ${retentionDays}, got ${String(days)}`,
    });
  };
  judge("maximumRetentionDays", retentionDays, MAX_RETENTION_DAYS);
  judge("minimumRetentionDays", 1, retentionDays);
  return problems;
}

function keyProblemOf(args: VaultArgs): string | undefined {
  const { kms: choice = "none", accountId, region } = args;
  if (choice === "none" || choice === "create") return undefined;
  const key = parseKeyArn(choice);
  if (key === undefined) return `expected "create", "none" or the ARN of a key, got "${choice}"`;
  if (key.accountId !== accountId) {
    return `expected a key of the vault's account ${accountId}, got one of account ${key.accountId}`;
  }
  return key.region === region
    ? partitionProblem(key, region)
    : `expected a key in ${region}, got one in ${key.region}`;
}
