import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  type BucketLocationConstraint,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { JobDescriptor } from "@aws-sdk/client-s3-control";
import { DescribeJobCommand, ListJobsCommand } from "@aws-sdk/client-s3-control";
import { approveJob, type ApproveJobOptions } from "../../automation/backfill/approve-job";
import { verifyStack, type VerifyOptions } from "../../automation/backfill/look";
import type { BackfillOptions } from "../../automation/backfill/options";
import { runBackfill } from "../../automation/backfill/run";
import { systemClock } from "../../automation/clock";
import type { EventTable, EventType, LockstepEvent, VerdictFields } from "../../automation/events";
import type { AwsEnvironment } from "../../automation/aws/configured-endpoint";
import { stackClients, type StackClients } from "../../automation/aws/stack-clients";
import type { JobFields } from "../../automation/jobs/fields";
import type { ReplicationConfig } from "../../components/config/types";
import { derivedNames, roleArn } from "../../components/derived-names";
import type { LockstepOutputs } from "../../components/promise/outputs";
import { promiseDigest } from "../../components/promise/promise";
import { ruleOutputs } from "../../components/source/rule-outputs";
import {
  batchRolePolicy,
  batchRoleTrust,
  replicationRolePolicy,
  replicationRoleTrust,
  vaultBucketPolicy,
} from "../../components/policy-documents";
import { startSandbox, type Sandbox, type SandboxOptions } from "lockstep-sandbox";

/** Soon and often: nothing here waits for a real cloud. */
const LIMITS = { intervalMs: 1, maxIntervalMs: 10, deadlineMs: 15_000 };

const PREFIXES = {
  manifestPrefix: "manifests",
  reportPrefix: "reports",
  ledgerPrefix: "ledger",
} as const;

/**
 * What `up` deploys, made in the sandbox through the official SDK without an engine, so that a test of the driver takes
 * milliseconds. Each has buckets and roles of its own: several share one sandbox.
 */
export class HandMadeStack {
  readonly events: LockstepEvent[] = [];

  private constructor(
    readonly sandbox: Sandbox,
    readonly config: ReplicationConfig,
    readonly outputs: LockstepOutputs,
    readonly clients: StackClients,
    private readonly folder: string,
    private readonly configFile: string,
  ) {}

  /** The source as its account reaches it. */
  atSource(): { readonly Bucket: string; readonly s3: S3Client } {
    return { Bucket: this.outputs.source.bucketName, s3: this.clients.source.s3 };
  }

  /** Its first vault as its account reaches it. */
  atVault(): { readonly Bucket: string; readonly s3: S3Client } {
    const [vault] = this.clients.vaults.values();
    if (vault === undefined) throw new Error("no vault");
    return { Bucket: vault.outputs.bucketName, s3: vault.s3 };
  }

  /** The source has `keys` before any rule exists. */
  static async make(
    sandbox: Sandbox,
    name: string,
    keys: readonly string[],
  ): Promise<HandMadeStack> {
    const folder = await mkdtemp(join(tmpdir(), "lockstep-hand-made-"));
    const { configFile } = await sandbox.writeAwsConfig(join(folder, "aws"));
    const config = configOf(sandbox, name);
    const outputs = outputsOf(config);
    const clients = await stackClients(config, outputs, { configFile, variables: {} });
    const stack = new HandMadeStack(sandbox, config, outputs, clients, folder, configFile);
    await stack.deploy(keys);
    return stack;
  }

  /** Where the profiles of its accounts are. */
  get environment(): AwsEnvironment {
    return { configFile: this.configFile, variables: {} };
  }

  /** Other clients of the same accounts, as of another desk. */
  otherClients(environment: Pick<AwsEnvironment, "idleTimeoutMs"> = {}): Promise<StackClients> {
    return this.clientsFor(this.config, this.outputs, environment);
  }

  /** Clients of the same accounts, for what another config and its outputs say. */
  clientsFor(
    config: ReplicationConfig,
    outputs: LockstepOutputs,
    environment: Pick<AwsEnvironment, "idleTimeoutMs"> = {},
  ): Promise<StackClients> {
    return stackClients(config, outputs, { ...environment, ...this.environment });
  }

