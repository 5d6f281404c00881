import {
  checksumRolePolicy,
  type PolicyDocument,
  vaultBucketPolicy,
} from "../../components/policy-documents";
import { checksumRoleName, roleArn } from "../../components/derived-names";
import { CHECKSUM_PREFIXES } from "../../components/operations-prefixes";
import {
  DAY_MS,
  REPLICATION_ROLE,
  VAULT,
  VAULT_BUCKET,
} from "../../sandbox/tests/replication/fixture";
import {
  type Call,
  LockedVaultFixture,
  type LockedVaultOptions,
  VAULT_ARN,
} from "./locked-vault-fixture";
import { copied, HELD, RECORD } from "./vault-attacks";

/** What somebody tries who has become the role that reads for checksums, with AdministratorAccess on top of its own policy. */
export interface ChecksumAttack {
  readonly name: string;
  readonly action: string;
  readonly input: (fixture: LockedVaultFixture) => object;
  readonly operation: string;
}

/** Statement of the vault's policy that refuses each. */
export const CHECKSUM_STATEMENT = "DenyChecksumRoleChanges";

const version = (fixture: LockedVaultFixture, Key = RECORD) => ({
  Bucket: VAULT_BUCKET,
  Key,
  VersionId: fixture.current(VAULT_BUCKET, Key).versionId,
});

export const CHECKSUM_ATTACKS: readonly ChecksumAttack[] = [
  {
    name: "delete a version",
    action: "s3:DeleteObjectVersion",
    operation: "DeleteObject",
    input: (fixture) => version(fixture),
  },
  {
    name: "hide a key under a delete marker",
    action: "s3:DeleteObject",
    operation: "DeleteObject",
    input: () => ({ Bucket: VAULT_BUCKET, Key: RECORD }),
  },
  {
    name: "lock a version for years",
    action: "s3:PutObjectRetention",
    operation: "PutObjectRetention",
    input: (fixture) => ({
      ...version(fixture),
      Retention: {
        Mode: "COMPLIANCE",
        RetainUntilDate: new Date(fixture.clock.nowEpochMs() + 3000 * DAY_MS),
      },
    }),
  },
  {
    name: "take a legal hold off",
    action: "s3:PutObjectLegalHold",
    operation: "PutObjectLegalHold",
    input: (fixture) => ({ ...version(fixture, HELD), LegalHold: { Status: "OFF" } }),
  },
  {
    name: "write a version on top",
    action: "s3:PutObject",
    operation: "PutObject",
    input: () => ({ Bucket: VAULT_BUCKET, Key: RECORD, Body: Buffer.from("forged") }),
  },
  {
    name: "label a version anew",
    action: "s3:PutObjectVersionTagging",
    operation: "PutObjectTagging",
    input: (fixture) => ({
      ...version(fixture),
      Tagging: { TagSet: [{ Key: "keep", Value: "no" }] },
    }),
  },
  {
    name: "let a lifecycle rule expire versions",
    action: "s3:PutLifecycleConfiguration",
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
    operation: "DeleteBucketPolicy",
    input: () => ({ Bucket: VAULT_BUCKET }),
  },
];

const ROLE_NAME = checksumRoleName("vault", VAULT_BUCKET);
const ROLE_ARN = roleArn(VAULT, ROLE_NAME);

/** Where the role writes its reports. */
export const BESIDE = "vault-beside";

/** The vault's policy with such a role. No break-glass role: what refuses a change of the configuration is the role's own statement. */
export function readPolicy(): PolicyDocument {
  return vaultBucketPolicy({
    bucketArn: VAULT_ARN,
    replicationRoleArns: [REPLICATION_ROLE],
    deleteMarkers: true,
    ownerOverride: true,
    isPilot: false,
    isChained: false,
    maximumRetentionDays: 3650,
    checksumRoleArn: ROLE_ARN,
  });
}

/** A vault with a locked version, a held one, and the role with its own policy, or with every right of the account. */
export class ReadVault extends LockedVaultFixture {
  private constructor(options: LockedVaultOptions) {
    super(options);
  }

  static make(has: "its own policy" | "every right", options: LockedVaultOptions = {}): ReadVault {
    const change = options.vaultBucket ?? ((document: PolicyDocument) => document);
    const vault = new ReadVault({ ...options, vaultBucket: () => change(readPolicy()) });
    copied(vault);
    vault.call(VAULT, "s3", "CreateBucket", {
      Bucket: BESIDE,
      CreateBucketConfiguration: { LocationConstraint: VAULT.region },
    });
    vault.call(VAULT, "iam", "CreateRole", {
      RoleName: ROLE_NAME,
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
    if (has === "every right") {
      const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
      vault.call(VAULT, "iam", "AttachRolePolicy", { RoleName: ROLE_NAME, PolicyArn });
      return vault;
    }
    vault.call(VAULT, "iam", "PutRolePolicy", {
      RoleName: ROLE_NAME,
      PolicyName: "checksum",
      PolicyDocument: JSON.stringify(
        checksumRolePolicy({
          accountId: VAULT.accountId,
          region: VAULT.region,
          bucketName: VAULT_BUCKET,
          operationsBucketName: BESIDE,
          ...CHECKSUM_PREFIXES,
        }),
      ),
    });
    return vault;
  }

  asChecksumRole({ input, operation, service }: Call): unknown {
    const principal = this.world.iam.assumeRoleForService(
      ROLE_ARN,
      "batchoperations.s3.amazonaws.com",
      "job",
    );
    return this.world.invoke({ service, operation, input, principal, region: VAULT.region });
  }

  /** The version of a key that was copied. */
  versionOf(Key: string = RECORD) {
    return version(this, Key);
  }
}
