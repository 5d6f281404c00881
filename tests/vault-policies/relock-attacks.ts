import {
  type PolicyDocument,
  vaultBucketPolicy,
  vaultResourceControlPolicy,
  vaultServiceControlPolicy,
} from "../../components/policy-documents";
import type { LockStage } from "../../components/config/types";
import { relockLimitsOf } from "../../components/vault/relock-limits";
import {
  DAY_MS,
  REPLICATION_ROLE,
  VAULT,
  VAULT_BUCKET,
} from "../../sandbox/tests/replication/fixture";
import {
  BREAK_GLASS_ROLE,
  type Call,
  LockedVaultFixture,
  type LockedVaultOptions,
  VAULT_ARN,
} from "./locked-vault-fixture";
import { copied, HELD, RECORD } from "./vault-attacks";

/** What somebody tries who has become the relock role, with AdministratorAccess on top of its own policy. */
export interface RelockAttack {
  readonly name: string;
  readonly action: string;
  /** Statement of the vault's policy that refuses this; there may be others. */
  readonly statement: string;
  readonly input: (fixture: LockedVaultFixture) => object;
  readonly operation: string;
}

const RETENTION_DAYS = 30;
const MAXIMUM_DAYS = 3650;

const version = (fixture: LockedVaultFixture, Key = RECORD) => ({
  Bucket: VAULT_BUCKET,
  Key,
  VersionId: fixture.current(VAULT_BUCKET, Key).versionId,
});

export const retention =
  (Mode: string, days: number, BypassGovernanceRetention = true) =>
  (fixture: LockedVaultFixture) => ({
    ...version(fixture),
    BypassGovernanceRetention,
    Retention: {
      Mode,
      RetainUntilDate: new Date(fixture.clock.nowEpochMs() + days * DAY_MS),
    },
  });

export const RELOCK_ATTACKS: readonly RelockAttack[] = [
  {
    name: "delete a locked version with the bypass",
    action: "s3:DeleteObjectVersion",
    statement: "DenyRelockDeletion",
    operation: "DeleteObject",
    input: (fixture) => ({ ...version(fixture), BypassGovernanceRetention: true }),
  },
  {
    name: "hide a key under a delete marker",
    action: "s3:DeleteObject",
    statement: "DenyRelockDeletion",
    operation: "DeleteObject",
    input: () => ({ Bucket: VAULT_BUCKET, Key: RECORD }),
  },
  {
    name: "shorten a GOVERNANCE lock by a COMPLIANCE one that is over tomorrow",
    action: "s3:PutObjectRetention",
    statement: "DenyRelockShort",
    operation: "PutObjectRetention",
    input: retention("COMPLIANCE", 1),
  },
  {
    name: "shorten a lock in GOVERNANCE mode",
    action: "s3:PutObjectRetention",
    statement: "DenyRelockMode",
    operation: "PutObjectRetention",
    input: retention("GOVERNANCE", 25),
  },
  {
    name: "lock in GOVERNANCE mode for longer, which gives way",
    action: "s3:PutObjectRetention",
    statement: "DenyRelockMode",
    operation: "PutObjectRetention",
    input: retention("GOVERNANCE", 60),
  },
  {
    name: "take a lock off, with neither mode nor date",
    action: "s3:PutObjectRetention",
    statement: "DenyRelockRemoval",
    operation: "PutObjectRetention",
    input: (fixture) => ({
      ...version(fixture),
      BypassGovernanceRetention: true,
      Retention: {},
    }),
  },
  {
    name: "lock for longer than the maximum",
    action: "s3:PutObjectRetention",
    statement: "DenyLongRetention",
    operation: "PutObjectRetention",
    input: retention("COMPLIANCE", MAXIMUM_DAYS + 1),
  },
  {
    name: "take a legal hold off",
    action: "s3:PutObjectLegalHold",
    statement: "DenyRelockDeletion",
    operation: "PutObjectLegalHold",
    input: (fixture) => ({ ...version(fixture, HELD), LegalHold: { Status: "OFF" } }),
  },
  {
    name: "let a lifecycle rule expire versions",
    action: "s3:PutLifecycleConfiguration",
    statement: "DenyRelockDeletion",
    operation: "PutBucketLifecycleConfiguration",
    input: () => ({
      Bucket: VAULT_BUCKET,
      LifecycleConfiguration: {
        Rules: [{ ID: "all", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 1 } }],
      },
    }),
  },
  {
    name: "delete the vault's policy",
    action: "s3:DeleteBucketPolicy",
    statement: "DenyRelockDeletion",
    operation: "DeleteBucketPolicy",
    input: () => ({ Bucket: VAULT_BUCKET }),
  },
  {
    name: "write a version on top",
    action: "s3:PutObject",
    statement: "DenyDirectWrites",
    operation: "PutObject",
    input: () => ({ Bucket: VAULT_BUCKET, Key: RECORD, Body: Buffer.from("forged") }),
  },
];