  backfill(overrides: Partial<BackfillOptions> = {}): Promise<VerdictFields> {
    return runBackfill({ ...this.options(), ...overrides });
  }

  verify(overrides: Partial<VerifyOptions> = {}): Promise<VerdictFields> {
    return verifyStack({ ...this.options(), ...overrides });
  }

  /** As another desk does it, of the plan that was told last. */
  approve(planHash: string, overrides: Partial<ApproveJobOptions> = {}): Promise<JobFields> {
    return approveJob({
      ...this.options(),
      source: "source",
      concurrency: 4,
      jobId: this.told("plan").at(-1)?.jobId ?? "",
      planHash,
      ...overrides,
    });
  }

  /** What every run of the driver is given here. */
  options(): BackfillOptions {
    return {
      emit: (event) => void this.events.push(event),
      signal: new AbortController().signal,
      clock: systemClock,
      confirm: () => Promise.resolve(true),
      config: this.config,
      outputs: this.outputs,
      clients: this.clients,
      reportsFolder: join(this.folder, "reports"),
      jobLimits: LIMITS,
      settleLimits: LIMITS,
      reportLimits: { ...LIMITS, deadlineMs: 300 },
      // One request at a time, so that a run's requests come in the same order each time.
      concurrency: 1,
    };
  }

  /** The events of a type, in order. */
  told<Type extends EventType>(type: Type): readonly EventTable[Type][] {
    return this.events.filter((event) => event.type === type) as unknown as EventTable[Type][];
  }

  /** Every job of this source that was ever created. */
  async jobs(): Promise<readonly JobDescriptor[]> {
    const { accountId } = this.config.source;
    const { s3control } = this.clients.source;
    const jobs: JobDescriptor[] = [];
    const { Jobs = [] } = await s3control.send(
      new ListJobsCommand({ AccountId: accountId, MaxResults: 1000 }),
    );
    for (const { JobId } of Jobs) {
      const { Job } = await s3control.send(new DescribeJobCommand({ AccountId: accountId, JobId }));
      if (Job?.RoleArn === this.outputs.batchRoleArn) jobs.push(Job);
    }
    return jobs;
  }

  async put(key: string, body: string): Promise<void> {
    const Bucket = this.outputs.source.bucketName;
    await this.clients.source.s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body }));
  }

  /** Replaces the vault's policy. */
  async setVaultPolicy(policy: object): Promise<void> {
    const [vault] = this.clients.vaults.values();
    if (vault === undefined) throw new Error("no vault");
    await this.setPolicy(vault.s3, vault.outputs.bucketName, policy);
  }

  async setPolicy(s3: S3Client, Bucket: string, policy: object): Promise<void> {
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
  }

  async close(): Promise<void> {
    this.clients.destroy();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async deploy(keys: readonly string[]): Promise<void> {
    const { outputs } = this;
    const { source } = this.clients;
    const [vault] = this.clients.vaults.values();
    if (vault === undefined) throw new Error("no vault");
    await this.makeRoles();
    await makeBucket(source.s3, outputs.source.bucketName, outputs.source.region, false);
    await makeBucket(source.s3, outputs.operations.bucketName, outputs.source.region, false);
    for (const key of keys) await this.put(key, `content of ${key}`);
    await makeBucket(vault.s3, vault.outputs.bucketName, vault.outputs.region, true);
    await vault.s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket: vault.outputs.bucketName,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 30 } },
        },
      }),
    );
    await this.setVaultPolicy(
      vaultBucketPolicy({
        bucketArn: vault.outputs.bucketArn,
        replicationRoleArns: [outputs.source.replicationRoleArn],
        deleteMarkers: false,
        ownerOverride: false,
        isPilot: false,
        isChained: false,
        maximumRetentionDays: 3650,
      }),
    );
    await source.s3.send(
      new PutBucketReplicationCommand({
        Bucket: outputs.source.bucketName,
        ReplicationConfiguration: {
          Role: outputs.source.replicationRoleArn,
          Rules: [
            {
              ID: "all",
              Status: "Enabled",
              Priority: 1,
              Filter: { Prefix: "" },
              DeleteMarkerReplication: { Status: "Disabled" },
              Destination: { Bucket: vault.outputs.bucketArn, Account: vault.outputs.accountId },
            },
          ],
        },
      }),
    );
  }

  private async makeRoles(): Promise<void> {
    const { config, outputs } = this;
    const { s3 } = this.clients.source;
    const iam = new IAMClient({
      region: config.source.region,
      endpoint: this.sandbox.endpoint,
      credentials: s3.config.credentials,
    });
    const replicationPolicy = replicationRolePolicy({
      source: {
        bucketName: config.source.bucket.name,
        region: config.source.region,
        accountId: config.source.accountId,
        sseKmsEncryptedObjects: false,
        kmsKeyArns: [],
      },
      targets: config.vaults.map(({ bucket, region }) => ({
        bucketName: bucket.name,
        region,
        kmsKeyArns: [],
        deleteMarkers: false,
        ownerOverride: false,
      })),
    });
    const batchPolicy = batchRolePolicy({
      sourceBucketArn: outputs.source.bucketArn,
      operationsBucketArn: outputs.operations.bucketArn,
      manifestPrefix: PREFIXES.manifestPrefix,
      reportPrefix: PREFIXES.reportPrefix,
    });
    for (const [arn, trust, policy] of [
      [outputs.source.replicationRoleArn, replicationRoleTrust(), replicationPolicy],
      [outputs.batchRoleArn, batchRoleTrust(), batchPolicy],
    ] as const) {
      const RoleName = arn.split("/").at(-1);
      const AssumeRolePolicyDocument = JSON.stringify(trust);
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      const PolicyDocument = JSON.stringify(policy);
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "work", PolicyDocument }));
    }
    iam.destroy();
  }
}

