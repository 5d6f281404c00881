/**
 * Two accounts with a source and a vault made for one trial, on AWS or in the sandbox: where questions are put that no page of
 * AWS's documentation answers. Everything has the trial's own name, and all of it is taken away at the end.
 */

import { randomBytes } from "node:crypto";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  type BucketLocationConstraint,
} from "@aws-sdk/client-s3";
import {
  accountClients,
  type AccountClients,
  type AwsEnvironment,
} from "../../automation/aws/aws-clients";
import { headVersion } from "../../automation/look/version-head";
import type { AccountAccess } from "../../components/config/types";
import { batchRolePolicy, batchRoleTrust } from "../../components/policy-documents";
import { replicationRolePolicy, replicationRoleTrust } from "../../components/policy-documents";

/** Replicas that are locked for longer are refused by the trial's vault. Days. */
export const MAXIMUM_RETENTION_DAYS = 30;
/** Default retention of the trial's vault. Days. */
export const RETENTION_DAYS = 1;

export interface TrialOptions {
  readonly source: AccountAccess;
  readonly vault: AccountAccess;
  readonly environment?: AwsEnvironment;
  /** Lets time pass: on AWS by waiting, in the sandbox by moving its clock. */
  readonly pass: (durationMs: number) => Promise<void>;
  /** Pause between two looks at something that AWS is at work on. Milliseconds. */
  readonly intervalMs: number;
  /** How long AWS is given for one thing. Milliseconds. */
  readonly deadlineMs: number;
  readonly say: (line: string) => void;
}

/** One account of the trial. */
export interface TrialAccount {
  readonly access: AccountAccess;
  readonly clients: AccountClients;
  readonly iam: IAMClient;
}

export interface TrialVersion {
  readonly key: string;
  readonly versionId: string;
}

export class Trial {
  readonly name = `lockstep-trial-${randomBytes(5).toString("hex")}`;
  readonly sourceBucket = `${this.name}-source`;
  readonly vaultBucket = `${this.name}-vault`;
  readonly operationsBucket = `${this.name}-ops`;
  /** Object Lock without default retention. */
  readonly lockedOperationsBucket = `${this.name}-locked-ops`;
  readonly replicationRole = `${this.name}-replication`;
  readonly batchRole = `${this.name}-batch`;
  /** Written before there was a rule. */
  old: TrialVersion = { key: "", versionId: "" };
  oldWrittenEpochMs = 0;

  private constructor(
    readonly options: TrialOptions,
    readonly source: TrialAccount,
    readonly vault: TrialAccount,
  ) {}

  /** Makes buckets, roles and rules. What was made is taken away when making fails. */
  static async start(options: TrialOptions): Promise<Trial> {
    const [source, vault] = await Promise.all([
      open(options.source, options.environment),
      open(options.vault, options.environment),
    ]);
    const trial = new Trial(options, source, vault);
    try {
      await trial.#make();
    } catch (error) {
      await trial.close();
      throw error;
    }
    return trial;
  }

  get batchRoleArn(): string {
    return `arn:aws:iam::${this.source.access.accountId}:role/${this.batchRole}`;
  }

  get replicationRoleArn(): string {
    return `arn:aws:iam::${this.source.access.accountId}:role/${this.replicationRole}`;
  }

  /** Writes one version into the source. */
  async put(
    key: string,
    more: Partial<ConstructorParameters<typeof PutObjectCommand>[0]> = {},
  ): Promise<TrialVersion> {
    const output = await this.source.clients.s3.send(
      new PutObjectCommand({ Bucket: this.sourceBucket, Key: key, Body: `${key}\n`, ...more }),
    );
    return { key, versionId: output.VersionId ?? "null" };
  }