export const callOf = (
  { input, operation }: Pick<RelockAttack, "input" | "operation">,
  fixture: LockedVaultFixture,
): Call => ({ service: "s3", operation, input: input(fixture) });

/** The vault's limits at a stage. */
const limitsAt = (stage: LockStage) =>
  relockLimitsOf(VAULT, VAULT_BUCKET, { stage, retentionDays: RETENTION_DAYS });

/** The vault's policy with a relock role. */
export function relockedPolicy(stage: LockStage): PolicyDocument {
  return vaultBucketPolicy({
    bucketArn: VAULT_ARN,
    replicationRoleArns: [REPLICATION_ROLE],
    deleteMarkers: true,
    ownerOverride: true,
    isPilot: false,
    isChained: false,
    maximumRetentionDays: MAXIMUM_DAYS,
    breakGlassRoleArn: BREAK_GLASS_ROLE,
    relock: limitsAt(stage),
  });
}

/** The organization's policies for such a vault. */
export function relockedOrganization(stage: LockStage) {
  const vault = {
    accountId: VAULT.accountId,
    region: VAULT.region,
    bucketName: VAULT_BUCKET,
    kms: "create",
    replicationRoleArns: [REPLICATION_ROLE],
    isPilot: false,
    isChained: false,
    breakGlassRoleArn: BREAK_GLASS_ROLE,
    relock: { ...limitsAt(stage), maximumDays: MAXIMUM_DAYS },
  };
  return {
    serviceControlPolicy: vaultServiceControlPolicy([vault]),
    resourceControlPolicy: vaultResourceControlPolicy([vault]),
  };
}

/** A vault with a locked version, a held one, and the relock role with every right of the account. */
export class RelockedVault extends LockedVaultFixture {
  private constructor(options: LockedVaultOptions) {
    super(options);
  }

  static at(stage: LockStage, options: LockedVaultOptions = {}): RelockedVault {
    const change = options.vaultBucket ?? ((document: PolicyDocument) => document);
    const vault = new RelockedVault({
      ...options,
      vaultBucket: () => change(relockedPolicy(stage)),
    });
    copied(vault);
    const RoleName = limitsAt(stage).roleArn.split("/").at(-1) ?? "";
    vault.call(VAULT, "iam", "CreateRole", {
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "batchoperations.s3.amazonaws.com" },
            Action: "sts:AssumeRole",
          },
        ],
      }),
    });
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    vault.call(VAULT, "iam", "AttachRolePolicy", { RoleName, PolicyArn });
    return vault;
  }

  asRelockRole({ input, operation, service }: Call): unknown {
    const { roleArn } = limitsAt("compliance");
    const principal = this.world.iam.assumeRoleForService(
      roleArn,
      "batchoperations.s3.amazonaws.com",
      "job",
    );
    return this.world.invoke({ service, operation, input, principal, region: VAULT.region });
  }
}
