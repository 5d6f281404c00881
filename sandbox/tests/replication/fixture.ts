import type { ReplicationRule } from "@aws-sdk/client-s3";
import type { ServiceName } from "../../src/world/service-name";
import { ManualClock } from "../../src/time/clock";
import { createWorld, type SandboxWorld } from "../../src/world/create-world";
import type { Bucket, ObjectVersion } from "../../src/services/s3/store/model";
import type { WorldSettings } from "../../src/world/settings";

/** Two or three accounts in as many Regions, time that stands still, and the calls that tests make. */

export const SOURCE = { name: "source", accountId: "111111111111", region: "eu-west-1" };
export const VAULT = { name: "vault", accountId: "222222222222", region: "eu-central-1" };
export const SECOND = { name: "second", accountId: "333333333333", region: "us-east-1" };

export type TestAccount = typeof SOURCE;

export const SOURCE_BUCKET = "acme-records";
export const VAULT_BUCKET = "acme-vault";
export const SECOND_BUCKET = "acme-second";
export const OPERATIONS_BUCKET = "acme-operations";

export const REPLICATION_ROLE = `arn:aws:iam::${SOURCE.accountId}:role/replication`;
export const BATCH_ROLE = `arn:aws:iam::${SOURCE.accountId}:role/batch`;

export const DAY_MS = 86_400_000;
const START_EPOCH_MS = Date.UTC(2026, 0, 15, 12);

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

export const allow = (
  action: string | readonly string[],
  resource: string | readonly string[],
): Statement => ({ Effect: "Allow", Action: action, Resource: resource });

export const deny = (action: string, resource: string): Statement => ({
  Effect: "Deny",
  Action: action,
  Resource: resource,
});

/** The rights of a replication role that may do all it needs, action by action, so that a test can leave one out. */
export function replicationStatements(
  destinations: readonly string[] = [VAULT_BUCKET],
  without: readonly string[] = [],
): Statement[] {
  const granted = (actions: readonly string[]) =>
    actions.filter((action) => !without.includes(action));
  const objects = destinations.map((name) => `arn:aws:s3:::${name}/*`);
  return [
    allow(
      granted(["s3:GetReplicationConfiguration", "s3:ListBucket"]),
      `arn:aws:s3:::${SOURCE_BUCKET}`,
    ),
    allow(
      granted([
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging",
        "s3:GetObjectRetention",
        "s3:GetObjectLegalHold",
      ]),
      `arn:aws:s3:::${SOURCE_BUCKET}/*`,
    ),
    allow(granted(["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]), objects),
  ].filter((statement) => statement.Action.length > 0);
}

/** The rights of a batch role with a generated manifest, as in AWS's example. */
export function batchStatements(without: readonly string[] = []): Statement[] {
  const granted = (...actions: string[]) => actions.filter((action) => !without.includes(action));
  const operations = `arn:aws:s3:::${OPERATIONS_BUCKET}/*`;
  return [
    allow(granted("s3:InitiateReplication"), `arn:aws:s3:::${SOURCE_BUCKET}/*`),
    allow(
      granted("s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"),
      `arn:aws:s3:::${SOURCE_BUCKET}`,
    ),
    allow(granted("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"), operations),
  ].filter((statement) => statement.Action.length > 0);
}

export function rule(overrides: Partial<ReplicationRule> = {}): ReplicationRule {
  return {
    ID: "all",
    Status: "Enabled",
    Priority: 1,
    Filter: {},
    DeleteMarkerReplication: { Status: "Disabled" },
    Destination: { Bucket: `arn:aws:s3:::${VAULT_BUCKET}`, Account: VAULT.accountId },
    ...overrides,
  };
}

/** What a vault lets in: the replication role of the source account. */
export function vaultPolicy(bucketName: string): { Version: string; Statement: Statement[] } {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: REPLICATION_ROLE },
        Action: ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
        Resource: `arn:aws:s3:::${bucketName}/*`,
      },
    ],
  };
}