  /** Looks until `look` answers something. @throws Error naming what did not come */
  async until<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> {
    const attempts = Math.ceil(this.options.deadlineMs / this.options.intervalMs);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, this.options.intervalMs));
    }
    throw new Error(`${what} did not come within ${this.options.deadlineMs / 1000} s`);
  }

  /** The status of a version at the source, once it is no longer pending. */
  async settled(version: TrialVersion): Promise<string> {
    return this.until(`the end of the replication of ${version.key}`, async () => {
      const { s3 } = this.source.clients;
      const { replicationStatus } = await headVersion(s3, this.sourceBucket, version);
      return replicationStatus === "PENDING" ? undefined : (replicationStatus ?? "none");
    });
  }

  /** A version as the vault has it; undefined when it has none. */
  async atVault(version: TrialVersion) {
    try {
      return await headVersion(this.vault.clients.s3, this.vaultBucket, version);
    } catch (error) {
      if (
        (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404
      ) {
        return undefined;
      }
      throw error;
    }
  }

  /** Takes away all that the trial made; says what it could not. */
  async close(): Promise<void> {
    const buckets = [
      [this.source, this.sourceBucket],
      [this.source, this.operationsBucket],
      [this.source, this.lockedOperationsBucket],
      [this.vault, this.vaultBucket],
    ] as const;
    for (const [account, bucket] of buckets) {
      await this.#tidy(bucket, () => emptyAndDelete(account, bucket));
    }
    for (const role of [this.replicationRole, this.batchRole]) {
      const { iam } = this.source;
      await this.#tidy(role, async () => {
        await iam.send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName: "trial" }));
        await iam.send(new DeleteRoleCommand({ RoleName: role }));
      });
    }
    for (const { clients, iam } of [this.source, this.vault]) {
      clients.destroy();
      iam.destroy();
    }
  }

  async #tidy(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { name, message } = error as Error;
      if (name !== "NoSuchBucket" && name !== "NoSuchEntityException") {
        this.options.say(`could not take away ${what}: ${name}: ${message}`);
      }
    }
  }

  async #make(): Promise<void> {
    const { source, vault } = this;
    await createBucket(source, this.sourceBucket, true);
    await createBucket(source, this.operationsBucket, false);
    await createBucket(source, this.lockedOperationsBucket, true);
    await createBucket(vault, this.vaultBucket, true);
    await source.clients.s3.send(
      new PutBucketVersioningCommand({
        Bucket: this.operationsBucket,
        VersioningConfiguration: { Status: "Enabled" },
      }),
    );
    await vault.clients.s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket: this.vaultBucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: RETENTION_DAYS } },
        },
      }),
    );
    this.oldWrittenEpochMs = Date.now();
    this.old = await this.put("old");
    await source.clients.s3.send(
      new DeleteObjectCommand({ Bucket: this.sourceBucket, Key: "hidden" }),
    );
    await this.#makeRoles();
    await vault.clients.s3.send(
      new PutBucketPolicyCommand({
        Bucket: this.vaultBucket,
        Policy: JSON.stringify(this.#vaultPolicy()),
      }),
    );
    // IAM takes its time to be known everywhere; the old version grows older meanwhile.
    await this.options.pass(60_000);
    await this.until("the replication configuration", () => this.#putRule());
  }

  async #makeRoles(): Promise<void> {
    const sourceArn = `arn:aws:s3:::${this.sourceBucket}`;
    const { accountId, region } = this.source.access;
    const replication = replicationRolePolicy({
      source: {
        bucketName: this.sourceBucket,
        region,
        accountId,
        sseKmsEncryptedObjects: false,
        kmsKeyArns: [],
      },
      targets: [
        {
          bucketName: this.vaultBucket,
          region: this.vault.access.region,
          kmsKeyArns: [],
          deleteMarkers: false,
          ownerOverride: false,
        },
      ],
    });
    const prefixes = { manifestPrefix: "manifests", reportPrefix: "reports" };
    const batch = [this.operationsBucket, this.lockedOperationsBucket].map((bucket) =>
      batchRolePolicy({
        sourceBucketArn: sourceArn,
        operationsBucketArn: `arn:aws:s3:::${bucket}`,
        ...prefixes,
      }),
    );
    // Sids are used once in a policy.
    const statements = batch.flatMap(({ Statement }, index) =>
      Statement.map((statement) => ({ ...statement, Sid: `${statement.Sid}${index}` })),
    );
    const made = [
      [this.replicationRole, replicationRoleTrust(), replication],
      [this.batchRole, batchRoleTrust(), { Version: "2012-10-17", Statement: statements }],
    ] as const;
    for (const [role, trust, policy] of made) {
      await this.source.iam.send(
        new CreateRoleCommand({
          RoleName: role,
          Description: "Lockstep: a trial, to be deleted",
          AssumeRolePolicyDocument: JSON.stringify(trust),
        }),
      );
      await this.source.iam.send(
        new PutRolePolicyCommand({
          RoleName: role,
          PolicyName: "trial",
          PolicyDocument: JSON.stringify(policy),
        }),
      );
    }
  }

  /** What a vault's policy says of replicas and holds, without what would stand in the way of tidying up. */
  #vaultPolicy() {
    const objects = `arn:aws:s3:::${this.vaultBucket}/*`;
    return {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AllowReplicas",
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${this.source.access.accountId}:root` },
          Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
          Resource: objects,
          Condition: { ArnEquals: { "aws:PrincipalArn": this.replicationRoleArn } },
        },
        {
          Sid: "DenyLegalHoldRemoval",
          Effect: "Deny",
          Principal: { AWS: `arn:aws:iam::${this.source.access.accountId}:root` },
          Action: "s3:PutObjectLegalHold",
          Resource: objects,
          Condition: { StringEquals: { "s3:object-lock-legal-hold": "OFF" } },
        },
        {
          Sid: "DenyOverlongRetention",
          Effect: "Deny",
          Principal: "*",
          Action: ["s3:ReplicateObject", "s3:PutObjectRetention"],
          Resource: objects,
          Condition: {
            NumericGreaterThan: {
              "s3:object-lock-remaining-retention-days": String(MAXIMUM_RETENTION_DAYS),
            },
          },
        },
      ],
    };
  }

  async #putRule(): Promise<true | undefined> {
    try {
      await this.source.clients.s3.send(
        new PutBucketReplicationCommand({
          Bucket: this.sourceBucket,
          ReplicationConfiguration: {
            Role: this.replicationRoleArn,
            Rules: [
              {
                ID: "all",
                Priority: 1,
                Status: "Enabled",
                Filter: { Prefix: "" },
                DeleteMarkerReplication: { Status: "Disabled" },
                Destination: {
                  Bucket: `arn:aws:s3:::${this.vaultBucket}`,
                  Account: this.vault.access.accountId,
                },
              },
            ],
          },
        }),
      );
      return true;
    } catch (error) {
      // A role that S3 does not know yet, or a bucket whose versioning it has not seen.
      if (["InvalidArgument", "InvalidRequest"].includes((error as Error).name)) return undefined;
      throw error;
    }
  }
}

async function open(access: AccountAccess, environment?: AwsEnvironment): Promise<TrialAccount> {
  const clients = await accountClients(access, environment);
  const iam = new IAMClient({
    region: access.region,
    credentials: clients.s3.config.credentials,
    ...(clients.endpoint !== undefined && { endpoint: clients.endpoint }),
  });
  return { access, clients, iam };
}

async function createBucket(
  { access, clients }: TrialAccount,
  bucket: string,
  isLocked: boolean,
): Promise<void> {
  const { region } = access;
  await clients.s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      ObjectLockEnabledForBucket: isLocked,
      ...(region !== "us-east-1" && {
        CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
      }),
    }),
  );
}

/** Every lock of a trial is in mode GOVERNANCE, so that who made it can bypass it. */
async function emptyAndDelete({ clients: { s3 } }: TrialAccount, bucket: string): Promise<void> {
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    for (const { Key, VersionId } of found) {
      if (Key === undefined) continue;
      await s3
        .send(
          new PutObjectLegalHoldCommand({
            Bucket: bucket,
            Key,
            VersionId,
            LegalHold: { Status: "OFF" },
          }),
        )
        // Markers, and buckets without lock, have no hold; a hold that stays is told by the deletion.
        .catch(() => undefined);
      await s3.send(
        new DeleteObjectCommand({
          Bucket: bucket,
          Key,
          VersionId,
          ...(isLockedName(bucket) && { BypassGovernanceRetention: true }),
        }),
      );
    }
    if (page.IsTruncated !== true) break;
  }
  await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
}

function isLockedName(bucket: string): boolean {
  return !/-trial-[0-9a-f]+-ops$/.test(bucket);
}
