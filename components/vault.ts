import * as pulumi from "@pulumi/pulumi";
import * as kms from "@pulumi/aws-native/kms";
import type { Provider } from "@pulumi/aws-native/provider";
import * as s3 from "@pulumi/aws-native/s3";
import { type AccountOptions, childOptions, KEEP_ON_DESTROY } from "./component-options";
import type { LockStage } from "./config/types";
import {
  bucketNameProblem,
  isAccountId,
  isRegion,
  MAX_RETENTION_DAYS,
  parseKeyArn,
  parseRoleArn,
} from "./config/values";
import { vaultKeyAlias } from "./derived-names";
import type { LockMode } from "./outputs";
import { vaultBucketPolicy, vaultKeyPolicy } from "./policy-documents";
import { ArgumentProblems } from "./validation";

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
}

export interface VaultArgs {
  /** The account that owns the vault, which the provider works in. An account apart from the source's is what keeps a copy
   * safe from whoever takes over the source; the same one is allowed. */
  accountId: string;
  region: string;
  /** Changing it makes another vault; the old one is kept. */
  bucketName: pulumi.Input<string>;
  lock: VaultLockArgs;
  /**
   * `create`: a KMS key of the vault's own. An ARN: a key of the vault's account and Region. `none`: S3's own keys, which
   * nobody can delete; versions that are under KMS at the source are not replicated then.
   * @default "none", since Object Lock does not protect against the deletion of a key
   */
  kms?: "create" | "none" | string;
  /** The role that replicates into the vault. It need not exist yet. */
  replicationRoleArn: pulumi.Input<string>;
  /** @default false */
  deleteMarkers?: boolean;
}

/**
 * A locked bucket in an account of its own.
 *
 * The bucket is made whole in one request: Object Lock, versioning, encryption, public access block and ownership are
 * there from the first moment. Bucket, policy and key stay when the stack is destroyed.
 */
export class Vault extends pulumi.ComponentResource {
  static readonly pulumiType = "lockstep:index:Vault";

  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  /** Undefined when the vault uses S3's own keys. */
  readonly kmsKeyArn: pulumi.Output<string> | undefined;
  readonly lock: { mode: LockMode; retentionDays: number };

  constructor(name: string, args: VaultArgs, opts: AccountOptions<Provider>) {
    super(Vault.pulumiType, name, {}, opts);
    const { bucketName, replicationRoleArn } = checkArgs(args);
    const kept = { ...childOptions(this, opts), ...KEEP_ON_DESTROY };
    this.lock = lockOf(args.lock);
    this.kmsKeyArn = makeKey(name, args, { bucketName, replicationRoleArn }, kept);

    const bucket = new s3.Bucket(
      `${name}-bucket`,
      {
        bucketName,
        objectLockEnabled: true,
        objectLockConfiguration: {
          objectLockEnabled: "Enabled",
          rule: { defaultRetention: { mode: this.lock.mode, days: this.lock.retentionDays } },
        },
        versioningConfiguration: { status: "Enabled" },
        bucketEncryption: {
          serverSideEncryptionConfiguration: [
            this.kmsKeyArn === undefined
              ? { serverSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
              : {
                  // One key call per bucket and time span instead of one per object: a backfill would run into KMS quotas.
                  bucketKeyEnabled: true,
                  serverSideEncryptionByDefault: {
                    sseAlgorithm: "aws:kms",
                    kmsMasterKeyId: this.kmsKeyArn,
                  },
                },
          ],
        },
        publicAccessBlockConfiguration: {
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        },
        // Replicas belong to the vault's account, without an owner override in the rules.
        ownershipControls: { rules: [{ objectOwnership: "BucketOwnerEnforced" }] },
      },
      kept,
    );
    this.bucketArn = bucket.arn;
    const policy = new s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket: bucket.id,
        policyDocument: pulumi.all([bucket.arn, replicationRoleArn]).apply(([bucketArn, roleArn]) =>
          vaultBucketPolicy({
            bucketArn,
            replicationRoleArn: roleArn,
            deleteMarkers: args.deleteMarkers === true,
          }),
        ),
      },
      kept,
    );

    // Through the policy, so that whoever sends to the vault finds it guarded.
    this.bucketName = policy.bucket;
    this.registerOutputs({
      bucketName: this.bucketName,
      bucketArn: this.bucketArn,
      kmsKeyArn: this.kmsKeyArn,
      lock: this.lock,
    });
  }
}

function lockOf(lock: VaultLockArgs): { mode: LockMode; retentionDays: number } {
  return {
    mode: lock.stage === "compliance" ? "COMPLIANCE" : "GOVERNANCE",
    retentionDays: lock.retentionDays ?? 1,
  };
}

/** @returns the ARN of the key that the vault encrypts with, or undefined. */
function makeKey(
  name: string,
  args: VaultArgs,
  checked: { bucketName: pulumi.Output<string>; replicationRoleArn: pulumi.Output<string> },
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> | undefined {
  const { accountId, region, kms: choice = "none" } = args;
  if (choice === "none") return undefined;
  if (choice !== "create") return pulumi.output(choice);
  const key = new kms.Key(
    `${name}-key`,
    {
      description: pulumi.interpolate`Lockstep: replicas in ${checked.bucketName}`,
      enableKeyRotation: true,
      keyPolicy: checked.replicationRoleArn.apply((replicationRoleArn) =>
        vaultKeyPolicy({ accountId, region, replicationRoleArn }),
      ),
    },
    opts,
  );
  new kms.Alias(
    `${name}-key-alias`,
    { aliasName: checked.bucketName.apply(vaultKeyAlias), targetKeyId: key.keyId },
    opts,
  );
  return key.arn;
}

/** @throws pulumi.InputPropertiesError with everything that is wrong. */
function checkArgs(args: VaultArgs): {
  bucketName: pulumi.Output<string>;
  replicationRoleArn: pulumi.Output<string>;
} {
  const problems = new ArgumentProblems();
  const { accountId, region } = args;
  if (!isAccountId(accountId))
    problems.add("accountId", `expected twelve digits, got "${accountId}"`);
  if (!isRegion(region)) problems.add("region", `expected a Region, got "${region}"`);
  const lockProblem = lockProblemOf(args.lock);
  if (lockProblem !== undefined) problems.add(lockProblem.path, lockProblem.reason);
  const keyProblem = keyProblemOf(args);
  if (keyProblem !== undefined) problems.add("kms", keyProblem);
  const checked = {
    bucketName: problems.judge("bucketName", args.bucketName, bucketNameProblem),
    replicationRoleArn: problems.judge("replicationRoleArn", args.replicationRoleArn, (arn) => {
      return parseRoleArn(arn) === undefined
        ? `expected the ARN of a role, got "${arn}"`
        : undefined;
    }),
  };
  problems.throwIfAny("Vault");
  return checked;
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

function keyProblemOf(args: VaultArgs): string | undefined {
  const { kms: choice = "none", accountId, region } = args;
  if (choice === "none" || choice === "create") return undefined;
  const key = parseKeyArn(choice);
  if (key === undefined) return `expected "create", "none" or the ARN of a key, got "${choice}"`;
  if (key.accountId !== accountId) {
    return `expected a key of the vault's account ${accountId}, got one of account ${key.accountId}`;
  }
  return key.region === region
    ? undefined
    : `expected a key in ${region}, got one in ${key.region}`;
}