/** A sandbox in which replication and jobs take next to no time. */
export function startQuickSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  return startSandbox({
    ...options,
    settings: { jobStepMs: 2, replicationDelayMs: 1, ...options.settings },
  });
}

async function makeBucket(
  s3: StackClients["source"]["s3"],
  bucket: string,
  region: string,
  isLocked: boolean,
): Promise<void> {
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
      ...(isLocked && { ObjectLockEnabledForBucket: true }),
    }),
  );
  if (isLocked) return;
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
}

function configOf(sandbox: Sandbox, name: string): ReplicationConfig {
  const [source, vault] = sandbox.accounts.map(({ accountId, name: profile, region }) => ({
    accountId,
    region,
    profile,
  }));
  if (source === undefined || vault === undefined) throw new Error("no accounts");
  return {
    source: {
      name: "source",
      ...source,
      bucket: { name: `${name}-source`, existing: true },
      kmsKeyArns: [],
    },
    vaults: [
      {
        name: "primary",
        ...vault,
        bucket: { name: `${name}-vault`, existing: false },
        lock: { stage: "governance", retentionDays: 30 },
        encryption: { kms: "none" },
      },
    ],
    rules: [
      {
        name: "all",
        status: "Enabled",
        priority: 1,
        filter: {},
        vault: "primary",
        ownerOverride: false,
        replicationTimeControl: false,
        metrics: false,
        deleteMarkerReplication: false,
        replicaModifications: false,
      },
    ],
    // Whoever tests the trial asks for it: all others count jobs, and want one.
    backfill: { report: "all-tasks", priority: 10, trial: false },
  };
}

function outputsOf(config: ReplicationConfig): LockstepOutputs {
  const { source } = config;
  const names = derivedNames(source.bucket.name);
  const arn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
  const parts = {
    source: {
      accountId: source.accountId,
      region: source.region,
      bucketName: source.bucket.name,
      bucketArn: arn(source.bucket.name),
      existing: true,
      replicationRoleArn: roleArn(source, names.replicationRoleName),
    },
    vaults: config.vaults.map(({ accountId, bucket, lock, name, region }) => ({
      name,
      accountId,
      region,
      bucketName: bucket.name,
      bucketArn: arn(bucket.name),
      lock: { mode: "GOVERNANCE" as const, retentionDays: lock.retentionDays },
    })),
    rules: config.rules.map((rule) => ruleOutputs(rule, config.vaults)),
    batchRoleArn: roleArn(source, names.batchRoleName),
  };
  return {
    ...parts,
    operations: {
      bucketName: names.operationsBucketName,
      bucketArn: arn(names.operationsBucketName),
      ...PREFIXES,
    },
    promise: { version: 1, digest: promiseDigest(parts) },
  };
}