export class ReplicationFixture {
  readonly clock = new ManualClock(START_EPOCH_MS);
  readonly world: SandboxWorld;

  constructor(settings: Partial<WorldSettings> = {}) {
    this.world = createWorld({
      clock: this.clock,
      seed: 11,
      accounts: [SOURCE, VAULT, SECOND],
      settings: { replicationDelayMs: 1000, jobStepMs: 5000, ...settings },
    });
  }

  /** Calls an operation as the root of an account. */
  // The answers of all services go through here; each test knows the shape of what it asked for.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  call(account: TestAccount, service: ServiceName, operation: string, input: object): any {
    const { accountId, region } = account;
    const principal = this.world.iam.root(accountId);
    return this.world.invoke({ service, operation, input, principal, region });
  }

  bucket(
    account: TestAccount,
    name: string,
    options: { lockDays?: number; isLocked?: boolean; mode?: "GOVERNANCE" | "COMPLIANCE" } = {},
  ): Bucket {
    const isLocked = options.isLocked ?? options.lockDays !== undefined;
    this.call(account, "s3", "CreateBucket", {
      Bucket: name,
      ObjectLockEnabledForBucket: isLocked,
      CreateBucketConfiguration:
        account.region === "us-east-1" ? undefined : { LocationConstraint: account.region },
    });
    this.call(account, "s3", "PutBucketVersioning", {
      Bucket: name,
      VersioningConfiguration: { Status: "Enabled" },
    });
    if (options.lockDays !== undefined) {
      this.call(account, "s3", "PutObjectLockConfiguration", {
        Bucket: name,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: {
            DefaultRetention: { Mode: options.mode ?? "GOVERNANCE", Days: options.lockDays },
          },
        },
      });
    }
    return this.world.s3.bucket(name);
  }

  role(roleArn: string, servicePrincipal: string, statements: readonly Statement[]): void {
    const name = roleArn.slice(roleArn.lastIndexOf("/") + 1);
    this.call(SOURCE, "iam", "CreateRole", {
      RoleName: name,
      AssumeRolePolicyDocument: trustIn(servicePrincipal),
    });
    if (statements.length > 0) this.rolePolicy(roleArn, statements);
  }

  /** Lets one service take on the replication role, and no other. */
  trust(servicePrincipal: string): void {
    this.call(SOURCE, "iam", "UpdateAssumeRolePolicy", {
      RoleName: "replication",
      PolicyDocument: trustIn(servicePrincipal),
    });
  }

  rolePolicy(roleArn: string, statements: readonly Statement[]): void {
    this.call(SOURCE, "iam", "PutRolePolicy", {
      RoleName: roleArn.slice(roleArn.lastIndexOf("/") + 1),
      PolicyName: "rights",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    });
  }

  bucketPolicy(account: TestAccount, bucketName: string, policy: object): void {
    this.call(account, "s3", "PutBucketPolicy", {
      Bucket: bucketName,
      Policy: JSON.stringify(policy),
    });
  }

  rules(...rules: ReplicationRule[]): void {
    this.rulesOf(SOURCE_BUCKET, ...rules);
  }

  /** Of another bucket in the source's account. */
  rulesOf(bucketName: string, ...rules: ReplicationRule[]): void {
    this.call(SOURCE, "s3", "PutBucketReplication", {
      Bucket: bucketName,
      ReplicationConfiguration: { Role: REPLICATION_ROLE, Rules: rules },
    });
  }

  /** Source, locked vault with its policy, and the replication role; no rules yet. */
  twoAccounts(options: { sourceLocked?: boolean; vaultLockDays?: number } = {}): this {
    this.bucket(SOURCE, SOURCE_BUCKET, { isLocked: options.sourceLocked });
    this.bucket(VAULT, VAULT_BUCKET, { lockDays: options.vaultLockDays ?? 30 });
    this.role(REPLICATION_ROLE, "s3.amazonaws.com", replicationStatements());
    this.bucketPolicy(VAULT, VAULT_BUCKET, vaultPolicy(VAULT_BUCKET));
    return this;
  }

  /** A second vault in a third account, and the role's rights to both. */
  secondVault(): this {
    this.bucket(SECOND, SECOND_BUCKET, { lockDays: 10 });
    this.rolePolicy(REPLICATION_ROLE, replicationStatements([VAULT_BUCKET, SECOND_BUCKET]));
    return this;
  }

  /** Operations bucket and batch role. */
  batch(statements: readonly Statement[] = batchStatements()): this {
    this.bucket(SOURCE, OPERATIONS_BUCKET);
    this.role(BATCH_ROLE, "batchoperations.s3.amazonaws.com", statements);
    return this;
  }

  /** Lets a bucket take writes under keys of customers (SSE-C), which a new one blocks. */
  allowCustomerKeys(account: TestAccount, Bucket: string): void {
    this.call(account, "s3", "PutBucketEncryption", {
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ BlockedEncryptionTypes: { EncryptionType: ["NONE"] } }],
      },
    });
  }

  /** @returns the version as the source bucket holds it */
  put(key: string, body = key, extra: object = {}): ObjectVersion {
    const input = { Bucket: SOURCE_BUCKET, Key: key, Body: Buffer.from(body), ...extra };
    this.call(SOURCE, "s3", "PutObject", input);
    return this.current(SOURCE_BUCKET, key);
  }

  /** Uploads a version in parts, as large ones are. */
  putInParts(key: string, extra: object = {}): ObjectVersion {
    const object = { Bucket: SOURCE_BUCKET, Key: key };
    const { UploadId } = this.call(SOURCE, "s3", "CreateMultipartUpload", { ...object, ...extra });
    const part = { ...object, UploadId, PartNumber: 1, Body: Buffer.from("part") };
    const { ETag } = this.call(SOURCE, "s3", "UploadPart", part);
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    this.call(SOURCE, "s3", "CompleteMultipartUpload", { ...object, UploadId, MultipartUpload });
    return this.current(SOURCE_BUCKET, key);
  }

  /** A topic of the source account that takes what S3 and EventBridge send, and what of the source bucket S3 sends there. */
  topic(topicArn: string, ...events: string[]): void {
    const publish = allow("SNS:Publish", topicArn);
    this.call(SOURCE, "sns", "CreateTopic", {
      Name: topicArn.slice(topicArn.lastIndexOf(":") + 1),
      Attributes: {
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: ["s3.amazonaws.com", "events.amazonaws.com"].map((Service) => ({
            Principal: { Service },
            ...publish,
          })),
        }),
      },
    });
    if (events.length === 0) return;
    this.call(SOURCE, "s3", "PutBucketNotificationConfiguration", {
      Bucket: SOURCE_BUCKET,
      NotificationConfiguration: {
        TopicConfigurations: [{ TopicArn: topicArn, Events: events }],
      },
    });
  }

  current(bucketName: string, key: string): ObjectVersion {
    const version = this.world.s3.bucket(bucketName).objects.current(key);
    if (version === undefined) throw new Error(`There is no ${key} in ${bucketName}.`);
    return version;
  }

  replica(version: ObjectVersion, bucketName = VAULT_BUCKET): ObjectVersion | undefined {
    return this.world.s3.bucket(bucketName).objects.version(version.key, version.versionId);
  }

  /** Lets what is pending be carried out. */
  settle(): void {
    this.clock.advance(60_000);
  }

  failureCode(version: ObjectVersion, bucketName = VAULT_BUCKET): string | undefined {
    return version.replicationByDestination?.get(`arn:aws:s3:::${bucketName}`)?.failureCode;
  }

  /** The text of an object of the operations bucket. */
  text(key: string, bucketName = OPERATIONS_BUCKET): string {
    return this.current(bucketName, key).body.toString("utf8");
  }
}

function trustIn(servicePrincipal: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: servicePrincipal }, Action: "sts:AssumeRole" },
    ],
  });
}
